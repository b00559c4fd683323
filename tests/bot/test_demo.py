"""
The demo: it touches nothing but its own folder, refuses what is real, and plays a year through the app.
"""

import re
import signal
import urllib.request
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.app import App, Clock
from bot.channels import Registry
from bot.compose import Words, compose, values
from bot.demo import MARK, REAL, fresh, furnish_and_play, refuse
from bot.given import WrongSetting
from bot.report import report
from bot.settings import Settings
from bot.translate import load
from flows.year import expected, scaled
from storage import clients, moments, records, tickets
from storage import phones as sharing
from storage.database import Database
from storage.secrets import Keys
from tests.browser import ended, start_demo, wait_until_up
from tests.ports import free_port

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", REAL)
def test_demo_refuses_real_accounts(name):
    """With a real account set, invented people would write to somebody: one line says what to do."""
    with pytest.raises(WrongSetting, match=f"{name} is set.*unset it"):
        refuse({name: "5:secret"})


@pytest.mark.parametrize(("name", "value"), [
    ("WEGWIJS_PUBLIC_URL", "https://bot.example.org"), ("WEGWIJS_HOST", "0.0.0.0"), ("WEGWIJS_HOST", "192.168.1.5"), ("WEGWIJS_HOST", "::"),
])
def test_demo_refuses_public_addresses(name, value):
    """There is no login, so the phones are for this machine alone."""
    with pytest.raises(WrongSetting, match=name):
        refuse({name: value})


def test_demo_takes_this_machine():
    """Every name of this machine is right."""
    for host in ("127.0.0.1", "localhost", "::1"):
        refuse({"WEGWIJS_HOST": host})


def test_fresh_empties_its_own_folder_only(tmp_path: Path):
    """What a demo made is made anew; a folder that it did not make stays as it is."""
    home = tmp_path / "data" / "demo"
    with fresh(home):
        (home / "wegwijs.db").write_text("old")
        (home / "more").mkdir()
    (tmp_path / "data" / "wegwijs.db").write_text("real")

    with fresh(home):
        assert [path.name for path in home.iterdir()] == [MARK]
    assert (tmp_path / "data" / "wegwijs.db").read_text() == "real"
    other = tmp_path / "other"
    other.mkdir()
    (other / "wegwijs.db").write_text("real")
    with pytest.raises(WrongSetting, match="was not made by demo"), fresh(other):
        pass
    assert (other / "wegwijs.db").read_text() == "real"


def test_fresh_follows_no_link(tmp_path: Path):
    """A link in the demo's place is refused: what it leads to is not ours."""
    (tmp_path / "real").mkdir()
    (tmp_path / "demo").symlink_to(tmp_path / "real")

    with pytest.raises(WrongSetting, match="was not made by demo"), fresh(tmp_path / "demo"):
        pass


def test_fresh_holds_its_folder(tmp_path: Path):
    """A second demo does not pull the data from under the first."""
    with fresh(tmp_path / "demo"), pytest.raises(WrongSetting, match="another demo uses"), fresh(tmp_path / "demo"):
        pass


async def test_demo_has_its_phones(sqlite_url, tmp_path: Path, keys: Keys):
    """An urgent question, an expired card, and one phone where nothing is chosen yet."""
    database = Database(sqlite_url(), keys)
    clock = Clock(NOON)
    settings = Settings.read({"WEGWIJS_DATA_DIR": str(tmp_path), "WEGWIJS_CLOCK": NOON.isoformat()}, tmp_path)
    app = App(settings, database, Registry(), load(), clock)
    phones = await furnish_and_play(app, clock)
    logged = database.look(lambda tx: moments.latest(tx, 1000))
    open_ones = database.look(tickets.open_ones)
    yonas = database.look(lambda tx: records.find(tx, "phone:yonas"))

    assert {language for row in logged for language in row.languages.split(",")} >= {"nl", "en", "ar", "ti"}
    assert {row.channel for row in logged} == {"phone"}
    assert all(row.outbound >= row.inbound for row in logged)
    assert [(ticket.urgency, ticket.topics) for ticket in open_ones] == [("today", ("rent_problems",))]
    assert yonas is not None
    assert database.look(lambda tx: clients.facts_of(tx, yonas))["permit_expires_on"] < NOON.date().isoformat()
    assert phones.phones["olena"].bubbles == []
    nameless = database.look(lambda tx: records.find(tx, "phone:shared")) or 0
    [sharers] = database.look(lambda tx: sharing.sharers(tx, sharing.doors_of(tx, nameless))).values()
    assert [one.name for one in sharers] == ["Selam", "Dawit"]
    assert database.look(lambda tx: moments.of_client(tx, sharers[1].client_id))[0].topics == "housing_search"
    assert list(app.channels.on) == ["phone"]
    assert 0 <= (clock() - NOON).total_seconds() < 3600
    database.close()


def test_demo_serves_and_stops(tmp_path: Path):
    """
    The command prints the phones' address once somebody answers there, makes its own folder only, takes in the year that is played beside
    it, and stops when told to.
    """
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "wegwijs.db").write_text("real")
    with start_demo(tmp_path, 0.005, WEGWIJS_PORT=str(free_port())) as process, ended(process):
        address, said = wait_until_up(process)
        with urllib.request.urlopen(f"{address}/phone/") as answer:
            assert b"Amina" in answer.read()
        ways = re.findall(rf"(\w+) +({re.escape(address)}/desk/enter/\S+)", said)
        for _name, way in ways:
            with urllib.request.urlopen(way) as answer:
                assert answer.status == 200
        assert process.stdout
        assert "has been played" in next(line for line in process.stdout if line.startswith("The year"))
        first, last = re.findall(r"WEGWIJS_DATA_DIR=data/demo (?:\S+/)?wegwijs report --from (\S+) --to (\S+)", said)[0]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0

    home = tmp_path / "data" / "demo"
    database = Database(f"sqlite:///{home / 'wegwijs.db'}", Keys([(home / "secret.key").read_text().strip()]))
    found = database.look(lambda tx: report(tx, date.fromisoformat(first), date.fromisoformat(last)))
    database.close()
    assert values(compose(found, Words(str, load()("nl"), {})))["info_point.total"]["by_person"] == expected(scaled(0.005))["info_point.total"]
    assert [name for name, _ in ways] == ["Joke", "Marja", "Samir"]
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["demo", "wegwijs.db"]
    assert (tmp_path / "data" / "wegwijs.db").read_text() == "real"


def test_demo_refuses_in_one_line(tmp_path: Path):
    """A real token stops the command with one line and exit 1, before anything is made."""
    with start_demo(tmp_path, TELEGRAM_BOT_TOKEN="123456789:not-a-real-one") as process:
        said, _ = process.communicate(timeout=120)

    assert process.returncode == 1
    assert said.count("\n") == 1
    assert "TELEGRAM_BOT_TOKEN" in said
    assert "not-a-real-one" not in said
    assert list(tmp_path.iterdir()) == []
