"""A letter: from whom, which date; everyday senders are explained, the others are a person's the same day."""

import json
from dataclasses import replace
from datetime import date

import pytest

from flows import facts
from flows.events import Escalated, Learned
from flows.letter import LETTER
from flows.senders import PAGES, SENDERS, sort
from tests.flows.conversation import TONGUES, Person, welcomed

TODAY = date(2026, 11, 24)
EVERYDAY = {"gemeente", "duo", "tax", "insurer", "bank", "landlord", "school", "uwv", "svb", "cak"}
SERIOUS = {"ind", "court", "cjib", "bailiff", "police", "unknown"}


def asked_from(language: str = "nl") -> Person:
    """Return a client who has sent a photo and is asked from whom the letter is."""
    person = welcomed(language)
    person.says(kind="photo")
    return person


def choose(person: Person, sender: str) -> str:
    """Let a client turn the pages by digit, and choose a sender by its digit; return what is said."""
    page = next(number for number, senders in enumerate(PAGES) if sender in {one.id for one in senders})
    for _turn in range(page):
        person.says("5")
    return person.says(str([one.id for one in PAGES[page]].index(sender) + 1))


def test_senders_are_those_that_write():
    """Ten senders are explained, six are not; every page offers four and more, each with its emoji, and each sender once."""
    assert {one.id for one in SENDERS.values() if one.about} == EVERYDAY
    assert set(SENDERS) - EVERYDAY == SERIOUS
    person = asked_from()
    seen = []
    for _page in PAGES:
        seen += person.labels[:-1]
        assert len(person.labels) == 5
        person.says("5")
    assert len({*seen}) == len(SENDERS)
    assert person.session.node == "sender"


@pytest.mark.parametrize("sender", sorted(EVERYDAY))
def test_an_everyday_sender_is_explained(sender: str):
    """What such a sender usually writes is said in general, with the day it was checked, and then the date is asked."""
    person = asked_from()
    said = choose(person, sender)

    assert TONGUES("nl").date(date(2026, 11, 24)) in said
    assert person.session.node == "date"
    assert not person.has(Escalated)
    person.says("1")
    [ticket] = person.has(Escalated)
    assert (ticket.team, ticket.urgency) == ("social", "week")
    assert ticket.question.endswith(" · Ik zie geen datum")


@pytest.mark.parametrize("language", TONGUES.languages)
@pytest.mark.parametrize("sender", sorted(SERIOUS))
def test_a_serious_sender_is_a_persons_today(sender: str, language: str):
    """Of these nothing is explained: do not sign, do not throw away, the legal team looks today, whatever the date."""
    person = asked_from(language)
    said = choose(person, sender)

    [ticket] = person.has(Escalated)
    assert (ticket.team, ticket.urgency, ticket.topics) == ("legal", "today", ("letter_check",))
    assert ticket.question == TONGUES("nl").raw(SENDERS[sender].label)
    assert "https://" not in said
    person.says("31-12-2026")
    assert [(one.team, one.urgency, one.question) for one in person.has(Escalated)] == [("legal", "today", "2026-12-31")]


@pytest.mark.parametrize(("text", "way"), [
    ("van de gerechtsdeurwaarder", "serious"), ("mijn huurbaas", "landlord"), ("Zilveren Kruis", "insurer"), ("ING", "bank"),
    ("weet ik niet", "serious"),
    ("من المحكمة", "serious"), ("البلدية", "gemeente"), ("ቤት ፍርዲ", "serious"), ("de sociale verzekeringsbank", "svb"), ("UWV", "uwv"),
    ("de school van mijn zoon", "school"), ("iemand die ik niet ken", "serious"), ("belediye", "gemeente"), ("la police", "serious"),
])
def test_a_sender_is_known_by_name(text: str, way: str):
    """Whoever a client names is recognised, in any language; whom we do not know is looked at by a person."""
    assert sort(text, TODAY) == way


def test_a_date_is_a_fact_of_the_client():
    """The date is told as a fact, in the client's name; a second letter's stands beside it, and one that is over goes."""
    person = asked_from()
    person.says("DUO")
    person.says("20-12-2026")
    [first] = person.has(Learned)
    person.says(kind="photo")
    person.says("SVB")
    person.says("٣١-١٢-٢٠٢٦")
    [second] = person.has(Learned)

    assert facts.read({"letters": facts.written("letters", first.value)}).letters == (facts.Letter(due_on=date(2026, 12, 20)),)
    assert (second.fact, json.loads(second.value)) == ("letters", [{"due_on": "2026-12-20"}, {"due_on": "2026-12-31"}])


def test_a_date_that_is_over_is_questioned_once():
    """Is it the date on the letter? Then the other is asked, and taken as it is; a letter that is really late is read today."""
    person = asked_from()
    person.says("DUO")
    person.says("01-11-2026")
    assert (person.session.node, person.has(Learned), person.has(Escalated)) == ("past", [], [])
    person.says("1")
    assert person.session.node == "due"
    person.says("02-11-2026")
    assert [ticket.urgency for ticket in person.has(Escalated)] == ["today"]

    late = asked_from()
    late.says("DUO")
    late.says("01-11-2026")
    late.says("2")
    assert [(ticket.urgency, ticket.question) for ticket in late.has(Escalated)] == [("today", "DUO · 2026-11-01")]


def test_a_better_date_may_be_written_at_once():
    """Who is asked about a day that is over may write the right one instead."""
    person = asked_from()
    person.says("DUO")
    person.says("01-11-2026")
    person.says("31-12-2026")

    assert [ticket.question for ticket in person.has(Escalated)] == ["DUO · 2026-12-31"]


@pytest.mark.parametrize("kind", ["photo", "document"])
def test_the_next_page_goes_to_the_same_letter(kind: str):
    """A second page is taken, and the question that was open is asked once more."""
    person = asked_from()
    person.says("DUO")
    said = person.says(kind=kind)

    assert TONGUES("nl").raw(LETTER.nodes["date"].text) in said
    assert (person.session.node, len(person.has(Escalated))) == ("date", 1)


@pytest.mark.parametrize("language", TONGUES.languages)
def test_a_client_is_asked_to_cover_numbers(language: str):
    """Before and after a photo: cover the BSN and the V-number."""
    for node in ("photo", "got"):
        said = TONGUES(language).raw(LETTER.nodes[node].text)
        assert "*BSN*" in said
        assert "*V-nummer*" in said


def test_every_way_through_a_letter_comes_to_a_person_within_two_messages():
    """Whatever a client chooses at any place, a ticket opens with that answer or the next; and 0 brings a person at once."""
    for node in (node for node in LETTER.nodes.values() if node.waits):
        for choice in (choice for choice in node.choices if choice.id not in ("more", "person")):
            steps = {choice.next, *(after for first in _follow(choice.next) for after in _next(first))}
            assert any(LETTER.nodes[one].escalate for name in steps for one in _follow(name)), f"{node.id}: {choice.id}"
        amina = welcomed()
        amina.session = replace(amina.session, flow="letter", node=node.id)
        amina.says("0")
        assert amina.has(Escalated)


def _follow(name: str) -> list[str]:
    """Return a place and those that follow without an answer."""
    found = [name]
    while not LETTER.nodes[found[-1]].waits and LETTER.nodes[found[-1]].next in LETTER.nodes:
        found.append(LETTER.nodes[found[-1]].next)
    return found


def _next(name: str) -> list[str]:
    """Return where the answers at a place lead, within a letter."""
    return [choice.next for choice in LETTER.nodes[name].choices if choice.next in LETTER.nodes]
