"""
Greet: a volunteer links their Telegram once; from then on the group knows them, and their private words open no client's record.

Whoever is a client already stays one, also as a volunteer: *stop* and *forget me* must always work for them.
"""

import logging
import re
from collections.abc import Collection, Sequence
from datetime import datetime

from bot.app import App
from bot.channels import Inbound
from bot.channels.telegram_group import Group, NotDone, Slow
from bot.group_texts import link, say
from storage import links, postings, volunteers
from storage.addresses import Sender
from storage.database import Tx

log = logging.getLogger("wegwijs")
START = re.compile(r"/start link-([A-Za-z0-9_-]{20,64})\s*")


def clients_only(app: App, tx: Tx, inbound: Sequence[Inbound], known: Collection[Sender], now: datetime) -> list[Inbound]:
    """
    Return what clients wrote; link who brings a code, and tell a volunteer who writes in private where to work. `known` are the senders
    who are clients.
    """
    strangers = {item.sender for item in inbound if item.channel == "telegram" and Sender("telegram", item.sender) not in known}
    ours = volunteers.by_telegram(tx, strangers)
    if not ours and not any(item.text.startswith("/start link-") for item in inbound):
        return list(inbound)
    kept = []
    for item in inbound:
        if item.channel == "telegram" and (code := START.fullmatch(item.text)):
            _link(app, tx, item.sender, code[1], now)
        elif item.channel == "telegram" and item.sender in ours:
            _tell(tx, item.sender, say("private", link=link(app)), now)
        else:
            kept.append(item)
    return kept


def _link(app: App, tx: Tx, sender: str, code: str, now: datetime) -> None:
    who = links.use(tx, code, "telegram", now)
    if who is not None:
        volunteers.link(tx, who.id, sender)
        log.info("volunteer_linked volunteer=%s", who.id)
    else:
        who = volunteers.by_telegram(tx, [sender]).get(sender)      # Telegram may bring the same twice
    _tell(tx, sender, say("linked", name=who.name, link=link(app)) if who else say("old_code"), now, is_linked=who is not None)


def _tell(tx: Tx, chat: str, text: str, now: datetime, is_linked: bool = False) -> None:
    postings.say(tx, None, {"chat": chat, "text": text, "is_linked": is_linked}, now, "private")


async def shut_out(app: App) -> None:
    """
    Remove who was dismissed from the group, and forget their Telegram once they are out. Called by the clock.
    """
    gone = await app.database.read(volunteers.to_remove)
    if not gone:
        return
    async with Group(app.settings) as line:
        for volunteer_id, telegram_id in gone:
            try:
                if line.is_on:
                    await line.ban(int(telegram_id))
            except NotDone as refused:
                if refused.reason not in ("user not found", "participant_id_invalid", "user_not_participant"):
                    log.error("volunteer_not_removed volunteer=%s reason=%s", volunteer_id, refused.reason)
                    continue
            except (Slow, OSError) as error:
                log.warning("volunteer_not_removed volunteer=%s error=%s", volunteer_id, type(error).__name__)
                continue
            await app.database.write(lambda tx, id=volunteer_id: volunteers.unlink(tx, id))     # type: ignore[misc]
            log.info("volunteer_removed volunteer=%s", volunteer_id)
