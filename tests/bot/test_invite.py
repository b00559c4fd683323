"""
Invites: a record made by staff, a link that works once, and its QR.
"""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from bot.bind import LINKED, NOT_LINKED, decide
from bot.channels import Registry
from bot.channels.memory import Memory
from bot.invite import WrongInvite, invite, qr
from bot.open import make_app
from bot.show import show
from flows.answers import invite_code
from storage import invites
from storage.database import Tx
from storage.tables import clients
from tests.people import AMSTERDAM, MovedClock, Person, World, settings_for


class Named(Memory):
    """A Telegram whose bot has a name."""

    async def check(self) -> str:
        """Say who we are, as Telegram's channel does."""
        return "@WegwijsTestBot, polling, 0 waiting"


class Away(Memory):
    """A Telegram that does not answer."""

    async def check(self) -> str:
        """Say that nobody is there."""
        raise OSError("Telegram does not answer")


def code_of(printed: str) -> str:
    """Return the code that an invite printed."""
    found = re.search(r"until [\d-]+ [\d:]+: ([A-Za-z0-9_-]{16,64})\n", printed)
    assert found
    return found[1]


async def test_invite_binds_whoever_brings_the_code(world: World, amina: Person):
    """Amina's phone belongs to the record that staff made, from the moment she brings the code."""
    printed = await invite(world.app, "Amina", "ar")

    await amina.says(f"/start {code_of(printed)}")
    text = await world.app.database.read(lambda tx: show(tx, "memory:amina", AMSTERDAM, world.app.tongues("nl")))
    assert printed.startswith("Client 1001. ")
    assert "Cliënt 1001" in text
    assert "naam            Amina" in text


async def test_invited_client_is_spoken_to_in_the_language_of_the_record(world: World, amina: Person):
    """Who comes with a code is greeted in the language that staff noted, without choosing it again."""
    printed = await invite(world.app, "Amina", "ar")

    await amina.says(f"/start {code_of(printed)}")

    assert amina.last.language == "ar"
    assert any("نعم" in label for label in amina.labels)


def said(person: Person, text: str) -> bool:
    """Tell whether the last answer says this, in the language that was chosen or guessed."""
    return person.world.app.tongues(person.last.language).alone(text) in person.last.text


async def number_of(world: World, name: str) -> str:
    """Return the first line of what we hold of who writes from this phone: the number and name of the record."""
    text = await world.app.database.read(lambda tx: show(tx, f"memory:{name}", AMSTERDAM, world.app.tongues("nl")))
    return " ".join(re.findall(r"Cliënt \d+|naam +\w+", text))


async def test_a_code_works_once(world: World, amina: Person, yonas: Person):
    """Whoever brings a used code is told so in their language, stays who they are, and is served all the same."""
    code = code_of(await invite(world.app, "Amina", "ar"))
    await amina.says(f"/start {code}")

    await yonas.says(f"/start {code}")
    assert said(yonas, "This code was used before. You can use Wegwijs without a code.")
    assert yonas.labels
    assert "Amina" in await number_of(world, "amina")
    assert "Amina" not in await number_of(world, "yonas")
    assert await world.app.database.read(invites.undecided) == []


async def test_a_code_lasts_fourteen_days(world: World, amina: Person, now: MovedClock):
    """A minute before the end it binds; at the end it is too old, and binds nobody."""
    early, late = code_of(await invite(world.app, "Olena", "nl")), code_of(await invite(world.app, "Amina", "ar"))
    now.move(days=14, seconds=-60)
    olena = world.person("olena")
    await olena.says(f"/start {early}")
    assert "Olena" in await number_of(world, "olena")

    now.move(seconds=60)
    await amina.says(f"/start {late}")
    assert said(amina, "This code is too old. You can use Wegwijs without a code.")
    assert "Amina" not in await number_of(world, "amina")


@pytest.mark.parametrize("is_allowed", [True, False])
async def test_a_second_phone_needs_our_yes(world: World, amina: Person, yonas: Person, is_allowed: bool):
    """A client's second phone is nobody's until staff decide: after a yes it is theirs, after a no it stays another's; either is told."""
    await amina.says(f"/start {code_of(await invite(world.app, 'Amina', 'ar'))}")
    second = await world.app.database.write(lambda tx: _code_for(world, tx))
    await yonas.says(f"/start {second}")

    assert said(yonas, "You use a second phone. A volunteer checks this first.")
    assert "Amina" not in await number_of(world, "yonas")
    [(asked, number)] = await world.app.database.read(invites.undecided)
    assert number == 1001
    assert await decide(world.app, asked, is_allowed)
    await world.go_on()
    assert ("Amina" in await number_of(world, "yonas")) is is_allowed
    assert said(yonas, LINKED if is_allowed else NOT_LINKED)
    assert not await decide(world.app, asked, not is_allowed)


def _code_for(world: World, tx: Tx) -> str:
    row = tx.one(select(clients).where(clients.c.number == 1001))
    assert row is not None
    invites.make(tx, row.id, "a-second-code-of-amina", world.now())
    return "a-second-code-of-amina"


async def test_invite_prints_links_that_the_bot_reads_back(world: World, tmp_path: Path):
    """The Telegram link carries the code as Telegram wants it; the WhatsApp link opens a chat whose text the bot understands."""
    twilio = {"TWILIO_ACCOUNT_SID": "AC0", "TWILIO_AUTH_TOKEN": "token", "TWILIO_WHATSAPP_FROM": "whatsapp:+31612345678"}
    database = world.app.database
    settings = settings_for(tmp_path, database.url.render_as_string(hide_password=False), **twilio)
    app = make_app(settings, database, Registry({"telegram": Named("telegram"), "whatsapp": Memory("whatsapp")}))

    printed = await invite(app, "Yonas")
    code = code_of(printed)
    assert f"https://t.me/WegwijsTestBot?start={code}" in printed
    link = next(word for word in printed.split() if word.startswith("https://wa.me/"))
    assert urlsplit(link).path == "/31612345678"
    assert invite_code(parse_qs(urlsplit(link).query)["text"][0]) == code


async def test_invite_does_without_a_channel_that_is_away(world: World):
    """While Telegram does not answer, the code is printed all the same, with the words that bring it."""
    world.app.channels.on["telegram"] = Away("telegram")

    printed = await invite(world.app, "Olena")
    assert "t.me" not in printed
    assert invite_code(printed.splitlines()[-1]) == code_of(printed)


@pytest.mark.parametrize(("name", "language"), [("", "ar"), (" ", ""), ("Amina", "xx")])
async def test_invite_refuses_what_helps_nobody(world: World, name: str, language: str):
    """A name that is none, and a language that the bot does not speak, make no record."""
    with pytest.raises(WrongInvite):
        await invite(world.app, name, language)

    assert await world.app.database.read(lambda tx: tx.all(select(clients))) == []


def test_qr_is_drawn_in_the_terminal():
    """The QR is made of blocks, so that it needs no picture."""

    assert len(qr("https://t.me/WegwijsTestBot?start=abc").splitlines()) > 10
