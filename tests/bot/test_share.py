"""
One phone, several people: who writes is asked, what is personal needs the word, and nothing is mixed, erased or lost.
"""

from datetime import date, timedelta
from itertools import count

import pytest

from bot import wait
from bot.channels import Refused
from bot.converse import take_turns
from bot.import_ import WrongList
from bot.reply import reply
from bot.show import UnknownClient, find
from bot.take import Refused as Denied
from bot.take import take
from flows import safe_contact, sharing
from flows.approvals import READ, REMIND
from flows.events import Said
from storage import addresses, clients, conversations, invites, moments, phones, records, seats, templates, tickets
from storage.addresses import Sender
from storage.templates import Template
from tests.bot.reminding import Dying, clock, learn, rows
from tests.bot.sharing import WORDS, allow, answered, family, invited
from tests.bot.test_import import bring
from tests.bot.test_window import Windowed
from tests.people import World, make_world

CARD = date(2027, 1, 30)        # three months before the card ends


def says(world: World, language: str, text: str, **slots: object) -> str:
    """What the bot says in a language."""
    return world.app.tongues(language)(text, **slots)


@pytest.mark.parametrize("language", ["nl", "ti"])
async def test_who_writes_is_asked_and_has_the_answer(world, language):
    """Amina and her son write from one phone: each is asked first, and each has a moment, a conversation and an answer of their own."""
    home = await family(world, language)
    who = await home.phone.says("hallo")
    assert who == says(world, language, sharing.WHO)
    assert home.phone.labels == ["Amina", "Yonas", says(world, language, sharing.OTHER)]

    await home.is_("Yonas")
    world.now.move(hours=5)
    await home.phone.says("huis" if language == "nl" else "ገዛ")
    answer = await home.phone.says("1")
    look = world.app.database.look
    theirs = {who: look(lambda tx, who=who: moments.of_client(tx, who)) for who in (home.amina, home.yonas)}
    assert answer != who
    assert [one.topics for one in theirs[home.amina]][:1] == ["housing_search"]
    assert not any(one.topics for one in theirs[home.yonas])
    said = look(lambda tx: [line.text for line in conversations.of_client(tx, home.yonas)])
    assert "hallo" in said
    assert not {"huis", "ገዛ"} & set(said)


@pytest.mark.parametrize("language", ["nl", "ti"])
async def test_what_is_personal_needs_the_word(world, language):
    """A name alone shows no appointment: the word is asked, another one does not help, the right one does, until somebody else writes."""
    home = await family(world, language)
    await home.phone.says("hallo", "Amina")
    assert await home.phone.presses("appointment.ask:mine") == says(world, language, sharing.SHARING.nodes["word"].text)
    assert await home.phone.says("banaan") == says(world, language, sharing.SHARING.nodes["wrong"].text)
    shown = await home.phone.says(WORDS["amina"])
    assert any(id.startswith("appointment.") for id, _ in home.phone.last.offers), shown

    assert says(world, language, sharing.WHO) in await home.phone.presses("sharing.word:else")
    await home.phone.says("Yonas")
    assert await home.phone.presses("appointment.ask:mine") == says(world, language, sharing.SHARING.nodes["word"].text)
    assert await home.phone.says(WORDS["amina"]) == says(world, language, sharing.SHARING.nodes["wrong"].text)


async def test_three_wrong_words_bring_a_person_and_tell_nothing(world, joke):
    """After three wrong words, or where no word was agreed, the same answer comes, also to the right word; and a person is asked."""
    home = await family(world)
    await home.phone.says("hallo", "Amina")
    await home.phone.presses("appointment.ask:mine")
    locked = await home.phone.says("appel", "peer", "druif")
    assert "vrijwilliger" in locked
    assert [(one.reason, one.client_id) for one in world.tickets(joke)] == [("word", home.amina)]

    await home.phone.presses("appointment.ask:mine")
    assert not any(id.startswith("appointment.") for id, _ in home.phone.last.offers)
    await home.phone.says(WORDS["amina"])
    assert not any(id.startswith("appointment.") for id, _ in home.phone.last.offers)

    world.now.move(hours=5)
    await home.phone.says("hallo", "Iemand anders")
    none = await home.phone.presses("appointment.ask:mine")
    assert none.split(" antwoord ")[0] == locked.split(" antwoord ")[0]


async def test_a_reminder_on_a_shared_phone_is_neutral_until_the_word(world):
    """What is due for both comes as one neutral question who reads; each sees their own after their own word, and it counts once a week."""
    home = await family(world)
    for who in (home.amina, home.yonas):
        learn(world, who, permit_kind="asylum", permit_expires_on="2027-05-31")
    before = len(home.phone.heard)
    await clock(world, CARD)
    opening = home.phone.heard[before:]
    assert len(opening) == 1
    assert not {"verblijf", "31 mei", "Amina", "Yonas"} & set(opening[0].split())
    assert home.phone.labels == ["Amina", "Yonas", "Iemand anders"]
    assert [row.state for who in (home.amina, home.yonas) for row in rows(world, who) if row.send_on == CARD] == ["sent", "sent"]

    assert await home.phone.says("2") == says(world, "nl", sharing.SHARING.nodes["word"].text)
    assert "31 mei 2027" in await home.phone.says(WORDS["yonas"])
    await home.phone.says("2")
    answered = {who: {row.answer for row in rows(world, who) if row.send_on == CARD} for who in (home.amina, home.yonas)}
    assert answered == {home.amina: {""}, home.yonas: {"will_do"}}


async def test_emergency_comes_before_every_question(world, joke):
    """Who needs 112 gets the number at once, whoever it is, and a person reads it."""
    home = await family(world)
    assert (await home.phone.says("er is brand")).startswith("112")
    assert [one.urgency for one in world.tickets(joke)] == ["now"]

    await home.phone.says("hallo", "Amina")
    await home.phone.presses("appointment.ask:mine")
    assert (await home.phone.says("ik wil niet meer leven")).startswith("113")
    assert {one.reason for one in world.tickets(joke)} == {"asked"}


async def test_forget_me_is_for_a_person(world, joke):
    """Nobody is erased by the word of whoever holds the phone, not with the right word and not as somebody else."""
    home = await family(world)
    for who in ("Amina", "Iemand anders"):
        await home.phone.says("hallo", who, "vergeet mij", "ja", "ja")
        await home.phone.presses("stop.forget:yes")
        world.now.move(hours=5)
    await world.forget()
    look = world.app.database.look
    assert len(look(lambda tx: clients.by_ids(tx, [home.amina, home.yonas]))) == 2
    assert {one.reason for one in world.tickets(joke)} == {"forget"}


async def test_a_new_binding_waits_for_staff(world):
    """A third code on a shared phone binds nothing until staff say yes; their no changes nothing."""
    home = await family(world)
    id, code = invited(world, "Olena", "nl")
    assert (await home.phone.says(f"/start {code}", "Amina")).startswith(says(world, "nl", "A volunteer checks this first."))
    assert [number for _id, number in world.app.database.look(invites.undecided)] == [world.app.database.look(lambda tx: clients.number_of(tx, id))]
    assert len(home.people) == 2
    await allow(world)
    assert [one.name for one in home.people] == ["Amina", "Yonas", "Olena"]


async def test_the_answer_to_a_new_binding_is_said_where_it_is_safe(world):
    """Who may only be called reads nothing on the phone when staff say yes."""
    home = await family(world)
    id, code = invited(world, "Olena", "nl")
    await home.phone.says(f"/start {code}", "Amina")
    world.app.database.submit(lambda tx: clients.set_safe_contact(tx, id, safe_contact.SafeContact("call").to_json())).result()
    before = len(home.phone.heard)
    await allow(world)
    assert ([one.name for one in home.people][-1], len(home.phone.heard)) == ("Olena", before)


async def test_people_of_one_name_are_told_apart(world):
    """Two of the same name are shown with the last digits of their client numbers."""
    home = await family(world, name="Amina")
    await home.phone.says("hallo")
    numbers = [str(one.number)[-2:] for one in home.people]
    assert home.phone.labels[:2] == [f"Amina {number}" for number in numbers]


async def test_somebody_else_is_nobody_we_know(world):
    """Who is none of them gets general answers, under a record without a name."""
    home = await family(world)
    await home.phone.says("hallo", "3")
    await home.phone.says("ja")
    number = world.app.database.look(lambda tx: records.find(tx, "memory:family"))
    assert number not in (home.amina, home.yonas)
    assert [one.name for one in world.app.database.look(lambda tx: clients.by_ids(tx, [number]))] == [""]


async def test_a_volunteers_answer_waits_for_the_word(world, joke):
    """An answer to Amina is no answer to whoever holds the phone: it comes after her word, and is undone like any other before."""
    home = await family(world)
    await answered(world, home, joke)
    world.now.move(seconds=20)
    await world.go_on()
    assert "geheim" not in " ".join(home.phone.heard)
    assert home.phone.labels == ["Amina", "Yonas", "Iemand anders"]
    await home.phone.says("Yonas")
    assert "geheim" not in " ".join(home.phone.heard)
    await home.phone.presses(f"sharing.who:{home.seat(home.amina)}")
    assert await home.phone.says(WORDS["amina"]) == "Uw geheim is veilig."


async def test_killed_at_any_statement_of_the_choice(world):
    """Killed while somebody says who they are, nothing of it is there; after it they are who they said, and asked once."""
    home = await family(world)
    await home.phone.says("huis")
    await home.phone.writes_without_waiting(["Amina"])
    before, door = len(home.phone.heard), home.door
    for after in count():
        try:
            world.app.database.submit(lambda tx, after=after: take_turns(world.app, Dying(tx, after))).result()
            break
        except KeyboardInterrupt:
            assert world.app.database.look(lambda tx: phones.of(tx, [door]))[door].speaker(world.now()) is None
    assert after > 5
    await world.go_on()
    assert len(home.phone.heard) == before + 1
    assert [line.text for line in world.app.database.look(lambda tx: conversations.of_client(tx, home.amina))].count("huis") == 1


async def test_what_was_said_while_one_speaks_stays_theirs(world):
    """A moment belongs to who spoke; after the silence that ends it the next message is asked anew, and many at once are asked once."""
    home = await family(world)
    await home.phone.writes_without_waiting(["hallo", "huis", "werk"])
    before = len(home.phone.heard)
    await world.go_on()
    assert len(home.phone.heard) == before + 1
    await home.phone.says("2")
    look = world.app.database.look
    said = {who: [line.text for line in look(lambda tx, who=who: conversations.of_client(tx, who))] for who in (home.amina, home.yonas)}
    assert said[home.yonas][-6:].count("huis") == 1
    assert "werk" not in said[home.amina]


async def test_without_a_word_a_volunteer_calls(world, joke):
    """Where no word was agreed nothing personal is sent: the volunteer hears it, and a reminder is a call."""
    home = await family(world, words=False)
    await home.phone.says("hallo", "Amina")
    await home.phone.presses("menu.main:person")
    [question] = world.tickets(joke)
    await take(world.app, question.id, joke)
    with pytest.raises(Denied, match="no_word"):
        await reply(world.app, question.id, joke, Said("Hallo Amina", (), "nl"))
    learn(world, home.yonas, permit_kind="asylum", permit_expires_on="2027-05-31")
    await clock(world, CARD)
    assert world.app.database.look(lambda tx: tickets.open_of(tx, [home.yonas]))


async def test_what_is_not_safe_holds_for_the_phone(world, joke):
    """Whoever says at once, before a name, that writing is not safe: nothing more is written to any of them; said by one, it is theirs."""
    home = await family(world)
    look = world.app.database.look
    assert "112" in await home.phone.says("mijn man slaat mij")
    await home.phone.says("2")
    for who in (home.amina, home.yonas):
        assert safe_contact.read(look(lambda tx, who=who: clients.safe_contact_of(tx, who))).how == "nothing"
    learn(world, home.amina, permit_kind="asylum", permit_expires_on="2027-05-31")
    before = len(home.phone.heard)
    await clock(world, CARD)
    assert len(home.phone.heard) == before


async def test_who_was_asked_whether_it_is_safe_answers_for_themselves(world):
    """A late answer to that question is asked whose it is, and is theirs alone."""
    home = await family(world)
    await home.phone.says("hallo", "Amina", "mijn man slaat mij")
    world.now.move(hours=5)
    await home.phone.presses("safety.ask:call")
    await home.phone.says("Amina")
    look = world.app.database.look
    hows = [safe_contact.read(look(lambda tx, who=who: clients.safe_contact_of(tx, who))).how for who in (home.amina, home.yonas)]
    assert hows == ["call", "here"]


async def test_a_question_is_no_try(world):
    """Who asks something else while the word is asked loses no try, and is answered."""
    home = await family(world)
    await home.phone.says("hallo", "Amina")
    for question in ("hoe vraag ik huurtoeslag aan?", "ik wil graag een ander huis zoeken", "menu"):
        await home.phone.presses("appointment.ask:mine")
        await home.phone.says(question)
    seat = home.seat(home.amina)
    assert world.app.database.look(lambda tx: phones.of(tx, [seat]))[seat].tries == 3


async def test_a_shared_phone_names_no_one_client(world):
    """Whose data shall be shown or erased is said by number: the phone alone names nobody."""
    home = await family(world)
    numbers = [str(one.number) for one in home.people]
    with pytest.raises(UnknownClient, match=f"clients {numbers[0]}, {numbers[1]}, .* share this phone"):
        world.app.database.look(lambda tx: find(tx, "memory:family"))
    assert world.app.database.look(lambda tx: find(tx, numbers[1])) == home.yonas


async def test_two_a_week_is_of_the_phone_and_not_of_each(world):
    """What comes to one phone counts together, whoever it is for: a third question who reads waits."""
    home = await family(world)
    learn(world, home.amina, insurance_duty_on="2027-01-02")
    await clock(world, *(date(2027, 1, day) for day in range(2, 8)))
    learn(world, home.yonas, permit_kind="asylum", permit_expires_on="2027-05-31", insurance_duty_on="2026-12-02",
          letters='[{"due_on": "2027-02-06"}]')
    sent = [one for one in home.phone.messages if one.kind == "reminder"]
    await clock(world, *(date(2027, 1, day) for day in range(8, 31)))
    asked = sorted(one.attempt_at for one in home.phone.messages if one.kind == "reminder")
    assert len(asked) > len(sent)
    assert all(later - earlier >= timedelta(days=7) for earlier, later in zip(asked, asked[2:], strict=False))


async def test_what_nobody_can_be_asked_for_is_a_call(world, joke):
    """If the question who reads cannot be delivered, what waited behind it does not wait for ever: a person calls that client."""
    home = await family(world)
    learn(world, home.amina, permit_kind="asylum", permit_expires_on="2027-05-31")
    world.channel.outcomes.append(Refused("blocked", is_unreachable=True))
    await clock(world, CARD)
    assert world.app.database.look(lambda tx: tickets.open_of(tx, [home.amina]))
    assert {row.state for row in rows(world, home.amina) if row.send_on == CARD} == {"failed"}


async def test_outside_the_window_a_knock_goes_first(database, tmp_path):
    """On WhatsApp after 24 hours: the approved text, its press brings the question who reads, the name the word, the word what was due."""
    world = make_world(database, tmp_path)
    late = Windowed(world.now)
    world.app.channels.on["memory"] = world.channel = late
    home = await family(world)
    wording = wait.wordings(world.app, REMIND, "nl")[0]
    kept = Template(wording.name, wording.language, wait.shaped(wording).hash, "HX" + "0" * 32, "approved")
    world.app.database.submit(lambda tx: templates.keep(tx, kept, world.now())).result()
    learn(world, home.amina, permit_kind="asylum", permit_expires_on="2027-05-31")
    await clock(world, CARD)
    assert home.phone.last.kind == "knock"
    assert says(world, "nl", sharing.WHO) in await home.phone.presses(READ)
    assert await home.phone.says("Amina") == says(world, "nl", sharing.SHARING.nodes["word"].text)
    assert "31 mei 2027" in await home.phone.says(WORDS["amina"])


async def test_a_list_binds_nobody_to_a_shared_phone(world):
    """A row with that phone is a known client's by its number alone; without it nobody can tell, and nothing is stored."""
    sender = Sender("whatsapp", "whatsapp:+31612345678")
    world.app.database.submit(lambda tx: clients.add(tx, 1, world.now(), "Amina", "nl")).result()

    def put(tx):
        first = addresses.resolve(tx, [sender], world.now())[sender]
        return seats.share(tx, first, clients.add(tx, 1, world.now(), "Yonas", "nl")[0], world.now())

    world.app.database.submit(put).result()
    with pytest.raises(WrongList, match="1 row cannot be imported"):
        bring(world.app, "voornaam;telefoon\nOlena;06-12345678\n")
    number = world.app.database.look(lambda tx: clients.by_number(tx, 1001)).number
    assert bring(world.app, f"cliëntnummer;voornaam;telefoon\n{number};Amina;06-12345678\n").added == 0
    assert len(world.app.database.look(lambda tx: phones.sharers(tx, [addresses.resolve(tx, [sender], world.now())[sender]]))) == 1
