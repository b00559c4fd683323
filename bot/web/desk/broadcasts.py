"""
Broadcasts: a coordinator says something to many clients: for whom, what, how it looks, what it costs, then yes; and what became of it.
"""

import secrets
from collections.abc import Awaitable
from datetime import date
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from bot import prepare
from bot.prepare import NotPrepared
from bot.translate import RTL
from bot.web.desk.conversation import open_slots
from bot.web.desk.door import Page, Visit
from bot.web.desk.visit import SHORT, whole
from flows import broadcast as rules
from flows.broadcast import Census, Segment
from flows.phrasebook import DOCUMENTS, PHRASES
from flows.rights import may_see_client
from flows.unsettled import PRICES
from storage import broadcasts, recipients, views, volunteers
from storage.broadcasts import Broadcast
from storage.database import Tx

HOME = "/desk/broadcasts"
UNSENT = ("planned", "held", "queued", "waiting")
BIG = 256 * 1024                # bytes of a form with a text in every language


async def show_all(visit: Visit) -> Response:
    """
    Show the broadcasts of the own location, the last first, and begin another.
    """
    before = whole(visit.query("before"))
    found = await visit.app.database.read(lambda tx: broadcasts.page(tx, visit.me.location_id, before))
    return _all(visit, found)


def _all(visit: Visit, found: list[tuple[Broadcast, str]], status: int = 200, why: str = "") -> Response:
    today = visit.now.date()
    shown: dict[str, Any] = {
        "found": found[:broadcasts.PAGE], "more": found[broadcasts.PAGE - 1][0].id if len(found) > broadcasts.PAGE else 0, "why": why,
        "key": secrets.token_urlsafe(16), "kinds": rules.KINDS, "languages": visit.app.tongues.languages, "programmes": rules.PROGRAMMES,
        "topics": rules.TOPICS, "places": {id: visit.app.place(id).name for id in prepare.places_of(visit.app, visit.me)},
        "until": today + rules.LASTS, "first": today, "last": today + rules.AT_MOST, "segment_of": _segment}
    return visit.page("desk/broadcasts.html", status, **shown)


def _segment(one: Broadcast) -> Segment:
    return Segment.from_json(one.segment)


async def begin(visit: Visit) -> Response:
    """
    Begin a draft for the clients that were chosen; the form that comes twice leads to the same one.
    """
    me, languages = visit.me, [one for one in visit.ticked("language_") if one in visit.app.tongues.languages]
    places = [whole(one, SHORT) for one in visit.ticked("place_")] or ([me.location_id] if me.role == "coordinator" else [])
    picked = rules.segment(languages, places, visit.ticked("programme_"), visit.ticked("topic_"))
    try:
        id = await prepare.begin(visit.app, me, visit.value("key")[:40], visit.value("kind"), picked, _day(visit.value("until")))
    except NotPrepared as refused:
        found = await visit.app.database.read(lambda tx: broadcasts.page(tx, me.location_id))
        return _all(visit, found, 400, f"no_{refused.reason}")
    return visit.go(f"{HOME}/{id}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


async def show(visit: Visit) -> Response:
    """
    Show a draft with who would get it, or what became of a broadcast.
    """
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, why: str = "", typed: dict[str, str] | None = None) -> Response:
    id, app = visit.id(), visit.app

    def look(tx: Tx) -> dict[str, Any]:
        one = prepare.found(tx, id, visit.me)
        is_draft = one.state == "draft"
        return {"one": one, "census": prepare.count(tx, one, app.now()) if is_draft else None, "names": volunteers.names(tx),
                "became": [] if is_draft else recipients.counts(tx, id), "answers": {} if is_draft else recipients.answers(tx, id)}

    try:
        found = await app.database.read(look)
    except NotPrepared:
        return visit.missing()
    one: Broadcast = found["one"]
    words, picked = prepare.words_of(one), _segment(one)
    languages = _languages(visit, found["census"], [*words.texts] or [*picked.languages])
    shown: dict[str, Any] = {
        "words": words, "segment": picked, "texts": {**words.texts, **(typed or {})}, "languages": languages, "why": why,
        "previews": prepare.previews(app, one, languages), "mark": prepare.mark_of(one), "limit": rules.LONGEST, "money": _money,
        "places": [app.place(place).name for place in picked.locations], "phrases": [PHRASES[id] for id in rules.SENTENCES],
        "documents": DOCUMENTS, "priced_on": rules.PRICED_ON, "prices": PRICES, "rtl": RTL,
        "open_slots": open_slots, "needed": rules.NEEDED,
        "unsent": sum(each.how_many for each in found["became"] if each.state in UNSENT)}
    return visit.page("desk/broadcast.html", status, **found, **shown)


def _languages(visit: Visit, census: Census | None, said: list[str]) -> list[str]:
    """
    Return the languages that a broadcast meets, in our order: those of who would get it, those it is said in, and the team's.
    """
    met = {rules.NEEDED, *said, *(census.languages if census else visit.app.tongues.languages if not said else ())}
    return [language for language in visit.app.tongues.languages if language in met]


def _money(visit: Visit, amount: Decimal) -> str:
    text = f"{amount:.2f}"
    return text.replace(".", ",") if visit.language == "nl" else text


async def write(visit: Visit) -> Response:
    """
    Keep what a draft says; what cannot be sent so stays in the form.
    """
    texts = {language: visit.value(f"text_{language}") for language in visit.app.tongues.languages}
    phrase = visit.value("phrase")
    given: dict[str, str] = {slot: visit.value(f"slot_{slot}") for slot in (PHRASES[phrase].slots if phrase in rules.SENTENCES else ())}
    try:
        await prepare.write(visit.app, visit.id(), visit.me, texts, phrase, given)
    except NotPrepared as refused:
        return visit.missing() if refused.reason == "no_such" else await _page(visit, 400, f"no_{refused.reason}", texts)
    return visit.go(f"{HOME}/{visit.id()}", "draft")


async def try_on(visit: Visit) -> Response:
    """
    Send it to the own Telegram.
    """
    return await _doing(visit, prepare.try_on(visit.app, visit.id(), visit.me, visit.value("language")), "tried_on")


async def send(visit: Visit) -> Response:
    """
    Send it off, as it was looked at.
    """
    return await _doing(visit, prepare.send(visit.app, visit.id(), visit.me, visit.value("mark")), "sent_off")


async def pause(visit: Visit) -> Response:
    """
    Send no more of it for now.
    """
    return await _doing(visit, prepare.pause(visit.app, visit.id(), visit.me), "paused")


async def go_on(visit: Visit) -> Response:
    """
    Go on with it.
    """
    return await _doing(visit, prepare.go_on(visit.app, visit.id(), visit.me), "gone_on")


async def stop(visit: Visit) -> Response:
    """
    Stop it for good.
    """
    return await _doing(visit, prepare.stop(visit.app, visit.id(), visit.me), "halted")


async def _doing(visit: Visit, doing: Awaitable[None], said: str) -> Response:
    try:
        await doing
    except NotPrepared as refused:
        return visit.missing() if refused.reason == "no_such" else visit.go(f"{HOME}/{visit.id()}", f"no_{refused.reason}")
    return visit.go(f"{HOME}/{visit.id()}", said)


async def missed(visit: Visit) -> Response:
    """
    Show whom a broadcast did not reach, a page of those whose record somebody may see; that they looked is written down first.
    """
    id, me, after = visit.id(), visit.me, whole(visit.query("after"))

    def run(tx: Tx) -> tuple[list[recipients.Missed], int] | None:
        try:
            prepare.found(tx, id, me)
        except NotPrepared:
            return None
        found = recipients.missed(tx, id, after)
        theirs = [one for one in found[:recipients.PAGE]
                  if may_see_client(me, one.location_id, one.language, one.wants_woman, one.avoids_community)]
        views.look_at_many(tx, me.id, [(one.client_id, one.location_id) for one in theirs], "missed", visit.app.now())
        return theirs, found[recipients.PAGE - 1].client_id if len(found) > recipients.PAGE else 0

    seen = await visit.app.database.write(run)
    return visit.page("desk/missed.html", found=seen[0], more=seen[1], id=id) if seen else visit.missing()


_HERE = f"{HOME}/{{id:int}}"
PAGES = (
    Page(HOME, show_all, "coordinator"), Page(HOME, begin, "coordinator", "POST"), Page(_HERE, show, "coordinator"),
    Page(f"{_HERE}/write", write, "coordinator", "POST", BIG), Page(f"{_HERE}/test", try_on, "coordinator", "POST"),
    Page(f"{_HERE}/send", send, "coordinator", "POST"), Page(f"{_HERE}/pause", pause, "coordinator", "POST"),
    Page(f"{_HERE}/resume", go_on, "coordinator", "POST"), Page(f"{_HERE}/stop", stop, "coordinator", "POST"),
    Page(f"{_HERE}/missed", missed, "coordinator"),
)
