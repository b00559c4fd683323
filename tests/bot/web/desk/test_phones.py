"""
A shared phone at the desk: with whom, as far as one may see, the word, and taking one off.
"""

from storage import clients, phones, records
from tests.bot.sharing import WORDS, family, invited
from tests.bot.web.desk.conftest import Desk


def number_of(desk: Desk, client_id: int) -> int:
    """Return a client's number."""
    return desk.world.app.database.look(lambda tx: clients.number_of(tx, client_id))


async def test_the_card_shows_with_whom_as_far_as_one_may_see(desk: Desk):
    """The other name stands on the card, but only counted for who may not see that client."""
    home = await family(desk.world)
    joke = desk.somebody("Joke")
    page = (await joke.get(f"/desk/clients/{number_of(desk, home.amina)}")).text
    assert f"/desk/clients/{number_of(desk, home.yonas)}" in page

    desk.world.app.database.submit(lambda tx: clients.change(tx, home.yonas, "Yonas", "nl", True, False)).result()
    page = (await joke.get(f"/desk/clients/{number_of(desk, home.amina)}")).text
    assert "Yonas" not in page
    assert "nog 1, die u niet kunt zien" in page


async def test_the_word_is_set_cleared_and_never_shown(desk: Desk):
    """A word agreed at the desk opens the phone, is on no page, and wrong tries are forgotten with a new one."""
    home = await family(desk.world, words=False)
    joke, here = desk.somebody("Joke"), f"/desk/clients/{number_of(desk, home.amina)}"
    for bad in ("stop", "42", "ja", "ab", "brandweer", "fire fire", ""):
        assert "no_right_word" in (await joke.post(f"{here}/word", word=bad)).headers["location"]
    await joke.post(f"{here}/word", word=WORDS["amina"])
    assert WORDS["amina"].casefold() not in (await joke.get(here)).text.casefold()
    await home.phone.says("hallo", "Amina")
    await home.phone.presses("appointment.ask:mine")
    await home.phone.says("appel", "peer", "druif")
    assert desk.world.app.database.look(lambda tx: phones.word_of(tx, home.amina)) == (True, True)

    await joke.post(f"{here}/word", word="granaat appel")
    await home.phone.presses("appointment.ask:mine")
    await home.phone.says("Granaat-Appel")
    assert any(id.startswith("appointment.") for id, _ in home.phone.last.offers)
    await joke.post(f"{here}/word", clear="1")
    assert desk.world.app.database.look(lambda tx: phones.word_of(tx, home.amina)) == (False, False)


async def test_one_is_taken_off_and_the_other_has_the_phone(desk: Desk):
    """Who is left alone is not asked any more who they are; who was taken off keeps what was said, and gets nothing there."""
    home = await family(desk.world)
    joke, seat = desk.somebody("Joke"), home.seat(home.yonas)
    assert (await joke.post(f"/desk/clients/{number_of(desk, home.amina)}/leave", seat=str(seat))).status == 404
    await joke.post(f"/desk/clients/{number_of(desk, home.yonas)}/leave", seat=str(seat))
    assert "vraag" in await home.phone.says("hallo")
    look = desk.world.app.database.look
    assert look(lambda tx: records.find(tx, "memory:family")) == home.amina
    assert look(lambda tx: records.addresses_of(tx, home.yonas)) == []
    assert look(lambda tx: records.of_client(tx, home.yonas)).messages


async def test_staff_are_asked_whether_a_phone_is_shared(desk: Desk):
    """A code that comes from somebody's phone is a question at the desk, and only a yes lets them share it."""
    home = await family(desk.world)
    third, code = invited(desk.world, "Olena", "nl")
    await home.phone.says(f"/start {code}", "Amina")
    joke, here = desk.somebody("Joke"), f"/desk/clients/{number_of(desk, third)}"
    page = (await joke.get(here)).text
    assert "Delen zij die?" in page
    binding = page.split('name="binding" value="')[1].split('"')[0]
    await joke.post(f"{here}/second", binding=binding, yes="1")
    assert [one.name for one in home.people] == ["Amina", "Yonas", "Olena"]
