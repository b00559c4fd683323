"""
Receiving: written down once, however often and in whatever order a platform brings it.
"""

from dataclasses import replace
from threading import Event, Timer

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.bare import bare
from bot.channels import Accepted, Attachment, Inbound, Reach, Status, Stray
from bot.expire import expire
from bot.fetch import TRIES
from bot.receive import clean, receive
from flows.events import HeardKind
from storage import addresses
from storage.addresses import Sender
from storage.database import Database, Tx
from storage.media import content, of_ticket
from storage.secrets import Keys
from storage.sessions import lock
from storage.tables import addresses as addresses_table
from storage.tables import clients, media, messages, statuses, tickets
from storage.tickets import open_ones
from tests.people import MovedClock, Person, World
from tests.photos import PHONE, PLACE, taken


def count(world: World, table: object, **where: object) -> int:
    query = select(func.count()).select_from(table)
    for column, value in where.items():
        query = query.where(table.c[column] == value)
    return int(world.app.database.look(lambda tx: tx.run(query).scalar()))


async def test_repeated_message_changes_nothing(world: World, olena: Person) -> None:
    """The same message twice, in one request and in two, is one message and one answer."""
    hello = world.channel.hear("olena", world.now(), "/start")
    await receive(world.app, [hello, hello])
    await world.go_on()
    await receive(world.app, [hello])
    await world.go_on()

    assert count(world, messages, direction="in") == 1
    assert len(olena.heard) == 1


async def test_repeat_beside_new_messages_changes_nothing(world: World, olena: Person) -> None:
    """Of three messages in one request of which one was there already, two are new, and each picture belongs to its own message."""
    first, second, third = (
        replace(world.channel.hear("olena", world.now(), "look"), media=(Attachment("picture", "image/jpeg", size),)) for size in (1, 2, 3))
    await receive(world.app, [second])
    await receive(world.app, [first, second, third])

    def belongs(tx: Tx) -> list[tuple[str | None, int]]:
        query = select(messages.c.external_id, media.c.size).join(messages, messages.c.id == media.c.message_id).order_by(media.c.size)
        return [(row.external_id, row.size) for row in tx.all(query)]

    assert world.app.database.look(belongs) == [(first.external_id, 1), (second.external_id, 2), (third.external_id, 3)]


async def test_edit_that_changes_no_word_is_not_answered(world: World, olena: Person) -> None:
    """A preview that arrives edits a message too: only other words are a new message, also in one commit with the first, and once."""
    def wrote(text: str, kind: HeardKind) -> Inbound:
        return replace(world.channel.hear("olena", world.now(), text, kind=kind), origin="77")

    await receive(world.app, [wrote("/start", "text"), wrote("/start", "edited")])
    await receive(world.app, [wrote("/start", "edited")])
    changed = wrote("Nederlands", "edited")
    await receive(world.app, [changed])
    await receive(world.app, [changed, wrote("Nederlands", "edited")])
    await world.go_on()

    assert count(world, messages, direction="in") == len(olena.heard) == 2


async def test_new_sender_is_one_client(world: World) -> None:
    """Many first messages of one sender in one commit make one client, one address."""
    await receive(world.app, [world.channel.hear("yonas", world.now(), text) for text in ("a", "b", "c")])

    assert count(world, clients) == count(world, addresses_table) == 1


async def test_stored_rows_show_nobody(world: World, olena: Person) -> None:
    """What a client writes, and where from, stands in no readable column."""
    await olena.says("/start", "Nederlands", "ik heb een geheim")

    stored = repr(world.app.database.look(lambda tx: [tx.all(select(table)) for table in (messages, addresses_table, clients)]))
    assert "geheim" not in stored
    assert "olena" not in stored


async def test_media_are_announced_with_their_message(world: World, olena: Person) -> None:
    """A picture waits to be fetched in the same commit as its message, once."""
    picture = world.channel.hear("olena", world.now(), kind="photo", media=(Attachment("file-1", "image/jpeg", 1234),))
    await receive(world.app, [picture])
    await receive(world.app, [picture])

    assert count(world, media, state="waiting") == 1


async def test_fetched_picture_is_stored_encrypted_and_wrong_kinds_are_not(world: World, olena: Person) -> None:
    """A picture is kept, sealed; a program that calls itself a picture is refused, and a broken one, with the reason."""
    world.channel.media = {"good": taken(), "bad": b"\x7fELF" + b"\0" * 300, "broken": b"\xff\xd8\xff\xe0" + b"\0" * 300}
    for reference in ("good", "bad", "nowhere", "broken"):
        await olena.sends("photo", Attachment(reference, "image/jpeg"))
    await world.fetch()

    rows = world.app.database.look(lambda tx: tx.all(select(media).order_by(media.c.id)))
    assert [(row.state, row.refusal) for row in rows] == [
        ("stored", None), ("refused", "not a kind we take"), ("refused", "gone"), ("refused", "cannot be read")]
    assert b"\xff\xd8\xff\xe0" not in bytes(rows[0].content)


async def test_where_a_picture_was_taken_is_never_stored(world: World, olena: Person) -> None:
    """Place, phone and day are taken out before a picture is written down, also out of one that was sent as a file."""
    world.channel.media = {"letter": taken(orientation=6), "file": taken("HEIF")}
    assert all(PLACE in content for content in world.channel.media.values())
    await olena.sends("photo", Attachment("letter", "image/jpeg"))
    await olena.sends("document", Attachment("file", "image/heic"))
    await world.fetch()

    stored = world.app.database.look(lambda tx: [content(tx, row.id) for row in tx.all(select(media.c.id).order_by(media.c.id))])
    assert [kind for kind, _picture in stored] == ["image/jpeg", "image/jpeg"]
    assert not any(PLACE in picture or PHONE in picture for _kind, picture in stored)


async def test_picture_reaches_its_ticket(world: World, olena: Person) -> None:
    """A photo of a letter is with the ticket it opened, and can be read there."""
    world.channel.media = {"letter": taken()}
    await olena.says("/start", "Nederlands", "Ja")
    await olena.sends("photo", Attachment("letter", "image/jpeg"))
    await olena.says("IND", "geen")
    await world.fetch()

    [ticket] = world.app.database.look(open_ones)
    [medium] = world.app.database.look(lambda tx: of_ticket(tx, ticket.id))
    assert medium.state == "stored"
    assert world.app.database.look(lambda tx: content(tx, medium.id)) == bare(world.channel.media["letter"], "image/jpeg")[::-1]


async def test_a_channel_that_is_off_uses_up_no_try(world: World, olena: Person) -> None:
    """A picture waits while its channel is off, however long that is, and is fetched once it is on again."""
    world.channel.media = {"letter": taken()}
    await olena.sends("photo", Attachment("letter", "image/jpeg"))
    is_on = dict(world.app.channels.on)
    world.app.channels.on.clear()
    for _ in range(TRIES + 1):
        world.now.move(minutes=5)
        await world.fetch()
    world.app.channels.on.update(is_on)

    assert world.app.database.look(lambda tx: tx.run(select(media.c.attempts)).scalar_one()) == 0
    await world.fetch()
    assert count(world, media, state="stored") == 1


async def test_fetched_picture_is_deleted_at_the_platform(world: World, olena: Person, now: MovedClock) -> None:
    """Once a picture is stored or refused here, the platform need not keep its copy; one that could not be fetched stays there as long as texts."""
    world.channel.media = {"letter": taken(), "program": b"\x7fELF" + b"\0" * 300}
    for reference in ("letter", "nowhere", "program"):
        await olena.sends("photo", Attachment(reference, "image/jpeg"))
    await world.fetch()
    await world.forget()

    assert sorted(world.channel.forgotten) == ["letter", "program"]
    for days, is_there in ((364, True), (2, False)):
        now.move(days=days)
        await expire(world.app)
        await world.forget()
        assert ("nowhere" not in world.channel.forgotten) is is_there


class Away(dict[str, bytes]):
    """The pictures of a platform that is away."""

    def get(self, *_reference: object) -> bytes:  # type: ignore[override]
        """Answer nothing."""
        raise OSError("away")


async def test_picture_outlives_half_a_day_without_the_platform(world: World, olena: Person, now: MovedClock) -> None:
    """A letter that the platform cannot hand over for eight hours is asked for ten times, less and less often, and is there then."""
    world.channel.media = Away()
    await olena.sends("photo", Attachment("letter", "image/jpeg"))
    for pause in (2 ** many for many in range(1, 10)):
        await world.fetch()
        now.move(minutes=pause, seconds=-1)
        await world.fetch()
        assert count(world, media, state="waiting", attempts=pause.bit_length() - 1) == 1
        now.move(seconds=1)
    world.channel.media = {"letter": taken()}
    await world.fetch()

    assert count(world, media, state="stored", attempts=10) == 1


async def test_status_never_goes_backwards(world: World, olena: Person) -> None:
    """Callbacks in any order end at the highest status; a message of another attempt is not touched."""
    world.channel.outcomes = [Accepted("platform-1")]
    await olena.says("/start")
    [row] = world.app.database.look(lambda tx: tx.all(select(messages).where(messages.c.direction == "out")))
    for state in ("read", "sent", "delivered", "sent", "failed"):
        await receive(world.app, [Status("memory", row.id, row.external_id, state)])
    await receive(world.app, [Status("memory", row.id, "another", "failed", "63016"), Status("memory", 5, "unheard of", "read")])

    [row] = world.app.database.look(lambda tx: tx.all(select(messages).where(messages.c.direction == "out")))
    assert row.state == "read"
    assert count(world, statuses) == 5


async def test_blocked_client_is_unreachable_until_they_write(world: World, olena: Person) -> None:
    """A block is remembered of the address, and lifted by the next message."""
    await olena.says("/start")
    await receive(world.app, [Reach("memory", "olena", False)])
    assert world.app.database.look(lambda tx: tx.one(select(addresses_table.c.unreachable_at)))[0] is not None

    await olena.says("Nederlands")

    assert world.app.database.look(lambda tx: tx.one(select(addresses_table.c.unreachable_at)))[0] is None


async def test_failed_delivery_becomes_a_ticket(world: World, olena: Person) -> None:
    """What the platform took and could not deliver is told to a volunteer."""
    await olena.says("/start")
    [row] = world.app.database.look(lambda tx: tx.all(select(messages).where(messages.c.direction == "out")))
    await receive(world.app, [Status("memory", row.id, row.external_id, "failed", "63003")])

    assert count(world, tickets, reason="undeliverable") == 1


async def test_unknown_group_is_left(world: World) -> None:
    """The bot leaves a group it does not know."""
    await receive(world.app, [Stray("memory", "-100")])
    for task in list(world.app.tasks):
        await task

    assert world.channel.left == ["-100"]


async def test_sender_is_found_by_either_id(world: World) -> None:
    """A client whose number is hidden later is found by the scoped id that came with the number."""
    known = await world.app.database.write(lambda tx: addresses.resolve(tx, [Sender("memory", "+31612345678", "NL.1A2B")], world.now()))
    later = await world.app.database.write(lambda tx: addresses.resolve(tx, [Sender("memory", "NL.1A2B")], world.now()))

    assert list(later.values()) == list(known.values())


async def test_second_id_is_learned_of_a_known_client(world: World) -> None:
    """A client known by number alone brings a scoped id beside it, and hides the number later: still the same client."""
    found = [await world.app.database.write(lambda tx, sender=sender: addresses.resolve(tx, [sender], world.now())) for sender in (
        Sender("memory", "+31612345678"), Sender("memory", "+31612345678", "NL.1A2B"), Sender("memory", "NL.1A2B"))]

    assert len({id for one in found for id in one.values()}) == 1


async def test_client_is_answered_at_the_id_they_wrote_from(world: World) -> None:
    """Who hides the number is answered at the scoped id, and at the number again once it shows; nobody gets a second record."""
    shown, hidden = Sender("memory", "+31612345678", "NL.1A2B"), Sender("memory", "NL.1A2B")
    for sender in (shown, hidden, shown, hidden):
        [id] = (await world.app.database.write(lambda tx, sender=sender: addresses.resolve(tx, [sender], world.now()))).values()
        [row] = world.app.database.look(lambda tx: tx.all(select(addresses_table)))
        assert world.app.database.keys.text("addresses.external_id", id, row.external_id) == sender.external_id


async def test_failure_is_told_while_the_client_is_in_hand_elsewhere(world: World, olena: Person, keys: Keys) -> None:
    """Another process takes this client's turn just when their message fails: a volunteer is told all the same."""
    await olena.says("/start")
    [row] = world.app.database.look(lambda tx: tx.all(select(messages).where(messages.c.direction == "out")))
    if not world.app.database.is_postgres:
        return
    other, is_locked, is_free = Database(world.app.database.url.render_as_string(hide_password=False), keys), Event(), Event()
    other.submit(lambda tx: (lock(tx, [row.address_id]), is_locked.set(), is_free.wait(60)))
    assert is_locked.wait(60)
    Timer(0.3, is_free.set).start()
    await receive(world.app, [Status("memory", row.id, row.external_id, "failed", "63003")])

    assert count(world, tickets, reason="undeliverable") == 1
    other.close()


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_clean_text_has_no_bidi_or_control_characters(text: str) -> None:
    """Whatever a client sends: no bidi controls, no control characters but line breaks, and at most 10,000 characters."""
    cleaned = clean("\u202e" + text * 3 + "\x00\u2066")

    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\x00\x07\x1b\x7f")
    assert len(clean(text * 10_001)) <= 10_000
