"""
Lint: the texts and conversations we ship pass it, and it finds what is wrong.
"""

from bot import lint


def test_everything_we_ship_passes():
    """No text of any language and no conversation has a problem."""
    assert lint.everything() == []


def test_a_label_must_fit_its_button():
    """What stands on a button is short; the same words as a text may be long."""
    assert lint.limit_of("Yes") == lint.BUTTON - len("✅ ")
    assert lint.problems("Yes", "Ja, dat vind ik een heel goed idee", "nl") == ["it is 34 characters long, and 18 fit"]
    assert lint.problems("Yes", "Ja", "nl") == []


def test_english_left_in_another_language_is_found():
    """Names that are alike everywhere are none."""
    assert lint.problems("Choose your language.", "Choose your language.", "fr") == ["it is still English"]
    assert lint.problems("Choose your language.", "Choose your language.", "ti") == ["it is not in the letters of this language"]
    assert lint.problems("DigiD", "DigiD", "ti") == []


def test_what_would_break_a_conversation_is_found():
    """A brace that stands alone, invisible signs, another alarm number, a line that begins from the wrong side."""
    assert "stands alone" in lint.problems("Yes", "نعم }", "ar")[0]
    assert "U+200B" in lint.problems("Yes", "نعم\u200b", "ar")[0]
    assert lint.problems("Call 112 now if you are in danger.", "اتصلوا بالرقم 911", "ar") == ["a number of the English text is missing: 112"]
    assert "begins and ends on one line" in lint.problems("Yes", "\u2066نعم", "ar")[0]


def test_persian_may_part_its_letters():
    """The sign that Persian writes within words is no invisible sign there, and is one in Dutch."""
    assert lint.problems("Check a letter", "نامه‌ها", "fa") == []
    assert "U+200C" in lint.problems("Check a letter", "Brief\u200cen", "nl")[0]


def test_a_link_leads_to_an_official_site():
    """A page of the same office in another language is one, whatever lies deeper; another site is none, and no page may be missing."""
    text, wrong = "Look here.\n\nhttps://www.rijksoverheid.nl", "the links must go to the same official sites as in English"

    assert lint.problems(text, "Kijk hier.\n\nhttps://www.government.nl/topics", "nl") == []
    assert lint.problems(text, "Kijk hier.\n\nhttps://www.rijksoverheid.example", "nl") == [wrong]
    assert lint.problems(text, "Kijk hier.", "nl") == [wrong]
    assert lint.problems("Look.\n\nhttps://example.org", "Kijk.\n\nhttps://example.org", "nl") != []
