"""
Broadcasts: who they may be for, what each client gets, and that a locked screen tells nothing of it.
"""

from datetime import date, datetime, timedelta

import pytest

from flows import broadcast
from flows.broadcast import OPENING, PROGRAMMES, SENTENCES, TOPICS, Census, Segment, Words, free_at, say, say_if_can, segment
from flows.notices import LIMIT, SEEN
from flows.phrasebook import PHRASES, WrongSlot
from flows.topics import TOPICS as ALL_TOPICS
from tests.flows.conversation import LEIDEN, TONGUES, TUESDAY, welcomed
from tests.flows.test_notices import seen, telling

TODAY = date(2026, 11, 24)
GIVEN = {"date": "2026-12-24", "document": "letter"}


def every(language: str) -> list[str]:
    """Everything that a broadcast of ours can say in a language."""
    tongue = TONGUES(language)
    words = [Words("checkin"), Words("text", {language: "x"}), *(Words("phrase", phrase=id, given=GIVEN) for id in SENTENCES)]
    return [spoken.text for one in words if (spoken := say(one, tongue, LEIDEN, TODAY))]


@pytest.mark.parametrize("language", TONGUES.languages)
def test_a_locked_screen_tells_nothing(language):
    """The opening is longer than what a locked screen shows, in every language and for everything that is said, and holds no telling word."""
    opening, said = TONGUES(language)(OPENING), every(language)

    assert len(said) == 2 + len(SENTENCES)
    assert all(text.startswith(opening) for text in said)
    assert len(seen(opening)) == SEEN
    assert {word for text in said for word in telling(language, seen(text))} == set()
    assert all(len(text.encode("utf-16-le")) <= 2 * LIMIT for text in said)


def test_a_segment_is_never_a_legal_topic():
    """Neither by topic nor by programme can clients be picked by what the law, a letter or violence may have to do with."""
    legal = {topic.id for topic in ALL_TOPICS.values() if topic.team == "legal"}
    picked = segment(["ar"], [1], ["legal_hour", "family_file", "lessons"], [*ALL_TOPICS, "violence"])

    assert picked.programmes == ("lessons",)
    assert set(picked.topics) == ALL_TOPICS.keys() - legal - {"letter_check"}
    assert not legal & set(TOPICS)
    assert "legal_hour" not in PROGRAMMES
    assert Segment.from_json(picked.to_json()) == picked


def test_a_segment_takes_languages_and_locations():
    """No language is every language; no location is nobody."""
    assert segment([], [1], [], []).takes("ti", 1)
    assert not segment(["ar"], [1], [], []).takes("ti", 1)
    assert not segment([], [1], [], []).takes("ti", 2)
    assert not segment([], [], [], []).takes("ti", 1)


def test_each_hears_their_own_language_or_nothing():
    """Our own words go to who reads them; a sentence of the phrasebook goes to everybody; a day that is over goes to nobody."""
    words = Words("text", {"nl": "Wij zijn dicht.", "ar": "نحن مغلقون."})
    assert words.are_complete
    assert not Words("text", {"ar": "نحن مغلقون."}).are_complete
    assert say_if_can(words, TONGUES("ti"), LEIDEN, TODAY) == "no_text"
    spoken = say(words, TONGUES("ar"), LEIDEN, TODAY)
    assert spoken
    assert (spoken.text.splitlines()[-1], spoken.language, spoken.offers(1)) == ("نحن مغلقون.", "ar", ())

    closed = Words("phrase", phrase="closed_on", given=GIVEN)
    said = [say_if_can(closed, TONGUES(language), LEIDEN, TODAY) for language in TONGUES.languages]
    assert len({one.text for one in said}) == len(TONGUES.languages)
    assert say_if_can(closed, TONGUES("nl"), LEIDEN, date(2026, 12, 25)) == "too_late"
    with pytest.raises(WrongSlot):
        say(Words("phrase", phrase="closed_on"), TONGUES("nl"), LEIDEN, TODAY)


def test_sentences_for_many_ask_nothing():
    """What goes to many of the phrasebook opens no question by a button, and is there."""
    assert [id for id in SENTENCES if PHRASES[id].answers] == []


def test_reminders_go_first():
    """At most two in seven days, and a reminder that comes within them takes its place before a broadcast."""
    now = datetime(2026, 11, 24, 10, tzinfo=TUESDAY.tzinfo)
    ago = [now - timedelta(days=days) for days in (3, 1)]

    assert free_at([], 0, now) is None
    assert free_at(ago[:1], 0, now) is None
    assert free_at(ago, 0, now) == now + timedelta(days=4)
    assert free_at([], 1, now) is None
    assert free_at(ago[:1], 1, now) == now + timedelta(days=1)
    assert free_at([now - timedelta(days=8)], 1, now) is None


def test_the_census_names_costs_and_who_gets_nothing():
    """A template costs, and at most what follows it; who has no text in their language, or may not be written to, is counted by why."""
    census, words = Census(), Words("text", {"nl": "Dag."})
    for language, why, channel, is_template in (("nl", "", "whatsapp", True), ("nl", "", "telegram", False), ("ti", "", "telegram", False),
                                                ("ar", "stopped", "", False)):
        census.count(words, language, why, channel, is_template)

    assert (census.reached, census.templates, dict(census.barred)) == (2, 1, {"no_text": 1, "stopped": 1})
    assert dict(census.languages) == {"nl": 2, "ti": 1}
    assert census.cost == (broadcast.UTILITY, broadcast.MARKETING + broadcast.WORDS)
    assert 0 < broadcast.UTILITY < broadcast.MARKETING
    assert broadcast.needs_template("whatsapp", None, TUESDAY)
    assert not broadcast.needs_template("telegram", None, TUESDAY)
    assert not broadcast.needs_template("whatsapp", TUESDAY - timedelta(hours=23), TUESDAY)


@pytest.mark.parametrize(("face", "answer"), [("😀", "good"), ("🙂🙂", "good"), ("☹️", "bad"), ("😢😢", "bad"), ("😐 ", "so_so")])
def test_a_typed_face_is_an_answer(face, answer):
    """Who sends a face instead of tapping one has answered; faces of two sorts, or words beside them, are read as words."""
    olena = welcomed()
    olena.is_asked_how_it_goes()
    olena.says(face)
    assert [event.answer for event in olena.events if hasattr(event, "answer")] == [answer]

    olena.is_asked_how_it_goes()
    olena.says("😀😢")
    assert [event for event in olena.events if hasattr(event, "answer")] == []


def test_an_old_face_answers_its_own_message():
    """The session names the message whose face was tapped, not the one that came last; a volunteer who has the conversation holds nothing up."""
    olena = welcomed("ar")
    olena.is_asked_how_it_goes()
    olena.says(kind="choice", choice="checkin.ask:bad.77")
    assert olena.session
    assert olena.session.data["checkin"] == "77"
    assert olena.knows.expects_at
