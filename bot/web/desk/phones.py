"""
Phones that several share, on a client's card: the word agreed, and taking the client off one.
"""

from starlette.responses import Response

from bot.agree import WrongWord, agree, take_off
from bot.web.desk.clients import HOME, client_of
from bot.web.desk.door import Page, Visit
from bot.web.desk.visit import whole


async def set_word(visit: Visit) -> Response:
    """
    Keep the word agreed with a client, or take it away.
    """
    client = await client_of(visit, "change")
    if client is None:
        return visit.missing()
    try:
        await agree(visit.app, client.id, "" if visit.value("clear") else visit.value("word") or "-")
    except WrongWord:
        return visit.go(f"{HOME}/{client.number}", "no_right_word")
    return visit.go(f"{HOME}/{client.number}", "changed")


async def leave(visit: Visit) -> Response:
    """
    Take a client off a phone that they share.
    """
    client = await client_of(visit, "change")
    if client is None or not await take_off(visit.app, client.id, whole(visit.value("seat"))):
        return visit.missing()
    return visit.go(f"{HOME}/{client.number}", "changed")


_HERE = f"{HOME}/{{number:int}}"
PAGES = (Page(f"{_HERE}/word", set_word, method="POST"), Page(f"{_HERE}/leave", leave, method="POST"))
