"""
The inbox: one list of questions, the most urgent first. Live pages that see the same questions share one look at the database.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from markupsafe import Markup
from starlette.responses import Response

from bot.web.desk.door import Page, Visit
from bot.web.desk.live import feed_of
from bot.web.desk.look import render
from flows.rights import Volunteer
from storage import alerts, pages, questions
from storage.pages import Place
from storage.questions import FILTERS, PAGE, Filter, Question, Standing
from storage.tickets import URGENCIES

MORE = ("legal", "social", "housing", "closed")
SHARED = 20.0               # seconds for which a list serves every live page that sees the same, if nothing changes
FORGOTTEN = 60.0            # seconds after which a list that nobody asks for is let go


@dataclass(slots=True)
class Listed:
    """
    What those who see the same questions see, when it was looked up and after which change, and how it was drawn, by language and
    whose rows are marked.
    """

    found: Sequence[Question]
    standing: Sequence[Standing]
    at: float
    version: int = 0
    drawn: dict[tuple[str, int], Markup] = field(default_factory=dict)


_lists: dict[tuple[object, ...], Listed] = {}
_looking: dict[tuple[object, ...], asyncio.Lock] = {}


async def show(visit: Visit) -> Response:
    """
    Show the questions that somebody may see.
    """
    asked = visit.query("show")
    chosen = cast(Filter, asked if asked in (*FILTERS, *MORE) else "all")
    after, who = pages.place(visit.query("after")), visit.me
    is_live = "x-live" in visit.request.headers and chosen != "mine"
    listed = await _shared(visit, chosen, after) if is_live else await _look(visit, who, chosen, after)
    told = await visit.app.database.read(lambda tx: alerts.waiting_for(tx, who.id))
    teams = sorted(who.teams) if not who.leads else ["legal", "social", "housing"]
    more = str(questions.place_of(listed.found[PAGE - 1])) if len(listed.found) > PAGE else ""
    return visit.page("desk/inbox.html", listed=_drawn(visit, listed, chosen), counts=questions.counted(listed.standing, who), alerts=told,
                      chosen=chosen, teams=teams, more=more, is_first=after is None)


async def _look(visit: Visit, who: Volunteer, chosen: Filter, after: Place | None) -> Listed:
    found, standing = await visit.app.database.read(lambda tx: (questions.for_(tx, who, chosen, after, PAGE + 1), questions.standing(tx, who)))
    return Listed(found, standing, time.monotonic())


async def _shared(visit: Visit, chosen: Filter, after: Place | None) -> Listed:
    """
    Return the list of everybody who sees what this volunteer sees; of many who ask at once, one looks. What a volunteer has in hand
    beyond their teams is nobody else's to see: it is added for them alone.
    """
    who = visit.me
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
    if who.leads:
        return listed
    mine = await visit.app.database.read(lambda tx: questions.for_(tx, who, "mine"))
    more = [one for one in mine if one.team not in who.teams and one.id not in {known.id for known in listed.found}]
    if not more:
        return listed
    standing = [(one.state, one.volunteer_id, one.urgency, one.language) for one in more]
    found = [*listed.found, *(more if after is None and chosen != "closed" else ())]
    found.sort(key=lambda one: (URGENCIES.index(one.urgency), one.due_at, one.id))
    return Listed(found, [*listed.standing, *standing], listed.at, listed.version)


def _drawn(visit: Visit, listed: Listed, chosen: str) -> Markup:
    mine = visit.me.id if any(one.volunteer_id == visit.me.id for one in listed.found) else 0
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
