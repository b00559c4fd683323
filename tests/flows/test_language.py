"""The languages that are offered, and the second one that a client is asked about."""

from collections.abc import Sequence

import pytest

from flows.events import Learned
from flows.language import CHOICES, OWN_NAMES, ROWS, SECOND, offered, seconds
from flows.welcome import WELCOME
from tests.flows.conversation import TONGUES, Person, welcomed

OTHER = WELCOME.nodes["other"].choices


@pytest.mark.parametrize("there", [TONGUES.languages, ("nl", "en"), tuple(OWN_NAMES)], ids=["ours", "two", "all"])
def test_the_languages_fit_a_list_and_none_is_lost(there: Sequence[str]):
    """However many languages there are, what is offered fits a list of WhatsApp, and what does not stands first behind "other"."""
    first, then = offered(CHOICES, there), offered(OTHER, there)

    assert max(len(first), len(then)) <= ROWS
    assert {choice.language for choice in (*first, *then)} == {*there, "other"}
    assert [choice.language for choice in then][:max(0, len(there) - ROWS + 1)] == [code for code in OWN_NAMES if code in there][ROWS - 1:]
    assert all(len(choice.label) <= 20 for choice in (*first, *then))


def test_who_presses_other_finds_the_language_that_did_not_fit():
    """The ninth language is named on the choice that leads to it, and is a press further."""
    amina = Person()

    amina.says("/start")
    assert amina.labels[-1].startswith("Soomaali")
    amina.presses(amina.labels[-1])
    amina.presses("Soomaali")
    assert amina.has(Learned) == [Learned("language", "so")]


def test_a_second_language_is_asked_once_and_kept():
    """Who reads Tigrinya, in which WhatsApp has no approved texts, is asked once which language they read too; theirs stays."""
    yonas = Person()
    for word in ("/start", "ትግርኛ"):
        yonas.says(word)

    yonas.says("እወ")
    assert yonas.labels == [OWN_NAMES[code] for code in SECOND["ti"]]
    yonas.presses("العربية")
    assert yonas.has(Learned) == [Learned("second_language", "ar")]
    assert yonas.session.language == "ti"
    yonas.says("menu")
    assert OWN_NAMES["ar"] not in yonas.labels


def test_who_does_not_answer_about_a_second_language_is_not_asked_again():
    """A question instead is answered, and the menu is the menu."""
    yonas = welcomed("so")
    yonas.session.data.pop("second")
    yonas.says("menu")
    assert "Nederlands" in yonas.labels

    yonas.says("112")
    yonas.says("menu")
    assert "Nederlands" not in yonas.labels


def test_where_we_can_always_write_nobody_is_asked():
    """Dutch, Arabic or Dari is written always: there is no second question."""

    assert [code for code in ("nl", "en", "ar", "fa", "prs", "tr", "uk", "fr") if seconds(code, TONGUES.languages)] == []
