"""
Index: clients of before this version, so that they are found by name too.
"""

from bot.app import App
from storage import search_keys

AT_ONCE = 200


async def index(app: App) -> None:
    """
    Make the search keys of every client once, a few at a time; nothing is done where there are some.
    """
    after: int | None = 0 if await app.database.read(search_keys.is_empty) else None
    while after is not None:
        after = await app.database.write(lambda tx, after=after: search_keys.renew(tx, after, AT_ONCE))  # type: ignore[misc]
