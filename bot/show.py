"""
Show: a person's own data in Dutch, as text that can be read out or printed for them, and nothing of anybody else.

What volunteers noted is theirs to read too; a note that names another client is left out, and a volunteer in it is "een vrijwilliger".
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.web.desk.fields import said
from bot.web.desk.told import FACTS, KINDS
from bot.web.desk.words import CALLED, language_named, sentence
from flows import safe_contact
from flows.node import Tongue
from flows.topics import TOPICS
from storage import clients, phones, records, search_keys, volunteers
from storage.database import Tx
from storage.records import Record

_WORD = re.compile(r"\w+")
SOMEBODY = "een vrijwilliger"
MEDIA = {"waiting": "wordt opgehaald", "stored": "bewaard", "refused": "niet bewaard"}
At = Callable[[datetime | None], str]


class UnknownClient(Exception):
    """
    Nobody has this client number or address: one line that shows how one is written.
    """


@dataclass(frozen=True, slots=True)
class Part:
    """
    One heading of what we hold, and its lines.
    """

    title: str
    lines: Sequence[str]


def find(tx: Tx, client: str) -> int:
    """
    Return the id of the client meant by a number or an address; raise `UnknownClient`.
    """
    client_id = records.find(tx, client.strip())
    if client_id is None:
        raise UnknownClient("no client has this number or address; write it as 1001, telegram:5 or whatsapp:+31612345678")
    people = [one for theirs in phones.sharers(tx, phones.doors_of(tx, client_id)).values() for one in theirs]
    if people and not client.strip().isdigit() and client_id not in {one.client_id for one in people}:      # the phone's own, nameless record
        numbers = [*(one.number for one in people), clients.number_of(tx, client_id)]
        raise UnknownClient(f"clients {', '.join(map(str, numbers))} share this phone: write the number of one of them")
    return client_id


def show(tx: Tx, client: str, timezone: ZoneInfo, tongue: Tongue) -> str:
    """
    Return everything we hold about a client, in Dutch and in the office's time; raise `UnknownClient`.
    """
    first, *rest = parts(tx, client, timezone, tongue)
    told = [first.title, *(f"  {line}" for line in first.lines)]
    for part in rest:
        told += ["", f"{part.title} ({len(part.lines)})", *(f"  {_indented(line)}" for line in part.lines)]
    return "\n".join(told) + "\n"


def parts(tx: Tx, client: str, timezone: ZoneInfo, tongue: Tongue) -> list[Part]:
    """
    Return the same, heading by heading.
    """
    record = records.of_client(tx, find(tx, client))
    if record is None:
        raise UnknownClient("this client has just been erased")

    def at(moment: datetime | None) -> str:
        return f"{moment.astimezone(timezone):%d-%m-%Y %H:%M}" if moment else "nee"

    written, left_out = _without_others(tx, record, record.notes)
    drafted, more = _without_others(tx, record, record.drafts)
    looked, hidden = _looks(tx, record, at)
    left_out += more + hidden
    return [
        Part(f"Cliënt {record.number}", list(_person(record, at))),
        *_asked(record, at, tongue),
        Part("Wat onze vrijwilligers noteerden", [f"{at(noted_at)}  {text}" for noted_at, text in written]),
        Part("Antwoorden die nog niet zijn verstuurd", [f"{at(noted_at)}  {text}" for noted_at, text in drafted]),
        Part("Hoe het gaat op ieder gebied van het leven", looked),
        *_planned(record, at),
        Part("Berichten aan velen", ["  ".join(filter(None, (
            at(settled), _called(f"became_{state}", state), _called(f"felt_{said}") if said else ""))) for settled, state, said in record.sent]),
        Part("Berichten", ["  ".join((
            at(line.at), "wij" if line.is_ours else "u", line.text or _called(line.kind),
            *(f"{kind} ({MEDIA[state]})" for kind, state in line.media))) for line in record.messages]),
        Part("Weggelaten, omdat het over een ander gaat", [
            *([f"notities waarin een ander wordt genoemd: {left_out}"] if left_out else []),
            *([f"berichten van iemand anders op dezelfde telefoon: {record.left_out}"] if record.left_out else [])]),
    ]


def _looks(tx: Tx, record: Record, at: At) -> tuple[list[str], int]:
    """
    Return what was seen in each domain of life, and how many notes about it name another client.
    """
    told, hidden = list[str](), 0
    for one in record.looks:
        for domain, (how, note) in one.domains.items():
            kept, gone = _without_others(tx, record, [(one.at, note)] if note else [])
            hidden += gone
            told.append("  ".join(filter(None, (
                at(one.at), _called(f"life_{domain}", domain), _called(f"goes_{how}", how) if how else "", *(text for _, text in kept)))))
    return told, hidden


def _asked(record: Record, at: At, tongue: Tongue) -> list[Part]:
    def topics(ids: Sequence[str]) -> str:
        return ", ".join(tongue(TOPICS[id].label) if id in TOPICS else id for id in ids) or "geen onderwerp"

    def joined(*told: str) -> str:
        return "  ".join(filter(None, told))

    return [
        Part("Waar we u bereiken", [
            joined(one.channel, one.external_id, f"niet bereikbaar sinds {at(one.unreachable_at)}" if one.unreachable_at else "")
            for one in record.addresses]),
        Part("Wat we weten", [
            f"{_Dutch.fact(one.name)}: {said(_Dutch, one.name, one.value) or one.value}"
            f"  (gezegd door {'ons' if one.said_by == 'staff' else 'u'}, {at(one.said_at)})" for one in record.told]),
        Part("Contactmomenten", [joined(at(one.began_at), _called(f"by_{one.channel}", one.channel), topics(one.topics), _called(one.outcome))
                                 for one in record.moments]),
        Part("Vragen voor een vrijwilliger", [
            joined(at(one.opened_at), _called(one.state), _called(one.outcome), topics(one.topics), one.question) for one in record.tickets]),
    ]


def _person(record: Record, at: At) -> Iterator[str]:
    safe = safe_contact.read(record.safe_contact)
    yield f"naam            {record.name or 'niet bekend'}"
    yield f"taal            {record.language or 'nog niet gekozen'}"
    yield f"locatie         {record.location}"
    consent = {"yes": "ja", "no": "nee"}.get(record.consent, record.consent or "nog niet gevraagd")
    yield f"toestemming     {consent}" + (f", {at(record.consented_at)}" if record.consented_at else "")
    yield f"jonger dan 16   {'ja' if record.is_under_16 else 'nee'}"
    yield f"wil niets meer  {at(record.stopped_at)}"
    yield f"veilig contact  {_called(safe.how)}" + (f", alleen {' '.join(_called(safe_days) for safe_days in _days(safe.days))}" if safe.days else "")
    yield f"vraagt een vrouw  {'ja' if record.wants_woman else 'nee'}"
    yield f"niemand uit de eigen gemeenschap  {'ja' if record.avoids_community else 'nee'}"
    yield f"bekend sinds    {at(record.created_at)}"


def _days(days: Collection[int]) -> list[str]:
    return [("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")[day] for day in sorted(days) if 0 <= day < 7]


def _planned(record: Record, at: At) -> list[Part]:
    return [
        Part("Herinneringen", [f"{one.send_on:%d-%m-%Y}  {sentence('nl', KINDS.get(one.kind, one.kind))}, uiterlijk {one.due_on:%d-%m-%Y}: "
                               + ", ".join(filter(None, (_called(f"due_{one.state}"), _called(f"due_said_{one.answer}", one.answer or " ").strip())))
                               for one in record.reminders]),
        Part("Afspraken", ["  ".join(filter(None, (
            at(starts), f"tolk {language_named('nl', interpreter)}" if interpreter else "", f"afgezegd {at(cancelled)}" if cancelled else "")))
            for starts, interpreter, cancelled in record.appointments]),
        Part("Dossiers gezinshereniging", [f"geopend {opened:%d-%m-%Y}" + (f"  gesloten {closed:%d-%m-%Y} {_called(outcome)}" if closed else "")
                                           for opened, closed, outcome in record.files]),
        Part("Uitnodigingen", [f"{at(made)}  geldig tot {at(ends)}  gebruikt: {at(used)}" for made, ends, used in record.invites]),
        Part("Tweede telefoon", [f"gevraagd {at(asked)}  {'toegestaan' if allowed else 'nog niet beslist' if decided is None else 'niet toegestaan'}"
                                 for asked, decided, allowed in record.bindings]),
        Part("Wanneer iemand van ons keek", [f"{at(looked)}  {_called(what)}" for looked, what in record.views]),
    ]


def _without_others(tx: Tx, record: Record, noted: Sequence[tuple[datetime, str]]) -> tuple[list[tuple[datetime, str]], int]:
    """
    Return what was noted without notes that name another client, by name or number, and how many these were.
    """
    words = {word for _, text in noted for word in {*search_keys.words_of(text), *_WORD.findall(text)}}
    own = {*search_keys.words_of(record.name), str(record.number)}
    others = (search_keys.names_among(tx, words) | records.numbers_among(tx, words)) - own
    team = {word.casefold() for name in volunteers.names(tx).values() for word in _WORD.findall(name)}
    kept = [(at, _WORD.sub(lambda found: SOMEBODY if found[0].casefold() in team else found[0], text)) for at, text in noted
            if not others & {*search_keys.words_of(text), *_WORD.findall(text)}]
    return kept, len(noted) - len(kept)


class _Dutch:
    """
    What facts, kinds of reminder and their words are called, as a page of the desk asks for it.
    """

    @staticmethod
    def fact(name: str) -> str:
        """
        Return what a fact is called.
        """
        return sentence("nl", FACTS[name]) if name in FACTS else name

    @staticmethod
    def kind(name: str) -> str:
        """
        Return what a kind of reminder is called.
        """
        return sentence("nl", KINDS[name]) if name in KINDS else name

    @staticmethod
    def called(word: str) -> str:
        """
        Return what a word of ours is called.
        """
        return _called(word)


def _called(word: str, otherwise: str = "") -> str:
    return sentence("nl", CALLED[word]) if word in CALLED else otherwise or word


def _indented(text: str) -> str:
    return text.replace("\n", "\n      ")
