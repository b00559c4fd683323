"""
Facts at the desk: what staff know of a client is added, corrected and taken back, each with the fields that suit it.
"""

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from bot import learn as learning
from bot.web.desk.clients import HOME, client_of
from bot.web.desk.door import Page, Visit
from bot.web.desk.fields import fields_of, read, rows_of, said
from flows import facts
from flows.cells import WrongCell
from storage import clients
from storage import facts as kept
from storage.clients import Client

ROWS = 200                      # of a list, at most
SPARE = 2                       # empty rows below those that are there


async def show(visit: Visit) -> Response:
    """
    Show one fact of a client: what each side says, and the fields to change ours.
    """
    client, name = await client_of(visit, "card"), visit.query("fact")
    if client is None or name not in facts.readers():
        return visit.missing()
    return await _page(visit, client, name)


async def _page(visit: Visit, client: Client, name: str, why: str = "", rows: Sequence[Mapping[str, object]] = ()) -> Response:
    told = await visit.app.database.read(lambda tx: [one for one in clients.told(tx, client.id) if one.name == name])
    differs = {one.name for one in await visit.app.database.read(lambda tx: kept.differences(tx, [client.id]))}
    ours = next((one.value for one in told if one.said_by == "staff"), "")
    is_list = name in facts.LISTS
    spare: list[Mapping[str, object]] = [{}] * (SPARE if is_list else 0)
    return visit.page("desk/fact.html", 400 if why else 200, client=client, name=name, told=told, differs=name in differs, why=why, is_list=is_list,
                      fields=fields_of(name), rows=[*(rows or rows_of(name, ours) or [{}]), *spare][:ROWS], has_ours=bool(ours), said=said)


async def learn(visit: Visit) -> Response:
    """
    Write down what staff know of a client; nothing filled in takes it back, or what the client said.
    """
    client, name = await client_of(visit, "change"), visit.value("fact")
    if client is None:
        return visit.missing()
    here = f"{HOME}/{client.number}"
    if name not in facts.readers():
        return visit.go(here, "no_fact")
    try:
        value = _typed(visit, name)
        if value is not None:
            facts.read({name: value})
    except (WrongCell, facts.WrongFact, ValueError):
        return visit.go(here, "no_fact") if visit.value("value") else await _page(visit, client, name, "no_fact", _posted(visit, name))
    text = None if value is None else learning.text_of(value)
    now, whose = visit.app.now(), "client" if visit.value("whose") == "theirs" else "staff"
    await visit.app.database.write(
        lambda tx: learning.unlearn(visit.app, tx, client.id, name, now, whose) if text is None       # type: ignore[arg-type]
        else learning.learn(visit.app, tx, [(client.id, name, text)], "staff", now))
    return visit.go(here, "changed")


async def settle(visit: Visit) -> Response:
    """
    Settle what client and staff say differently: ours counts, or theirs becomes ours.
    """
    client, name = await client_of(visit, "change"), visit.value("fact")
    if client is None or name not in facts.readers():
        return visit.missing()
    told = await visit.app.database.read(lambda tx: clients.told(tx, client.id))
    theirs = next((one.value for one in told if (one.name, one.said_by) == (name, "client")), None)
    now = visit.app.now()
    if visit.value("whose") == "ours":
        await visit.app.database.write(lambda tx: learning.settle(visit.app, tx, client.id, name, now))
    elif theirs is not None:
        await visit.app.database.write(lambda tx: learning.learn(visit.app, tx, [(client.id, name, theirs)], "staff", now))
    return visit.go(f"{HOME}/{client.number}", "changed")


def _typed(visit: Visit, name: str) -> object:
    """
    Return the value that was filled in, None for nothing. Raise `WrongCell`, `WrongFact`.
    """
    if visit.value("value") and "row0_value" not in visit.form:         # as JSON, in one field
        return facts.written(name, visit.value("value"))
    fields = fields_of(name)
    rows = [{field.name: read(field, row[field.name]) for field in fields if field.name in row} for row in _posted(visit, name) if row]
    if not rows:
        return None
    values = [row.get("value", row) for row in rows]
    return values if name in facts.LISTS else values[0]


def _posted(visit: Visit, name: str) -> list[dict[str, str]]:
    """
    Return the fields that were filled in, by row.
    """
    names = [field.name for field in fields_of(name)]
    rows = [{one: visit.value(f"row{at}_{one}") for one in names if visit.value(f"row{at}_{one}")} for at in range(ROWS)]
    return rows if name in facts.LISTS else rows[:1]


_HERE = f"{HOME}/{{number:int}}"
PAGES = (Page(f"{_HERE}/fact", show), Page(f"{_HERE}/facts", learn, method="POST"), Page(f"{_HERE}/settle", settle, method="POST"))
