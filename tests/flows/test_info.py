"""The info point: short answers with what a client must know, and a colleague at the right moment."""

import re
from itertools import pairwise

import pytest

from flows.catalogue import FLOWS, TOPICS
from flows.events import Escalated, Topic
from flows.info import CHECKED_ON, INFO, next_place
from tests.flows.conversation import TONGUES, welcomed

WRITTEN = ("permit_renewal", "housing_search", "benefits_rent", "debts_money", "inburgering_deadline")
LANGUAGES = TONGUES.languages
MUST_HOLD = {
    "permit_renewal": ("geldig tot", "3 maanden", "nog geldig", "DigiD", "op papier", "gratis", "Elk kind", "30 dagen", "ind.nl"),
    "housing_search": ("gemeente", "één aanbod", "Huren in Holland Rijnland", "Elk jaar", "vanaf die dag", "elke week", "Urgentie",
                       "Betaal nooit", "ID", "inkomen", "BRP"),
    "benefits_rent": ("Mijn toeslagen", "DigiD", "voordeur", "huurcontract", "spaargeld", "vergunning", "geen maximale huur", "21 jaar",
                      "servicekosten", "elke verandering", "terugbetalen", "1 september", "31 december"),
    "debts_money": ("Betaal eerst uw huur, energie en zorgverzekering", "Open elke brief", "Leen geen geld", "gratis", "Stadsbank Leiden",
                    "sociaal wijkteam", "4 weken", "3 werkdagen", "deurwaarder moet u geld laten", "Omgaan met geld"),
    "inburgering_deadline": ("brief van DUO", "Mijn Inburgering", "2½ jaar", "bewijs", "vroeg", "8 tot 16 weken", "vóór de datum",
                             "nieuwe termijn", "lening", "6 weken"),
}
PERSON_FIRST = {
    "permit_renewal_late": ("legal", "today"), "housing_search_homeless": ("housing", "today"), "debts_money_bailiff": ("social", "today"),
    "inburgering_deadline_fine": ("social", "today"), "benefits_rent_stopped": ("social", "week"),
}


def _places(topic: str) -> list[str]:
    """Return every node of a topic that can be reached from its first answer."""
    found = [topic]
    for name in found:
        found += [choice.next for choice in INFO.nodes[name].choices if choice.next not in found]
    return found


@pytest.mark.parametrize("topic", WRITTEN)
def test_an_answer_holds_what_it_must(topic):
    """What the topics page says an answer must hold is said in the first answer or one choice further."""
    said = " ".join(TONGUES("nl").raw(INFO.nodes[name].text).replace("*", "") for name in _places(topic))

    assert [fact for fact in MUST_HOLD[topic] if fact not in said] == []


@pytest.mark.parametrize("topic", WRITTEN)
def test_an_answer_is_short(topic):
    """An answer has at most five sentences before what to bring, in few words, and at most four choices."""
    for name in _places(topic):
        node = INFO.nodes[name]
        if node.escalate:
            continue
        first, *_rest = node.text.split("\n\n")
        sentences = [sentence for sentence in re.split(r"(?<=[.?!])\s", first) if sentence]
        assert len(sentences) <= 5, name
        assert all(len(sentence.split()) <= 25 for sentence in sentences), name
        assert len(node.choices) <= 4


@pytest.mark.parametrize("topic", WRITTEN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_says_when_it_was_checked_and_where_to_look(topic, language):
    """Every answer carries the day its facts were checked, and its first one the official page, alone on a line."""
    said = welcomed(language).says(kind="choice", choice=f"menu.choose:{topic}")

    assert TONGUES(language).date(CHECKED_ON) in said
    assert any(re.fullmatch(r"https://[\w./-]+", line) for line in said.splitlines())


def test_no_text_names_an_amount():
    """No text names an amount that changes every year."""
    for flow in FLOWS.values():
        for node in flow.nodes.values():
            assert not re.search(r"€|\beuros?\b", " ".join(TONGUES(code).raw(node.text) for code in LANGUAGES)), node.id


@pytest.mark.parametrize(("name", "wanted"), PERSON_FIRST.items())
def test_what_cannot_wait_goes_to_a_colleague(name, wanted):
    """An ended card, no place to sleep, a bailiff, a fine: a choice away from the first answer is a colleague of the right team."""
    team, urgency = wanted
    topic = next(topic for topic in WRITTEN if name.startswith(topic))
    before = next(place for place in _places(topic) if any(choice.next == name for choice in INFO.nodes[place].choices))
    choice = next(choice for choice in INFO.nodes[before].choices if choice.next == name)
    amina = welcomed("ar")

    amina.says(kind="choice", choice=f"info.{before}:{choice.id}")

    (ticket,) = amina.has(Escalated)
    assert (ticket.team, ticket.urgency, ticket.topics) == (team, urgency, (topic,))


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic not in (*WRITTEN, "letter_check")])
def test_what_is_not_written_yet_is_answered_by_a_person(topic):
    """A topic without a text opens a ticket with its team and urgency, and the client hears by when."""
    node = INFO.nodes[topic]
    yonas = welcomed("nl")

    said = yonas.says(kind="choice", choice=f"menu.choose:{topic}")

    (ticket,) = yonas.has(Escalated)
    assert node.escalate
    assert (ticket.team, ticket.urgency, ticket.topics) == (TOPICS[topic].team, TOPICS[topic].urgency, (topic,))
    assert [event.id for event in yonas.has(Topic)] == [topic]
    assert "vóór 17:00" in said or "voor 17:00" in said


def test_a_letter_goes_to_the_letter_conversation():
    """Who asks to check a letter is asked for a photo."""
    joke = welcomed("nl")

    assert "foto" in joke.says("kunt u mijn brief lezen")


def test_a_question_within_the_topic_gets_the_place_that_answers_it():
    """A free question about the same topic goes on to what it asks for."""
    amina = welcomed("nl")

    amina.says("wonen")
    said = amina.says("hoe schrijf ik me in voor een huis?")

    assert "Maak een account" in said
    assert len(amina.has(Escalated)) == 0


def test_more_of_a_topic_comes_in_order_until_only_a_volunteer_is_left():
    """Each follow-up is offered once; after the last a volunteer is the best that follows."""
    seen = ["info.housing_search"]
    while more := next_place("housing_search", seen):
        seen.append(more)

    assert seen == ["info.housing_search", "info.housing_search_enrol", "info.housing_search_urgency", "info.housing_search_fraud"]
    assert all(first != second for first, second in pairwise(seen))
