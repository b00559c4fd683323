"""
Templates: made and submitted once, asked after, and used once they are approved.
"""

from datetime import timedelta

import pytest

from bot import approve
from bot.channels import Inbound
from bot.check import check
from bot.converse import take_all
from bot.deliver import drain
from bot.receive import receive
from bot.wait import shaped, wordings
from flows.approvals import KNOCK, READ
from storage import outbox, sessions
from storage.database import Tx
from storage.outbox import Queued
from storage.tables import messages
from tests.bot.test_reconcile import Office, office
from tests.peers.twilio import AMINA

__all__ = ["office"]


async def test_submit_once(office: Office) -> None:
    """Submitting twice makes and submits nothing twice, and every request is one that Twilio takes."""
    first = await approve.submit(office.app)
    again = await approve.submit(office.app)

    assert first == len(office.twilio.contents) == len(office.twilio.shelf.requests) > 3
    assert again == 0
    assert office.twilio.wrong == []


@pytest.mark.parametrize("call", ["POST /v1/Content", "POST /v1/Content/{ContentSid}/ApprovalRequests/whatsapp"])
async def test_submit_broken_off_doubles_nothing(office: Office, call: str) -> None:
    """Broken off behind any call, the next run goes on from there: one content and one request a template."""
    office.twilio.shelf.drops.append(call)
    with pytest.raises(OSError, match="does not answer"):
        await approve.submit(office.app)
    await approve.submit(office.app)

    assert len(office.twilio.contents) == len(office.twilio.shelf.requests) == len(list(approve.wanted(office.app)))
    assert office.twilio.wrong == []


async def test_look_learns_how_they_stand(office: Office) -> None:
    """What was approved or rejected is told, with the reason."""
    await approve.submit(office.app)
    first, *others = office.twilio.shelf.requests
    office.twilio.shelf.approve(*others)
    office.twilio.shelf.verdicts[first] = ("rejected", "not in its language")
    await approve.look(office.app)
    told = await approve.templates_told(office.app, False, False)

    assert told.count(" approved") == len(others)
    assert "not in its language" in told


async def test_check_says_which_are_missing_or_rejected(office: Office) -> None:
    """Before anything was submitted every template is named as missing; afterwards the one that was rejected is, with its reason."""
    async def named() -> list[str]:
        return [line.found for line in await check(office.app.settings) if line.what == "template"]

    assert len(await named()) == len(list(approve.wanted(office.app)))
    await approve.submit(office.app)
    first, *others = office.twilio.shelf.requests
    office.twilio.shelf.approve(*others)
    office.twilio.shelf.verdicts[first] = ("rejected", "not in its language")
    await approve.look(office.app)
    (line,) = await named()
    assert "rejected" in line
    assert "not in its language" in line


async def test_a_knock_goes_as_the_approved_template(office: Office) -> None:
    """A day later the reply waits, Twilio sees the approved template alone, and the press brings the reply."""
    await approve.submit(office.app)
    office.twilio.shelf.approve()
    await approve.look(office.app)
    office.twilio.now = office.now
    form = office.twilio.write(text="hallo")
    await _hear(office, form["MessageSid"], "hallo")
    office.now.move(hours=25)
    await office.app.database.write(lambda tx: _reply(office, tx))
    await drain(office.app)
    knock = office.twilio.sent[-1]["body"]
    form = office.twilio.write(text="Read")
    await _hear(office, form["MessageSid"], "Read", READ)

    assert knock == shaped(wordings(office.app, KNOCK, "en")[0]).body["body"]
    assert [one["body"] for one in office.twilio.sent][-1] == "Van de vrijwilliger."
    assert office.twilio.wrong == []


async def _hear(office: Office, sid: str, text: str, choice: str = "") -> None:
    sequence = int(office.now().timestamp())
    await receive(office.app, [Inbound("whatsapp", sid, AMINA, sequence, "choice" if choice else "text", office.now(), text, choice)])
    await take_all(office.app)
    await drain(office.app)
    office.now.at += timedelta(seconds=1)


def _reply(office: Office, tx: Tx) -> None:
    address_id = tx.all(messages.select().where(messages.c.direction == "in"))[0].address_id
    (standing,) = sessions.lock(tx, [address_id], waits=True)
    id = tx.ids.next(after=standing.said_id)
    sessions.said(tx, address_id, id)
    outbox.queue(tx, [Queued(id, address_id, "whatsapp", standing.moment_id, "Van de vrijwilliger.", office.now())])
