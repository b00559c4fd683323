"""
What other organisations are told: valid by the standard, whole, always the same, and nothing of anybody.
"""

import json
import tracemalloc
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.pass_on import share, share_into
from bot.pour import BLOCK, into
from bot.report import UnknownLocation, report
from storage import erasures, locations, tickets
from storage.database import Tx
from storage.reports import Span
from storage.tables import Sealed, metadata, moments
from tests.people import World
from tests.storage.lives import Life, contents, live

SCHEMA = Path(__file__).parent.parent / "peers" / "klantinteracties.json"
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
AT = datetime.fromisoformat("2026-11-23T09:05:06+00:00")
FEW = 50
CANARY = Life("kanarie-naam", "+31600000001", "kanarie-alias", "kanarie-vraag", "kanarie-antwoord", "kanarie-feit", "kanarie-code-55")


def validator(name: str) -> Draft202012Validator:
    """Return what checks a value against a schema of the standard; OpenAPI says `nullable` where JSON Schema says null."""
    def plain(part: Any) -> Any:
        if isinstance(part, list):
            return [plain(one) for one in part]
        if not isinstance(part, dict):
            return part
        kept = {key: plain(value) for key, value in part.items() if key != "nullable"}
        return {"anyOf": [kept, {"type": "null"}]} if part.get("nullable") is True else kept

    schema = plain(json.loads(SCHEMA.read_text())) | {"$ref": f"#/components/schemas/{name}"}
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def a_moment(tx: Tx, topics: str = "work", **more: object) -> int:
    """Write down a moment of nobody."""
    id = tx.ids.next()
    tx.run(moments.insert(), {
        "id": id, "location_id": 1, "municipality": "Leiden", "channel": "whatsapp", "began_by": "client", "began_at": AT, "began_on": AT.date(),
        "last_at": AT, "languages": "ar,nl", "topics": topics, "answered_by": "bot", "outcome": "answered", **more})
    return id


def a_ticket(tx: Tx, moment: int, topics: tuple[str, ...] = (), urgency: str = "normal", client_id: int = 0) -> None:
    """Let a question belong to a moment."""
    tickets.open_or_join(tx, [tickets.Ticket(client_id, 0, moment, None, 1, "social", urgency, AT, AT, topics, "ar")])


def shared(world: World, folder: Path, location: str = "", first: date = FIRST) -> dict[str, Any]:
    """Return what stands in the file."""
    file = folder / "out.json"
    rows = share_into(world.app, file, first, LAST, location)
    found: dict[str, Any] = json.loads(file.read_text())
    assert rows == found["count"] == len(found["results"])
    assert [one.name for one in folder.glob("out*")] == ["out.json"]
    return found


def test_the_file_is_valid_by_the_published_schema(world: World, tmp_path: Path) -> None:
    """The file as a whole, and each contact, subject and task of it, is what the standard's interface answers."""
    def write(tx: Tx) -> None:
        live(tx, CANARY)
        a_moment(tx, "debts_money,permit_renewal", channel="office", answered_by="both", location_id=1)
        a_moment(tx, "", answered_by="volunteer", languages="")
        a_moment(tx, "permit_renewal", is_reached=False, began_by="us", answered_by="")

    world.app.database.submit(write).result()
    found = shared(world, tmp_path)

    assert list(validator("PaginatedExpandKlantcontactList").iter_errors(found)) == []
    assert len(found["results"]) == 4
    for one in found["results"]:
        assert list(validator("Klantcontact").iter_errors(one)) == []
        for topic, known in zip(one["_expand"]["gingOverOnderwerpobjecten"], one["gingOverOnderwerpobjecten"], strict=True):
            assert list(validator("Onderwerpobject").iter_errors(topic)) == []
            assert topic["uuid"] == known["uuid"]
        for task in one["_expand"]["leiddeTotInterneTaken"]:
            assert list(validator("InterneTaak").iter_errors(task)) == []
            assert task["aanleidinggevendKlantcontact"]["uuid"] == one["uuid"]
    assert {one["kanaal"] for one in found["results"]} == {"WhatsApp", "balie"}
    tasks = [task["status"] for one in found["results"] for task in one["_expand"]["leiddeTotInterneTaken"]]
    assert sorted(tasks) == ["te_verwerken", "verwerkt"]


def test_a_wrong_file_would_be_seen() -> None:
    """The test above finds a contact without its subject, a status that there is not, and a language that is too long."""

    assert list(validator("Klantcontact").iter_errors({"uuid": "1"}))
    assert list(validator("StatusEnum").iter_errors("open"))
    assert "'Tigrinya' is too long" in [one.message for one in validator("Klantcontact").iter_errors({"taal": "Tigrinya"})]
    assert not list(validator("KlantcontactForeignKey").iter_errors({"uuid": "0b0a8f2c-1a35-5f0e-9a55-0242ac120002", "url": "urn:uuid:1"}))


def test_nothing_sealed_and_no_number_of_ours_leaves(world: World, tmp_path: Path) -> None:
    """Of a client with something in every sealed column: no name, number, text, note or fact, and none of our ids, is in the file."""
    client_id = world.app.database.submit(lambda tx: live(tx, CANARY)).result()
    shared(world, tmp_path)
    written = (tmp_path / "out.json").read_text()
    stored = contents(world.app.database)

    sealed = {f"{table.name}.{column.name}": {row[place] for row in stored[table.name] if row[place]}
              for table in metadata.sorted_tables for place, column in enumerate(table.columns) if isinstance(column.type, Sealed)}
    assert {"clients.name", "messages.body", "tickets.question", "notes.body", "facts.value", "addresses.external_id"} <= {
        name for name, values in sealed.items() if values}
    assert [name for name, values in sealed.items() for value in values if str(value) in written] == []
    assert "kanarie" not in written
    number = next(row[1] for row in stored["clients"] if row[0] == client_id)
    ids = {str(value) for name, rows in stored.items() for row in rows for column, value in zip(metadata.tables[name].columns, row, strict=True)
           if value is not None and (column.name == "id" or column.name.endswith("_id")) and len(str(value)) > 6}
    assert len(ids) > 5
    assert [id for id in (*ids, f'"{number}"', f":{number}") if id in written] == []


@pytest.mark.parametrize("topic", ["undocumented", "permit_withdrawal", "violence", "a topic of a later version"])
def test_what_is_delicate_is_left_out(world: World, tmp_path: Path, topic: str) -> None:
    """A contact about it, whatever else it is about, or whose ticket is, is not in the file, and neither is the ticket."""
    def write(tx: Tx) -> None:
        a_moment(tx, "work")
        a_moment(tx, topic)
        a_moment(tx, f"work,{topic}")
        client = live(tx, CANARY)
        tx.run(moments.update().where(moments.c.client_id == client).values(topics="work"))
        tx.run(metadata.tables["tickets"].update().where(metadata.tables["tickets"].c.client_id == client).values(topics=f"work,{topic}"))

    world.app.database.submit(write).result()
    found = shared(world, tmp_path)

    assert [one["onderwerp"] for one in found["results"]] == ["Werk"]
    assert topic not in json.dumps(found)


def test_an_emergency_is_left_out(world: World, tmp_path: Path) -> None:
    """A contact that became an emergency, which violence is, is told to nobody outside."""
    world.app.database.submit(lambda tx: live(tx, CANARY, urgency="now")).result()

    assert shared(world, tmp_path)["results"] == []


def test_ids_stay_the_same(world: World, tmp_path: Path) -> None:
    """The same contact has the same id in the next file, also once its client is forgotten and also with other days; another has another."""
    client = world.app.database.submit(lambda tx: live(tx, CANARY)).result()
    first = shared(world, tmp_path)
    world.app.database.submit(lambda tx: (a_moment(tx), erasures.erase(tx, client, AT))).result()
    again = shared(world, tmp_path, first=date(2026, 11, 23))

    assert len(first["results"]) == 1
    ids = [one["uuid"] for one in again["results"]]
    assert first["results"][0]["uuid"] in ids
    assert len(set(ids)) == 2


def test_the_file_agrees_with_the_report(world: World, tmp_path: Path) -> None:
    """Contacts that were made are as many as the report counts, in a file of several blocks and for one location; a greeting is none."""
    def write(tx: Tx) -> None:
        gouda = locations.put(tx, "Gouda", municipality="Gouda")
        rows = [(number, gouda if number % 3 else 1) for number in range(BLOCK * 2 + 7)]
        tx.run(moments.insert(), [
            {"id": tx.ids.next(), "location_id": place, "municipality": "Leiden", "channel": "telegram", "began_by": "client", "began_at": AT,
             "began_on": FIRST + timedelta(days=number % 30), "last_at": AT, "topics": "work" if number % 5 else "", "answered_by": ""}
            for number, place in rows])

    world.app.database.submit(write).result()
    for location in ("", "gouda"):
        counted = world.app.database.look(lambda tx, name=location: report(tx, FIRST, LAST, name))
        found = shared(world, tmp_path, location)
        assert found["count"] == counted.contacts["total"] > BLOCK / 2
        assert len({one["uuid"] for one in found["results"]}) == found["count"]
    with pytest.raises(UnknownLocation):
        shared(world, tmp_path, "Delft")


def test_memory_stays_flat(world: World, tmp_path: Path) -> None:
    """A file of many blocks takes no more memory than a file of one."""
    def write(tx: Tx) -> None:
        tx.run(moments.insert(), [
            {"id": tx.ids.next(), "location_id": 1, "municipality": "Leiden", "channel": "telegram", "began_by": "client", "began_at": AT,
             "began_on": FIRST + timedelta(days=number % 10), "last_at": AT, "topics": "work"} for number in range(FEW * 10)])

    def peak(days: int) -> int:
        span = Span(FIRST, FIRST + timedelta(days=days - 1))
        tracemalloc.start()
        try:
            assert into(world.app.database, share(b"secret", span, str, world.app.settings.timezone, FEW), tmp_path / "out.json") == FEW * days
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    world.app.database.submit(write).result()
    peak(1)
    few = peak(1)
    assert peak(10) < 1.5 * few
