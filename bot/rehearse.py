"""
Rehearse: a year of invented people, played through the app itself, so that the log and the report of `demo` are real.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from bot.agree import agree
from bot.app import App, Clock
from bot.bind import decide
from bot.channels import Inbound
from bot.channels.memory import Memory
from bot.channels.phone import Phones
from bot.close import close
from bot.converse import take_all
from bot.deliver import drain
from bot.receive import receive
from bot.reply import reply
from bot.take import take
from flows import phrasebook
from flows.phrasebook import PHRASES
from flows.rights import Role
from storage import clients, duties, facts, invites, locations, questions, tickets, volunteers
from storage.database import Tx

DAYS = 64             # days of the year on which something is played …
AT_ONCE = 5           # … by so many people
SEED = 2020
TONGUES = ("ar", "ar", "ar", "ti", "ti", "nl", "en")
SHARING = {"Selam": "pomegranate", "Dawit": "football"}        # who has one phone, and the word of each
THANKS = {"nl": "dank u wel", "en": "thank you", "ar": "شكرا", "ti": "የቐንየለይ"}
TEAM: tuple[tuple[str, Role, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Joke", "volunteer", ("legal", "social"), ("nl", "en")), ("Samir", "volunteer", ("social", "housing"), ("nl", "ar")),
    ("Marja", "coordinator", (), ("nl",)),
)
QUESTIONS = {
    "nl": ("Hoe kan ik mijn verblijfsvergunning verlengen?", "hoe schrijf ik me in voor een huis?", "hoe vraag ik huurtoeslag aan?",
           "ik heb schulden en kan niet betalen", "mijn verblijfskaart kwijt", "wanneer moet ik mijn inburgering af hebben?",
           "ik wil mijn vrouw naar Nederland halen", "wat kost verlenging van mijn kaart?", "ik zoek werk", "ik wil nederlander worden"),
    "en": ("How do I renew my permit?", "how do I find a house?", "rent allowance", "I have debts", "I lost my card",
           "when is my inburgering deadline?", "I want to bring my family", "what is the cost to renew my card?", "I want dutch lessons"),
    "ar": ("كيف أجدد إقامتي؟", "بدي بيت", "كيف أقدم على بدل الإيجار؟", "عندي ديون", "ضاعت إقامتي", "لم الشمل",
           "كم تكلفة التجديد؟", "تجديد الكرت"),
    "ti": ("ብኸመይ ከሐድስ ፍቓደይ?", "ገዛ ይደሊ ኣለኹ", "ካርደይ ጠፊኡ", "ስድራቤተይ ከምጽእ ይደሊ", "ፍቓደይ ተወዲኡ", "ምሕዳስ ክንደይ ይኸፍል?"),
}


@dataclass(slots=True)
class Player:
    """
    One invented client, and what they still want to say in this exchange.
    """

    channel: Memory | Phones
    sender: str
    language: str
    plan: list[str] = field(default_factory=list)
    is_known: bool = False


class Stage:
    """
    The app while the year is played: its clock is set, and everything that waits is done at once.
    """

    def __init__(self, app: App, clock: Clock) -> None:
        self.app = app
        self.clock = clock

    def at(self, day: date, hour: int, minute: int = 0) -> None:
        """
        Set the clock to a time of a day at the office.
        """
        self.clock.move(datetime.combine(day, time(hour, minute), self.app.settings.timezone) - self.clock())

    async def play(self, players: Sequence[Player]) -> None:
        """
        Let everybody say their next thing, all of them in one commit, until nobody has anything left.
        """
        while talking := [player for player in players if player.plan]:
            await receive(self.app, [_says(player, player.plan.pop(0), self.clock()) for player in talking])
            await take_all(self.app)
            await drain(self.app)
            self.clock.move(timedelta(minutes=1))


def _says(player: Player, word: str, at: datetime) -> Inbound:
    """
    Return what a player sends: a word that begins with ":" presses the button whose id ends so.
    """
    channel = player.channel
    choice, label = _button(player, word) if word.startswith(":") else ("", word)
    if isinstance(channel, Memory):
        return channel.hear(player.sender, at, label, choice)
    heard = channel.hear(player.sender, label, choice, "choice" if choice else "text")
    channel.show(heard)
    return heard


def _button(player: Player, word: str) -> tuple[str, str]:
    channel = player.channel
    last = channel.sent[player.sender][-1] if isinstance(channel, Memory) else channel.phones[player.sender].bubbles[-1]
    return next(((id, label) for id, label in last.offers if id.endswith(word)), ("", word[1:]))


async def play_year(app: App, clock: Clock, phones: Phones, until: datetime) -> None:
    """
    Play a year that ends at `until`: strangers on WhatsApp and Telegram, then the people of the phones.
    """
    stage, chance = Stage(app, clock), Random(SEED)
    platforms = [Memory("telegram"), Memory("whatsapp")]
    app.channels.on.update({platform.name: platform for platform in platforms})
    people = [_stranger(number, chance, platforms) for number in range(DAYS)]
    ends_on = until.astimezone(app.settings.timezone).date()
    for day in _days(ends_on):
        known = [player for player in people if player.is_known]
        today = chance.sample(known, min(len(known), AT_ONCE - 1)) + [player for player in people if not player.is_known][:1]
        for player in today:
            player.plan = _plan(player, chance)
        stage.at(day, 9 + chance.randrange(8), chance.randrange(50))
        await stage.play(today)
        await _work(stage)
    for platform in platforms:
        del app.channels.on[platform.name]
    await play_phones(stage, phones, until)
    clock.move(until - clock())


def _days(ends_on: date) -> list[date]:
    """
    Return working days spread evenly over the year before a day.
    """
    step = 355 / DAYS
    days = [ends_on - timedelta(days=358 - round(step * number)) for number in range(DAYS)]
    return [day - timedelta(days=max(0, day.weekday() - 4)) for day in days]


def _stranger(number: int, chance: Random, platforms: Sequence[Memory]) -> Player:
    telegram, whatsapp = platforms
    if chance.random() < 0.4:
        return Player(telegram, f"9{number:05}", chance.choice(TONGUES))
    return Player(whatsapp, f"whatsapp:+316000{number:05}", chance.choice(TONGUES))


def _plan(player: Player, chance: Random) -> list[str]:
    plan = [] if player.is_known else ["/start", f":{player.language}", ":yes"]
    player.is_known = True
    plan += chance.sample(QUESTIONS[player.language], 1 + (chance.random() < 0.3))
    if chance.random() < 0.18:
        plan.append(":person")
    if chance.random() < 0.5:
        plan.append(THANKS[player.language])
    return plan


async def _work(stage: Stage) -> None:
    """
    Let Marja take what waits, answer it with a phrase in the client's language, and close it, as volunteers do by the end of the day.
    """
    app = stage.app
    marja, open_ones = await app.database.read(lambda tx: (next(one for one in volunteers.at(tx, 1) if one.leads), tickets.open_ones(tx)))
    for ticket in open_ones:
        said = phrasebook.say(PHRASES["in_order"], {}, app.tongues(ticket.language or "nl"), app.place(1), stage.clock().date())
        if await take(app, ticket.id, marja):
            await reply(app, ticket.id, marja, said)
    stage.clock.move(timedelta(minutes=1))
    await drain(app)
    for ticket in open_ones:
        await close(app, ticket.id, marja, "answered", ticket.topics)
    await drain(app)


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
    yonas.plan = [QUESTIONS["ti"][4], THANKS["ti"]]
    shared.plan = ["hello", "Dawit", QUESTIONS["en"][1], THANKS["en"]]
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
    return Player(phones, name, language, [f"/start demo-{name}", f":{language}", ":yes", QUESTIONS[language][0], THANKS[language]])


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


def furnish(tx: Tx) -> None:
    """
    Give the sample organisation its office: invented, and recognisable as such.
    """
    for location in locations.all_of(tx):
        locations.rename(tx, location.id, "Leiden")
    place = locations.put(tx, "Leiden", "Leiden", "Voorbeeldstraat 1, Leiden", "071-000 00 00", "mo-fr 09:00-17:00")
    locations.put_pin(tx, place, (52.1663, 4.4817))         # the station
    for name, role, teams, languages in TEAM:
        id = volunteers.add(tx, name, role, place, datetime.now(UTC), teams, languages)
        for weekday in range(5):
            duties.add(tx, place, id, 9 * 60, 17 * 60, weekday, None)
