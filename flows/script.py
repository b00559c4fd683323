"""
The script of a played year: who asks or is spoken to when, about what, and how it ends. Its totals are the year's figures by construction.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from flows.contacts import LEGAL_LINES
from flows.newcomers import KNOWN, Newcomer, newcomers, working_days
from flows.topics import TOPICS
from flows.year import Figures

LISTED = 5                      # working days from one list to the next
APART = 6                       # working days between two questions of one person, at least
SOCIAL = {"letter_check": 26, "debts_money": 20, "housing_search": 22, "benefits_rent": 14, "welfare_benefit": 12, "benefits_health": 8,
          "benefits_child": 7, "local_tax_remission": 5, "energy_internet": 5, "rent_problems": 5, "work": 8, "study_duo": 4,
          "inburgering_deadline": 6, "inburgering_start": 4, "language_lessons": 5, "health_care": 8, "school_children": 5, "parenting": 2}
ASKED_OF_BOT = ("permit_renewal", "permit_lost", "naturalisation", "travel_abroad", "housing_search", "benefits_rent", "benefits_health",
                "benefits_child", "debts_money", "work", "study_duo", "inburgering_start", "inburgering_deadline", "language_lessons",
                "school_children", "energy_internet", "welfare_benefit", "local_tax_remission")
BY_HAND = {"info_point": {"call": 50, "mail": 30, "office": 14, "video": 6}, "legal_hour": {"call": 45, "mail": 35, "office": 14, "video": 6},
           "family_file": {"call": 50, "mail": 40, "office": 10}, "guidance": {"call": 48, "mail": 16, "visit": 14, "office": 10, "video": 12},
           "housing": {"visit": 60, "office": 20, "call": 20}}
ENDS = {"answered": 74, "referred": 14, "advice": 12}
STRANGERS = 0.12                # of the calls, from people who stay anonymous


@dataclass(slots=True)
class Chat:
    """
    One question by phone: what it asks about (topics, in order), and whether a person is wanted. `topics` are what a volunteer ticks.
    """

    who: Newcomer
    asks: tuple[str, ...]
    wants_person: bool = False
    topics: tuple[str, ...] = ()
    outcome: str = "answered"
    thanks: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """
    One contact that was no chat, as a volunteer writes it down; `number` is 0 for somebody who stays anonymous.
    """

    number: int
    programme: str
    kind: str
    topics: tuple[str, ...]
    minutes: int
    outcome: str


@dataclass(slots=True)
class Day:
    """
    What happens on one working day.
    """

    lists: list[Mapping[str, str]] = field(default_factory=list)
    welcomes: list[Newcomer] = field(default_factory=list)
    chats: list[Chat] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    booked: list[tuple[Newcomer, date]] = field(default_factory=list)
    opened: list[tuple[Newcomer, int, date]] = field(default_factory=list)
    closed: list[tuple[Newcomer, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Script:
    """
    A year, day by day; what happens on other days follows from it, such as reminders.
    """

    first: date
    last: date
    figures: Figures
    people: Sequence[Newcomer]
    days: Mapping[date, Day]


def script(first: date, last: date, figures: Figures, seed: int) -> Script:
    """
    Write the script of a year, the same for the same seed.
    """
    chance, open_days = Random(seed), working_days(first, last)
    people = newcomers(figures, open_days, chance)
    days: defaultdict[date, Day] = defaultdict(Day)
    _list(days, open_days, people)
    _files(days, open_days, first, people, figures, chance)
    contacts = _social(figures, chance), _legal(figures, chance)
    _chat(days, open_days, [one for one in people if one.group == "asker"], contacts, figures, chance)
    _talk(days, open_days, people, contacts, chance)
    _guide(days, open_days, [one for one in people if one.group == "guidance"], figures, chance)
    return Script(first, last, figures, people, dict(sorted(days.items())))


def _list(days: Mapping[date, Day], open_days: Sequence[date], people: Sequence[Newcomer]) -> None:
    """
    Put everybody on the office's lists: who is there already on the first day, who comes later when they come, and what is known later.
    """
    for one in (one for one in people if one.number):
        known_on = listed_on(open_days, one.came_on or open_days[0])
        row = {"client number": str(one.number), "first name": one.name, "language": one.language}
        began = {"guidance began on": one.came_on.isoformat()} if one.came_on else {}
        days[known_on].lists.append(row | began)
        if one.left_on:
            days[listed_on(open_days, one.left_on)].lists.append(row | began | {"guidance ended on": one.left_on.isoformat()})
        if one.expires_on:
            days[open_days[KNOWN]].lists.append(row | {"permit valid until": one.expires_on.isoformat()})
        if one.channel:
            days[open_days[1 + one.number % (KNOWN - 2)]].welcomes.append(one)


def listed_on(open_days: Sequence[date], day: date) -> date:
    """
    Return the day of the first list that can tell what was so on a day.
    """
    return next(one for one in (*open_days[::LISTED], open_days[-1]) if one >= day)


def _files(days: Mapping[date, Day], open_days: Sequence[date], first: date, people: Sequence[Newcomer], figures: Figures, chance: Random) -> None:
    holders = [one for one in people if one.group == "family"]
    stay, rest = holders[:figures.stay_persons], holders[figures.stay_persons:]
    new, gone = rest[:figures.opened_persons], rest[figures.opened_persons:]
    before = first.replace(year=first.year - 1, day=min(first.day, 28))
    for those, how_many in ((stay, figures.files_stay), (gone, figures.files_closed)):
        for one, number in zip(those, _shares(how_many, len(those)), strict=True):
            days[open_days[1]].opened.append((one, number, before))
    for one, number in zip(new, _shares(figures.files_opened, len(new)), strict=True):
        on = chance.choice(open_days[2:])
        days[on].opened.append((one, number, on))
    outcomes = ["refused"] * figures.refused + ["withdrawn"] * figures.withdrawn
    outcomes += ["granted"] * (figures.files_closed - len(outcomes))
    for one, number in zip(gone, _shares(figures.files_closed, len(gone)), strict=True):
        on = chance.choice(open_days[2:])
        for _ in range(number):
            days[on].closed.append((one, outcomes.pop()))


def _shares(how_many: int, among: int) -> list[int]:
    return [how_many // among + (place < how_many % among) for place in range(among)]


def _social(figures: Figures, chance: Random) -> list[tuple[str, ...]]:
    """
    Return what the social contacts are about, the main subject first; some are about two.
    """
    found: list[tuple[str, ...]] = []
    for place in range(figures.social):
        main, second = _pair(chance)
        found.append((main, second) if place < figures.two_social else (main,))
    chance.shuffle(found)
    return found


def _pair(chance: Random) -> tuple[str, str]:
    main = chance.choices(tuple(SOCIAL), tuple(SOCIAL.values()))[0]
    second = chance.choice([topic for topic in SOCIAL if topic != main])
    return main, second


def _legal(figures: Figures, chance: Random) -> list[tuple[str, ...]]:
    """
    Return what the legal contacts are about, beside those that come of our reminders; the lines of the report add up to the subjects.
    """
    reminded = figures.renewals["helped"] + figures.renewals["called"]
    cards = ["permit_renewal"] * (figures.lines["permit_renewal"] - reminded)
    others = [chance.choice(LEGAL_LINES[line]) for line, number in figures.lines.items() if line != "permit_renewal" for _ in range(number)]
    chance.shuffle(others)
    pairs = [(cards.pop(), others.pop()) for _ in range(figures.two_legal)]
    found: list[tuple[str, ...]] = [chance.choice((pair, pair[::-1])) for pair in pairs]
    found += [(topic,) for topic in (*cards, *others)]
    chance.shuffle(found)
    return found


def _chat(days: Mapping[date, Day], open_days: Sequence[date], askers: Sequence[Newcomer],
          contacts: tuple[list[tuple[str, ...]], list[tuple[str, ...]]], figures: Figures, chance: Random) -> None:
    """
    Let the askers write: questions that a volunteer answers, taken from the contacts, and those that the bot answers alone.
    """
    social, legal = contacts
    with_person = [(social if (social and chance.random() < 0.65) or not legal else legal).pop() for _ in range(figures.chats)]
    wanted = [Chat(askers[0], topics, True, topics, chance.choices(tuple(ENDS), tuple(ENDS.values()))[0]) for topics in with_person]
    wanted += [Chat(askers[0], (chance.choice(ASKED_OF_BOT),), thanks=chance.random() < 0.4) for _ in range(figures.by_bot)]
    chance.shuffle(wanted)
    for place, one in enumerate(askers):
        theirs = wanted[place::len(askers)]
        room = len(open_days) - 1 - APART * (len(theirs) - 1)
        starts = sorted(chance.choices(range(max(1, room)), k=len(theirs)))
        for number, (chat, at) in enumerate(zip(theirs, starts, strict=True)):
            chat.who = one
            days[open_days[min(at + APART * number, len(open_days) - 2)]].chats.append(chat)


def _talk(days: Mapping[date, Day], open_days: Sequence[date], people: Sequence[Newcomer],
          contacts: tuple[list[tuple[str, ...]], list[tuple[str, ...]]], chance: Random) -> None:
    """
    Let the other contacts of the info point be calls, mails and visits, of who is on a list, or of people who stay anonymous.
    """
    callers = [one for one in people if one.group in ("guidance", "family")]
    for topics in (*contacts[0], *contacts[1]):
        programme = "legal_hour" if TOPICS[topics[0]].group == "legal" else "info_point"
        place = chance.randrange(1, len(open_days))
        there = [one for one in callers if listed_on(open_days, one.came_on or open_days[0]) < open_days[place]]
        number = 0 if chance.random() < STRANGERS or not there else chance.choice(there).number
        days[open_days[place]].talks.append(_said(number, programme, topics, chance))


def _said(number: int, programme: str, topics: tuple[str, ...], chance: Random, kind: str = "") -> Talk:
    kinds = BY_HAND[programme]
    return Talk(number, programme, kind or chance.choices(tuple(kinds), tuple(kinds.values()))[0], topics, 5 * chance.randint(1, 12),
                chance.choices(tuple(ENDS), tuple(ENDS.values()))[0])


def _guide(days: Mapping[date, Day], open_days: Sequence[date], guided: Sequence[Newcomer], figures: Figures, chance: Random) -> None:
    """
    Let who is in guidance be spoken to, at home, at the office and from afar; some come with an appointment.
    """
    linked = [one for one in guided if one.channel]
    spans = {one.number: _days_of(open_days, one) for one in guided}
    for number in range(figures.guidance):
        topics = () if chance.random() < 0.4 else (_pair(chance)[0],)
        if number < figures.visits:
            one = linked[number % len(linked)]
            on = chance.choice(spans[one.number][2 * LISTED:] or spans[one.number][-1:])
            days[open_days[max(KNOWN, open_days.index(on) - 4)]].booked.append((one, on))
            days[on].talks.append(_said(one.number, "guidance", topics, chance, "office"))
        else:
            one = chance.choice(guided)
            days[chance.choice(spans[one.number])].talks.append(_said(one.number, "guidance", topics, chance))
    for number in range(figures.housing):
        one = guided[number % figures.started]
        days[spans[one.number][0]].talks.append(_said(one.number, "housing", ("housing_move_in",), chance))
    for _ in range(figures.family):
        days[chance.choice(open_days[1:])].talks.append(_said(0, "family_file", ("family_reunification",), chance))


def _days_of(open_days: Sequence[date], one: Newcomer) -> list[date]:
    known_on = listed_on(open_days, one.came_on or open_days[0])
    return [day for day in open_days if known_on < day and (one.left_on is None or day <= one.left_on)] or [open_days[-1]]
