"""
Importing clients: all or nothing, the same again changes nothing, and a number that is new is invited once.
"""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import create_engine, text

from bot import wait
from bot.app import App
from bot.approach import approach
from bot.channels import Registry
from bot.channels.memory import Memory
from bot.import_ import Result, WrongList, import_file, keep_list, read_list
from bot.lay_out import lay_out, lay_out_csv
from bot.unpack import WrongFile, unpack
from flows.approvals import INVITE, READ
from flows.safe_contact import SafeContact
from storage import clients, facts, imports, locations, questions, templates
from storage.addresses import Sender, resolve
from storage.database import Database
from storage.tables import metadata
from storage.templates import Template
from tests.people import World, make_world
from tests.warm import open_warm

AMINA, YONAS = "+31612345678", "+31687654321"
HEAD = "cliëntnummer;voornaam;taal;telefoon;geldig tot;soort vergunning\n"
LIST = HEAD + f"2001;Amina;Arabisch;06-12345678;31-12-2027;asiel\n2002;Yonas;ti;{YONAS};1 maart 2028;\n"


def opened(database: Database, folder: Path) -> World:
    """The app with WhatsApp on."""
    world = make_world(database, folder)
    world.channel = Memory("whatsapp")
    world.app.channels = Registry({"whatsapp": world.channel})
    return world


@pytest.fixture
def world(database, tmp_path) -> World:
    """The app on each kind of database."""
    return opened(database, tmp_path)


@pytest.fixture
def small(sqlite_url, keys, tmp_path) -> Iterator[World]:
    """The app on SQLite, for what no database decides."""
    database = open_warm(sqlite_url(), keys)
    yield opened(database, tmp_path)
    database.close()


def bring(app: App, text: str | bytes, within: int = 0, skips_bad: bool = False) -> Result:
    """Import a list; return what was done."""
    read = read_list(app, text.encode() if isinstance(text, str) else text, within)
    if read.wrong and not skips_bad:
        raise WrongList(read.wrong)
    return app.database.submit(lambda tx: keep_list(app, tx, read.rows, within, None, skips_bad)).result()


def approve(app: App, language: str) -> None:
    """Let WhatsApp approve the invitation in a language."""
    wording = wait.wordings(app, INVITE, language)[0]
    kept = Template(wording.name, wording.language, wait.shaped(wording).hash, "HX" + "0" * 32, "approved")
    app.database.submit(lambda tx: templates.keep(tx, kept, app.now())).result()


def told(app: App, number: int) -> dict[str, str]:
    """What we know of a client."""
    def look(tx):
        client = clients.by_number(tx, number)
        return clients.facts_of(tx, client.id) if client else {}

    return app.database.look(look)


def everything(app: App) -> dict[str, list[object]]:
    """Every row of every table."""
    return app.database.look(lambda tx: {name: [tuple(row) for row in tx.all(table.select())] for name, table in metadata.tables.items()})


def wrong_of(app: App, text: str, within: int = 0) -> list[str]:
    """What is wrong with a list, a line each."""
    return [str(one) for one in read_list(app, text.encode(), within).wrong]


def test_a_list_becomes_clients_and_facts(world):
    """Names, languages, phones and facts are kept; the same list again changes no row of any table."""
    done = bring(world.app, LIST)

    assert (done.added, done.invited) == (2, 2)
    (amina, yonas) = world.app.database.look(lambda tx: [clients.by_number(tx, number) for number in (2001, 2002)])
    assert (amina.name, amina.language, yonas.name, yonas.language) == ("Amina", "ar", "Yonas", "ti")
    assert told(world.app, 2001) == {"permit_expires_on": "2027-12-31", "permit_kind": "asylum"}
    assert set(world.app.database.look(lambda tx: imports.by_phones(tx, [AMINA, YONAS]))) == {AMINA, YONAS}
    before = everything(world.app)
    world.now.move(days=1)
    again = bring(world.app, LIST)
    assert (again.added, again.changed, again.same, again.invited) == (0, 0, 2, 0)
    assert everything(world.app) == before


def test_one_wrong_row_stores_nothing(world):
    """Every wrong cell is named without names and numbers, and nothing is stored unless the bad rows are to be left out."""
    text = LIST + "2003;Olena;uk;06123;31-02-2027;assiel\n"
    before = everything(world.app)

    with pytest.raises(WrongList, match="1 row cannot be imported; nothing was stored") as refused:
        bring(world.app, text)
    assert [str(one) for one in refused.value.wrong] == [
        "row 4: a number of 5 digits that cannot be (column telefoon); write it as 06 12345678 or +31 6 12345678",
        'row 4: "31-02-2027" is not a day (column geldig tot); write a day that exists, such as 28-02-2027',
        'row 4: "assiel" (column soort vergunning); did you mean asiel?']
    assert everything(world.app) == before
    assert bring(world.app, text, skips_bad=True).added == 2


def test_a_row_that_fits_nobody_is_told(small):
    """A number or phone of somebody else is not guessed about: the row says what is wrong, and gives away nobody."""
    bring(small.app, LIST)
    stranger = Sender("whatsapp", "whatsapp:+31633333333")
    small.app.database.submit(lambda tx: resolve(tx, [stranger], small.now())).result()

    lines = wrong_of(small.app, HEAD + f"2001;Olena;;;;\n2005;Olena;;{AMINA};;\n;Olena;;{YONAS};;\n;Olena;;;;\n2002;Yonas;;0712345678;;\n"
                     "2009;Olena;;06-44444444;;\n2009;Joke;;;;\n2010;Joke;;06 44444444;;\n")
    assert [line.partition(";")[0] for line in lines] == [
        "row 2: a client whom we know by another name", "row 3: the phone of a client with another number",
        "row 4: a client whom we know by another name", "row 5: neither client number nor phone",
        "row 6: a number that is no mobile one (column telefoon)", "row 8: the client number of row 7", "row 9: the phone of row 7"]
    assert not any(name in line for line in lines for name in ("Amina", "Olena", "Yonas", "Joke", "2001", "6123"))


def test_headings_are_told_by_near_misses(small):
    """A heading that is nearly one of ours is named, another is not repeated; a second one for the same is refused."""

    assert wrong_of(small.app, "voornaam,telefoon,geldig tt,Amina Hassan,phone\n") == [
        'row 1: there is no column "geldig tt" (column C); did you mean geldig tot?',
        "row 1: a heading we do not know (column D); leave this column out, or head it as in the example",
        'row 1: "phone" means the same as "telefoon" (column E); leave one of the two out']
    with pytest.raises(WrongFile, match="heads no column we know"):
        read_list(small.app, b"Amina;Hassan\n")


def test_who_wrote_before_is_the_client_of_the_list(world):
    """The phone of somebody unknown is bound to the record of the list, with what they said; they are not invited."""
    sender = Sender("whatsapp", f"whatsapp:{AMINA}")

    def write(tx):
        address = resolve(tx, [sender], world.now())[sender]
        found = imports.by_phones(tx, [AMINA])[AMINA]
        facts.learn(tx, [(found.id, "permit_expires_on", "2027-06-30")], "client", world.now())
        return address

    world.app.database.submit(write).result()
    done = bring(world.app, LIST)

    assert (done.added, done.invited, done.differing) == (2, 1, 1)
    found = world.app.database.look(lambda tx: imports.by_phones(tx, [AMINA]))[AMINA]
    assert (found.number, found.name) == (2001, "Amina")
    (question,) = world.app.database.look(lambda tx: questions.of_client(tx, found.id))
    assert (question.reason, question.team, question.topics) == ("differs", "legal", ("permit_renewal",))
    assert world.app.database.look(lambda tx: facts.driving(tx, [found.id]))[found.id]["permit_expires_on"] == "2027-06-30"


def test_a_coordinator_imports_within_the_location(small):
    """Clients of another location are neither changed nor added there."""
    bring(small.app, LIST)
    gouda = small.app.database.submit(lambda tx: locations.put(tx, "Gouda", hours="mo-fr 09:00-17:00")).result()

    assert wrong_of(small.app, "cliëntnummer;locatie\n2001;\n3000;Leiden\n3001;\n3002;Gouda\n", gouda) == [
        "row 2: a client of another location; only clients of your own location can be imported here",
        "row 3: a client of another location; only clients of your own location can be imported here"]


async def test_an_imported_number_is_invited_once(world):
    """It leaves on a working day between nine and eight, names no reason, and its button begins the welcome in the client's language."""
    approve(world.app, "ar")
    world.now.move_to(date(2026, 11, 28), 21)        # a Saturday night
    bring(world.app, LIST.splitlines()[0] + "\n" + LIST.splitlines()[1])
    amina = world.person(f"whatsapp:{AMINA}")
    for day, hour in ((28, 22), (29, 12), (30, 8)):
        world.now.move_to(date(2026, 11, day), hour)
        await approach(world.app)
        await world.go_on()
        assert amina.messages == []
    for _ in range(3):
        world.now.move_to(date(2026, 11, 30), 9)
        await approach(world.app)
        await world.go_on()

    (invitation,) = amina.messages
    arabic = world.app.tongues("ar")
    assert (invitation.kind, invitation.text) == ("knock", arabic(INVITE.text))
    await amina.presses(READ)
    assert f"✅ {arabic('Yes')}" in amina.labels
    world.now.move(days=15)
    await approach(world.app)
    assert world.tickets(world.volunteer("Joke")) == []


async def test_silence_becomes_a_task_to_call(world):
    """Who does not answer in two weeks is called by a person: one ticket, once."""
    approve(world.app, "ar")
    approve(world.app, "ti")
    bring(world.app, LIST)
    for _ in range(2):
        await approach(world.app)
        await world.go_on()
        world.now.move(minutes=4)
    joke = world.volunteer("Joke")
    world.now.move(days=13)
    await approach(world.app)
    assert world.tickets(joke) == []

    world.now.move(days=2)
    await approach(world.app)
    await approach(world.app)
    assert sorted((one.reason, one.client_number) for one in world.tickets(joke)) == [("not_answered", 2001), ("not_answered", 2002)]
    (invitation,) = world.channel.sent[f"whatsapp:{YONAS}"]
    assert (invitation.language, invitation.offers) == ("ar", ((READ, "▶ ትግርኛ"),))      # WhatsApp has no templates in Tigrinya


async def test_invitations_wait_for_their_template_and_leave_apart(world):
    """Without an approved template nothing leaves and nothing is lost; many that are due leave three minutes apart."""
    bring(world.app, LIST)
    world.now.move(minutes=30)
    await approach(world.app)
    await world.go_on()
    assert not world.channel.sent

    approve(world.app, "ar")
    approve(world.app, "ti")
    world.now.move(hours=2)
    for minutes in (0, 1, 3):
        world.now.move(minutes=minutes)
        await approach(world.app)
        await world.go_on()
        assert sum(map(len, world.channel.sent.values())) == (2 if minutes == 3 else 1)


async def test_no_message_where_none_is_safe(small):
    """A client who may only be called is not written to: a person calls."""
    approve(small.app, "ar")
    bring(small.app, LIST.rpartition("2002")[0])

    def protect(tx):
        clients.set_safe_contact(tx, clients.by_number(tx, 2001).id, SafeContact("call").to_json())

    small.app.database.submit(protect).result()
    await approach(small.app)
    await small.go_on()
    assert not small.channel.sent
    assert [one.reason for one in small.tickets(small.volunteer("Joke"))] == ["not_answered"]


async def test_who_said_no_elsewhere_is_not_invited(small):
    """A client who does not want that we keep messages said so on another phone: the number of the list is not written to."""
    approve(small.app, "ar")
    bring(small.app, LIST.rpartition("2002")[0])
    small.app.database.submit(lambda tx: clients.learn(tx, [{"client_id": clients.by_number(tx, 2001).id, "consent": "no"}])).result()

    await approach(small.app)
    await small.go_on()
    assert not small.channel.sent


def test_the_command_shows_what_it_does(small, tmp_path):
    """A dry run stores nothing and says what would be; wrong rows are named on stderr with the file."""
    file, said = tmp_path / "clients.csv", io.StringIO()
    file.write_bytes(LIST.encode("cp1252"))
    before = everything(small.app)

    assert import_file(small.app, file, True, False, said) == (
        "new clients: 2; changed: 0; the same as before: 0; numbers to invite: 2; clients who said something else: 0; nothing was stored")
    assert everything(small.app) == before
    file.write_text(LIST + ";Joke;;;;\n", encoding="utf-8-sig")
    with pytest.raises(WrongList):
        import_file(small.app, file, False, False, said)
    assert said.getvalue() == "clients.csv row 4: neither client number nor phone; write one of them, by which we know the client again\n"
    assert import_file(small.app, file, False, True, said).endswith("; left out: 1 row")


@pytest.mark.parametrize("made", [lay_out, lay_out_csv])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_example_can_be_imported(small, made, language):
    """The example has every column, as .xlsx and as .csv, and importing it works."""

    assert bring(small.app, made(language)).added == 1
    assert told(small.app, 999)["permit_expires_on"] == "2027-12-31"


def test_files_of_spreadsheets_are_read(small):
    """Days of Excel, numbers without their 0 or +, empty rows, tabs, UTF-16 and sep= are what people's files have."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd-mm-yyyy"})
        sheet.write_row(1, 1, ["client number", "phone", "valid until"])
        sheet.write_row(3, 1, [2001, 612345678])
        sheet.write_datetime(3, 3, date(2027, 12, 31), day)
        sheet.write_row(4, 1, [2002, 31687654321, 46387])
    for content in (made.getvalue(), b"sep=;\nclient number;phone\n2001;0612345678\n2002;0031687654321\n",
                    "client number\tphone\n2001\t0612345678\n2002\t+31 6 87654321\n".encode("utf-16")):
        read = read_list(small.app, content)
        assert [(one.number, one.phone) for one in read.rows] == [(2001, AMINA), (2002, YONAS)]
    read = read_list(small.app, made.getvalue())
    assert [(one.row, one.facts["permit_expires_on"]) for one in read.rows] == [(4, "2027-12-31"), (5, "2026-12-31")]


@pytest.mark.parametrize(("content", "why"), [
    (b"", "empty"), (b"PK\x03\x04rubbish", "save it again"), (b"\xd0\xcf\x11\xe0", "password"), (b"a\0b", "neither"), (b"x" * 11_000_000, "larger"),
    (b"phone\n" + b"1\n" * 20_001, "split"),
])
def test_what_is_no_list_is_refused(content, why):
    """A file that cannot be a list is refused with a line that says what to do."""

    with pytest.raises(WrongFile, match=why):
        unpack(content)


def test_a_list_holds_clients_in_the_order_of_everybody(postgres_url, keys, tmp_path):
    """However a list is ordered, its clients are held by id, as the plan holds them: the two wait for one another, and never both."""
    database = Database(postgres_url(), keys)
    engine = create_engine(database.writer.url)
    try:
        world = opened(database, tmp_path)
        bring(world.app, LIST)
        first, second = sorted(one.id for one in database.look(lambda tx: imports.by_numbers(tx, [2001, 2002])).values())
        later = LIST.splitlines()
        with engine.begin() as other:
            other.execute(text("select id from clients where id = :id for no key update"), {"id": first})
            backwards = "\n".join([later[0], later[2].replace("Yonas", "Yonas T"), later[1].replace("2027", "2028")])
            read = read_list(world.app, backwards.encode())
            waits = database.submit(lambda tx: keep_list(world.app, tx, read.rows, 0, None))
            with pytest.raises(TimeoutError):
                waits.result(0.3)
            other.execute(text("select id from clients where id = :id for no key update nowait"), {"id": second})
        assert waits.result(30).changed == 2
    finally:
        engine.dispose()
        database.close()
