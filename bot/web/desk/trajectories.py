"""
Trajectories: the talks of the year in which we guide a client, whose each is, and the look at each domain of life.
"""

from datetime import date

from starlette.responses import Response

from bot import guide as verb
from bot.web.desk.clients import client_of
from bot.web.desk.door import Page, Visit
from bot.web.desk.visit import SHORT, whole
from flows import guidance
from flows.rights import may_see_client
from storage import looks, trajectories, volunteers
from storage.database import Tx

HOME, CLIENT = f"/desk/{verb.LIST}", "/desk/clients/{number:int}"


async def show(visit: Visit) -> Response:
    """
    Show the talks that are to be held, one's own first.
    """
    me = visit.me
    found = await visit.app.database.read(lambda tx: trajectories.of_location(tx, me.location_id))
    theirs = [one for one in found if may_see_client(me, me.location_id, one.language, one.wants_woman, one.avoids_community)]
    mine, others = ([one for one in theirs if (one.guide_id == me.id) is is_mine] for is_mine in (True, False))
    return visit.page("desk/trajectories.html", mine=mine, others=others, today=visit.now.date())


async def hold(visit: Visit) -> Response:
    """
    Write down that a talk was held, or that it waits until another day.
    """
    until = _day(visit.value("until"))
    if visit.value("move") and until is None:
        return visit.go(HOME, "no_talk_day")
    done = await verb.hold(visit.app, visit.me, visit.id(), visit.value("note")[:1000], until if visit.value("move") else None)
    if done == "no_such":
        return visit.missing()
    return visit.go(HOME, "no_talk_day" if done == "no_day" else "changed")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def give(visit: Visit) -> Response:
    """
    Say who guides a client.
    """
    client = await client_of(visit, "change")
    if client is None:
        return visit.missing()
    wanted = whole(visit.value("guide"), SHORT)

    def run(tx: Tx) -> bool:
        is_ours = wanted in {one.id for one in volunteers.at(tx, client.location_id)}
        if is_ours or not wanted:
            trajectories.give(tx, client.id, wanted or None)
        return is_ours or not wanted

    return visit.go(f"/desk/clients/{client.number}", "changed" if await visit.app.database.write(run) else "no_no_such")


async def show_look(visit: Visit) -> Response:
    """
    Show the form of a look at each domain of life, and the looks before.
    """
    client = await client_of(visit, "card")
    if client is None:
        return visit.missing()
    found = await visit.app.database.read(lambda tx: looks.of_client(tx, client.id))
    return visit.page("desk/look.html", client=client, looks=found, domains=guidance.DOMAINS, hows=guidance.HOWS, longest=guidance.LONGEST)


async def keep_look(visit: Visit) -> Response:
    """
    Keep a look; one in which nothing was spoken of is none.
    """
    client = await client_of(visit, "change")
    if client is None:
        return visit.missing()
    said = guidance.look({f"{part}_{domain}": visit.value(f"{part}_{domain}") for part in ("how", "note") for domain in guidance.DOMAINS})
    here = f"/desk/clients/{client.number}/look"
    if not said:
        return visit.go(here, "no_empty")
    await visit.app.database.write(lambda tx: looks.add(tx, client.id, visit.me.id, said, visit.app.now()))
    return visit.go(here, "changed")


PAGES = (
    Page(HOME, show), Page(f"{HOME}/{{id:int}}", hold, method="POST"), Page(f"{CLIENT}/guide", give, method="POST"),
    Page(f"{CLIENT}/look", show_look), Page(f"{CLIENT}/look", keep_look, method="POST"),
)
