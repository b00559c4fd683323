"""
Index: clients of before this version, so that they are found by name too.
"""

from bot.app import App
from storage import search_keys

AT_ONCE = 200


async def index(app: App) -> None:
    """
    Make the search keys of every client who has none, a few at a time; killed half-way, the next start does the rest.
    """
    after: int | None = 0
    while after is not None:
        after = await app.database.write(
            lambda tx, after=after: search_keys.renew(tx, after, AT_ONCE, is_missing=True), is_bulk=True)       # type: ignore[misc]
