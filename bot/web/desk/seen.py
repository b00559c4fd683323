"""
Seen: whoever looks at a client's record is written down before the page is shown.
"""

from bot.web.desk.door import Visit
from storage import views


async def noted(visit: Visit, client_id: int | None, location_id: int, what: str) -> None:
    """
    Write down that somebody looks, once in ten minutes for the same: a page that is live looks again at every change.
    """
    who, now, database = visit.me.id, visit.app.now(), visit.app.database
    if not await database.read(lambda tx: views.is_noted(tx, who, client_id, location_id, what, now)):
        await database.write(lambda tx: views.look(tx, who, client_id, location_id, what, now))
