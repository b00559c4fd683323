"""
Invite: a client record, and a one-time link with its QR that binds an address to it.
"""

import io
import re
import secrets
from urllib.parse import quote

from bot.app import App
from storage import clients, invites
from storage.database import Tx

HELLO = "Hallo Wegwijs, mijn code {code}"       # `flows.answers.invite_code` reads it back


class WrongInvite(Exception):
    """
    No name, or a language that the bot does not speak: one line that says what is right.
    """


async def invite(app: App, name: str, language: str = "") -> str:
    """
    Make a client record and an invite for it; return what to print: number, code, the link of each channel and its QR. Raise `WrongInvite`.
    """
    if not name.strip():
        raise WrongInvite("an invite needs the client's first name: wegwijs invite client Amina --language ar")
    if language and language not in app.tongues.languages:
        raise WrongInvite(f"the bot does not speak {language!r}; it does: {', '.join(app.tongues.languages)}")
    code, now = secrets.token_urlsafe(16), app.now()

    def make(tx: Tx) -> int:
        client_id = clients.add(tx, 1, now, name, language)[0]
        invites.make(tx, client_id, code, now)
        return clients.number_of(tx, client_id)

    number = await app.database.write(make)
    until = (now + invites.LASTS).astimezone(app.settings.timezone)
    parts = [f"Client {number}. The code works once, until {until:%d-%m-%Y %H:%M}: {code}\n"]
    for channel, link in (await links_of(app, code)).items():
        parts.append(f"{channel}: {link}\n{qr(link)}")
    if len(parts) == 1:
        why = "Telegram does not answer" if "telegram" in app.channels.on else "No channel is on"
        parts.append(f"{why}: the client can send the bot the words: code {code}\n")
    return "\n".join(parts)


async def links_of(app: App, code: str) -> dict[str, str]:
    """
    Return the link of each channel that brings a code to our bot.
    """
    links = {}
    if bot := await _telegram_name(app):
        links["Telegram"] = f"https://t.me/{bot}?start={code}"
    if "whatsapp" in app.channels.on:
        links["WhatsApp"] = f"https://wa.me/{re.sub(r'[^0-9]', '', app.settings.twilio_from)}?text={quote(HELLO.format(code=code))}"
    return links


async def _telegram_name(app: App) -> str:
    """
    Return our bot's name, which only Telegram knows; "" when it is off or does not answer.
    """
    channel = app.channels.on.get("telegram")
    if channel is None:
        return ""
    is_serving = app.life is not None           # then the channel is open, and is not ours to close
    if not is_serving:
        await channel.open()
    try:
        found = re.match(r"@(\w+)", await channel.check())
    except OSError:
        return ""
    finally:
        if not is_serving:
            await channel.close()
    return found[1] if found else ""


async def invited(app: App, client_id: int) -> tuple[str, dict[str, str]]:
    """
    Make an invite for a client who has a record, and return its code and the link of each channel.
    """
    code, now = secrets.token_urlsafe(16), app.now()
    await app.database.write(lambda tx: invites.make(tx, client_id, code, now))
    return code, await links_of(app, code)


def qr(link: str) -> str:
    """
    Return a link as a QR that a phone can read from the terminal.
    """
    import segno  # a megabyte, which nobody needs before the first invitation

    drawn = io.StringIO()
    segno.make(link, error="l").terminal(drawn, compact=True)
    return drawn.getvalue()
