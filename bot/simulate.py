"""
Simulate: a whole year of an office is played through the app itself, its clock moved, and held to what its script adds up to.
"""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from bot.app import App
from bot.backup import backup
from bot.channels import Registry
from bot.enact import Enacted
from bot.given import WrongSetting, gather
from bot.open import opened
from bot.play import Stage, Still
from bot.rehearse import furnish
from bot.settings import Settings
from bot.translate import load
from bot.verify import Line, verify
from flows.days import DAY, add_years
from flows.script import Script, script
from flows.year import scaled
from storage import faults
from storage.database import Database

REAL = ("TELEGRAM_BOT_TOKEN", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_OLD", "TWILIO_WHATSAPP_FROM")
SEED = 2020
Told = Callable[[float], None]


class NotEmpty(Exception):
    """
    The database is somebody's already: one line that says what to do.
    """


class NotWanted(Exception):
    """
    Nobody waits for this year any more.
    """


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Which year is played: its days, how much of it, by which seed.
    """

    first: date
    last: date
    scale: float = 1.0
    seed: int = SEED


def of_year(year: int, scale: float, seed: int) -> Wanted:
    """
    Return a year of the calendar.
    """
    return Wanted(date(year, 1, 1), date(year, 12, 31), scale, seed)


def until(day: date, scale: float, seed: int) -> Wanted:
    """
    Return the twelve months that end on a day.
    """
    return Wanted(add_years(day + DAY, -1), day, scale, seed)


def settings_of(environ: Mapping[str, str], data: Path | None, folder: Path) -> Settings:
    """
    Read the settings for a played year, in a data folder of its own if one is given; raise `WrongSetting` where a real account is set.
    """
    given = gather(environ, folder)
    for name in REAL:
        if given.get(name):
            raise WrongSetting(f"{name} is set, and a played year has invented people only: unset it for simulate")
    own = {"WEGWIJS_DATA_DIR": str(data), "WEGWIJS_DATABASE_URL": ""} if data else {}
    return Settings.read({**environ, **own, "WEGWIJS_CLOCK": ""}, folder)


def simulate(settings: Settings, wanted: Wanted, told: Told) -> Sequence[Line]:
    """
    Play a year into an empty database and return what holds and what does not; `told` hears how much of it is over. Raise `NotEmpty`.
    """
    written = script(wanted.first, wanted.last, scaled(wanted.scale), wanted.seed)
    with opened(settings) as database:
        if database.look(faults.is_used):
            raise NotEmpty("this database holds clients already, and a year is played into an empty one only: name another folder with --data")
        return asyncio.run(play(settings, database, written, wanted.seed, told))


async def play(settings: Settings, database: Database, written: Script, seed: int, told: Told) -> Sequence[Line]:
    """
    Furnish the office, play the year, and look at what came of it.
    """
    clock = Still(datetime.combine(written.first, time(8), settings.timezone))
    app = App(settings, database, Registry(), load(), clock)
    database.ids.clock = lambda: clock().timestamp()
    app.stages.open()
    await database.write(lambda tx: furnish(tx, clock()))
    await database.read(app.learn_places)
    await Enacted(app, Stage(app, clock), written, seed).play(told)
    return await database.read(lambda tx: verify(tx, written, app.now()))


def beside(settings: Settings, wanted: Wanted, file: Path) -> Sequence[Line]:
    """
    Play a year for the process that started this one, and leave all of it in a file for that one to take in; print how many percent are
    over, a line each. Return what holds and what does not. Stops when the other process is gone.
    """
    parent, said = os.getppid(), [-1]
    os.nice(10)                     # whoever waits at a phone comes first

    def told(part: float) -> None:
        if os.getppid() != parent:
            raise NotWanted("the demo that this year was played for is gone")
        if int(100 * part) > said[0]:
            said[0] = int(100 * part)
            print(said[0], flush=True)

    lines = simulate(settings, wanted, told)
    with opened(settings) as database:
        backup(database, file)
    return lines
