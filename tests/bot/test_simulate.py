"""
A small year is played through the app itself, and its report is what its script adds up to; what does not hold is found.
"""

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.given import WrongSetting
from bot.report import report
from bot.settings import Settings
from bot.simulate import NotEmpty, Wanted, of_year, settings_of, simulate, until
from bot.verify import Line, verify
from flows.script import script
from flows.year import scaled
from storage import faults
from storage.database import Database, Tx
from storage.secrets import Keys
from storage.tables import messages, moments, reminders, tickets
from tests.conftest import RAM, SECRET

WANTED = of_year(2020, 0.02, 2020)
EVENING = datetime(2020, 12, 31, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def played() -> Iterator[tuple[Settings, list[Line], list[float]]]:
    """
    A fiftieth of 2020, played once: the settings of its database, what was found, and what was told on the way.
    """
    with tempfile.TemporaryDirectory(prefix="wegwijs-", dir=RAM if RAM.is_dir() else None) as folder:
        settings = settings_of({"WEGWIJS_SECRET_KEY": SECRET}, Path(folder) / "year", Path(folder))
        told: list[float] = []
        yield settings, list(simulate(settings, WANTED, told.append)), told


@pytest.fixture
def database(played) -> Iterator[Database]:
    """
    The database of that year.
    """
    database = Database(played[0].database_url, Keys([SECRET]))
    yield database
    database.close()


def broken(database: Database, change) -> list[str]:
    """What is found after a change that is taken back again."""
    found: list[str] = []

    def run(tx: Tx) -> None:
        tx.run(change)
        written = script(WANTED.first, WANTED.last, scaled(WANTED.scale), WANTED.seed)
        found.extend(line.says for line in verify(tx, written, EVENING) if line.is_broken)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.submit(run).result()
    return found


def test_year_adds_up(played):
    """Every rule holds, and every line of the report is what the script says."""
    _settings, lines, told = played
    assert [str(line) for line in lines if line.is_broken] == []
    assert any(line.says == "info_point.total 15" for line in lines)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_year_was_lived(played, database):
    """People wrote in several languages on both platforms, were reminded and visited; volunteers wrote contacts of every kind down."""
    found = database.look(lambda tx: report(tx, WANTED.first, WANTED.last))
    sizes = database.look(faults.sizes)

    assert {"whatsapp", "call", "mail", "office", "visit"} <= set(found.channels)
    assert len(found.languages) > 4
    assert found.answers["hour"] > 3
    assert found.contacts["by_bot"] >= scaled(WANTED.scale).by_bot
    assert sizes["appointments"] > 0
    assert sizes["messages"] > 100


@pytest.mark.parametrize(("change", "says"), [
    (lambda: update(messages).where(messages.c.direction == "out").values(moment_id=None), "every message belongs to a contact moment"),
    (lambda: update(messages).where(messages.c.direction == "out").values(state="queued"), "nothing that was due to leave still waits"),
    (lambda: update(messages).where(messages.c.direction == "in").values(state="received"), "every message that came in was answered"),
    (lambda: update(moments).values(inbound=moments.c.inbound + 1), "every moment counts the messages that belong to it"),
    (lambda: update(moments).where(moments.c.inbound > 0).values(began_at=EVENING, last_at=datetime(2021, 1, 1, tzinfo=UTC)),
     "no exchange is two moments"),
    (lambda: update(tickets).values(outcome=None), "every question has its outcome"),
    (lambda: update(reminders).values(ready_at=EVENING), "no reminder that was due still waits"),
    (lambda: update(reminders).values(state="cancelled", ticket_id=None), "every day that was due has an answer or a task"),
    (lambda: delete(reminders), "renewals.approached"),
    (lambda: update(moments).where(moments.c.programme == "guidance").values(programme="lessons"), "guidance.total"),
])
def test_what_does_not_hold_is_found(database, change, says):
    """Each rule, broken on purpose, is named."""
    assert any(line.startswith(says) for line in broken(database, change()))


def test_a_year_needs_an_empty_database(played):
    """A year is never played among real clients, nor twice."""
    with pytest.raises(NotEmpty, match="holds clients already"):
        simulate(played[0], WANTED, lambda part: None)


def test_a_year_refuses_real_accounts(tmp_path):
    """Invented people must not write to anybody."""
    with pytest.raises(WrongSetting, match="TELEGRAM_BOT_TOKEN is set"):
        settings_of({"TELEGRAM_BOT_TOKEN": "5:secret"}, None, tmp_path)


def test_the_command_says_what_is_wrong(played):
    """On a database that is not empty it is refused."""
    found = CliRunner(env={"WEGWIJS_SECRET_KEY": SECRET}).invoke(cli, ["simulate", "--data", str(played[0].data_dir), "--scale", "0.02"])
    assert found.exit_code == 1
    assert isinstance(found.exception, NotEmpty)


def test_the_year_of_the_demo_ends_yesterday():
    """Twelve months, whatever day it is."""
    assert until(date(2026, 11, 25), 1, 1) == Wanted(date(2025, 11, 26), date(2026, 11, 25), 1, 1)
    assert until(date(2020, 12, 31), 1, 1) == of_year(2020, 1, 1)
