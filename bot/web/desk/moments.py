"""
A contact moment at the desk: what it says, what it was before, and the form that corrects or withdraws it.
"""

from collections.abc import Awaitable
from datetime import date
from typing import Any

from starlette.responses import Response

from bot import revise
from bot.compose import Words
from bot.name import names
from bot.revise import Form, NotRevised
from bot.web.desk.door import Page, Visit
from bot.web.desk.seen import noted
from flows.contacts import KINDS, LONGEST, OUTCOMES, PROGRAMMES
from flows.topics import TOPICS
from storage import notes, revisions
from storage.database import Tx

_HERE = "/desk/moments/{id}"


async def show(visit: Visit) -> Response:
    """
    Show a moment to who may correct it.
    """
    id = visit.id()

    def look(tx: Tx) -> tuple[Any, list[revisions.Revision], list[str]]:
        return revisions.find(tx, id), revisions.of_moments(tx, [id]).get(id, []), notes.of_moments(tx, [id]).get(id, [])

    moment, before, told = await visit.app.database.read(look)
    if moment is None or not revise.may_revise(visit.me, moment):
        return visit.missing()
    await noted(visit, moment.client_id, moment.location_id, "moments")
    words = Words(visit.say, visit.app.tongues(visit.language), names(visit.language))
    shown: dict[str, Any] = {"moment": moment, "before": before, "told": told, "kinds": KINDS, "programmes": PROGRAMMES, "outcomes": OUTCOMES,
                             "topics": TOPICS, "longest": LONGEST, "words": words,
                             "day_of": lambda kept: f"{date.fromisoformat(kept):%d-%m-%Y}", "has": [one for one in moment.topics.split(",") if one]}
    return visit.page("desk/moment.html", **shown)


async def correct(visit: Visit) -> Response:
    """
    Correct it.
    """
    try:
        on = date.fromisoformat(visit.value("day"))
    except ValueError:
        on = None
    form = Form(tuple(visit.ticked("topic_")), visit.value("programme"), visit.value("minutes")[:9], visit.value("kind"), on, visit.value("outcome"))
    return await _done(visit, revise.revise(visit.app, visit.me, visit.id(), form), "revised")


async def withdraw(visit: Visit) -> Response:
    """
    Withdraw it.
    """
    return await _done(visit, revise.withdraw(visit.app, visit.me, visit.id()), "withdrawn")


async def _done(visit: Visit, doing: Awaitable[bool], said: str) -> Response:
    try:
        is_changed = await doing
    except NotRevised as reason:
        return visit.missing() if str(reason) == "no_such" else visit.go(f"/desk/moments/{visit.id()}", f"no_{reason}")
    return visit.go(f"/desk/moments/{visit.id()}", said if is_changed else "same")


PAGES = (Page(_HERE, show), Page(_HERE, correct, method="POST"), Page(f"{_HERE}/withdraw", withdraw, method="POST"))
