"""
What one of us writes on Telegram is kept apart from what clients write: it makes no client, no message and no turn.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from bot import group_words
from bot.app import App
from bot.channels import Inbound, Ours
from storage import postings, threads, volunteers
from storage.database import Tx


def keep(tx: Tx, heard: Sequence[Ours], now: datetime) -> None:
    """
    Write down what was heard, bound to its ticket, so that it goes when its client is erased.
    """
    for one in heard:
        thread = threads.by_external(tx, one.thread) if one.thread else None
        body = {name: value for name, value in asdict(one).items() if value and name not in ("channel", "number")}
        postings.hear(tx, one.number, thread.ticket_id if thread else None, body, now)


def of_clients(app: App, tx: Tx, inbound: Sequence[Inbound]) -> Sequence[Inbound]:
    """
    Return what clients wrote; a linked volunteer who writes privately is told where we work instead. Asked only where there is a group.
    """
    senders = {item.sender for item in inbound if item.channel == "telegram"} if app.settings.telegram_volunteers else set()
    ours = volunteers.by_telegram(tx, senders) if senders else {}
    told = {item.sender for item in inbound if item.channel == "telegram" and item.sender in ours}
    for sender in told:
        postings.add(tx, "private", None, {"chat": sender, "text": group_words.line("work")}, app.now())
    return [item for item in inbound if item.channel != "telegram" or item.sender not in ours] if ours else inbound
