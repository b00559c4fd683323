"""
The command line: one function a command, each a door to one verb. What a command needs is imported when it runs.
"""

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot import lines
from bot.given import WrongSetting
from bot.settings import Settings

if TYPE_CHECKING:
    from storage.database import Database

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False,
                  help="Wegwijs: the messaging bot through which refugees reach the people who help them.")
invite = typer.Typer(no_args_is_help=True, help="Make a one-time link, with its QR, that binds an address to a record.")
cli.add_typer(invite, name="invite")
cli.add_typer(lines.cli)
ROLES = ("web", "turns", "delivery", "clock")
Client = Annotated[str, typer.Argument(metavar="CLIENT", help="A client number (1001) or an address (telegram:5, whatsapp:+31612345678).")]


class Refused(Exception):
    """
    A command will not do it: one line that says why and what to do.
    """


def main() -> None:
    """
    Run the command line: exit 0 done, 1 refused with one line on stderr, 2 wrong use.
    """
    try:
        cli()
    except Exception as error:
        reason = _reason(error)
        if not reason:
            raise
        print(f"wegwijs: {reason}", file=sys.stderr)
        sys.exit(1)
    finally:
        gc.freeze()                     # all is done: to look through what goes with the process takes seconds where the machine is busy


def _reason(error: Exception) -> str:
    """
    Return one line for an error that can be expected, or "" for one that is ours.
    """
    from bot.refuse import reason

    return str(error) if isinstance(error, Refused | WrongSetting | lines.WrongLines) else reason(error)


def _settings() -> Settings:
    return Settings.read(os.environ)


@contextmanager
def _database() -> Iterator[tuple[Settings, "Database"]]:
    from bot.open import opened

    settings = _settings()
    with opened(settings) as database:
        yield settings, database


def _log() -> None:
    """
    Write our events to stderr, and of the libraries only what is wrong: some of them log addresses that hold a token.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    logging.getLogger("wegwijs").setLevel(logging.INFO)


@cli.command()
def serve(
    only: Annotated[str, typer.Option(metavar="PARTS", help="Run only these of web,turns,delivery,clock; the others elsewhere.")] = "",
) -> None:
    """
    Run everything in one process: web, webhooks or polling, turns, delivery, clock.
    """
    parts = frozenset(part.strip() for part in only.split(",") if part.strip()) or frozenset(ROLES)
    if parts - set(ROLES):
        raise typer.BadParameter(f"choose from {','.join(ROLES)}", param_hint="--only")
    import uvloop

    from bot.open import make_app
    from bot.serve import serve as run

    _log()
    with _database() as (settings, database), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        app = make_app(settings, database)
        for name, why in app.channels.off.items():
            print(f"{name} is off: {why}", flush=True)
        if not app.channels.on:
            print("No channel is on, so no client can reach the bot: `wegwijs demo` shows it without any account.", flush=True)
        runner.run(run(app, parts))
        _end(database)


def _end(database: "Database") -> None:
    """
    End the process now that all is done: a thread of it that still waits for a name server would hold it up for half a minute.
    """
    database.close()
    sys.stdout.flush()
    os._exit(0)


@cli.command()
def demo(scale: Annotated[float, typer.Option(min=0.0, max=1.0, help="How much of a year is played beside it; 0 for nothing.")] = 1.0) -> None:
    """
    Try Wegwijs on simulated phones, with a sample organisation made anew: needs no account anywhere.
    """
    from bot.demo import demo as run

    run(os.environ, scale=scale)


@cli.command()
def simulate(
    year: Annotated[int, typer.Option(min=2020, max=2090, help="The year of the calendar to play.")] = 2020,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Play the twelve months that end on this day instead.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed plays the same year.")] = 2020,
    scale: Annotated[float, typer.Option(min=0.005, max=1.0, help="How much of it: 0.1 is a tenth of everything that happens.")] = 1.0,
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="A data folder of its own, with nothing in it; else that of the settings.")] = None,
    beside: Annotated[Path | None, typer.Option(hidden=True, help="For `demo`, which starts this: the file that it takes in.")] = None,
) -> None:
    """
    Play a year of an office with invented people through the app itself, and check that its report is that of 2020. It takes minutes.
    """
    from rich.console import Console
    from rich.progress import Progress

    from bot import simulate as verb
    from bot.web.views import report_command

    wanted = verb.until(until.date(), scale, seed) if until else verb.of_year(year, scale, seed)
    settings = verb.settings_of(os.environ, data, Path.cwd())
    if beside is not None:
        lines = verb.beside(settings, wanted, beside)
    else:
        with Progress(console=Console(file=sys.stderr), disable=not sys.stderr.isatty(), transient=True) as bar:
            task = bar.add_task(f"playing until {wanted.last}", total=1.0)
            lines = verb.simulate(settings, wanted, lambda part: bar.update(task, completed=part))
        print("\n".join(map(str, lines)))
        print(f"\n{report_command(settings, wanted.first, wanted.last)}")
    if broken := [str(line) for line in lines if line.is_broken]:
        raise Refused(f"the year does not add up: {'; '.join(broken)}")


@cli.command()
def talk(language: Annotated[str, typer.Option(help="The language to begin in, such as ar.")] = "") -> None:
    """
    Talk to the bot in the terminal; nothing of it is kept.
    """
    from bot.talk import talk as run

    try:
        run(sys.stdin, sys.stdout, language)
    except KeyboardInterrupt:
        print()


@cli.command()
def check(verbose: Annotated[bool, typer.Option("--verbose", help="Name every text that a native speaker must still read.")] = False) -> None:
    """
    Look at settings, database, key, channels, translations, location and clock: one line each, ok or what to do.
    """
    from bot.check import check as run

    lines = asyncio.run(run(_settings(), verbose))
    for line in lines:
        print(line)
    if any(line.is_wrong for line in lines):
        raise Refused("something must be done before this can serve: see the lines marked ✗")


@cli.command()
def report(
    from_on: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")],
    to_on: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day, itself included.")],
    location: Annotated[str, typer.Option(help="Only this location.")] = "",
    municipality: Annotated[str, typer.Option(help="Only this municipality.")] = "",
    programme: Annotated[str, typer.Option(help="Only this programme, such as guidance.")] = "",
    format: Annotated[Literal["md", "json", "xlsx", "html"], typer.Option(help="How to write it.")] = "md",
    language: Annotated[Literal["nl", "en"], typer.Option(help="In Dutch or English.")] = "nl",
    outgoing: Annotated[bool, typer.Option("--outgoing", help="Hide numbers under 5, and those from which they follow.")] = False,
    into: Annotated[Path | None, typer.Option(help="The file to write it to; xlsx needs one, or a pipe.")] = None,
) -> None:
    """
    Print what the contact moments of a period add up to.
    """
    from bot.hand_over import leaving
    from bot.publish import as_file, may_leave, publish
    from bot.report import report as run
    from bot.translate import load
    from flows.contacts import PROGRAMMES

    if from_on > to_on:
        raise typer.BadParameter("the first day is after the last", param_hint="--from")
    if programme and programme not in PROGRAMMES:
        raise typer.BadParameter(f"choose from {', '.join(PROGRAMMES)}", param_hint="--programme")
    if outgoing and not may_leave(from_on.date(), to_on.date(), programme, location, municipality):
        raise Refused("an outgoing report is of one whole quarter or year of the calendar, of a location or a municipality, without --programme")
    if format == "xlsx" and into is None and sys.stdout.isatty():
        raise Refused("a spreadsheet is no text: say where to write it with --into report.xlsx")
    with _database() as (settings, database):
        if outgoing and to_on.date() >= datetime.now(settings.timezone).date():
            raise Refused("an outgoing report is of days that are over: two of them would tell each other's difference")
        found = database.look(lambda tx: run(tx, from_on.date(), to_on.date(), location, municipality, programme, settings.timezone))
        paper = database.look(lambda tx: leaving(tx, found, load(), language, settings.timezone)) if outgoing else publish(found, load(), language)
    written = as_file(paper, format)[0]
    if into is not None:
        into.write_bytes(written)
        print(into)
    else:
        sys.stdout.buffer.write(written)


@cli.command()
def lint() -> None:
    """
    Look at every text in every language, and at where the conversations lead; each problem is a line.
    """
    from bot.lint import everything

    found = everything()
    for line in found:
        print(line)
    if found:
        raise Refused(f"{len(found)} problems")


@cli.command()
def draw(
    flow: Annotated[str, typer.Argument(metavar="FLOW", help="A conversation, such as welcome.")],
    to: Annotated[Path | None, typer.Option(help="Where to write the picture; FLOW.svg if it is not said.")] = None,
    language: Annotated[str, typer.Option(help="The language of its texts.")] = "nl",
) -> None:
    """
    Draw a conversation as a picture (SVG): what is said, what can be answered, and where that leads.
    """
    from bot.draw import draw as run
    from bot.translate import load
    from flows.catalogue import FLOWS

    tongues = load()
    if flow not in FLOWS:
        raise Refused(f"there is no conversation {flow[:40]!r}; there are: {', '.join(FLOWS)}")
    if language not in tongues.languages:
        raise Refused(f"we have no texts in {language[:20]!r}; there are: {', '.join(tongues.languages)}")
    file = to or Path(f"{flow}.svg")
    file.write_text(run(FLOWS[flow], tongues(language), tongues.languages), encoding="utf-8")
    print(file)


@cli.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")],
    format: Annotated[Literal["po", "audio", "klantinteracties", "csv"], typer.Option(
        help="po: the texts with the corrections made at the desk, a zip to unpack over locales/; audio: what was recorded there, likewise; "
             "klantinteracties: contact moments and tickets for other systems, without names and texts; csv: a table.")] = "po",
    from_on: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")] = None,
    to_on: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day, itself included.")] = None,
    location: Annotated[str, typer.Option(help="Only this location.")] = "",
    table: Annotated[str, typer.Option(help="Which table, with --format csv: contacts, tickets, reminders …")] = "",
    language: Annotated[Literal["nl", "en"], typer.Option(help="The language of a table's headings.")] = "nl",
) -> None:
    """
    Write the texts out, with what volunteers corrected and ticked, or with what they recorded; or contact moments and tables for others.
    """
    from bot.correct import export as corrected
    from bot.extract import FIRST, LAST, TABLES, extract_into
    from bot.open import make_app
    from bot.pass_on import share_into
    from bot.speak import export as recorded

    first, last = from_on.date() if from_on else FIRST, to_on.date() if to_on else LAST
    if first > last or (format == "klantinteracties" and not (from_on and to_on)):
        raise typer.BadParameter("say of which days, the first before the last: --from 2026-01-01 --to 2026-12-31", param_hint="--from")
    if format == "csv" and table not in TABLES:
        raise typer.BadParameter(f"choose from {', '.join(TABLES)}", param_hint="--table")
    with _database() as (settings, database):
        app = make_app(settings, database)
        database.look(app.learn_texts)
        if format == "klantinteracties":
            print(f"{file}: {share_into(app, file, first, last, location)} contact moments")
        elif format == "csv":
            print(f"{file}: {extract_into(app, file, table, first, last, location, language)} rows")
        else:
            file.write_bytes(database.look(corrected if format == "po" else lambda tx: recorded(tx, app.voices, app.tongues)))


@cli.command()
def voices(language: Annotated[str, typer.Argument(metavar="LANGUAGE", help="The language, such as ar.")]) -> None:
    """
    List what can be recorded in a language, what matters most first: whether it is, in which file of locales/, and the words to say.
    """
    from bot.open import make_app
    from bot.speak import listed, place_of

    with _database() as (settings, database):
        app = make_app(settings, database)
        database.look(app.learn_texts)
        if language not in app.tongues.languages:
            raise Refused(f"we have no texts in {language[:20]!r}; there are: {', '.join(app.tongues.languages)}")
        for one in listed(app.voices, app.tongues, language):
            print(f"{'✓' if one.recorded else '!' if one.is_first else '–'} {one.recorded or 'missing':<8}{one.file}  {place_of(one.source)}")
            print("\n".join(f"    {line}" for line in one.said.splitlines() if line))


@cli.command()
def show(client: Client) -> None:
    """
    Print everything we hold about a client, in Dutch, and nothing of anybody else.
    """
    from bot.show import show as run
    from bot.translate import load

    with _database() as (settings, database):
        print(database.look(lambda tx: run(tx, client, settings.timezone, load()("nl"))), end="")


@cli.command()
def erase(client: Client, yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether this is meant.")] = False) -> None:
    """
    Erase a client everywhere: here at once, at the platforms as soon as they answer. The numbers in the reports stay.
    """
    if not yes and sys.stdin.isatty():
        typer.confirm(f"Erase everything about {client}? This cannot be undone", abort=True)
    from bot.channels import Registry
    from bot.forget import forget_client
    from bot.open import make_app
    from bot.show import find

    with _database() as (settings, database):
        client_id = database.look(lambda tx: find(tx, client))
        asyncio.run(forget_client(make_app(settings, database, Registry()), client_id))
    print("Erased here. What the platforms still hold is deleted there by `wegwijs serve`.")


@cli.command()
def backup(file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")]) -> None:
    """
    Write everything but the key to an encrypted file: keep WEGWIJS_SECRET_KEY elsewhere, without it the file cannot be read.
    """
    from bot.backup import backup as run

    with _database() as (_, database):
        print(run(database, file))


@cli.command()
def restore(file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `backup` wrote.")]) -> None:
    """
    Put a backup back, and erase again whoever was erased since it was made.
    """
    from bot.backup import restore as run

    with _database() as (settings, database):
        print(run(database, file, settings.data_dir / "erasures.jsonl", datetime.now(UTC)))


@cli.command("rotate-keys")
def rotate_keys() -> None:
    """
    Seal everything with a new key: made here, or the first of WEGWIJS_SECRET_KEY where the key lives outside the data folder.
    """
    from bot.rotate import rotate

    with _database() as (settings, database):
        print(rotate(database, settings.data_dir / "secret.key" if settings.is_key_in_data_dir else None))


@invite.command("client")
def invite_client(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The client's first name.")],
    language: Annotated[str, typer.Option(help="The client's language, such as ar.")] = "",
) -> None:
    """
    Make a client record and a one-time link for it, which lasts 14 days.
    """
    from bot.invite import invite as run
    from bot.open import make_app

    with _database() as (settings, database):
        print(asyncio.run(run(make_app(settings, database), name, language)), end="")


@invite.command("volunteer")
def invite_volunteer(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The volunteer's name.")],
    role: Annotated[Literal["volunteer", "coordinator", "administrator"], typer.Option(help="What they may do.")] = "volunteer",
    location: Annotated[str, typer.Option(help="Their location; the first one without it.")] = "",
    teams: Annotated[str, typer.Option(help="Whose questions they see, joined by commas: legal,social,housing. All of them without it.")] = "",
    languages: Annotated[str, typer.Option(help="What they speak, joined by commas, such as nl,ar.")] = "nl",
) -> None:
    """
    Add a volunteer and make a one-time link to the desk; the first administrator is made this way.
    """
    from bot.enrol import invite as run
    from bot.open import make_app

    def listed(text: str) -> list[str]:
        return [one.strip() for one in text.split(",") if one.strip()]

    with _database() as (settings, database):
        app = make_app(settings, database)
        print(database.submit(lambda tx: run(app, tx, name, role, location, listed(teams), listed(languages))).result(), end="")


@invite.command("again")
def invite_again(name: Annotated[str, typer.Argument(metavar="NAME", help="The volunteer's login name, or name.")]) -> None:
    """
    Let a volunteer who lost phone or password come in anew, an administrator who is the only one too: the second step is set up again.
    """
    from bot.enrol import invite_again as run
    from bot.open import make_app

    with _database() as (settings, database):
        app = make_app(settings, database)
        print(database.submit(lambda tx: run(app, tx, name)).result(), end="")


@cli.command("import")
def import_(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A list of clients: .xlsx or .csv, with Dutch or English headings.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and store nothing.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out the rows that cannot be stored, and store the others.")] = False,
    template: Annotated[Path | None, typer.Option(metavar="FILE", help="Write an example instead, .xlsx or .csv.")] = None,
) -> None:
    """
    Import clients and facts from a list; nothing is stored unless every row can be. The same list again changes nothing.
    """
    if (file is None) == (template is None):
        raise typer.BadParameter("name a file to import, or --template FILE to write an example", param_hint="FILE")
    if template is not None:
        from bot.lay_out import lay_out, lay_out_csv

        template.write_bytes(lay_out_csv() if template.suffix.lower() == ".csv" else lay_out())
        print(template)
    if file is not None:
        from bot.import_ import import_file
        from bot.open import make_app

        with _database() as (settings, database):
            print(import_file(make_app(settings, database), file, dry_run, skip_bad, sys.stderr))


@cli.command()
def location(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The office to add or change; without it all are listed.")] = "",
    municipality: Annotated[str, typer.Option(help="The municipality it counts for.")] = "",
    address: Annotated[str, typer.Option(help="Street, number and town, as clients read it.")] = "",
    phone: Annotated[str, typer.Option(help="The number clients can call.")] = "",
    hours: Annotated[str, typer.Option(help="Opening hours, such as: mo-fr 09:00-17:00")] = "",
) -> None:
    """
    List the offices, or add or change one: clients are told its address, phone and hours.
    """
    from bot.locate import locate

    with _database() as (_, database):
        print(database.submit(lambda tx: locate(tx, name, municipality, address, phone, hours)).result(), end="")


@cli.command()
def tickets(
    close: Annotated[int, typer.Option(metavar="N", help="Close this ticket.")] = 0,
    outcome: Annotated[str, typer.Option(help="How it ended: answered, referred, appointment, advice or no_contact.")] = "answered",
    allow: Annotated[int, typer.Option(metavar="N", help="Say yes to this second address of a client.")] = 0,
    deny: Annotated[int, typer.Option(metavar="N", help="Say no to it.")] = 0,
) -> None:
    """
    List the questions that wait for a volunteer, the soonest due first; or close one, or decide on a second address.
    """
    from bot import triage
    from bot.channels import Registry
    from bot.open import make_app

    now = datetime.now(UTC)
    with _database() as (settings, database):
        if close:
            database.submit(lambda tx: triage.close(tx, close, outcome, now)).result()
        if allow or deny:
            asyncio.run(triage.decide(make_app(settings, database, Registry()), allow or deny, bool(allow)))
        print(database.look(lambda tx: triage.waiting(tx, settings.timezone)), end="")


@cli.command()
def remind(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what is due, by client number, and do nothing.")] = False,
    at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d"], help="List what is due until another moment.")] = None,
) -> None:
    """
    Do what is due now, as the clock of `serve` does each minute: reminders are queued, and people are asked to step in.
    """
    if at is not None and not dry_run:
        raise typer.BadParameter("what is due later is not sent before its day; list it with --dry-run", param_hint="--at")
    from bot.open import make_app
    from bot.plan import listing
    from bot.remind import remind as run

    with _database() as (settings, database):
        app = make_app(settings, database)
        until = at.replace(tzinfo=settings.timezone) if at else app.now().astimezone(settings.timezone)
        if dry_run:
            print(database.look(lambda tx: listing(tx, until)), end="")
        else:
            database.look(app.learn_places)
            print(f"{asyncio.run(run(app))} reminders are on their way.")


@cli.command()
def templates(
    submit: Annotated[bool, typer.Option("--submit", help="Hand what is new or changed to WhatsApp for approval.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Ask Twilio how they stand.")] = False,
) -> None:
    """
    List the texts that WhatsApp must approve, which go out outside its 24 hours, and how each stands.
    """
    from bot.approve import templates_told
    from bot.open import make_app

    with _database() as (settings, database):
        print(asyncio.run(templates_told(make_app(settings, database), submit, check)), end="")


if __name__ == "__main__":
    main()
