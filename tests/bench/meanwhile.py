"""
Of `reminders`: a client writes while they are queued and sent, and how many leave a second of those that the platform permits.
"""

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text

from bot.app import App
from bot.channels import Outbound, Outcome, Registry
from bot.channels.memory import Memory
from bot.converse import converse
from bot.deliver import deliver
from bot.receive import receive
from bot.remind import remind
from storage.tables import Instant, messages

RATE = 80.0                             # what WhatsApp permits a number a second
OFTEN, APART = 25, 0.02                 # messages at rest for each second of measuring, and the seconds between
BURST = 2.0                             # seconds until what the platform permits at once has left
ROUNDS = 4                              # rest and work take turns, so that a busy machine is as busy for both


class Rated(Memory):
    """
    A platform that permits so many a second, and notes when each left.
    """

    rate = RATE

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.times: list[float] = []

    async def send(self, message: Outbound) -> Outcome:
        """
        Take it.
        """
        self.times.append(time.monotonic())
        return await super().send(message)


async def measure(app: App, at: datetime, seconds: float) -> dict[str, float]:
    """
    Let turns and sends go on as `serve` does, by turns with and without reminders that are queued and sent beside them. Before that
    sends are counted for `seconds`, and then clients write on the channel by which they leave.
    """
    began, hours = time.monotonic(), list[int]()
    app.now = lambda: at + timedelta(hours=len(hours), seconds=time.monotonic() - began)
    await app.database.write(lambda tx: tx.run(text(
        f"update reminders set ready_at = ready_at + (1 + client_id % {ROUNDS + 1}) * 3600000000 where ready_at <= :at").bindparams(
            bindparam("at", at, type_=Instant))))
    rated, others = Rated("whatsapp"), Memory()
    rated.brings = others.brings = ()
    app.channels = Registry({"whatsapp": rated, "memory": others})
    app.stages.open()
    hours.append(0)
    await remind(app)                       # so many that the platform's rate alone decides how many leave
    running = [asyncio.create_task(converse(app)), asyncio.create_task(deliver(app))]
    await asyncio.sleep(min(BURST, seconds))
    since, first = time.monotonic(), len(rated.times)
    await asyncio.sleep(seconds)
    sent = (len(rated.times) - first) / (time.monotonic() - since)
    same = await _writes(app, rated, "same", max(5, round(OFTEN * seconds)))        # while these still leave
    await _writes(app, others, "warm", 5)
    if app.database.is_postgres:            # which looks at its tables by itself once a minute, and these were empty just now
        await app.database.write(lambda tx: tx.run(text("analyze")))
    rest, busy, queued, took = list[float](), list[float](), 0, 0.0
    while len(hours) <= ROUNDS:
        hours.append(len(hours))
        await app.database.write(lambda tx: tx.run(messages.delete().where(messages.c.kind == "reminder", messages.c.state == "queued")))
        rest += await _writes(app, others, f"rest{len(rest)}", max(5, round(OFTEN * seconds)))
        reminding = asyncio.create_task(_remind(app))
        while not reminding.done():
            busy += await _writes(app, others, f"busy{len(busy)}", 10)
        queued, took = queued + reminding.result()[0], took + reminding.result()[1]
    app.stopping.set()
    app.stages.wake("turns", "delivery")
    await asyncio.gather(*running)
    return {"p99_rest": _p99(rest), "p99_busy": _p99(busy), "p50_rest": _middle(rest), "p50_busy": _middle(busy),
            "p99_same": _p99(same), "p50_same": _middle(same), "sent_of_permitted": sent / RATE,
            "written": len(rest), "written_meanwhile": len(busy), "queued_meanwhile": queued / took}


async def _remind(app: App) -> tuple[int, float]:
    """
    Return how many were queued, and in how many seconds.
    """
    began = time.monotonic()
    return await remind(app), time.monotonic() - began


async def _writes(app: App, channel: Memory, name: str, how_many: int) -> list[float]:
    """
    Return after how many milliseconds each of so many new clients was answered, one after the other.
    """
    found = []
    for number in range(how_many):
        sender, began = f"{name}-{number}", time.perf_counter()
        await receive(app, [channel.hear(sender, app.now(), "/start")])
        while not channel.sent[sender]:             # noqa: ASYNC110
            await asyncio.sleep(0.0005)
        found.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(APART)
    return found


def _p99(times: list[float]) -> float:
    return sorted(times)[max(0, -(-len(times) * 99 // 100) - 1)] if times else 0.0


def _middle(times: list[float]) -> float:
    return sorted(times)[len(times) // 2] if times else 0.0


def lines(kind: str, found: dict[str, float]) -> Iterator[str]:
    """
    Yield what was measured on a database.
    """
    yield (f"  meanwhile        on {kind} a client is answered in {found['p50_busy']:.0f} ms, p99 {found['p99_busy']:.0f} ms; "
           f"at rest {found['p50_rest']:.0f} ms, p99 {found['p99_rest']:.0f} ms "
           f"({found['p99_busy'] / max(found['p99_rest'], 0.001):.1f} times, under 2 is wanted; {found['written_meanwhile']:,} and "
           f"{found['written']:,} messages, by turns); {found['queued_meanwhile']:,.0f} reminders a second are queued beside")
    yield f"  on that channel  while reminders leave by it {found['p50_same']:.0f} ms, p99 {found['p99_same']:.0f} ms"
    yield f"  sent             {100 * found['sent_of_permitted']:.1f} % of the {RATE:.0f} a second that the platform permits (98 are wanted)"


def missed(kind: str, found: dict[str, float]) -> Iterator[str]:
    """
    Yield the targets that were missed on a database.
    """
    if found["p99_busy"] > 2 * found["p99_rest"]:
        yield f"{kind}: who writes meanwhile waits {found['p99_busy']:.0f} ms (p99), twice {found['p99_rest']:.0f} is wanted at most"
    if found["queued_meanwhile"] < RATE:
        yield f"{kind}: while clients write {found['queued_meanwhile']:.0f} a second are queued, and {RATE:.0f} may leave"
    if found["sent_of_permitted"] < 0.98:
        yield f"{kind}: {100 * found['sent_of_permitted']:.1f} % of the permitted rate were sent, 98 are wanted"
