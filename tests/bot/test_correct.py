"""
Corrections of our texts: at once, by two where it matters, and out again as .po.
"""

import io
import zipfile

import pytest

from bot.correct import NotCorrected, correct, decide, export, review
from bot.translate import LOCALES
from flows.sensitive import sensitive
from storage import corrections

MENU = "What is your question? Choose, or write it in your own words."
CONSENT = next(text for text in sensitive() if text.startswith("This is Wegwijs of {place}"))


async def test_a_correction_counts_at_once(world, olena):
    """A coordinator says a text better, and the next client hears it; in the other languages nothing changes."""
    leader = world.volunteer("Marja", "coordinator", ())
    assert await correct(world.app, leader, "nl", MENU, "Wat wilt u vragen?")

    assert await olena.says("/start", "Nederlands", "ja") == "Wat wilt u vragen?"
    assert world.app.tongues("en")(MENU) == MENU


async def test_a_volunteer_proposes_and_another_agrees(world):
    """Who does not lead proposes; the text stays as it is until somebody else who speaks the language agrees."""
    joke, ans = world.volunteer("Joke", languages=["nl"]), world.volunteer("Ans", "coordinator", (), languages=["nl"])
    before = world.app.tongues("nl").raw(MENU)
    assert not await correct(world.app, joke, "nl", MENU, "Wat wilt u vragen?")
    (waiting,) = world.app.database.look(corrections.waiting)

    assert world.app.tongues("nl").raw(MENU) == before
    assert not await decide(world.app, joke, waiting.id, True)
    assert not await decide(world.app, world.volunteer("Piet", languages=["nl"]), waiting.id, True)
    assert not await decide(world.app, world.volunteer("Kees", languages=["en"]), waiting.id, True)
    assert await decide(world.app, ans, waiting.id, True)
    assert world.app.tongues("nl").raw(MENU) == "Wat wilt u vragen?"
    assert not await decide(world.app, ans, waiting.id, False)


async def test_consent_needs_two_whoever_leads(world):
    """Emergency, consent, withdrawal and deadlines: a coordinator waits for a second person too; refused, it is gone."""
    leader, other = world.volunteer("Marja", "coordinator", ()), world.volunteer("Bas", "coordinator", ())
    better = world.app.tongues("nl").raw(CONSENT) + " Zeg ja of nee."
    assert not await correct(world.app, leader, "nl", CONSENT, better)
    (waiting,) = world.app.database.look(corrections.waiting)

    assert await decide(world.app, other, waiting.id, False)
    assert world.app.tongues("nl").raw(CONSENT) != better
    assert world.app.database.look(corrections.waiting) == []
    (one,) = world.app.database.look(lambda tx: corrections.history(tx, corrections.hash_of(CONSENT), "nl"))
    assert (one.state, one.volunteer, one.second_id) == ("refused", "Marja", other.id)


@pytest.mark.parametrize(("said", "why"), [
    ("", "empty"), ("Dit is Wegwijs.", "slots"), ("Dit is *Wegwijs van {place}.", "stars"), ("{place} \u202eoops", "invisible"),
    ("{place} https://evil.example", "links"), ("{place} } oops", "stands alone"), ("{place} \u200boops", "invisible"),
    ("{place} " + "lang " * 300, "long"),
])
async def test_what_fails_lint_is_refused_with_the_reason(world, said, why):
    """Nothing is kept of it."""
    leader = world.volunteer("Marja", "coordinator", ())
    with pytest.raises(NotCorrected, match=why):
        await correct(world.app, leader, "nl", CONSENT, said)

    assert world.app.database.look(corrections.waiting) == []


async def test_export_changes_what_was_corrected_and_nothing_else(world):
    """Untouched, the files come out as they are, to the letter; a correction and a tick stand in theirs, and can be read back."""
    leader = world.volunteer("Marja", "coordinator", (), languages=["nl", "ar"])

    def unpacked():
        packed = zipfile.ZipFile(io.BytesIO(world.app.database.look(export)))
        return {name: packed.read(name).decode() for name in packed.namelist()}

    files = {f"{path.parent.parent.name}/LC_MESSAGES/messages.po": path.read_text() for path in LOCALES.glob("*/LC_MESSAGES/messages.po")}
    assert unpacked() == files
    await correct(world.app, leader, "nl", MENU, 'Wat is "uw" vraag?\nKies.')
    await review(world.app, leader, "ar", MENU, world.app.tongues("ar").raw(MENU))
    after = unpacked()

    assert 'msgstr ""\n"Wat is \\"uw\\" vraag?\\n"\n"Kies."' in after["nl/LC_MESSAGES/messages.po"]
    assert after["en/LC_MESSAGES/messages.po"] == files["en/LC_MESSAGES/messages.po"]
    assert after["ar/LC_MESSAGES/messages.po"].count("# review\n") == files["ar/LC_MESSAGES/messages.po"].count("# review\n") - 1
    assert after["ar/LC_MESSAGES/messages.po"].count("# reviewed 2026-11-23\n") == 1


async def test_only_a_speaker_ticks(world):
    """Who leads and does not speak the language cannot say that it is good."""
    with pytest.raises(NotCorrected, match="speaks"):
        await review(world.app, world.volunteer("Marja", "coordinator", ()), "ti", MENU, "")


async def test_what_was_read_is_what_is_ticked(world):
    """A text that changed while somebody read it is not ticked."""
    leader = world.volunteer("Marja", "coordinator", (), languages=["nl"])
    seen = world.app.tongues("nl").raw(MENU)
    await correct(world.app, leader, "nl", MENU, "Wat wilt u vragen?")

    with pytest.raises(NotCorrected, match="changed"):
        await review(world.app, leader, "nl", MENU, seen)


async def test_a_correction_of_before_an_update_breaks_nothing(world):
    """Slots that the program does not fill, a brace that stands alone, a text that is gone: they are left unsaid."""
    leader = world.volunteer("Marja", "coordinator", ())
    for source, said in ((MENU, "Wat {gone}?"), ("Yes", "Ja }"), ("A text of the past", "Een tekst van vroeger")):
        world.app.database.submit(lambda tx, source=source, said=said: corrections.add(
            tx, "nl", source, said, "live", False, leader.id, world.now())).result()
    world.app.database.look(world.app.learn_texts)

    assert world.app.tongues("nl")("Yes") == "Ja"
    assert world.app.tongues("nl")(MENU).startswith("Wat is uw vraag")


async def test_a_newer_proposal_replaces_the_one_that_waits(world):
    """Only the last one can be agreed to."""
    joke, leader = world.volunteer("Joke", languages=["nl"]), world.volunteer("Marja", "coordinator", ())
    await correct(world.app, joke, "nl", MENU, "Eerste voorstel?")
    (first,) = world.app.database.look(corrections.waiting)
    await correct(world.app, joke, "nl", MENU, "Tweede voorstel?")

    assert not await decide(world.app, leader, first.id, True)
    assert len(world.app.database.look(corrections.waiting)) == 1
