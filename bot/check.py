"""
Check: is everything as it must be to serve? One line each, ok or what to do.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot import approve, speak
from bot.app import App
from bot.channels import Channel
from bot.open import make_app, opened
from bot.recognise import TABLE, NoModel, Table, load_encoder
from bot.settings import Settings
from bot.speak import Voices
from bot.translate import LOCALES, load
from flows import sensitive
from flows.approvals import INVITE
from flows.node import Tongues
from storage import channels, invitations, locations, records, templates, volunteers
from storage.database import Database, is_away
from storage.secrets import WrongKey

NAMED = 5               # texts that a line names: without a recording, or not read by a native speaker
PATIENCE = 5.0          # seconds that a channel gets to answer a page of the desk


@dataclass(frozen=True, slots=True)
class Line:
    """
    What was looked at and what was found: `mark` is ✓ well, ! could be better, – off, ✗ must be mended before we can serve.
    """

    mark: str
    what: str
    found: str

    def __str__(self) -> str:
        """
        The line as it is printed.
        """
        return f"{self.mark} {self.what:<13} {self.found}"

    @property
    def is_wrong(self) -> bool:
        """
        Tell whether this must be mended.
        """
        return self.mark == "✗"


async def check(settings: Settings, names_all: bool = False) -> list[Line]:
    """
    Look at settings, key, database, team, channels, translations, locations and clock; `names_all`: no list of texts is cut short.
    """
    lines = [
        Line("✓", "settings", f"listening at {settings.host}:{settings.port}, data in {settings.data_dir}"),
        _key(settings),
    ]
    tongues, voices = load(), Voices()
    try:
        with opened(settings) as database:
            app = make_app(settings, database)
            lines += [_database(database), *_locations(database), _team(database), *_invitations(app), *[line async for line in _channels(app)]]
            database.look(app.learn_texts)
            tongues, voices = app.tongues, app.voices        # type: ignore[assignment]
    except Exception as error:
        if not is_away(error):
            raise
        lines.append(Line("✗", "database", "does not answer: is it running, and is WEGWIJS_DATABASE_URL right?"))
    return [*lines, *_translations(LOCALES, tongues, names_all), *_voices(voices, tongues), _understanding(TABLE), _clock(settings)]


async def look_at(app: App) -> list[Line]:
    """
    Look at the same from within a process that serves, with the database and channels it has open; no other client waits for it.
    """
    rows = await app.database.read(lambda tx: (records.probe(tx), locations.all_of(tx)))
    lines = [_key(app.settings), _opens(app.database, rows[0]), *_told(rows[1])]
    lines += [Line("–", name, f"off: {why}") for name, why in app.channels.off.items()]
    for name, channel in app.channels.on.items():
        lines.append(await _running(app, name, channel))
    texts = await asyncio.to_thread(lambda: [*_translations(LOCALES, app.tongues), *_voices(app.voices, app.tongues)])
    return [*lines, *texts, _clock(app.settings)]


async def _running(app: App, name: str, channel: Channel) -> Line:
    halted = (await app.database.read(lambda tx: channels.state(tx, name))).halted
    try:
        async with asyncio.timeout(PATIENCE):
            found = await channel.check()
    except TimeoutError:
        return Line("✗", name, "does not answer")
    except OSError as error:
        return Line("✗", name, str(error))
    return Line("!" if halted else "✓", name, f"{found}, but sending has stopped: {halted}" if halted else found)


def _key(settings: Settings) -> Line:
    if settings.is_key_in_data_dir:
        return Line("!", "key", f"{settings.data_dir / 'secret.key'} lies beside the data it locks: whoever copies the folder can read it; "
                                "put it into WEGWIJS_SECRET_KEY, keep a copy elsewhere, and remove the file")
    older = len(settings.secret_keys) - 1
    return Line("✓", "key", "not in the data folder" + (f", {older} older: `wegwijs rotate-keys` makes them needless" if older else ""))


def _database(database: Database) -> Line:
    try:
        return _opens(database, database.look(records.probe))
    except WrongKey as error:
        return Line("✗", "database", f"{_kind(database)}: {error}")


def _kind(database: Database) -> str:
    return "PostgreSQL" if database.is_postgres else "SQLite"


def _opens(database: Database, is_filled: bool) -> Line:
    return Line("✓", "database", f"{_kind(database)}, {'opens with the key' if is_filled else 'no messages yet'}")


def _locations(database: Database) -> Iterator[Line]:
    yield from _told(database.look(locations.all_of))


def _told(places: Sequence[locations.Location]) -> Iterator[Line]:
    for location in places:
        missing = [name for name, value in (("address", location.address), ("phone", location.phone)) if not value]
        if missing:
            told = " ".join(f"--{name} '…'" for name in missing)
            yield Line("!", "location", f"{location.name} has no {' and no '.join(missing)}, which clients are told: "
                                        f"wegwijs location {location.name} {told}")
        else:
            yield Line("✓", "location", f"{location.name}, {location.hours}")


def _team(database: Database) -> Line:
    if database.look(volunteers.administrators):
        return Line("✓", "team", "somebody can manage the desk")
    return Line("!", "team", "nobody can manage the desk yet: wegwijs invite volunteer NAME --role administrator")


def _invitations(app: App) -> Iterator[Line]:
    waiting, kept = app.database.look(lambda tx: (invitations.waiting(tx), templates.all_of(tx)))
    if not waiting:
        return
    can = "whatsapp" in app.channels.on and any(one.name.startswith(INVITE.name) and one.state == "approved" for one in kept)
    yield Line("✓" if can else "!", "invitations", f"{waiting} imported numbers are invited one after the other, from 9 to 20 hours" if can else
               f"{waiting} imported numbers wait until WhatsApp is on and a template {INVITE.name} is approved: wegwijs templates --submit")


async def _channels(app: App) -> AsyncIterator[Line]:
    for name, why in app.channels.off.items():
        yield Line("–", name, f"off: {why}")
    for name, channel in app.channels.on.items():
        halted = (await app.database.read(lambda tx, name=name: channels.state(tx, name))).halted   # type: ignore[misc]
        try:
            await channel.open()
            found = await channel.check()
            yield Line("!" if halted else "✓", name, f"{found}, but sending has stopped: {halted}" if halted else found)
            for line in await _templates(app) if name == "whatsapp" else ():
                yield line
        except OSError as error:
            yield Line("✗", name, str(error))
        finally:
            await channel.close()
    if "telegram" in app.channels.on:
        yield await _group(app)


async def _group(app: App) -> Line:
    from bot.channels.telegram_group import Group, NotDone, Slow

    if not app.settings.telegram_volunteers:
        return Line("–", "group", "off: TELEGRAM_VOLUNTEERS_CHAT_ID is missing, so volunteers work at the desk alone")
    try:
        async with Group(app.settings) as group:
            found = await group.standing()
    except (NotDone, Slow, OSError):
        return Line("✗", "group", "cannot be looked at: add the bot to the group, make it administrator, and check TELEGRAM_VOLUNTEERS_CHAT_ID")
    if group.moved_to:
        return Line("!", "group", f"has a new id since its topics were switched on: set TELEGRAM_VOLUNTEERS_CHAT_ID={group.moved_to}")
    if not found.is_forum:
        return Line("✗", "group", "has no topics: open the group in Telegram, Edit, and switch Topics on")
    if found.missing:
        return Line("✗", "group", f"the bot may not do enough: make it administrator of the group with {', '.join(found.missing)}")
    return Line("✓", "group", "has topics, and the bot may make and delete them and remove who left")


async def _templates(app: App) -> list[Line]:
    """
    Return a line for every template that is not approved, or one that says all are.
    """
    found = await approve.standings(app)
    lines = [Line("!", "template", f"{one.wording.name} {one.content.language}: {one.told}") for one in found if one.state != "approved"]
    return lines or [Line("✓", "templates", f"{len(found)} approved")]


def _translations(folder: Path, tongues: Tongues, names_all: bool = False) -> Iterator[Line]:
    for file in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        text = file.read_text()
        texts = len(re.findall(r'^msgid "', text, re.MULTILINE)) - 1
        empty = len(re.findall(r'^msgstr ""\n(?!")', text, re.MULTILINE))
        doubtful = len(re.findall(r"^# review$", text, re.MULTILINE))
        found = f"{texts} texts"
        found += f", {empty} missing" if empty else ""
        found += f", {doubtful} to be read by a native speaker" if doubtful else ""
        code = file.parent.parent.name
        yield Line("✗" if empty else "!" if doubtful else "✓", f"language {code}", found)
        if unread := tongues.unread(code):
            named = ", ".join(sorted({next(iter(sensitive.places(text)), text) for text in unread})) if names_all else (
                f"{', '.join(sorted({speak.place_of(text) for text in unread})[:NAMED])} … (all of them: `wegwijs check --verbose`)")
            yield Line("!", f"in Dutch too, {code}", f"{len(unread)} texts, until a native speaker has ticked them at the desk: {named}")


def _voices(voices: Voices, tongues: Tongues) -> Iterator[Line]:
    for code in tongues.languages:
        texts = speak.listed(voices, tongues, code)
        missing = [one for one in texts if not one.recorded]
        first = [one for one in missing if one.is_first]
        found = f"{len(texts) - len(missing)} of {len(texts)} texts recorded"
        if first:
            named = list(dict.fromkeys(speak.place_of(one.source) for one in first))[:NAMED]
            found += f"; {len(first)} of the missing come first (emergency, consent, terms): {', '.join(named)} …"
        yield Line("✓" if not missing else "–" if len(missing) == len(texts) else "!", f"voice {code}",
                   found + (f"; `wegwijs voices {code}` lists them" if missing else ""))
    if strays := list(voices.strays(tongues)):
        yield Line("!", "voice", f"files with words that are not said any more: {', '.join(f'{name}.ogg' for name in strays)}; remove them")


def _understanding(path: Path) -> Line:
    try:
        Table.read(path)
    except (OSError, ValueError, KeyError):
        return Line("!", "free text", "by known phrases alone: the table is not there or cannot be read; `python -m bot.fit` makes it")
    try:
        load_encoder()
    except NoModel as error:
        return Line("!", "free text", f"by letters, more often asked back than answered: {error}")
    return Line("✓", "free text", "by the language model and letters")


def _clock(settings: Settings) -> Line:
    if settings.clock:
        return Line("!", "clock", f"starts at {settings.clock.isoformat()}, for a rehearsal")
    return Line("✓", "clock", f"{datetime.now(settings.timezone):%d-%m-%Y %H:%M} in {settings.timezone.key}")
