"""
The commands that read lines of JSON and write a line for each, for other programs: a bad line is named and the others go on.
"""

import sys

import typer

cli = typer.Typer()


class WrongLines(Exception):
    """
    Some lines could not be answered: one line that says how many.
    """


@cli.command()
def deadlines() -> None:
    """
    Derive the reminders from facts: JSON lines {"id","today","facts"} in, {"id","reminders"} or {"id","error"} out.
    """
    from bot.derive import derive

    _count(derive(sys.stdin.buffer, sys.stdout))


@cli.command()
def understand() -> None:
    """
    Recognise what free text is about: JSON lines {"id","lang","text"} in, {"id","topics","action","urgent"} or {"id","error"} out.
    """
    from bot.understand import understand as run

    _count(run(sys.stdin.buffer, sys.stdout))


def _count(wrong: int) -> None:
    if wrong:
        raise WrongLines(f"lines with an error: {wrong}; the others are answered")
