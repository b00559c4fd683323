"""
A voice on its way to WhatsApp: Twilio fetches it from an address of ours, which dies after an hour.
"""

from datetime import datetime, timedelta

from storage import media
from storage.secrets import Keys

TAKEN = ("audio/ogg",)          # with Opus
LIFE = timedelta(hours=1)
FETCHED = 3300                  # seconds that Twilio may keep one in its queue: it must have fetched it before the address dies
MEDIA_SID = "MM"                # how Twilio's id of a message begins that carries media


def address(public: str, keys: Keys, message_id: int, now: datetime) -> str:
    """
    Return from where the voice that a message of ours carries is fetched.
    """
    return f"{public}/media/{media.lend(keys, message_id, now + LIFE)}"
