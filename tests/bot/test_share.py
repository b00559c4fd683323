"""
One phone, several people: who writes is asked, what is personal needs the word, and nothing is mixed, erased or lost.
"""

from datetime import date

import pytest

from flows import sharing
from flows.events import Said
from storage import clients, conversations, invites, moments, records, tickets
from tests.bot.reminding import clock, learn, rows
from tests.bot.sharing import WORDS, allow, family, invited
from tests.people import World

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
    assert [one.topics for one in theirs[home.amina]][:1] == [("housing_search",)]
    assert not any(one.topics for one in theirs[home.yonas])
    said = look(lambda tx: [line.text for line in conversations.of_client(tx, home.yonas)])
    assert "hallo" in said and not {"huis", "ገዛ"} & set(said)
