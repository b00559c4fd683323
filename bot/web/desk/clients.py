"""
Clients: found by each word of a name and by whole number, added, changed, invited, erased.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from bot import bind, learn
from bot.forget import forget_client
from bot.invite import invited
from bot.show import parts
from bot.web.desk import told
from bot.web.desk.door import Page, Visit
from bot.web.desk.entry import drawn
from bot.web.desk.fields import said
from bot.web.desk.visit import SHORT, whole
from flows import safe_contact
from flows.columns import FACTS
from flows.hour import FACT as HOUR
from flows.hour import HOURS
from flows.rights import may_see_client
from storage import clients, invites, moments, phones, questions, records, reminders, search_keys, tickets, trajectories, views, volunteers
from storage import facts as kept
from storage.clients import Client
from storage.database import Tx
from storage.reminders import Reminder

HOME = "/desk/clients"
DONE, AHEAD = 10, 20                    # steps of a client's plan that the card shows: the last ones done, the next ones


async def show_all(visit: Visit) -> Response:
    """
    Ask for whom one looks.
    """
    return visit.page("desk/clients.html", typed="", found=[], languages=visit.app.tongues.languages)


async def search(visit: Visit) -> Response:
    """
    Search the clients of one's location. It is posted: a name in an address would stay in the browser and in logs on the way.
    """
    typed, who = visit.value("q")[:100], visit.me
    found = await visit.app.database.read(
        lambda tx: clients.by_ids(tx, search_keys.find(tx, typed, who.location_id)) if typed else [])
    theirs = [client for client in found if may_see(visit, client)]
    return visit.page("desk/clients.html", typed=typed, found=theirs, languages=visit.app.tongues.languages)


def may_see(visit: Visit, client: Client) -> bool:
    """
    Tell whether a client's record is open to whoever visits.
    """
    return may_see_client(visit.me, client.location_id, client.language, client.wants_woman, client.avoids_community)


async def add(visit: Visit) -> Response:
    """
    Add a client.
    """
    name, language = visit.value("name")[:100], visit.value("language")
    if not name:
        return visit.go(HOME, "no_no_name")
    if language and language not in visit.app.tongues.languages:
        return visit.go(HOME, "no_language")

    def run(tx: Tx) -> int:
        client_id = clients.add(tx, 1, visit.app.now(), name, language, visit.me.location_id)[0]
        views.look(tx, visit.me.id, client_id, visit.me.location_id, "change", visit.app.now())
        return clients.number_of(tx, client_id)

    return visit.go(f"{HOME}/{await visit.app.database.write(run)}", "added")


async def client_of(visit: Visit, what: str) -> Client | None:
    """
    Return the client of the address in the browser, if that is somebody of the own location, and write down who looked.
    """
    def run(tx: Tx) -> Client | None:
        client = clients.by_number(tx, visit.id("number", SHORT))
        if client is None or not may_see(visit, client):
            return None
        views.look(tx, visit.me.id, client.id, client.location_id, what, visit.app.now())
        return client

    return await visit.app.database.write(run)


async def show(visit: Visit) -> Response:
    """
    Show a client's card.
    """
    client = await client_of(visit, "card")
    return await _card(visit, client) if client else visit.missing()


async def _card(visit: Visit, client: Client, **more: Any) -> Response:
    def look(tx: Tx) -> dict[str, Any]:
        return {
            "addresses": records.addresses_of(tx, client.id), "told": clients.told(tx, client.id), "moments": moments.of_client(tx, client.id),
            "questions": questions.of_client(tx, client.id), "safe": safe_contact.read(clients.safe_contact_of(tx, client.id)),
            "differing": {one.name for one in kept.differences(tx, [client.id])},
            "reminders": reminders.of_clients(tx, [client.id]), "team": volunteers.at(tx, client.location_id),
            "guide": trajectories.guides(tx, [client.id]).get(client.id),
            "second": [id for id, number in invites.undecided(tx) if number == client.number], "others": invites.shared(tx, client.id),
            **_shared(visit, tx, client)}

    found = await visit.app.database.read(look)
    known = {one.name: one.value for one in found["told"]}
    shown: dict[str, Any] = {
        "client": client, "due": _due(found["reminders"]), "guidance": told.guidance(known, visit.now.date()),
        "timeline": told.timeline(client, found["told"], found["moments"], found["questions"]),
        "names": FACTS, "hours": tuple(HOURS), "hour": known.get(HOUR) or "any", "hows": safe_contact.HOWS, "languages": visit.app.tongues.languages,
        "link": "", "picture": "", "masked": _masked, "said": said, **found, **more}
    return visit.page("desk/client.html", **shown)


def _shared(visit: Visit, tx: Tx, client: Client) -> dict[str, Any]:
    """
    Return what is shown of the phones that a client shares: each with the others there whom the visitor may see; the rest are counted.
    """
    shared = []
    for people in phones.sharers(tx, phones.doors_of(tx, client.id)).values():
        others = [one.client_id for one in people if one.client_id != client.id]
        seen = [one for one in clients.by_ids(tx, others) if may_see(visit, one)]
        seat = next((one.address_id for one in people if one.client_id == client.id), 0)
        shared.append({"seat": seat, "others": seen, "hidden": len(others) - len(seen)})
    has_word, is_locked = phones.word_of(tx, client.id)
    return {"shared": shared, "has_word": has_word, "is_locked": is_locked}


def _masked(external_id: str) -> str:
    """
    Return the end of an address: enough to tell two apart, too little to copy.
    """
    return f"… {external_id[-3:]}"


def _due(rows: Sequence[Reminder]) -> list[Reminder]:
    """
    Return what a client was reminded of last, and what comes next.
    """
    ours = [row for row in rows if row.state != "cancelled"]
    done = [row for row in ours if row.ready_at is None]
    return done[-DONE:] + [row for row in ours if row.ready_at is not None][:AHEAD]


async def change(visit: Visit) -> Response:
    """
    Change name, language, wishes, the hour of reminders and safe contact. What was not touched on the page stays as the client says,
    who may have said it meanwhile.
    """
    client = await client_of(visit, "change")
    if client is None:
        return visit.missing()
    language, how = visit.value("language"), visit.value("how")
    if language and language not in visit.app.tongues.languages:
        return visit.go(f"{HOME}/{client.number}", "no_language")
    form = safe_contact.SafeContact(how if how in safe_contact.HOWS else "here",
                                    tuple(int(day) for day in visit.ticked("day_") if day in tuple("0123456")))

    def run(tx: Tx) -> Client:
        held = clients.by_number(tx, client.number) or client
        wishes = _wished(visit, "woman", held.wants_woman), _wished(visit, "community", held.avoids_community)
        spoken = language if language != visit.value("was_language") else held.language
        clients.change(tx, client.id, visit.value("name")[:100], spoken, *wishes)
        tickets.put_wishes(tx, client.id, *wishes)
        if (hour := visit.value("hour")) in HOURS and hour not in (visit.value("was_hour"), clients.facts_of(tx, client.id).get(HOUR) or "any"):
            learn.learn(visit.app, tx, [(client.id, HOUR, hour)], "client", visit.app.now())      # it is their wish, whoever writes it down
        known = safe_contact.read(clients.safe_contact_of(tx, client.id))
        if (safe := safe_contact.changed(known, safe_contact.read(visit.value("was_safe")), form)) != known:
            clients.set_safe_contact(tx, client.id, "" if safe == safe_contact.SafeContact() else safe.to_json())
        return replace(held, language=spoken, wants_woman=wishes[0], avoids_community=wishes[1])

    changed = await visit.app.database.write(run)
    return visit.go(f"{HOME}/{client.number}" if may_see(visit, changed) else HOME, "changed")


def _wished(visit: Visit, name: str, now: bool) -> bool:
    """
    Return whether a wish holds: as it is ticked, or where that was not touched as it is now, for the client may have pressed it meanwhile.
    """
    ticked = bool(visit.value(name))
    return ticked if ticked != bool(visit.value(f"was_{name}")) else now


async def invite(visit: Visit) -> Response:
    """
    Make a one-time link for a client, with its QR to print.
    """
    client = await client_of(visit, "change")
    if client is None:
        return visit.missing()
    code, links = await invited(visit.app, client.id)
    return visit.page("desk/invite.html", client=client, code=code, links=[(channel, link, drawn(link)) for channel, link in links.items()])


async def decide(visit: Visit) -> Response:
    """
    Say yes or no to a second phone of a client, who is told.
    """
    client = await client_of(visit, "change")
    wanted = whole(visit.value("binding"))
    known = await visit.app.database.read(invites.undecided)
    if client is None or (wanted, client.number) not in known:
        return visit.missing()
    try:
        await bind.decide(visit.app, wanted, bool(visit.value("yes")))
    except bind.Full:
        return visit.go(f"{HOME}/{client.number}", "no_full_phone")
    return visit.go(f"{HOME}/{client.number}", "told")


async def export(visit: Visit) -> Response:
    """
    Give everything we hold about a client, to read out or print for them.
    """
    client = await client_of(visit, "export")
    if client is None:
        return visit.missing()
    zone, tongue = visit.app.settings.timezone, visit.app.tongues("nl")
    first, *rest = await visit.app.database.read(lambda tx: parts(tx, str(client.number), zone, tongue))
    return visit.page("desk/everything.html", client=client, first=first, rest=rest)


async def erase(visit: Visit) -> Response:
    """
    Erase a client, once their number was typed.
    """
    client = await client_of(visit, "change")
    if client is None:
        return visit.missing()
    if visit.value("number") != str(client.number):
        return visit.go(f"{HOME}/{client.number}", "no_number")
    await forget_client(visit.app, client.id)
    return visit.go(HOME, "erased")


_HERE = f"{HOME}/{{number:int}}"
PAGES = (
    Page(HOME, show_all), Page(HOME, add, method="POST"), Page(f"{HOME}/found", search, method="POST"),
    Page(_HERE, show), Page(_HERE, change, method="POST"),
    Page(f"{_HERE}/invite", invite, method="POST"), Page(f"{_HERE}/second", decide, method="POST"),
    Page(f"{_HERE}/everything", export, "coordinator"), Page(f"{_HERE}/erase", erase, "coordinator", "POST"),
)
