"""
WhatsApp's 24 hours, when Twilio takes a reply and only its report says that WhatsApp did not.
"""

from datetime import timedelta

import pytest

from bot import approve
from bot.reply import reply, reply_voice
from flows.approvals import READ
from flows.events import Said
from storage.tables import messages, tickets
from tests.bot.test_reply import OGG
from tests.bot.web.line import Line, line
from tests.peers.twilio import AMINA

__all__ = ["line"]


async def approved(line: Line) -> None:
    """Let every template be approved, and WhatsApp's hours be over though our clock does not know it."""
    await approve.submit(line.app)
    line.twilio.shelf.approve()
    await approve.look(line.app)
    line.twilio.heard[AMINA] -= timedelta(days=1)


def states(line: Line) -> list[tuple[str, str]]:
    """Return the state and error of the volunteer's messages."""
    query = messages.select().where(messages.c.volunteer_id.is_not(None)).order_by(messages.c.id)
    return [(row.state, row.error or "") for row in line.app.database.look(lambda tx: tx.all(query))]


@pytest.mark.parametrize("is_spoken", [False, True])
async def test_a_reply_that_came_too_late_waits(line: Line, is_spoken: bool) -> None:
    """The report says 63016: the reply is not lost, one template asks the client to write, and their press brings it, once."""
    await approved(line)
    for text in ("Kom morgen.", "Of overmorgen."):
        await (reply_voice(line.app, line.question.id, line.joke, OGG + bytes(len(text))) if is_spoken else
               reply(line.app, line.question.id, line.joke, Said(text, language="nl")))
    before = len(line.twilio.sent)
    await line.goes_on(10)
    await line.goes_on(10)
    held, knocks = states(line), line.twilio.sent[before:]
    assert held == [("waiting", "63016")] * 2
    assert [line.twilio.buttons_of(one)[0][0] for one in knocks] == [READ]

    for key in [key for key, row in line.twilio.messages.items() if row["status"] == "failed"]:
        await line.twilio.report(key, "failed", "63016")        # a report may come twice
    assert states(line) == held
    await line.twilio.push(forms_of_press(line), sender=AMINA)
    await line.goes_on(1)
    await line.goes_on(1)
    assert [state for state, _ in states(line)] == ["sent", "sent"]
    assert [row["body"] for row in line.twilio.sent[before + 1:]] == (["", ""] if is_spoken else ["Kom morgen.", "Of overmorgen."])
    assert len(line.twilio.spoken) == (2 if is_spoken else 0)
    line.twilio.outside.clear()


def forms_of_press(line: Line) -> dict[str, str]:
    """Return what a press on the template's button adds to a form."""
    return {"MessageType": "button", "ButtonPayload": READ, "ButtonText": "Lezen", "Body": "Lezen"}


async def test_without_a_template_a_person_is_told(line: Line) -> None:
    """Nothing is approved: the reply waits all the same, and the question stays open for a person."""
    line.twilio.heard[AMINA] -= timedelta(days=1)
    await reply(line.app, line.question.id, line.joke, Said("Kom morgen.", language="nl"))
    await line.goes_on(10)
    row = line.app.database.look(lambda tx: tx.one(tickets.select()))

    assert states(line) == [("waiting", "63016")]
    assert row is not None
    assert row.state != "closed"
