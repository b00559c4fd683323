"""
The volunteers' Telegram group, against a strict Bot API server: what stands there, what goes to clients, and how often we call.
"""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels.telegram import Telegram
from bot.group import dismiss, group_of, step
from bot.receive import receive
from storage import links, questions, volunteers
from tests.peers.telegram import TOKEN, BotApi
from tests.people import settings_for

GROUP = -1001234567890


@pytest.fixture
async def api(world, tmp_path) -> AsyncIterator[BotApi]:
    """A Bot API server, and the world with the group on."""
    async with BotApi() as server:
        environ = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url, "TELEGRAM_VOLUNTEERS_CHAT_ID": str(GROUP)}
        settings = settings_for(tmp_path, world.app.database.url.render_as_string(hide_password=False), **environ)
        channel = Telegram(settings, world.now)
        await channel.open()
        world.app.settings, world.app.channels.on["telegram"] = settings, channel
        yield server
        await channel.close()
        assert server.wrong == []


async def settle(world, minutes=3):
    """Let the group come to rest while the clock moves."""
    for _ in range(minutes * 60):
        while await step(world.app, group_of(world.app)):
            pass
        world.now.move(seconds=1)


async def hears(world, update):
    """Let an update come in as Telegram brings it."""
    await receive(world.app, world.app.channels.on["telegram"]._read(update).items)


async def link(world, api, who):
    """Link a volunteer whose Telegram id is 77."""
    code = await world.app.database.write(lambda tx: links.make(tx, who.id, "telegram", world.now()))
    await hears(world, api.text(77, f"/start link-{code}"))
    await settle(world, 1)


async def test_only_commands_go_out_and_a_topic_shows_no_client_text(world, api, olena, joke):
    """A linked volunteer takes and answers in the topic; chatter stays there, and the group never sees the client's words."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(joke)
    await link(world, api, joke)
    await settle(world)
    thread = 50_000 + next(i for i, (name, _) in enumerate(api.calls, 1) if name == "createForumTopic")

    async def writes(text, sender=77):
        update = api.text(GROUP, text, message_thread_id=thread, is_topic_message=True)
        update["message"]["from"]["id"] = sender
        await hears(world, update)
        await settle(world)
        await world.go_on()

    before = len(olena.heard)
    await writes("/take", sender=78)
    assert world.app.database.look(lambda tx: questions.one(tx, question.id)).state == "open"
    await writes("/take")
    await writes("weet iemand dit?")
    assert len(olena.heard) == before
    await writes("/answer Kom morgen langs.")

    assert olena.heard[-1] == "Kom morgen langs."
    assert world.app.database.look(lambda tx: questions.one(tx, question.id)).volunteer_id == joke.id
    assert all("vrijwilliger" not in sent.text for sent in api.sent if sent.chat == GROUP)


async def test_a_dismissed_volunteer_is_banned_and_unlinked(world, api, joke):
    """By the clock's next run the group is without them, and the bot knows them no longer."""
    await link(world, api, joke)
    await world.app.database.write(lambda tx: volunteers.dismiss(tx, joke.id, world.now()))
    await dismiss(world.app)

    assert ("banChatMember", {"chat_id": GROUP, "user_id": 77}) in api.calls
    assert world.app.database.look(volunteers.to_ban) == []


async def test_a_phrase_that_lacks_the_offices_address_is_refused(world, api, olena, joke):
    """A press on it is answered, and nothing is shown to send; the other phrases go on."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(joke)
    await link(world, api, joke)
    await settle(world)
    thread = 50_000 + next(i for i, (name, _) in enumerate(api.calls, 1) if name == "createForumTopic")
    place = world.app.place(1)
    world.app.places[1] = replace(place, address="")

    async def presses(data):
        update = api.press(GROUP, f"{question.id}:{data}")
        update["callback_query"]["from"]["id"] = 77
        update["callback_query"]["message"] |= {"message_thread_id": thread, "is_topic_message": True}
        await hears(world, update)
        await settle(world)

    await presses("say:where")
    assert not any("send:where" in str(given) for _, given in api.calls)
    await presses("say:no_sign")
    assert any("send:no_sign" in str(given) for _, given in api.calls)
