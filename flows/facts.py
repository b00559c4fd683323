"""
Facts: what may be known of a client from which reminders follow, one name a line, and how each is read.

A fact that is not known is left out, never guessed. The dates are plain days in the Netherlands, both ends of every term included.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, get_type_hints

Reader = Callable[[str, object], Any]
YEARS = range(1900, 2100)                       # beyond them lies a slip of the pen, and no calendar of holidays
MOST_LETTERS = 24                               # that a client can have named to us
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class WrongFact(ValueError):
    """
    A fact that cannot be used: its name, what was found, and what is right.
    """


def _wrong(name: str, raw: object, right: str) -> WrongFact:
    found = repr(raw)
    return WrongFact(f"{name} is {found if len(found) <= 60 else found[:60] + '…'}; {right}")


def a_day(name: str, raw: object) -> date:
    """
    Read a day, written as `2027-02-28`; raise `WrongFact`.
    """
    right = f"write a day that exists as 2027-02-28, in the years {YEARS[0]} to {YEARS[-1]}"
    if not isinstance(raw, str) or not _DAY.fullmatch(raw):
        raise _wrong(name, raw, right)
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        raise _wrong(name, raw, right) from None
    if day.year not in YEARS:
        raise _wrong(name, raw, right)
    return day


def _one_of(*words: str) -> Reader:
    def read(name: str, raw: object) -> str:
        if raw not in words:
            raise _wrong(name, raw, f"choose from {', '.join(words)}")
        return str(raw)
    return read


def _truth(name: str, raw: object) -> bool:
    if not isinstance(raw, bool):
        raise _wrong(name, raw, "write true or false")
    return raw


def _text(name: str, raw: object) -> str:
    if not isinstance(raw, str):
        raise _wrong(name, raw, "write a word between quotes")
    return raw


def _number(first: int, last: int) -> Reader:
    def read(name: str, raw: object) -> int:
        if not isinstance(raw, int) or isinstance(raw, bool) or not first <= raw <= last:
            raise _wrong(name, raw, f"write a whole number from {first} to {last}")
        return raw
    return read


def _list_of(reader: Reader) -> Reader:
    def read(name: str, raw: object) -> tuple[Any, ...]:
        if not isinstance(raw, list):
            raise _wrong(name, raw, "write a list: [ … ]")
        return tuple(reader(f"{name}[{at}]", item) for at, item in enumerate(raw))
    return read


def _made_of(kind: type[Any]) -> Reader:
    """
    Return the reader of a class whose fields carry theirs; a field without default must be there.
    """
    readers: dict[str, Reader] = {name: hint.__metadata__[0] for name, hint in get_type_hints(kind, include_extras=True).items()}
    needed = [one.name for one in fields(kind) if one.default is MISSING]

    def read(name: str, raw: object) -> Any:
        where = f"{name}." if name else ""
        if not isinstance(raw, Mapping):
            raise _wrong(name or "facts", raw, f"write an object with any of {', '.join(readers)}")
        for unknown in (str(key) for key in raw if key not in readers):
            near = get_close_matches(unknown, readers, 1)
            right = f"did you mean {near[0]}?" if near else f"there are: {', '.join(readers)}"
            raise WrongFact(f'there is no fact "{where}{unknown[:60]}"; {right}')
        for missing in (key for key in needed if key not in raw):
            raise WrongFact(f"{where}{missing} is missing; without it this says nothing")
        return kind(**{key: readers[key](f"{where}{key}", value) for key, value in raw.items()})
    return read


Day = Annotated[date | None, a_day]
TheDay = Annotated[date, a_day]
Truth = Annotated[bool | None, _truth]
Permit = Annotated[str | None, _one_of("asylum", "regular", "permanent", "ukraine")]
Law = Annotated[str | None, _one_of("wi2013", "wi2021")]
Route = Annotated[str | None, _one_of("b1", "onderwijs", "z")]
Language = Annotated[str | None, _one_of("nl", "en", "ar", "ti", "fa", "prs", "tr", "uk", "so", "fr", "kmr", "ps", "am", "ckb", "ru")]
Extra = Annotated[int, _number(0, 520)]
Weeks = Annotated[int | None, _number(1, 52)]
Years = Annotated[tuple[int, ...], _list_of(_number(2000, YEARS[-1]))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """
    A decision one may object to. `weeks`: how long, as its letter says; unknown means that a person must look.
    """

    dated_on: TheDay
    weeks: Weeks = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """
    A letter that names a day before which something must be done.
    """

    due_on: TheDay


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """
    A child on a parent's record: the parent's kind of permit and stops do not touch it, the reminders go to the parent.
    """

    permit_expires_on: Day = None
    permit_kind: Permit = None
    permit_applied_on: Day = None
    born_on: Day = None
    registered: Truth = None                                # the birth, at the municipality


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """
    A kind of reminder that is done with: for one due day, or altogether without one.
    """

    kind: Annotated[str, _text]
    due_on: Day = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """
    What is known of one client. A fact whose comment says *stop* ends the reminders it belongs to.
    """

    known_on: Day = None                                    # when we learned the facts; it keeps the plan the same from day to day

    permit_kind: Permit = None                              # unknown: the dates of asylum
    permit_expires_on: Day = None                           # "geldig tot" on the card, the last valid day
    permit_applied_on: Day = None                           # stop
    asylum_granted_on: Day = None                           # of the IND's decision, not the day on the card
    family_abroad: Truth = None
    nareis_applied_on: Day = None                           # stop
    lawful_residence_since_on: Day = None                   # unbroken, with a permit
    naturalisation_applied_on: Day = None                   # stop
    travel_document_expires_on: Day = None

    inburgering_law: Law = None
    duo_letter_on: Day = None                               # DUO's notice of the duty
    municipality_registered_on: Day = None                  # in the BRP, at a home address
    pip_on: Day = None                                      # printed on the first PIP
    inburgering_started_on: Day = None                      # Wi2013: first day of the term in DUO's letter
    inburgering_ends_on: Day = None                         # beats every formula, extensions included
    inburgering_extra_months: Extra = 0                     # granted by DUO
    inburgering_extra_weeks: Extra = 0
    inburgering_route: Route = None                         # unknown counts as b1
    pvt_done_on: Day = None
    map_done_on: Day = None
    inburgering_done_on: Day = None                         # stop: diploma, exemption or Z-certificate

    decisions: Annotated[tuple[Decision, ...], _list_of(_made_of(Decision))] = ()
    letters: Annotated[tuple[Letter, ...], _list_of(_made_of(Letter))] = ()

    insurance_duty_on: Day = None                           # the day of the decision
    health_insured_on: Day = None                           # stop
    toeslagen_unclaimed_years: Years = ()
    childcare_started_on: Day = None
    childcare_claimed_on: Day = None                        # stop
    bsgr_bill_on: Day = None                                # the local taxes of Leiden
    bsgr_paid_on: Day = None
    remission_requested_on: Day = None                      # stop
    tax_return_years: Years = ()                            # for which an aangiftebrief came

    second_language: Language = None                        # read besides the own one, which WhatsApp may have no texts in; no reminder

    moved_on: Day = None
    address_reported_on: Day = None                         # stop
    guidance_started_on: Day = None
    guidance_ended_on: Day = None                           # stop

    children: Annotated[tuple[Child, ...], _list_of(_made_of(Child))] = ()
    done: Annotated[tuple[Done, ...], _list_of(_made_of(Done))] = ()


_facts = _made_of(Facts)
LISTS = {one.name for one in fields(Facts) if one.default == ()}


def readers() -> Collection[str]:
    """
    Return the name of every fact there is.
    """
    return {one.name for one in fields(Facts)} - {"known_on"}


def written(name: str, text: str) -> object:
    """
    Return the value of JSON that somebody's text for a fact stands for: a day or a word is its own. Raise `WrongFact`.
    """
    if name not in LISTS and text not in ("true", "false") and not text.isdigit():
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _wrong(name, text, "write it as JSON") from None


def due_days(days: Iterable[str]) -> str:
    """
    Return the fact `letters` of these days, as it is written down.
    """
    return json.dumps([{"due_on": day} for day in days])


def together(lists: Iterable[str]) -> str:
    """
    Return a fact that is a list, as it is written down, of what stands in several, each once. Raise `WrongFact`.
    """
    items: list[object] = []
    for text in lists:
        found = written("letters", text)
        items += [one for one in found if one not in items] if isinstance(found, list) else []
    return json.dumps(items)


def beside(known: str, told: str, since: date) -> str:
    """
    Return the fact `letters` when a client names more of them: those named before stay, unless their day is over since then.
    """
    try:
        days = [str(one["due_on"]) for one in json.loads(together((known, told)))]
    except (WrongFact, KeyError, TypeError):
        return told
    return due_days([day for day in days if day >= since.isoformat()][-MOST_LETTERS:])


def read(raw: object) -> Facts:
    """
    Read the facts of a client from a value of JSON. Raise `WrongFact` for a name that is not here or a value that cannot be; nothing is skipped.
    """
    try:
        facts: Facts = _facts("", raw)
    except RecursionError:
        raise WrongFact("the facts are nested too deep; no fact is deeper than a list of objects") from None
    return facts
