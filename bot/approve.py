"""
Approve: the templates that WhatsApp must approve, submitted once, asked after, and told of by `wegwijs templates` and `check`.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from bot.app import App
from bot.channels.content import Content
from bot.channels.whatsapp_approvals import Approvals
from bot.wait import shaped, wordings
from flows.approvals import APPROVALS, Wording
from storage import templates
from storage.templates import Template

log = logging.getLogger("wegwijs")
TODO = {
    "missing": "not submitted: wegwijs templates --submit", "made": "not submitted yet: wegwijs templates --submit",
    "changed": "its text was changed since: wegwijs templates --submit", "submitted": "WhatsApp looks at it, up to two days",
    "approved": "", "rejected": "rejected: change the text, then wegwijs templates --submit",
    "paused": "WhatsApp stopped it: see Twilio's console",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """
    A template we want, and how it stands: missing, changed, or a state of `storage.templates`.
    """

    wording: Wording
    content: Content
    state: str
    kept: Template | None = None

    def __str__(self) -> str:
        """
        The line of `wegwijs templates`.
        """
        return f"{self.wording.name:<20} {self.content.language:<6} {self.state:<10} {self.told}".rstrip()

    @property
    def told(self) -> str:
        """
        What to do, and why it was refused.
        """
        reason = self.kept.reason if self.kept and self.state in ("rejected", "paused") else ""
        return "; ".join(part for part in (TODO[self.state], reason) if part)


def wanted(app: App) -> Iterator[Wording]:
    """
    Return every template we want, each once.
    """
    seen = set()
    for approval in APPROVALS:
        for tongue in app.tongues.languages:
            for wording in wordings(app, approval, tongue):
                if (wording.name, wording.language) not in seen:
                    seen.add((wording.name, wording.language))
                    yield wording


async def standings(app: App) -> list[Standing]:
    """
    Return how every template we want stands, as far as we know.
    """
    kept = {(one.name, one.language): one for one in await app.database.read(templates.all_of)}
    found = []
    for wording in wanted(app):
        content = shaped(wording)
        one = kept.get((wording.name, content.language))
        state = "missing" if one is None else one.state if one.hash == content.hash else "changed"
        found.append(Standing(wording, content, state, one))
    return found


async def submit(app: App) -> int:
    """
    Make and submit what is missing, changed or was left half done, and return how many; raise OSError.
    """
    todo = [one for one in await standings(app) if one.state in ("missing", "changed", "made")]
    if not todo:
        return 0
    async with Approvals(app.settings) as approvals:
        made = await approvals.made()
        for one in todo:
            await _submit(app, approvals, one, made)
    return len(todo)


async def _submit(app: App, approvals: Approvals, one: Standing, made: dict[str, str]) -> None:
    """
    Bring one template to WhatsApp. Each step looks first whether it was done: killed anywhere, the next run goes on from there.
    """
    friendly = str(one.content.request["friendly_name"])
    sid = made.get(friendly) or await approvals.make(one.content)
    made[friendly] = sid
    await _keep(app, one, sid, "made")
    state, reason = await approvals.state(sid)
    if state == "made":
        await approvals.submit(sid, f"wegwijs_{one.wording.name}_{one.content.hash[:12]}", one.wording.category)
        state, reason = await approvals.state(sid)
    await _keep(app, one, sid, state, reason)
    log.info("template_submitted name=%s language=%s state=%s", one.wording.name, one.content.language, state)


async def _keep(app: App, one: Standing, sid: str, state: str, reason: str = "") -> None:
    template = Template(one.wording.name, one.content.language, one.content.hash, sid, state, reason)
    await app.database.write(lambda tx: templates.keep(tx, template, app.now()))


async def look(app: App, is_all: bool = False) -> None:
    """
    Ask Twilio how those stand that wait for approval, or all that were submitted; by the clock, and by `wegwijs templates --check`.
    """
    if "whatsapp" not in app.channels.on:
        return
    waiting = [one for one in await standings(app) if one.kept and (one.state == "submitted" or (is_all and one.state not in ("made", "changed")))]
    if not waiting:
        return
    async with Approvals(app.settings) as approvals:
        for one in waiting:
            assert one.kept
            state, reason = await approvals.state(one.kept.external_id)
            await _keep(app, one, one.kept.external_id, state, reason)
            if state != one.state:
                log.warning("template_state name=%s language=%s state=%s", one.wording.name, one.content.language, state)


async def templates_told(app: App, submits: bool, checks: bool) -> str:
    """
    Submit or ask where wished, and return a line for every template; raise OSError where Twilio does not help.
    """
    if (submits or checks) and "whatsapp" not in app.channels.on:
        raise OSError(f"WhatsApp is off: {app.channels.off.get('whatsapp', 'no settings')}")
    if submits:
        await submit(app)
    if checks:
        await look(app, is_all=True)
    return "".join(f"{one}\n" for one in await standings(app))
