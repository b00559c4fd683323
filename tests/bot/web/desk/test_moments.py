"""
Contact moments corrected and withdrawn: by who wrote them down or leads, with what they were kept, and counted as they are now.
"""

import json
from datetime import date, timedelta

import pytest

from bot.hand_over import around, hand_over, hidden_in
from bot.report import report
from storage import clients, contacts, frozen, locations, revisions
from storage.contacts import Contact
from storage.moments import Moment, begin
from storage.reports import Span
from storage.tables import moments as rows
from storage.tables import revisions as kept
from tests.bot.web.desk.conftest import Desk
from tests.people import AMSTERDAM

RIGHT = {"kind": "call", "programme": "info_point", "minutes": "10", "outcome": "answered", "day": "2026-11-02", "topic_work": "1"}
QUARTER = Span(date(2026, 7, 1), date(2026, 9, 30))


@pytest.fixture
def joke(desk: Desk):
    """Joke, at the desk."""
    return desk.somebody("Joke", reads="en")


@pytest.fixture
def moment(desk: Desk, joke) -> int:
    """What Joke wrote down of a call with Amina, who asks for nobody of her own community."""
    def write(tx):
        now = desk.world.now()
        [amina] = clients.add(tx, 1, now, "Amina", "ar", 1)
        clients.change(tx, amina, "Amina", "ar", False, True)
        one = Contact(tx.ids.next(), amina, 1, "Leiden", "call", now - timedelta(days=21), date(2026, 11, 2), ["work", "debts_money"], "info_point",
                      "answered", joke.who.id, 10)
        contacts.log(tx, [one], now)
        return one.id

    return int(desk.world.app.database.submit(write).result())


def one(desk: Desk, id: int):
    """The moment as it is."""
    return desk.world.app.database.look(lambda tx: tx.one(rows.select().where(rows.c.id == id)))


async def test_a_moment_is_corrected(desk: Desk, joke, moment: int):
    """Kind, day, subject, programme, minutes and outcome change; the main subject stays first; what it was stays, with who and when."""
    form = {**RIGHT, "kind": "visit", "programme": "guidance", "minutes": "35", "outcome": "advice", "day": "2026-11-03", "topic_debts_money": "1",
            "topic_letter_check": "1", "topic_work": ""}
    assert "said=revised" in (await joke.post(f"/desk/moments/{moment}", **form)).headers["location"]
    assert "said=same" in (await joke.post(f"/desk/moments/{moment}", **form)).headers["location"]
    row = one(desk, moment)
    [before] = desk.world.app.database.look(lambda tx: revisions.of_moments(tx, [moment]))[moment]

    assert (row.channel, row.programme, row.minutes, row.outcome, row.topics) == ("visit", "guidance", 35, "advice", "debts_money,letter_check")
    assert (row.began_on, row.began_at.astimezone(AMSTERDAM).hour) == (date(2026, 11, 3), 12)
    assert (before.what, before.by, before.at) == ("corrected", "Joke", desk.world.now())
    assert (before.was["channel"], before.was["minutes"], before.was["began_on"]) == ("call", 10, "2026-11-02")
    page = (await joke.get(f"/desk/moments/{moment}")).text
    assert "corrected" in page
    assert "10 min" in page
    assert f"/desk/moments/{moment}" in (await joke.get("/desk/contacts")).text


async def test_a_moment_is_withdrawn_and_counted_as_that(desk: Desk, joke, moment: int):
    """It stays, in no figure but that of what was withdrawn; corrected again, it counts again."""
    def counted() -> tuple[int, int]:
        found = desk.world.app.database.look(lambda tx: report(tx, date(2026, 1, 1), date(2026, 12, 31)))
        return found.contacts["total"], found.withdrawn

    assert counted() == (1, 0)
    await joke.post(f"/desk/moments/{moment}/withdraw")
    assert counted() == (0, 1)
    marja = desk.somebody("Marja", "coordinator", (), reads="en")
    assert "Withdrawn, because it was written down by mistake: 1." in (await marja.get("/desk/report")).text
    assert "withdrawn" in (await marja.get(f"/desk/moments/{moment}")).text
    await marja.post(f"/desk/moments/{moment}", **RIGHT)

    assert counted() == (1, 0)
    assert [row.what for row in desk.world.app.database.look(lambda tx: tx.all(kept.select().order_by(kept.c.id)))] == ["withdrawn", "corrected"]


async def test_only_the_writer_or_who_leads_corrects(desk: Desk, joke, moment: int):
    """Another volunteer, a coordinator of elsewhere, and one of the community that the client wants nobody of, find nothing there."""
    gouda = desk.world.app.database.submit(lambda tx: locations.put(tx, "Gouda", municipality="Gouda")).result()
    others = [desk.somebody("Samir"), desk.somebody("Ans", "coordinator", (), gouda), desk.somebody("Nour", "coordinator", (), communities=["ar"])]
    for browser in others:
        assert (await browser.get(f"/desk/moments/{moment}")).status == 404
        assert (await browser.post(f"/desk/moments/{moment}", **RIGHT)).status == 404
        assert (await browser.post(f"/desk/moments/{moment}/withdraw")).status == 404

    assert one(desk, moment).outcome == "answered"
    assert (await joke.get(f"/desk/moments/{moment}")).status == 200


@pytest.mark.parametrize(("wrong", "why"), [
    ({"kind": "pigeon"}, "no_kind"), ({"programme": "x"}, "no_kind"), ({"minutes": "601"}, "no_line_minutes"),
    ({"outcome": "withdrawn"}, "no_line_outcome"),
    ({"day": "2027-01-01"}, "no_day"), ({"day": ""}, "no_day"), ({"day": "2024-01-01"}, "no_day"), ({"topic_flying": "1"}, "no_line_subject"),
])
async def test_what_is_wrong_changes_nothing(desk: Desk, joke, moment: int, wrong: dict[str, str], why: str):
    """Each wrong value is refused with its sentence."""
    refused = await joke.post(f"/desk/moments/{moment}", **{**RIGHT, **wrong})

    assert why in refused.headers["location"]
    assert (one(desk, moment).minutes, desk.world.app.database.look(lambda tx: tx.all(kept.select()))) == (10, [])


async def test_a_chat_keeps_its_day_and_waits_until_it_is_over(desk: Desk):
    """Of an exchange by message a coordinator corrects subjects, programme and minutes, once it is over; it is never withdrawn."""
    now = desk.world.now()
    chat = desk.world.app.database.ids.next()
    [yonas] = desk.world.app.database.submit(lambda tx: clients.add(tx, 1, now, "Yonas", "ti", 1)).result()
    said = Moment(chat, yonas, 1, "Leiden", "telegram", now, now.date(), now, topics=["work"], answered_by="bot", outcome="answered")
    desk.world.app.database.submit(lambda tx: begin(tx, [said])).result()
    marja = desk.somebody("Marja", "coordinator", ())
    form = {**RIGHT, "topic_work": "", "topic_debts_money": "1", "programme": "guidance", "day": "2026-11-01"}
    assert "no_going_on" in (await marja.post(f"/desk/moments/{chat}", **form)).headers["location"]
    desk.world.now.move(hours=5)
    await marja.post(f"/desk/moments/{chat}", **form)
    row = one(desk, chat)

    assert (row.topics, row.programme, row.minutes, row.channel, row.began_on) == ("debts_money", "guidance", 10, "telegram", now.date())
    assert (await marja.post(f"/desk/moments/{chat}/withdraw")).status == 404


async def test_a_frozen_report_lists_what_was_corrected_in_its_days(desk: Desk, joke):
    """A moment moved out of the quarter, and one withdrawn in it, stand beside the report that was handed over."""
    def write(tx):
        now = desk.world.now()
        said = [Contact(tx.ids.next(), None, 1, "Leiden", "call", now, date(2026, 8, 3), ["work"], "info_point", "answered", joke.who.id)
                for _ in range(40)]
        contacts.log(tx, said, now)
        near = around(tx, QUARTER, AMSTERDAM)
        hand_over(tx, report(tx, QUARTER.from_on, QUARTER.to_on), near, hidden_in(near, QUARTER), joke.who.id, now.date(), now)
        return [row.id for row in said[:2]]

    first, second = desk.world.app.database.submit(write).result()
    before = desk.world.app.database.look(lambda tx: frozen.of_span(tx, QUARTER))
    desk.world.now.move(minutes=5)
    await joke.post(f"/desk/moments/{first}", **{**RIGHT, "day": "2026-10-05"})
    await joke.post(f"/desk/moments/{second}/withdraw")
    after = desk.world.app.database.look(lambda tx: frozen.of_span(tx, QUARTER))

    assert json.dumps(after.figures) == json.dumps(before.figures)
    assert desk.world.app.database.look(lambda tx: frozen.since(tx, QUARTER, before.at)) == frozen.Since(1, 1, 0, 0)
