"""
Pictures, sound and documents of clients. What a browser could run never runs here: it is a file to keep, nothing else.
"""

from starlette.responses import Response

from bot.web.desk.door import Page, Visit
from bot.web.desk.seen import noted
from storage import conversations, media, questions
from storage.database import Tx

SHOWN = ("image/jpeg", "image/png", "image/webp", "image/gif", "audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/webm")


async def show(visit: Visit) -> Response:
    """
    Show a picture, play a sound, or hand a document over as a file.
    """
    def look(tx: Tx) -> tuple[int, tuple[str, bytes]] | None:
        owner = conversations.owner_of(tx, visit.id())
        content = media.content(tx, visit.id()) if owner and questions.sees_one(tx, owner, visit.me) else None
        return (owner, content) if owner and content else None

    found = await visit.app.database.read(look)
    if found is None:
        return visit.missing()
    client_id, (content_type, content) = found
    await noted(visit, client_id, visit.me.location_id, "conversation")
    is_shown = content_type.partition(";")[0] in SHOWN
    response = Response(content, media_type=content_type if is_shown else "application/octet-stream")
    response.headers["content-security-policy"] = "sandbox; default-src 'none'"
    if not is_shown:
        response.headers["content-disposition"] = f'attachment; filename="{visit.id()}.{_ending(content_type)}"'
    return response


def _ending(content_type: str) -> str:
    ending = content_type.partition(";")[0].rpartition("/")[2]
    return ending if ending.isalnum() and len(ending) < 6 else "bin"


PAGES = (Page("/desk/media/{id:int}", show),)
