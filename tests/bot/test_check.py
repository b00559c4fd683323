"""
`wegwijs check`: one line each, ok or what to do.
"""

from datetime import UTC, datetime
from pathlib import Path

from bot.check import Line, _translations, check
from bot.open import opened
from bot.settings import Settings
from bot.translate import LOCALES, load
from storage import locations, volunteers

KEY = {"WEGWIJS_SECRET_KEY": "k" * 32}


async def looked(folder: Path, **environ: str) -> dict[str, Line]:
    """Return the lines of a check, by what they are about."""
    return {line.what: line for line in await check(Settings.read(environ, folder))}


async def test_check_says_when_the_key_lies_beside_the_data(tmp_path: Path):
    """A key in the data folder is said, with what to do; a key kept elsewhere is well."""

    inside = (await looked(tmp_path))["key"]
    assert inside.mark == "!"
    assert "put it into WEGWIJS_SECRET_KEY" in inside.found
    assert (await looked(tmp_path / "other", **KEY))["key"].mark == "✓"


async def test_check_says_what_each_channel_lacks(tmp_path: Path):
    """A channel that is off names the setting it lacks; that is no error."""
    twilio = {"TWILIO_ACCOUNT_SID": "AC0", "TWILIO_AUTH_TOKEN": "hush", "TWILIO_WHATSAPP_FROM": "whatsapp:+31612345678"}

    lines = await looked(tmp_path, **KEY, **twilio)
    assert (lines["telegram"].mark, lines["whatsapp"].mark) == ("–", "–")
    assert "TELEGRAM_BOT_TOKEN" in lines["telegram"].found
    assert "WEGWIJS_PUBLIC_URL" in lines["whatsapp"].found
    assert not any(line.is_wrong for line in lines.values() if line.what != "language")


async def test_check_says_when_a_channel_does_not_answer(tmp_path: Path):
    """A platform that cannot be reached must be mended."""

    lines = await looked(tmp_path, **KEY, TELEGRAM_BOT_TOKEN="123456:hush-hush", TELEGRAM_API_URL="http://127.0.0.1:9")
    assert lines["telegram"].is_wrong
    assert "hush" not in str(lines["telegram"])


async def test_check_asks_for_the_first_administrator(tmp_path: Path):
    """On the first morning the command that lets somebody in is said, until there is somebody."""
    settings = Settings.read(KEY, tmp_path)

    before = (await looked(tmp_path, **KEY))["team"]
    with opened(settings) as database:
        database.submit(lambda tx: volunteers.add(tx, "Joke", "administrator", 1, datetime(2026, 11, 26, tzinfo=UTC))).result()
    assert before.mark == "!"
    assert "wegwijs invite volunteer NAME --role administrator" in before.found
    assert (await looked(tmp_path, **KEY))["team"].mark == "✓"


async def test_check_asks_for_the_offices_address(tmp_path: Path):
    """A location without address and phone is said with the command that gives them, until it has them."""
    settings = Settings.read(KEY, tmp_path)

    before = (await looked(tmp_path, **KEY))["location"]
    with opened(settings) as database:
        database.submit(lambda tx: locations.put(tx, "Leiden", address="Voorbeeldstraat 1", phone="071-000 00 00")).result()
    after = (await looked(tmp_path, **KEY))["location"]
    assert before.mark == "!"
    assert "wegwijs location Leiden --address '…' --phone '…'" in before.found
    assert str(after) == "✓ location      Leiden, mo-fr 09:00-17:00"


async def test_check_says_when_the_database_is_away(tmp_path: Path):
    """A database that does not answer is one line, without its password."""

    lines = await looked(tmp_path, **KEY, WEGWIJS_DATABASE_URL="postgresql://joke:hush@127.0.0.1:9/wegwijs")
    assert lines["database"].is_wrong
    assert "hush" not in str(lines["database"])


async def test_check_counts_translations(tmp_path: Path):
    """Every language says how many texts it has and how many a native speaker must still read."""

    lines = await looked(tmp_path, **KEY)
    assert {"language ar", "language en", "language nl", "language ti"} <= lines.keys()
    assert all(" texts" in line.found for what, line in lines.items() if what.startswith("language "))
    assert "in Dutch too, nl" not in lines
    known = load().unread("ar")
    short = lines["in Dutch too, ar"].found
    assert short.startswith(f"{len(known)} texts, ")
    assert short.endswith("(all of them: `wegwijs check --verbose`)")
    assert len(short) < 300
    whole = next(line.found for line in _translations(LOCALES, load(), names_all=True) if line.what == "in Dutch too, ar")
    assert "welcome.consent" in whole
    assert len(whole) > 10 * len(short)


async def test_check_says_when_the_clock_is_moved(tmp_path: Path):
    """A rehearsal's clock is said."""

    assert "rehearsal" in (await looked(tmp_path, **KEY, WEGWIJS_CLOCK="2027-02-27T09:59:00+01:00"))["clock"].found


async def test_check_says_which_texts_have_no_recording(tmp_path: Path):
    """Each language says how many of its texts are recorded, and names the alarms and the question of consent first."""
    lines = await looked(tmp_path, **KEY)

    assert {f"voice {code}" for code in ("nl", "en", "ar", "ti", "fa", "prs", "tr", "uk", "so", "fr")} <= lines.keys()
    assert lines["voice ar"].mark == "–"
    assert lines["voice ar"].found.startswith("0 of ")
    assert "emergency, welcome.consent" in lines["voice ar"].found
    assert "`wegwijs voices ar`" in lines["voice ar"].found
