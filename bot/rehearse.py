"""
Rehearse: the office of the sample organisation, and what the people of its phones wrote in the last days, played through the app itself.
"""

from datetime import date, datetime, timedelta

from bot.agree import agree
from bot.app import App
from bot.bind import decide
from bot.channels.phone import Phones
from bot.deliver import drain
from bot.play import Player, Stage
from flows.rights import Role
from storage import clients, duties, facts, invites, locations, questions, tickets, volunteers
from storage.database import Tx

SHARING = {"Selam": "pomegranate", "Dawit": "football"}        # who has one phone, and the word of each
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
    shared = await _sharing(stage, phones, ends_on - timedelta(days=10))
    joke = Player(phones, phones.add("joke", "Joke", "joke", "nl").name, "nl", ["/start", ":nl", ":yes"])
    await stage.play([amina, yonas, shared])
    stage.at(ends_on - timedelta(days=1), 14, 5)
    yonas.plan = [EXPIRED, THANKS["ti"]]
    shared.plan = ["hello", "Dawit", ASK["en"], THANKS["en"]]
    await stage.play([yonas, shared])
    stage.clock.move(timedelta(hours=5))
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


async def _sharing(stage: Stage, phones: Phones, day: date) -> Player:
    """
    Return who plays the phone of Selam and her son Dawit: both are linked, and each agreed a word with us.
    """
    stage.at(day, 11)
    app = stage.app
    made = {name: await _recorded(app, name) for name in SHARING}
    player = Player(phones, phones.add("shared", " & ".join(SHARING), "shared", "en").name, "en", [f"/start {made['Selam'][1]}", ":yes"])
    await stage.play([player])
    player.plan = [f"/start {made['Dawit'][1]}"]
    await stage.play([player])
    for id, _number in await app.database.read(invites.undecided):
        await decide(app, id, True)
    await drain(app)
    for name, (client_id, _code) in made.items():
        await agree(app, client_id, SHARING[name])
    player.plan = ["hello", "Dawit", ":yes"]
    return player


async def _recorded(app: App, name: str) -> tuple[int, str]:
    """
    Make a client record, and return it with the code of its invitation.
    """
    def make(tx: Tx) -> tuple[int, str]:
        client_id = clients.add(tx, 1, app.now(), name, "en")[0]
        invites.make(tx, client_id, code := f"demo-{name.lower()}", app.now())
        return client_id, code

    return await app.database.write(make)


def furnish(tx: Tx, now: datetime) -> None:
    """
    Give the sample organisation its office: invented, and recognisable as such.
    """
    for location in locations.all_of(tx):
        locations.rename(tx, location.id, "Leiden")
    place = locations.put(tx, "Leiden", "Leiden", "Voorbeeldstraat 1, Leiden", "071-000 00 00", "mo-fr 09:00-17:00")
    locations.put_pin(tx, place, (52.1663, 4.4817))         # the station
    for name, role, teams, languages in TEAM:
        id = volunteers.add(tx, name, role, place, now, teams, languages)
        for weekday in range(5):
            duties.add(tx, place, id, 9 * 60, 17 * 60, weekday, None)
