"""
Verify: what must hold after a played year, looked for in its database and its report; a line each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.compose import Words, compose, values
from bot.report import report
from flows.deadlines import rule_of
from flows.script import Script
from flows.year import expected, persons
from storage import faults
from storage.database import Tx
from storage.faults import Step

RULES = {
    "message_without_moment": ("every message belongs to a contact moment", "messages"),
    "message_without_turn": ("every message that came in was answered", "messages"),
    "message_overdue": ("nothing that was due to leave still waits", "messages"),
    "moment_miscounted": ("every moment counts the messages that belong to it, each once", "moments"),
    "moment_twice": ("no exchange is two moments", "moments"),
    "ticket_without_outcome": ("every question has its outcome", "tickets"),
    "step_overdue": ("no reminder that was due still waits", "reminders"),
    "visit_overdue": ("every visit was announced", "appointments"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """
    One rule and whether it holds.
    """

    says: str
    is_broken: bool

    def __str__(self) -> str:
        """
        The line as it is printed.
        """
        return f"{'✗' if self.is_broken else '✓'} {self.says}"


def verify(tx: Tx, script: Script, now: datetime) -> list[Line]:
    """
    Return every rule: of the rows first, then that no due day went by without an answer or a task, then each figure of the report.
    """
    broken, there = faults.counted(tx, now), faults.sizes(tx)
    lines = [_line(says, broken[name], there[what], what) for name, (says, what) in RULES.items()]
    steps = faults.steps(tx, script.last)
    return [*lines, _line("every day that was due has an answer or a task", *_forgotten(steps), "days"), *_figures(tx, script)]


def _line(says: str, broken: int, of: int, what: str) -> Line:
    return Line(f"{says}: {broken} of {of} {what} break this" if broken else f"{says} ({of} {what})", broken > 0)


def _forgotten(steps: Iterable[Step]) -> tuple[int, int]:
    """
    Count the due days of which nobody answered anything and no person was asked to step in, and all due days.
    """
    dues: dict[tuple[int, str, date], bool] = {}
    for step in steps:
        key = step.client_id, rule_of(step.kind).kind, step.due_on
        dues[key] = dues.get(key, False) or step.has_ticket or step.state in ("answered", "called")
    return sum(not is_settled for is_settled in dues.values()), len(dues)


def _figures(tx: Tx, script: Script) -> Iterable[Line]:
    """
    Compare the report with the script, line by line.
    """
    found = values(compose(report(tx, script.first, script.last), Words(str, lambda text, **slots: text, {})))  # type: ignore[arg-type]
    for id, wanted in expected(script.figures).items():
        yield _figure(id, _number(found[id]), wanted)
    for id, wanted in persons(script.figures).items():
        yield _figure(f"{id}, persons", found[id].get("persons"), wanted)


def _number(columns: Mapping[str, object]) -> object:
    return next((columns[name] for name in ("by_person", "files", "number") if name in columns), None)


def _figure(id: str, found: object, wanted: int) -> Line:
    return Line(f"{id} {found}" if found == wanted else f"{id} {found}, and the script says {wanted}", found != wanted)
