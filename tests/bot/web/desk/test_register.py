"""
The register of processing: every table in words, with the terms that the program keeps.
"""

from dataclasses import replace

from bot.web.desk import register
from storage.register import entries
from storage.terms import TERMS
from tests.bot.web.desk.conftest import Desk


def test_every_table_is_in_the_register_in_words() -> None:
    """A table that has a term has words for what it is, why, since when and who reads it; none is left of a table that is gone."""
    terms = TERMS.values()

    assert set(register.WHAT) == set(TERMS)
    assert {one.purpose for one in terms} == set(register.WHY)
    assert {one.readers for one in terms} == set(register.READERS)
    assert {one.since for one in terms} <= set(register.SINCE)
    assert {name for one in terms for name in one.carriers} == set(register.CARRIERS)
    assert {one.erasing for one in entries()} == set(register.ERASING)


async def test_the_register_says_what_the_settings_say(desk: Desk) -> None:
    """A coordinator reads the terms as they are set, in Dutch and in English; carriers and readers stand beside them."""
    settings = desk.world.app.settings
    desk.world.app.settings = replace(settings, kept={**settings.kept, "pictures": 7, "moments": 4})
    marja = desk.somebody("Marja", "coordinator", (), reads="nl")
    dutch, english = (await marja.get("/desk/register")).text, (await marja.get("/desk/register?language=en")).text

    assert english.count('<th scope="row">') == dutch.count('<th scope="row">') == len(TERMS)
    pictures = english.partition("Pictures, documents and voices")[2].partition("</tr>")[0]
    assert "7 days after it was closed" in pictures
    assert "what was said: 365 days" in pictures
    assert "Meta, Twilio, Telegram" in pictures
    assert "4 years after its day" in english
    assert "Pictures" not in dutch
    assert "Foto&#39;s, documenten en spraak" in dutch
    assert "Telegram: brengt de berichten over" in dutch


async def test_the_register_is_for_coordinators_and_administrators(desk: Desk) -> None:
    """Whoever leads reads it; a volunteer does not find it."""
    assert (await desk.somebody("Bas", "administrator", ()).get("/desk/register")).status == 200
    assert (await desk.somebody("Marja", "coordinator", ()).get("/desk/register")).status == 200
    assert (await desk.somebody("Joke").get("/desk/register")).status == 404
