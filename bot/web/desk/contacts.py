"""
Contacts: what was said by telephone, at the office, by mail or at somebody's home is written down, one at a time or many after an hour.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast

from starlette.responses import Response

from bot import jot
from bot.jot import Entry, Form, Found, NotJotted
from bot.web.desk.door import Page, Visit
from bot.web.desk.visit import SHORT, whole
from flows.contacts import KINDS, LONGEST, OUTCOMES, PROGRAMMES
from flows.topics import TOPICS
from storage import revisions
from storage.ids import RANDOM_BITS, first_of

HOME = "/desk/contacts"
ONE, MANY = 1, 12               # lines of the form
DAY_MS = 24 * 60 * 60 * 1000    # a form is good for a day


async def show(visit: Visit) -> Response:
    """
    Show the empty form: one line, or many for a whole office hour.
    """
    rows = MANY if visit.query("rows") else ONE
    kind, programme = visit.query("kind"), visit.query("programme")
    form = Form(kind if kind in KINDS else "call", programme if programme in PROGRAMMES else "info_point", visit.now.date(), _once(visit))
    asked = whole(visit.query("who"), SHORT)
    mine = visit.me.id
    latest = await visit.app.database.read(lambda tx: revisions.latest(tx, mine))
    return _page(visit, form, [Found(Entry(str(asked) if asked else ""))] + [Found(Entry())] * (rows - 1), latest=latest)


def _once(visit: Visit) -> int:
    return first_of(visit.app.now()) + secrets.randbits(RANDOM_BITS)


def _page(visit: Visit, form: Form, lines: Sequence[Found], status: int = 200, wrong: str = "", latest: Sequence[Any] = ()) -> Response:
    shown: dict[str, Any] = {
        "form": form, "lines": lines, "wrong": wrong, "kinds": KINDS, "programmes": PROGRAMMES, "outcomes": OUTCOMES, "longest": LONGEST,
        "topics": TOPICS, "last": visit.query("last"), "how_many": visit.query("n"), "ONE": ONE, "MANY": MANY, "latest": latest}
    return visit.page("desk/contacts.html", status, **shown)


async def log(visit: Visit) -> Response:
    """
    Keep what was written, or show it again with what must be put right; nothing of it is kept then.
    """
    form, entries = _form(visit), [_entry(visit, row) for row in range(MANY)]
    if form is None:
        return visit.go(HOME, "no_day")
    if not _is_of_today(visit, form.once):
        return _page(visit, replace(form, once=_once(visit)), [Found(entry) for entry in entries[:_rows(visit)]], 400, "no_stale")
    try:
        wrong = await jot.jot(visit.app, visit.me, form, entries)
    except NotJotted as reason:
        return _page(visit, form, [Found(entry) for entry in entries[:_rows(visit)]], 400, f"no_{reason}")
    if wrong:
        blank = [Found(Entry())] * max(0, _rows(visit) - len(wrong))
        return _page(visit, form, [*wrong, *blank], 400)
    written = sum(not entry.is_blank for entry in entries)
    many = "&rows=many" if _rows(visit) > ONE else ""
    return visit.go(f"{HOME}?kind={form.kind}&programme={form.programme}&last={form.once}&n={written}{many}", "logged")


def _rows(visit: Visit) -> int:
    return MANY if visit.value("rows") == str(MANY) else ONE


def _form(visit: Visit) -> Form | None:
    try:
        on = date.fromisoformat(visit.value("day"))
    except ValueError:
        return None
    return Form(visit.value("kind"), visit.value("programme"), on, whole(visit.value("once")))


def _is_of_today(visit: Visit, once: int) -> bool:
    made_at = once >> RANDOM_BITS << RANDOM_BITS
    return abs(first_of(visit.app.now()) - made_at) < DAY_MS << RANDOM_BITS


def _entry(visit: Visit, row: int) -> Entry:
    def value(name: str) -> str:
        return visit.value(f"{name}_{row}")

    topics = tuple(dict.fromkeys(filter(None, (value("topic"), value("second")))))
    entry = Entry((value("client") or value("who"))[:100], topics, value("minutes")[:9], value("outcome") or "answered", value("note")[:2000])
    joins = value("join")
    return replace(entry, joins=cast(Any, joins)) if joins in ("yes", "no") else entry


async def take_back(visit: Visit) -> Response:
    """
    Delete what was just written down.
    """
    how_many = min(whole(visit.value("n")), MANY)
    taken = await jot.take_back(visit.app, visit.me, whole(visit.value("last")), how_many)
    return visit.go(HOME, "taken_back" if taken else "no_taken_back")


PAGES = (Page(HOME, show), Page(HOME, log, method="POST"), Page(f"{HOME}/back", take_back, method="POST"))
