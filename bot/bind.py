"""
Bind: staff's yes or no to a second address for one client.
"""

from bot.app import App
from bot.learn import joined
from flows import safe_contact
from flows.node import _
from storage import clients, invites, outbox, sessions
from storage.database import Tx
from storage.outbox import Queued

LINKED = _("This phone now belongs to your file at our office.")
NOT_LINKED = _("We could not link this phone to your file. Please call our office.")


class Full(Exception):
    """
    So many share this phone that nobody else can.
    """


async def decide(app: App, binding_id: int, is_allowed: bool) -> bool:
    """
    Write the decision down and tell the client where it is safe to, in one commit; False if there is no such open question. Raise `Full`.
    """
    def run(tx: Tx) -> bool:
        now = app.now()
        address_id = invites.decide(tx, binding_id, is_allowed, now)
        if address_id is None:
            return False
        if not address_id:
            raise Full
        for standing in sessions.lock(tx, [address_id], waits=True):
            if is_allowed:
                joined(app, tx, standing.client_id, now)        # what this phone had told us came along
            safe = safe_contact.read(clients.safe_contact_of(tx, standing.client_id))
            if not safe_contact.may_write(safe, now.astimezone(app.settings.timezone)):
                continue
            text = app.tongues(standing.language)(LINKED if is_allowed else NOT_LINKED)
            id = tx.ids.next(after=standing.said_id)
            sessions.said(tx, address_id, id)
            outbox.queue(tx, [Queued(id, address_id, standing.channel, standing.moment_id, text, now, language=standing.language)])
        return True

    return await app.database.write(run)
