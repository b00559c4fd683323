"""
Rehearse: the office of the sample organisation, and what the people of its phones wrote in the last days, played through the app itself.
"""

from datetime import date, datetime, timedelta

from bot.channels.phone import Phones
from bot.play import Player, Stage
from flows.rights import Role
from storage import clients, duties, facts, invites, locations, questions, tickets, volunteers
from storage.database import Tx

THANKS = {"en": "thank you", "ar": "شكرا", "ti": "የቐንየለይ"}
TEAM: tuple[tuple[str, Role, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Joke", "volunteer", ("legal", "social"), ("nl", "en")), ("Samir", "volunteer", ("social", "housing"), ("nl", "ar")),
    ("Marja", "coordinator", (), ("nl",)),
)
ASK = {"en": "how do I find a house?", "ar": "كيف أجدد إقامتي؟", "ti": "ብኸመይ ከሐድስ ፍቓደይ?"}
EXPIRED = "ፍቓደይ ተወዲኡ"


def _answer(tx: Tx, now: datetime) -> None:
    """
    Close every open question without a word, so that the phones show what the bot says.
    """
    for ticket in tickets.open_ones(tx):
        questions.close(tx, ticket.id, "answered", now)


async def play_phones(stage: Stage, phones: Phones, until: datetime) -> None:
    """
    Play what the people of the phones asked in the last days, and Amina's urgent question just now; Olena has not begun.
    """
    ends_on = until.astimezone(stage.app.settings.timezone).date()
    amina = await _invited(stage, phones, "amina", "Amina", "ar", ends_on - timedelta(days=9))
    yonas = await _invited(stage, phones, "yonas", "Yonas", "ti", ends_on - timedelta(days=9))
    phones.add("olena", "Olena", "olena")
    shared = Player(phones, phones.add("shared", "Selam & Dawit", "shared", "en").name, "en", ["/start", ":en", ":yes", ASK["en"]])
    joke = Player(phones, phones.add("joke", "Joke", "joke", "nl").name, "nl", ["/start", ":nl", ":yes"])
    await stage.play([amina, yonas, shared])
    stage.at(ends_on - timedelta(days=1), 14, 5)
    yonas.plan = [EXPIRED, THANKS["ti"]]
    shared.plan = [THANKS["en"]]
    await stage.play([yonas, shared])
    await stage.app.database.write(lambda tx: _answer(tx, stage.clock()))
    stage.clock.move(until - timedelta(minutes=40) - stage.clock())
    amina.plan = ["صاحب البيت يريد إخلاء البيت، لم أدفع الإيجار", ":person"]
    await stage.play([amina, joke])


async def _invited(stage: Stage, phones: Phones, name: str, owner: str, language: str, day: date) -> Player:
    """
    Return a player whose client record was there before the phone: staff made it, and the phone brings the code of the invitation.
    """
    stage.at(day, 10, 15)
    expired_on = (stage.clock() - timedelta(days=20)).date().isoformat()

    def make(tx: Tx) -> None:
        client_id = clients.add(tx, 1, stage.clock(), owner, language)[0]
        invites.make(tx, client_id, f"demo-{name}", stage.clock())
        if name == "yonas":
            facts.learn(tx, [(client_id, "permit_expires_on", expired_on)], "staff", stage.clock())

    await stage.app.database.write(make)
    phones.add(name, owner, name, language)
    return Player(phones, name, language, [f"/start demo-{name}", f"?{language}", ":yes", ASK[language], THANKS[language]])


def furnish(tx: Tx, now: datetime) -> None:
    """
    Give the sample organisation its office: invented, and recognisable as such.
    """
    for location in locations.all_of(tx):
        locations.rename(tx, location.id, "Leiden")
    place = locations.put(tx, "Leiden", "Leiden", "Voorbeeldstraat 1, Leiden", "071-000 00 00", "mo-fr 09:00-17:00")
    for name, role, teams, languages in TEAM:
        id = volunteers.add(tx, name, role, place, now, teams, languages)
        for weekday in range(5):
            duties.add(tx, place, id, 9 * 60, 17 * 60, weekday, None)
