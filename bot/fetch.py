"""
Fetch: bring the media that clients sent, check size and kind by content, take out of pictures where they were taken and out of PDFs who
made them, store them encrypted.
"""

import asyncio
import logging
from datetime import timedelta

from bot.app import App
from bot.bare import FORMATS, Unreadable, bare
from bot.channels import Gone, TooLarge
from bot.strip import NotStripped, strip
from storage import erasures, media
from storage.database import Tx
from storage.media import Waiting

log = logging.getLogger("wegwijs")
LARGEST = 16 * 1024 * 1024          # bytes: WhatsApp's limit; Telegram hands a bot up to 20 MB
KINDS = frozenset({
    "image/jpeg", "image/png", "image/webp", "image/gif", "image/heic",
    "audio/ogg", "audio/mpeg", "audio/x-m4a", "audio/mp4", "audio/m4a", "audio/aac", "audio/amr",
    "video/mp4", "video/3gpp", "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/msword",
})
PLAIN = frozenset({"text/plain", "text/vcard", "text/x-vcard"})
AT_ONCE = 4
TRIES = 10                          # in 17 hours: an outage of the platform loses no letter
AGAIN = timedelta(minutes=2)        # until the next try, and twice as long each time
CLAIMED = timedelta(minutes=4)      # what one try may take: a download of two minutes, and cleaning a PDF


async def fetch_media(app: App) -> None:
    """
    Fetch for ever, woken by new media and by the clock.
    """
    while not app.stopping.is_set():
        try:
            now = app.now()
            waiting = await app.database.write(lambda tx: media.claim(tx, app.channels.on, AT_ONCE, now, now + CLAIMED))  # noqa: B023
            await asyncio.gather(*(_fetch(app, one) for one in waiting))
        except Exception as error:
            log.error("fetching_failed error=%s", type(error).__name__)
            waiting = []
        if not waiting:
            await app.stages.wait("media", 5.0)


async def _fetch(app: App, one: Waiting) -> None:
    try:
        content = await app.channels.on[one.channel].fetch(one.reference, LARGEST)
    except (Gone, TooLarge) as error:
        await _refuse(app, one, "too large" if isinstance(error, TooLarge) else "gone")
    except (OSError, TimeoutError) as error:
        log.warning("medium_not_fetched channel=%s medium=%s error=%s", one.channel, one.id, type(error).__name__)
        if one.attempts + 1 >= TRIES:
            await _refuse(app, one, "gone")
        else:
            await app.database.write(lambda tx: media.again(tx, one.id, app.now() + AGAIN * 2**one.attempts))
    else:
        kind = kind_of(content, one.content_type)
        if kind is None:
            await _refuse(app, one, "not a kind we take")
        else:
            await _take(app, one, content, kind)


async def _take(app: App, one: Waiting, content: bytes, kind: str) -> None:
    """
    Keep what was fetched; of a picture only what is seen, and never one whose place we could not take away; of a PDF its pages, or all
    of it with that remark: it may be the letter that matters, sealed with a password.
    """
    remark = None
    if kind in FORMATS:
        try:
            content, kind = await asyncio.to_thread(bare, content, kind)
        except Unreadable:
            await _refuse(app, one, "cannot be read")
            return
    elif kind == "application/pdf":
        try:
            content = await strip(content)
        except NotStripped as error:
            log.info("pdf_not_cleaned channel=%s medium=%s why=%s", one.channel, one.id, str(error).replace(" ", "_"))
            remark = "not cleaned"
    await app.database.write(lambda tx: _keep(app, tx, one, content, kind, remark))


def _keep(app: App, tx: Tx, one: Waiting, content: bytes, kind: str, remark: str | None) -> None:
    """
    Keep a medium here, and have it deleted where it came from.
    """
    if media.store(tx, one.id, content, kind, remark):
        _delete_there(app, tx, one)


def _delete_there(app: App, tx: Tx, one: Waiting) -> None:
    if one.channel not in erasures.LEFT_THERE:
        erasures.delete_there(tx, [(one.channel, one.reference)], app.now())


async def _refuse(app: App, one: Waiting, why: str) -> None:
    log.info("medium_refused channel=%s medium=%s why=%s", one.channel, one.id, why.replace(" ", "_"))
    await app.database.write(lambda tx: _turn_away(app, tx, one, why))


def _turn_away(app: App, tx: Tx, one: Waiting, why: str) -> None:
    """
    Write down why a medium is not kept. Nobody of ours will ever see it, so the platform need not keep it for us either; one that could
    not be fetched can be looked for there as long as we keep its message, and is deleted with that.
    """
    if media.refuse(tx, one.id, why) and why != "gone":
        _delete_there(app, tx, one)


def kind_of(content: bytes, announced: str) -> str | None:
    """
    Return the content type of a medium by its first bytes, or None for a kind we do not take. Plain text has no signature:
    it must be what was announced, and be text.
    """
    import filetype  # loaded at the first medium, as is what looks into it

    guess = filetype.guess(content)
    if guess is not None:
        return str(guess.mime) if guess.mime in KINDS else None
    plain = announced.partition(";")[0].strip().lower()
    if plain not in PLAIN:
        return None
    try:
        content.decode()
    except UnicodeDecodeError:
        return None
    return plain
