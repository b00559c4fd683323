"""
The inbox: one list of questions, the most urgent first. Live pages that see the same questions share one look at the database.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from markupsafe import Markup
from starlette.responses import Response

from bot.enrol import TEAMS
from bot.web.desk.door import Page, Visit
from bot.web.desk.live import feed_of
from bot.web.desk.look import render
from bot.web.desk.visit import html
from flows.rights import Volunteer
from storage import alerts, pages, questions
from storage.alerts import Alert
from storage.database import Tx
from storage.pages import Place
from storage.questions import FILTERS, PAGE, Filter, Question

MORE = (*TEAMS, "closed")
ALERTS = 3                  # of the questions that wait for somebody above the list, the most urgent; the whole list has them all
SHARED = 20.0               # seconds for which a list serves every live page that sees the same, if nothing changes
FORGOTTEN = 60.0            # seconds after which a list that nobody asks for is let go


@dataclass(slots=True)
class Listed:
    """
    What those who see the same questions see, how many each has in hand among them and in all, who is told of what, when it was looked
    up and after which change, and how it was drawn: the rows by language and whose are marked, whole pages by all that differs on them.
    """

    found: Sequence[Question]
    counts: Mapping[Filter, int]
    held: Mapping[int, int]
    in_hand: Mapping[int, int]
    alerts: Mapping[int, Sequence[Alert]]
    at: float
    version: int = 0
    drawn: dict[tuple[str, int], Markup] = field(default_factory=dict)
    pages: dict[tuple[object, ...], str] = field(default_factory=dict)
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)


_lists: dict[tuple[object, ...], Listed] = {}
_looking: dict[tuple[object, ...], asyncio.Lock] = {}


async def show(visit: Visit) -> Response:
    """
    Show the questions that somebody may see.
    """
    asked = visit.query("show")
    chosen = cast(Filter, asked if asked in (*FILTERS, *MORE) else "all")
    after, who = pages.place(visit.query("after")), visit.me
    listed = await (_shared if visit.is_live and chosen != "mine" else _look)(visit, who, chosen, after)
    if not visit.is_live or visit.query("said"):
        return html(_page(visit, listed, chosen, after))
    differs = visit.language, _marked(who, listed), listed.held.get(who.id, 0), tuple(one.ticket_id for one in listed.alerts.get(who.id, ()))
    async with listed.drawing:
        if differs not in listed.pages:         # a live page names nobody and carries no form: who sees the same gets the same
            listed.pages[differs] = await asyncio.to_thread(_page, visit, listed, chosen, after)     # clients' turns go on meanwhile
    return html(listed.pages[differs])


def _page(visit: Visit, listed: Listed, chosen: Filter, after: Place | None) -> str:
    who = visit.me
    return render("desk/inbox.html", visit, {
        "listed": _drawn(visit, listed, chosen), "counts": {**listed.counts, "mine": listed.held.get(who.id, 0)},
        "alerts": listed.alerts.get(who.id, ()), "ALERTS": ALERTS, "chosen": chosen, "teams": TEAMS if who.leads else sorted(who.teams),
        "more": str(questions.place_of(listed.found[PAGE - 1])) if len(listed.found) > PAGE else "", "is_first": after is None})


async def _look(visit: Visit, who: Volunteer, chosen: Filter, after: Place | None) -> Listed:
    def look(tx: Tx) -> Listed:
        found, standing = questions.for_(tx, who, chosen, after, PAGE + 1), questions.standing(tx, who)
        held = Counter(whose for _, whose, _, _ in standing if whose)
        return Listed(found, questions.counted(standing, who), held, questions.in_hand(tx, who.location_id), alerts.waiting(tx, who.location_id),
                      time.monotonic())

    return await visit.app.database.read(look)


async def _shared(visit: Visit, who: Volunteer, chosen: Filter, after: Place | None) -> Listed:
    """
    Return the list of everybody who sees what this volunteer sees; of many who ask after a change, one looks. Who has something in
    hand that the others do not see looks alone.
    """
    key = (id(asyncio.get_running_loop()), id(visit.app), who.location_id, who.leads, who.is_woman, who.is_interpreter, *map(frozenset, (
        who.teams, who.communities, who.languages)), chosen, after)
    feed = feed_of(visit.app)
    async with _looking.setdefault(key, asyncio.Lock()):
        listed, version = _lists.get(key), feed.version
        if listed is None or listed.version != version or not feed.is_on or time.monotonic() - listed.at > SHARED:
            for old in [one for one, kept in _lists.items() if time.monotonic() - kept.at > FORGOTTEN]:
                _lists.pop(old, None)
                _looking.pop(old, None)
            listed = _lists[key] = replace(await _look(visit, replace(who, id=0), chosen, after), version=version)
    return listed if listed.in_hand.get(who.id, 0) == listed.held.get(who.id, 0) else await _look(visit, who, chosen, after)


def _marked(who: Volunteer, listed: Listed) -> int:
    return who.id if any(one.volunteer_id == who.id for one in listed.found) else 0


def _drawn(visit: Visit, listed: Listed, chosen: str) -> Markup:
    mine = _marked(visit.me, listed)
    drawn = listed.drawn.get((visit.language, mine))
    if drawn is None:
        now = visit.app.now()
        drawn = listed.drawn[visit.language, mine] = Markup(render("desk/questions.html", visit, {
            "questions": listed.found[:PAGE], "first_line": first_line, "chosen": chosen,
            "is_late": lambda one: one.state != "closed" and one.due_at < now}))
    return drawn


def first_line(question: Question) -> str:
    """
    Return the last thing that was asked, short; "" where there is no text.
    """
    lines = [line for line in question.text.splitlines() if line.strip()]
    return lines[-1][:140] if lines else ""


PAGES = (Page("/desk/", show),)
