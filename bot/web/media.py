"""
What a volunteer said aloud, or a text of ours spoken, at an address from which WhatsApp fetches it: no login, but nobody can guess it,
and it dies after an hour.
"""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App
from storage import media, recordings

LONGEST = 200                   # letters of a token
HEADERS = {
    "cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-robots-tag": "noindex",
    "content-security-policy": "sandbox; default-src 'none'", "cross-origin-resource-policy": "same-origin",
}
OPUS = {"audio/ogg": "audio/ogg; codecs=opus"}      # said so, it plays as a voice note


async def lent(app: App, token: str, now: datetime) -> tuple[str, bytes] | None:
    """
    Return what a token was made for: what a volunteer said, or the recording of a text of ours.
    """
    message_id = media.borrower(app.database.keys, token, now)
    said, name = await app.database.read(lambda tx: (media.lent(tx, token, now), recordings.recording_of(tx, message_id)))
    return said or (await app.voices.content(app.database, name) if name else None)


def routes(app: App) -> list[Route]:
    """
    Return the route; where nobody can reach us from outside nothing is lent, and there is none.
    """
    async def show(request: Request) -> Response:
        token, now = request.path_params["token"], app.now()
        found = await lent(app, token, now) if len(token) <= LONGEST else None
        if found is None:
            return Response(status_code=404, headers=HEADERS)
        return Response(found[1], media_type=OPUS.get(found[0], found[0]), headers=HEADERS)

    return [Route("/media/{token}", show)] if app.settings.public_url else []
