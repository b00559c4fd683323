"""
Import: a list of clients becomes records and facts, all of it in one commit; the same list again changes nothing.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot import learn
from bot.app import App
from bot.approach import APART
from bot.decipher import Listed, Wrong, decipher
from bot.match import Match, match
from bot.unpack import Row, Sheet, unpack
from flows.pacing import times
from storage import clients, facts, imports, invites, locations, views
from storage.database import Tx
from storage.facts import Learnt
from storage.imports import Arrival

log = logging.getLogger("wegwijs")
SHOWN = 200                             # wrong cells that are told one by one


class WrongList(Exception):
    """
    Rows that cannot be stored: one line that says how many. `wrong` names each.
    """

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(f"{counted(wrong)} cannot be imported; nothing was stored")
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Result:
    """
    What an import does, or did.
    """

    added: int = 0
    changed: int = 0
    same: int = 0
    invited: int = 0
    differing: int = 0
    wrong: Sequence[Wrong] = ()
    rows: Sequence[Listed] = ()
    matches: Sequence[Match] = ()

    def __str__(self) -> str:
        """
        The line as it is printed.
        """
        return (f"new clients: {self.added}; changed: {self.changed}; the same as before: {self.same}; numbers to invite: {self.invited}; "
                f"clients who said something else: {self.differing}")


def read_list(app: App, content: bytes, within: int = 0, track: Callable[[Iterable[Row]], Iterable[Row]] = lambda rows: rows) -> Result:
    """
    Read a file and return what importing it would do, and what is wrong with it; nothing is written. Raise `WrongFile`.

    `within` is the only location whose clients may be touched, 0 for all; `track` sees every row go by.
    """
    sheet = unpack(content)
    places = {place.name: place.id for place in app.database.look(locations.all_of)}
    listed, wrong = decipher(Sheet(sheet.head, track(sheet.rows)), places)
    return app.database.look(lambda tx: _planned(tx, listed, wrong, within))


def keep_list(app: App, tx: Tx, rows: Sequence[Listed], within: int, volunteer_id: int | None, skips_bad: bool = False) -> Result:
    """
    Store what `read_list` read, in this commit, and return what was done. Raise `WrongList` if a row no longer fits, unless those are skipped.
    """
    now = app.now()
    app.learn_places(tx)
    planned = _planned(tx, rows, [], within)
    if planned.wrong and not skips_bad:
        raise WrongList(planned.wrong)
    known = {one.listed.row: one.known.id for one in planned.matches if one.known}
    invites.hold(tx, {one.binds: known.get(one.listed.row, 0) for one in planned.matches if one.binds}, known.values())
    ids = _records(tx, planned.matches, within or clients.default_location(tx), now)
    _reach(app, tx, planned.matches, ids, now)
    learnt = learn.learn(app, tx, _told(planned.matches, ids), "staff", now)
    if volunteer_id is not None:
        views.look_at_many(tx, volunteer_id, [(ids[one.listed.row], one.location_id(within)) for one in planned.matches], "import", now)
    log.info("imported rows=%s new=%s changed=%s invited=%s", len(planned.matches), planned.added, planned.changed, planned.invited)
    return replace(planned, differing=len({one.client_id for one in learnt.differing}))


def _planned(tx: Tx, listed: Sequence[Listed], wrong: Sequence[Wrong], within: int) -> Result:
    numbers = imports.by_numbers(tx, [one.number for one in listed if one.number])
    phones = imports.by_phones(tx, [one.phone for one in listed if one.phone])
    found = [match(one, numbers, phones, within) for one in listed]
    matches = [one for one in found if isinstance(one, Match)]
    ours = {one.listed.row: one.known.id for one in matches if one.known}
    learnt = facts.would_change(tx, _told([one for one in matches if one.known], ours), "staff")
    changed = {one.listed.row for one in matches if one.known and (one.is_changed or one.binds or one.is_new_phone or one.known.id in learnt.changed)}
    return Result(
        len(matches) - len(ours), len(changed), len(ours) - len(changed), sum(one.is_new_phone for one in matches), _people(learnt),
        sorted([*wrong, *(one for one in found if isinstance(one, Wrong))], key=lambda one: one.row), listed, matches)


def _people(learnt: Learnt) -> int:
    return len({one.client_id for one in learnt.differing})


def _records(tx: Tx, matches: Sequence[Match], location_id: int, now: datetime) -> dict[int, int]:
    """
    Add and change records, and return the client of each row.
    """
    ids = {one.listed.row: one.known.id for one in matches if one.known}
    new = [one for one in matches if one.known is None]
    added = imports.add(tx, [Arrival(one.listed.number, one.name, one.language, one.location_id(location_id)) for one in new], now)
    ids |= {one.listed.row: id for one, id in zip(new, added, strict=True)}
    imports.change(tx, [(ids[one.listed.row], one.name, one.language, one.location_id(0)) for one in matches if one.is_changed])
    return ids


def _reach(app: App, tx: Tx, matches: Sequence[Match], ids: dict[int, int], now: datetime) -> None:
    """
    Bind the phones of those who wrote to us before, and plan one invitation for every number that is new.
    """
    for one in matches:
        if one.binds:
            invites.bind(tx, one.binds, ids[one.listed.row])
            learn.joined(app, tx, ids[one.listed.row], now)
    last = imports.last_invited_at(tx)
    start = max(now, last + APART) if last else now
    slots = times(start.astimezone(app.settings.timezone), APART)
    imports.reach(tx, [(ids[one.listed.row], one.listed.phone, next(slots)) for one in matches if one.is_new_phone], now)


def _told(matches: Sequence[Match], ids: dict[int, int]) -> list[tuple[int, str, str]]:
    return [(ids[one.listed.row], name, learn.text_of(value)) for one in matches for name, value in one.listed.facts.items()]


def counted(wrong: Sequence[Wrong]) -> str:
    """
    Return how many rows are wrong, in words.
    """
    rows = len({one.row for one in wrong})
    return f"{rows} {'row' if rows == 1 else 'rows'}"


def import_file(app: App, file: Path, is_dry: bool, skips_bad: bool, told: TextIO) -> str:
    """
    Import a file from the command line and return what to print; a bar and every wrong cell go to `told`. Raise `WrongFile`, `WrongList`.
    """
    from rich.console import Console  # some megabytes, for a terminal only
    from rich.progress import Progress

    with Progress(console=Console(file=told), disable=not told.isatty(), transient=True) as bar:
        read = result = read_list(app, file.read_bytes(), track=lambda rows: bar.track(rows, description="reading"))
    for one in read.wrong[:SHOWN]:
        print(f"{file.name} {one}", file=told)
    if len(read.wrong) > SHOWN:
        print(f"{file.name}: {len(read.wrong) - SHOWN} more", file=told)
    if read.wrong and not skips_bad:
        raise WrongList(read.wrong)
    if not is_dry:
        with Progress(console=Console(file=told), disable=not told.isatty(), transient=True) as bar:
            bar.add_task("storing", total=None)
            result = app.database.submit(lambda tx: keep_list(app, tx, read.rows, 0, None, skips_bad)).result()
    left_out = f"; left out: {counted(read.wrong)}" if read.wrong else ""
    return f"{result}{left_out}{'; nothing was stored' if is_dry else ''}"
