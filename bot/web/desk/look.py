"""
How the desk looks: its templates, its texts, and how times, topics and people are written there.
"""

from datetime import date, datetime, timedelta
from typing import Protocol

from bot.app import App
from bot.enrol import TEAMS
from bot.web.desk.told import FACTS, KINDS
from bot.web.desk.words import CALLED, DAYS, MANAGED, NOTICES, d_, language_named, n_
from bot.web.views import templates
from flows.rights import Volunteer
from flows.topics import TOPICS
from storage.tickets import URGENCIES, URGENT

templates.globals.update(MANAGED=MANAGED, TEAMS=TEAMS, URGENCIES=URGENCIES, URGENT=URGENT, DAYS=DAYS, n_=n_)
AGES = (
    (timedelta(hours=1), timedelta(minutes=1), d_("{n} min")), (timedelta(days=2), timedelta(hours=1), n_("{n} hour", "{n} hours")),
    (timedelta(days=10_000), timedelta(days=1), n_("{n} day", "{n} days")),
)


class Visit(Protocol):
    """
    What a page needs of a visit (`door.Visit`).
    """

    app: App
    who: Volunteer | None

    @property
    def csrf(self) -> str:
        """
        Return what every form carries.
        """

    @property
    def language(self) -> str:
        """
        Return the language of the desk.
        """

    @property
    def now(self) -> datetime:
        """
        Return the time at the office.
        """

    def query(self, name: str) -> str:
        """
        Return what stands in the address.
        """

    def say(self, text: str, /, **slots: object) -> str:
        """
        Return a text of the desk.
        """


class Look:
    """
    How one visit's page writes things.
    """

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    def __call__(self, text: str, /, **slots: object) -> str:
        """
        Return a text of the desk.
        """
        return self.visit.say(text, **slots)

    def notice(self, word: str) -> str:
        """
        Return the sentence for a word of what was done or refused.
        """
        return self.visit.say(NOTICES[word]) if word in NOTICES else ""

    def called(self, word: str) -> str:
        """
        Return what we call a team, an urgency, a state, an outcome, a role …; the word itself if it has no name.
        """
        return self.visit.say(CALLED[word]) if word in CALLED else word

    def fact(self, name: str) -> str:
        """
        Return what a fact is called.
        """
        return self.visit.say(FACTS[name]) if name in FACTS else name

    def kind(self, name: str) -> str:
        """
        Return what a kind of reminder is called.
        """
        return self.visit.say(KINDS[name]) if name in KINDS else name

    def topic(self, id: str) -> str:
        """
        Return what a topic is called.
        """
        return self.visit.app.tongues(self.visit.language)(TOPICS[id].label) if id in TOPICS else id

    def language(self, code: str) -> str:
        """
        Return what a language is called.
        """
        return language_named(self.visit.language, code) if code else self.visit.say("language not chosen")

    def day(self, day: date) -> str:
        """
        Return a day in words.
        """
        return self.visit.app.tongues(self.visit.language).date(day)

    def at(self, at: datetime | None) -> str:
        """
        Return a time: the hour of today, or the day and the hour.
        """
        if at is None:
            return ""
        local = at.astimezone(self.visit.app.settings.timezone)
        return f"{local:%H:%M}" if local.date() == self.visit.now.date() else f"{local:%d-%m-%Y %H:%M}"

    def stamp(self, at: datetime) -> str:
        """
        Return a time as a machine reads it.
        """
        return at.astimezone(self.visit.app.settings.timezone).isoformat(timespec="seconds")

    def age(self, at: datetime) -> str:
        """
        Return how long ago something was.
        """
        past = max(self.visit.app.now() - at, timedelta())
        for limit, unit, text in AGES:
            if past < limit:
                return self.visit.say(text, n=past // unit)
        return self.at(at)


def render(template: str, visit: Visit, values: dict[str, object]) -> str:
    """
    Return a page in the language of whoever comes.
    """
    look = Look(visit)
    notice = NOTICES.get(visit.query("said"), "")
    return templates.get_template(template).render({
        "_": look, "look": look, "visit": visit, "who": visit.who, "csrf": visit.csrf, "notice": visit.say(notice) if notice else "",
        "is_bad": visit.query("said").startswith("no_"), **values})
