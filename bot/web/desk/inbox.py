"""
The inbox: one list of questions, the most urgent first.
"""

from typing import cast

from starlette.responses import Response

from bot.web.desk.door import Page, Visit
from storage import alerts, questions
from storage.questions import FILTERS, PAGE, Filter, Question

MORE = ("legal", "social", "housing", "closed")


async def show(visit: Visit) -> Response:
    """
    Show the questions that somebody may see.
    """
    asked = visit.query("show")
    chosen = cast(Filter, asked if asked in (*FILTERS, *MORE) else "all")
    skip = int(visit.query("skip")) if visit.query("skip").isdecimal() and len(visit.query("skip")) < 7 else 0
    who = visit.me
    found, counted, told = await visit.app.database.read(lambda tx: (
        questions.for_(tx, who, chosen, skip, PAGE + 1), questions.counts(tx, who), alerts.waiting_for(tx, who.id)))
    return visit.page("desk/inbox.html", questions=found[:PAGE], counts=counted, alerts=told, chosen=chosen, filters=FILTERS,
                      teams=sorted(who.teams) if not who.leads else ["legal", "social", "housing"], first_line=first_line, skip=skip,
                      more=skip + PAGE if len(found) > PAGE else 0, is_late=lambda one: one.state != "closed" and one.due_at < visit.app.now())


def first_line(question: Question) -> str:
    """
    Return the last thing that was asked, short; "" where there is no text.
    """
    lines = [line for line in question.text.splitlines() if line.strip()]
    return lines[-1][:140] if lines else ""


PAGES = (Page("/desk/", show),)
