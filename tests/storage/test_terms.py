"""
Every table has its term, and something keeps it.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from storage import erasures, retention, sweeps
from storage.database import Database, Tx
from storage.privacy import OWNERS, RULES
from storage.tables import appointments, files, links, metadata, moments, reminders, tickets, volunteers
from storage.terms import FIXED, LIMITS, TERMS, UNTIMED, lengths
from tests.storage.lives import AMINA, NOW, live

KEPT = lengths({name: how_many for name, (_, how_many, _, _) in LIMITS.items()})
BY_RETENTION = {"messages", "statuses", "media"}      # `storage/retention.py`


def test_every_table_has_a_term() -> None:
    """A table whose end nobody has thought about does not get in, and the map does not speak of tables that are gone."""

    assert [name for name in metadata.tables if name not in TERMS] == []
    assert [name for name in TERMS if name not in metadata.tables] == []
    assert [name for name, term in TERMS.items() if term.kept not in {*LIMITS, *FIXED, *UNTIMED}] == []


def test_every_term_is_kept_by_something() -> None:
    """What ends by the clock has its sweep; what goes with its client is deleted with it; what stays for good holds no client."""
    rules = {name: {RULES[f"{name}.{column.name}"].erasing for column in table.columns} for name, table in metadata.tables.items()}
    timed = {name for name, term in TERMS.items() if term.kept not in UNTIMED}

    assert timed - BY_RETENTION - {"clients", "threads", "revisions"} == set(sweeps.SWEEPS)
    assert [name for name, term in TERMS.items() if term.kept == "client" and (name not in OWNERS or rules[name] != {"row"})] == []
    assert [name for name, term in TERMS.items() if term.kept in ("house", "done") and name in OWNERS] == []
    assert [name for name, term in TERMS.items() if term.also == "ties" and f"{name}.client_id" not in RULES] == []


def test_the_promise_of_consent_cannot_be_stretched() -> None:
    """Clients are told 12 months: no setting keeps texts for longer."""
    _, usual, _, most = LIMITS["texts"]

    assert usual == most == 365


def fill(tx: Tx) -> int:
    """Amina leaves something in every table that has a term, and nothing of it is going on any more."""
    amina = live(tx, AMINA)
    for ticket in tx.all(select(tickets.c.id).where(tickets.c.state != "closed")):
        tx.run(tickets.update().where(tickets.c.id == ticket.id).values(state="closed", closed_at=NOW))
    tx.run(reminders.update().values(ready_at=None, settled_at=NOW, state="sent", send_on=NOW.date()))
    tx.run(metadata.tables["notes"].update().values(id=1))
    tx.run(metadata.tables["invites"].update().values(expires_at=NOW))
    tx.run(metadata.tables["bindings"].update().values(decided_at=NOW, is_allowed=False))
    tx.run(metadata.tables["postings"].update().values(state="gone", ready_at=NOW))
    tx.run(metadata.tables["broadcasts"].update().values(ended_at=NOW))
    [joke] = [row.id for row in tx.all(select(volunteers.c.id))]
    tx.run(volunteers.update().values(dismissed_at=NOW))
    tx.run(appointments.insert(), {"id": tx.ids.next(), "client_id": amina, "location_id": 1, "starts_at": NOW, "made_by": "staff", "made_at": NOW})
    tx.run(files.insert(), {"id": tx.ids.next(), "person": 1, "client_id": amina, "location_id": 1, "municipality": "Leiden",
                            "opened_on": NOW.date(), "closed_on": NOW.date(), "outcome": "granted"})
    tx.run(metadata.tables["nameless"].insert(), {"id": 1, "location_id": 1, "began_on": NOW.date(), "gone_on": NOW.date()})
    tx.run(links.insert(), {"code_hash": "a", "kind": "invite", "volunteer_id": joke, "created_at": NOW, "expires_at": NOW})
    tx.run(metadata.tables["logins"].insert(), {"token_hash": "a", "volunteer_id": joke, "created_at": NOW, "seen_at": NOW, "expires_at": NOW})
    tx.run(metadata.tables["attempts"].insert(), {"id": 1, "login_key": "a", "source_key": "a", "at": NOW, "is_right": True})
    tx.run(metadata.tables["duties"].insert(), {"location_id": 1, "volunteer_id": joke, "on_day": NOW.date(), "starts": 540, "ends": 1020})
    return amina


def sweep(tx: Tx, now: datetime) -> None:
    """Do what the clock does each hour, a row at a time, as often as there is something."""
    for run in (lambda: retention.expire(tx, now - KEPT["texts"], 1, now), *(
            lambda name=name, one=one: one(tx, now - KEPT[TERMS[name].kept], 1) for name, one in sweeps.SWEEPS.items())):
        for _ in range(20):
            if not run():  # type: ignore[operator]
                break
    retention.delete_pictures(tx, retention.old_pictures(tx, now - KEPT["pictures"], 50))
    everyone = sweeps.some_clients(tx, 0, 50)
    sweeps.untie(tx, everyone, now - KEPT["ties"])
    for client_id in sweeps.bygone(tx, everyone, now - KEPT["clients"]):
        erasures.erase(tx, client_id, now)


def count(tx: Tx, name: str) -> int:
    """Return how many rows a table has."""
    return int(tx.run(select(func.count()).select_from(metadata.tables[name])).scalar_one())


def test_each_table_ends_on_its_day(database: Database) -> None:
    """The clock is moved to the day before each term ends and the day after: every table still has its rows, and then has none."""
    database.submit(fill).result()
    filled = {name for name in metadata.tables if name in sweeps.SWEEPS or name in BY_RETENTION} - {"volunteers"}
    assert [name for name in filled if not database.look(lambda tx, name=name: count(tx, name))] == []
    for days in sorted({KEPT[TERMS[name].kept].days for name in filled}):
        ends = {name for name in filled if KEPT[TERMS[name].kept].days == days}
        database.submit(lambda tx, days=days: sweep(tx, NOW + timedelta(days=days) - timedelta(hours=1))).result()
        early = [name for name in ends if not database.look(lambda tx, name=name: count(tx, name))]
        database.submit(lambda tx, days=days: sweep(tx, NOW + timedelta(days=days + 1))).result()
        late = [name for name in ends if database.look(lambda tx, name=name: count(tx, name))]
        assert (early, late) == ([], [])
    database.submit(lambda tx: sweep(tx, NOW + timedelta(days=7 * 365))).result()
    left = {name for name in metadata.tables if database.look(lambda tx, name=name: count(tx, name))}

    assert left == {"locations", "volunteers", "erasures", "deletions", "tallies"}
    assert database.look(lambda tx: tx.one(select(volunteers.c.name)))[0] == sweeps.NAMELESS


def test_ties_go_a_year_after_the_last_contact(database: Database) -> None:
    """A year after Amina's last contact her moment, question and file are nobody's, with what they were about; she herself is still known."""
    amina = database.submit(fill).result()
    ties = [moments, tickets, files]

    def tied(tx: Tx) -> list[int]:
        return [len(tx.all(select(table.c.id).where(table.c.client_id == amina))) for table in ties]

    database.submit(lambda tx: sweep(tx, NOW + timedelta(days=364))).result()
    assert database.look(tied) == [1, 2, 1]
    database.submit(lambda tx: sweep(tx, NOW + timedelta(days=367))).result()

    assert database.look(tied) == [0, 0, 0]
    assert database.look(lambda tx: [count(tx, table.name) for table in ties]) == [1, 2, 1]
    assert database.look(lambda tx: tx.one(select(moments.c.topics)))[0] == "housing_search"
    assert database.look(lambda tx: [row.question for row in tx.all(select(tickets.c.question))]) == [None, None]
    assert database.look(lambda tx: count(tx, "clients")) == 1


def test_who_waits_or_is_to_be_reminded_stays(database: Database) -> None:
    """An open question keeps its ties, and a reminder that is planned keeps its client, however long ago the last contact was."""
    amina, later = database.submit(lambda tx: live(tx, AMINA)).result(), NOW + timedelta(days=3 * 365)
    database.submit(lambda tx: sweep(tx, later)).result()
    assert database.look(lambda tx: sweeps.strangers(tx, [amina], later)) == []
    closing = {"state": "closed", "closed_at": NOW}
    database.submit(lambda tx: tx.run(tickets.update().values(closing))).result()

    assert database.look(lambda tx: sweeps.strangers(tx, [amina], later)) == [amina]
    assert database.look(lambda tx: sweeps.bygone(tx, [amina], later)) == []
    database.submit(lambda tx: tx.run(reminders.update().values(ready_at=None))).result()
    assert database.look(lambda tx: sweeps.bygone(tx, [amina], later)) == [amina]
