"""
Which channels this process has: a line for each, and why the others are off.
"""

import sys
from collections.abc import Callable
from datetime import datetime

from bot.channels import Registry
from bot.settings import Settings
from storage.database import Database


def open_channels(settings: Settings, database: Database, now: Callable[[], datetime]) -> Registry:
    """
    Return the channels that the settings turn on. A library is imported only for a channel that is on: together they take a second.
    """
    registry = Registry()
    if off := telegram_is_off(settings):
        registry.off["telegram"] = off
    else:
        # Telegram's library imports httpx, and that its own command line, with the colours of a terminal: 3 MB that nobody here uses.
        sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
        from bot.channels.telegram import Telegram

        registry.on["telegram"] = Telegram(settings, now)
    if off := whatsapp_is_off(settings):
        registry.off["whatsapp"] = off
    else:
        from bot.channels.whatsapp import WhatsApp

        registry.on["whatsapp"] = WhatsApp(settings, database, now)
    return registry


def telegram_is_off(settings: Settings) -> str:
    """
    Return what is missing for Telegram and what to do, or "".
    """
    return "" if settings.telegram_token else "TELEGRAM_BOT_TOKEN is missing: get one from @BotFather and put it into .env"


def whatsapp_is_off(settings: Settings) -> str:
    """
    Return what is missing for WhatsApp and what to do, or "".
    """
    if not settings.twilio_token:
        return "TWILIO_AUTH_TOKEN is missing: put TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_WHATSAPP_FROM into .env"
    if not settings.public_url:
        return "WEGWIJS_PUBLIC_URL is missing: Twilio must reach us at an https address, such as https://bot.example.org"
    return ""
