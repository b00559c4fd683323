"""
Invites: a record made by staff, a link that works once, and its QR.
"""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from bot.channels import Registry
from bot.channels.memory import Memory
from bot.invite import WrongInvite, invite, qr
from bot.open import make_app
from bot.show import show
from flows.answers import invite_code
from storage.tables import clients
from tests.people import AMSTERDAM, Person, World, settings_for


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
