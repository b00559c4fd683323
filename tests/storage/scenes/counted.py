"""
What is counted: contacts that were no chats, files, totals, and the report that asks for all of it.
"""

from datetime import date, timedelta

from storage import contacts, exports, files, frozen, moments, notes, reports, revisions, search_keys, sums, tallies, totals, volunteers
from storage.contacts import Contact
from storage.database import Tx
from storage.reports import Span
from storage.sums import Clock
from tests.storage.lives import NOW

DAY, LAST = date(2026, 11, 1), date(2026, 11, 30)
SPANS = (Span(DAY, LAST), Span(DAY, LAST, 1), Span(DAY, LAST, 1, "Leiden", "info_point"))


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What the desk and the report ask of these nouns."""
    joke = volunteers.add(tx, "Joke", "volunteer", 1, NOW, ["legal", "social"])
    moment, ticket = _log(tx, client_id, joke)
    for span in SPANS:
        _count(tx, span)
    notes.of_moments(tx, [moment])
    revisions.revise(tx, revisions.find(tx, moment, is_locked=True), joke, "corrected", {"minutes": 7}, NOW)
    revisions.find(tx, moment)
    revisions.of_moments(tx, [moment])
    revisions.latest(tx, joke)
    moments.book(tx, moment, "guidance", 5)
    moments.programme_of(tx, moment)
    contacts.spoken(tx, ticket, NOW)
    contacts.take_back(tx, [moment], joke, NOW - timedelta(hours=1))
    search_keys.names_among(tx, ["amina", "huur"])


def _log(tx: Tx, client_id: int, joke: int) -> tuple[int, int]:
    first, second = tx.ids.next(), tx.ids.next()
    said = [Contact(id, client_id, 1, "Leiden", "call", NOW, NOW.date(), ["work"], "info_point", "answered", joke, 5) for id in (first, second)]
    contacts.known(tx, [first, second])
    contacts.log(tx, said, NOW)
    contacts.join(tx, second, said[0])
    notes.add(tx, None, client_id, joke, "belt terug", NOW, first)
    files.open_ones(tx, 1, "Leiden", client_id, DAY, 2, joke)
    for one in files.of_location(tx, 1, DAY):
        files.one(tx, one.id, 1)
        files.close(tx, one.id, 1, LAST, "granted", joke)
        files.reopen(tx, one.id, 1, joke)
        files.remove(tx, one.id, 1)
    totals.put(tx, 1, DAY, LAST, {"volunteers": 40, "housed_homes": None}, joke, NOW)
    return first, second


def _count(tx: Tx, span: Span) -> None:
    clock = Clock("Europe/Amsterdam", [(NOW, timedelta(hours=2)), (NOW, timedelta(hours=1))])
    sums.counted(tx, span, clock)
    sums.missing(tx, LAST + timedelta(days=1), clock.zone, 10)
    sums.keep(tx, DAY, 1, clock)
    sums.counted(tx, span, clock)
    reports.first_answers(tx, span, NOW, NOW + timedelta(days=1))
    reports.approached(tx, span, NOW, NOW + timedelta(days=1))
    reports.trajectories(tx, span)
    reports.not_understood(tx, span, 10)
    for row in reports.behind(tx, span, None, 10):
        reports.cell_of(row)
        reports.behind(tx, span, (row.began_on, row.location_id, row.id), 10)
    revisions.withdrawn(tx, span, NOW)
    tallies.of_span(tx, span)
    frozen.one_by_one(tx)
    frozen.of_year(tx, span.from_on.year)
    frozen.keep(tx, span, 1, {"hidden": [], "sections": []}, NOW)
    kept = frozen.of_span(tx, span)
    frozen.one(tx, kept.id if kept else 0)
    frozen.latest(tx, [1])
    frozen.since(tx, span, NOW)
    reports.within(span)
    tallies.period(span.from_on, 3)
    tallies.count_on(tx, [1])
    reports.leave_trajectory(tx, 1, DAY)
    exports.namespace(tx, "klantinteracties")
    for one in exports.told(tx, span, None, 1)[0]:
        exports.told(tx, span, (DAY, 1, one.id), 10)
    files.counted(tx, span)
    totals.of_period(tx, span)
