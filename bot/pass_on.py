"""
Pass on: contact moments and tickets as other organisations of the city know them: VNG klantinteracties 0.9.0, read on 2026-11-26.

The file is what its `GET /klantcontacten?expand=gingOverOnderwerpobjecten,leiddeTotInterneTaken` answers, on one page. It holds no
name, number, text or note, and no id of ours; what is delicate (`flows/showing.py`) is left out, moment and tickets together. A
ticket without a moment is left out too: an internetaak belongs to a klantcontact.
"""

import json
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import App
from bot.pour import BLOCK, Place, Step, into, stream
from bot.report import location_named
from flows.contacts import ON_SITE
from flows.showing import may_leave
from flows.topics import TOPICS
from storage import exports, locations
from storage.database import Tx
from storage.exports import Task, Told
from storage.reports import Span

NAME = "klantinteracties"
CHANNELS = {"whatsapp": "WhatsApp", "telegram": "Telegram", "call": "telefoon", "office": "balie", "mail": "e-mail", "visit": "huisbezoek",
            "video": "videobellen"}
# ISO 639-2/B, which the standard asks for; Dari has no code of its own there.
LANGUAGES = {"nl": "dut", "en": "eng", "ar": "ara", "ti": "tir", "fa": "per", "prs": "per", "tr": "tur", "uk": "ukr", "so": "som", "fr": "fre"}
UNKNOWN = "und"
TASKS = {"asked": "Vraag van een inwoner beantwoorden", "not_helped": "Vraag van een inwoner opnieuw beantwoorden",
         "reminder": "Contact opnemen over een termijn", "differs": "Gegevens vergelijken en verbeteren"}
OTHER_TASK = "Contact opnemen met een inwoner"
WITHOUT_TOPIC = "Zonder onderwerp"
LONGEST = {"onderwerp": 200, "kanaal": 50, "metadata": 255}

Say = Callable[[str], str]


def share(secret: bytes, span: Span, say: Say, zone: ZoneInfo, block: int = BLOCK) -> Step:
    """
    Return how the file is written; `secret` is that of `exports.namespace`, `say` the Dutch tongue.
    """
    def step(tx: Tx, place: Place) -> tuple[bytes, Place]:
        moments, after = exports.told(tx, span, place.after, block)
        told = [_contact(secret, moment, say, zone) for moment in moments if _may_leave(moment)]
        rows = place.rows + len(told)
        lines = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in told)
        head = '{"results":[\n' if place.after is None else ",\n" if told and place.rows else ""
        tail = f'\n],"count":{rows},"next":null,"previous":null}}\n' if after is None else ""
        return (head + lines + tail).encode(), Place(after, rows, after is None)

    return step


async def shared(app: App, span: Span) -> AsyncIterator[bytes]:
    """
    Return the file, piece by piece.
    """
    secret = await app.database.write(lambda tx: exports.namespace(tx, NAME))
    async for piece in stream(app.database, share(secret, span, app.tongues("nl"), app.settings.timezone)):
        yield piece


def share_into(app: App, file: Path, first: date, last: date, location: str) -> int:
    """
    Write the file and return how many contacts are in it; of every location if none is named. Raise `UnknownLocation`.
    """
    places = app.database.look(locations.all_of)
    span = Span(first, last, location_named(places, location).id if location else None)
    secret = app.database.submit(lambda tx: exports.namespace(tx, NAME)).result()
    return into(app.database, share(secret, span, app.tongues("nl"), app.settings.timezone), file)


def _may_leave(moment: Told) -> bool:
    topics = {*moment.topics, *(topic for task in moment.tasks for topic in task.topics)}
    return may_leave(topics, any(task.is_emergency for task in moment.tasks))


def _contact(secret: bytes, moment: Told, say: Say, zone: ZoneInfo) -> dict[str, Any]:
    me = _known(secret, f"klantcontact:{moment.id}")
    topics = {topic: _known(secret, f"onderwerpobject:{moment.id}:{topic}") for topic in moment.topics}
    tasks = {task: _known(secret, f"internetaak:{task.id}") for task in moment.tasks}
    return {
        **me, "kanaal": CHANNELS.get(moment.channel, moment.channel)[:LONGEST["kanaal"]],
        "onderwerp": (_label(moment.topics[0], say) if moment.topics else WITHOUT_TOPIC)[:LONGEST["onderwerp"]],
        "plaatsgevondenOp": _minute(moment.began_at, zone), "taal": LANGUAGES.get(moment.languages[0], UNKNOWN) if moment.languages else UNKNOWN,
        "indicatieContactGelukt": moment.is_reached, "vertrouwelijk": True, "verdereActieOndernomen": bool(tasks),
        "hadBetrokkenActoren": [], "hadBetrokkenen": [], "omvatteBijlagen": [],
        "gingOverOnderwerpobjecten": list(topics.values()), "leiddeTotInterneTaken": list(tasks.values()),
        "metadata": {name: value[:LONGEST["metadata"]] for name, value in _metadata(moment).items()},
        "_expand": {"gingOverOnderwerpobjecten": [_topic(topic, known, me) for topic, known in topics.items()],
                    "leiddeTotInterneTaken": [_task(task, known, me, zone) for task, known in tasks.items()]},
    }


def _metadata(moment: Told) -> dict[str, str]:
    return {"locatie": moment.location, "gemeente": moment.municipality, "programma": moment.programme,
            "beantwoordDoor": "medewerker" if moment.is_by_person else "automatisch",
            "wijze": "fysiek" if moment.channel in ON_SITE else "digitaal"}


def _topic(topic: str, known: dict[str, str], contact: dict[str, str]) -> dict[str, Any]:
    return {**known, "klantcontact": contact, "wasKlantcontact": None, "onderwerpobjectidentificator": {
        "codeObjecttype": "onderwerp", "codeRegister": "wegwijs", "codeSoortObjectId": "code", "objectId": topic}}


def _task(task: Task, known: dict[str, str], contact: dict[str, str], zone: ZoneInfo) -> dict[str, Any]:
    return {**known, "aanleidinggevendKlantcontact": contact, "gevraagdeHandeling": TASKS.get(task.reason, OTHER_TASK),
            "status": "verwerkt" if task.closed_at else "te_verwerken", "toegewezenOp": _minute(task.opened_at, zone),
            "afgehandeldOp": _minute(task.closed_at, zone) if task.closed_at else None}


def _known(secret: bytes, what: str) -> dict[str, str]:
    id = exports.outside_id(secret, what)
    return {"uuid": str(id), "url": id.urn}


def _label(topic: str, say: Say) -> str:
    return say(TOPICS[topic].label)         # `may_leave` lets no topic pass that this version does not know


def _minute(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).replace(second=0, microsecond=0).isoformat()
