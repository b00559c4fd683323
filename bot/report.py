"""
Report: what the contact moments of a period add up to, as one value that is written as JSON and as Markdown.

The rules of counting stand in `Cell.is_contact` and here: a moment counts as social or legal by its main topic, and in the list of
topics in every topic it has. A contact that a volunteer answered and nobody gave a topic is neither social nor legal.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.node import Tongue
from flows.topics import TOPICS
from storage import locations, reports
from storage.database import Tx
from storage.locations import Location
from storage.reports import BY_PERSON, Cell

PROGRAMMES = {
    "info_point": "Infopunt",
    "legal_hour": "Juridisch spreekuur",
    "family_file": "Gezinshereniging (dossiers)",
    "guidance": "Maatschappelijke begeleiding",
    "housing": "Huisvesting",
    "lessons": "Lessen",
    "money_course": "Euro-Wijzer",
}
CHANNELS = {"telegram": "Telegram", "whatsapp": "WhatsApp", "phone": "Gesimuleerde telefoon", "memory": "Terminal"}
UNDETERMINED = "und"        # BCP 47: the client wrote nothing from which a language could be told

ABOUT = ("Een contact is een uitwisseling waarin een vraag beantwoord is of een mens geantwoord heeft; "
         "een bedankje of een onbeantwoorde herinnering telt niet mee.")
FOOTNOTE = "Een contact telt bij elk van zijn onderwerpen en talen mee; die tellingen kunnen samen dus hoger zijn dan het totaal."


class UnknownLocation(Exception):
    """
    No location has this name: one line that lists those there are.
    """


@dataclass(frozen=True, slots=True)
class Report:
    """
    The figures of a period; `location` is None for all of them together.
    """

    from_on: date
    to_on: date
    location: str | None
    contacts: Mapping[str, int]
    topics: Mapping[str, int]
    programmes: Mapping[str, int]
    channels: Mapping[str, int]
    languages: Mapping[str, int]
    clients: int
    not_reached: int


def report(tx: Tx, from_on: date, to_on: date, location: str = "") -> Report:
    """
    Count the moments that began on these days, first and last included; raise `UnknownLocation`.
    """
    office = _location(tx, location) if location else None
    location_id = office.id if office else None
    cells = reports.cells(tx, from_on, to_on, location_id)
    contacts = [cell for cell in cells if cell.is_contact]
    return Report(
        from_on, to_on, office.name if office else None,
        contacts=_contacts(contacts),
        topics=_count((topic, cell.moments) for cell in contacts for topic in dict.fromkeys(cell.topics)),
        programmes=_count((cell.programme, cell.moments) for cell in contacts),
        channels=_count((cell.channel, cell.moments) for cell in contacts),
        languages=_count((language, cell.moments) for cell in contacts for language in cell.languages or (UNDETERMINED,)),
        clients=reports.clients(tx, from_on, to_on, location_id),
        not_reached=sum(cell.moments for cell in cells if not cell.is_reached),
    )


def _location(tx: Tx, name: str) -> Location:
    known = locations.all_of(tx)
    for location in known:
        if location.name.casefold() == name.casefold():
            return location
    raise UnknownLocation(f"there is no location {name!r}; there are: {', '.join(location.name for location in known) or 'none yet'}")


def _contacts(cells: Iterable[Cell]) -> dict[str, int]:
    counted = dict.fromkeys(("total", "by_person", "by_bot", "social", "legal", "combined", "without_topic"), 0)
    for cell in cells:
        counted["total"] += cell.moments
        counted["by_person" if cell.answered_by in BY_PERSON else "by_bot"] += cell.moments
        counted[_group(cell)] += cell.moments
        counted["combined"] += cell.moments if len(cell.topics) > 1 else 0
    return counted


def _group(cell: Cell) -> str:
    if not cell.topics:
        return "without_topic"
    main = TOPICS.get(cell.topics[0])
    return main.group if main else "social"         # a topic that this version does not know any more


def _count(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for name, moments in pairs:
        counted[name] += moments
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def as_json(report: Report) -> dict[str, Any]:
    """
    Return the report as a value for JSON; later versions add keys and rename none.
    """
    return {
        "from": report.from_on.isoformat(),
        "to": report.to_on.isoformat(),
        "location": report.location,
        "contacts": dict(report.contacts),
        "topics": dict(report.topics),
        "programmes": dict(report.programmes),
        "channels": dict(report.channels),
        "languages": dict(report.languages),
        "clients": report.clients,
        "not_reached": report.not_reached,
    }


def as_markdown(report: Report, tongue: Tongue, names: Mapping[str, str]) -> str:
    """
    Return the report in Dutch; `tongue` says the topics' labels, `names` gives languages' names by tag.
    """
    contacts = report.contacts
    totals = [("Contacten", contacts["total"]), ("waarvan beantwoord door een mens", contacts["by_person"]),
              ("waarvan beantwoord door de bot", contacts["by_bot"]), ("Maatschappelijk", contacts["social"]),
              ("Juridisch", contacts["legal"])]
    if contacts["without_topic"]:
        totals.append(("Nog zonder onderwerp", contacts["without_topic"]))
    totals += [("Met meer dan één onderwerp", contacts["combined"]), ("Cliënten", report.clients), ("Niet bereikt", report.not_reached)]
    days = f"{report.from_on:%d-%m-%Y} t/m {report.to_on:%d-%m-%Y}"
    groups = {"Juridische onderwerpen": "legal", "Maatschappelijke onderwerpen": "social"}
    sections = [
        f"# Contacten {days}\n\n{report.location or 'Alle locaties'}. {ABOUT}",
        _table("Totaal", totals),
        *(_table(title, [(tongue(TOPICS[id].label), n) for id, n in report.topics.items() if id in TOPICS and TOPICS[id].group == group])
          for title, group in groups.items()),
        _table("Andere onderwerpen", [(id, n) for id, n in report.topics.items() if id not in TOPICS]),
        _table("Programma's", [(PROGRAMMES.get(id, id), n) for id, n in report.programmes.items()]),
        _table("Kanalen", [(CHANNELS.get(id, id), n) for id, n in report.channels.items()]),
        _table("Talen", [("Onbekend" if tag == UNDETERMINED else names.get(tag, tag), n) for tag, n in report.languages.items()]),
        FOOTNOTE,
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _table(title: str, rows: list[tuple[str, int]]) -> str:
    if not rows:
        return ""
    width = max(len(label) for label, _ in rows)
    lines = [f"| {label.ljust(width)} | {number:>6} |" for label, number in rows]
    return "\n".join([f"## {title}", "", f"| {'':{width}} | aantal |", f"|{'-' * (width + 2)}|-------:|", *lines])
