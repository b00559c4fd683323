"""
What was played beside the demo comes into its database whole, among what is there.
"""

import io
from collections.abc import Iterator

import pytest

from bot.take_in import BOTH_HAVE
from storage import dump, imports, tickets, volunteers
from storage.database import Database, Tx
from storage.secrets import Keys
from tests.conftest import SECRET
from tests.storage.lives import NOW, contents


@pytest.fixture
def pair(sqlite_url) -> Iterator[tuple[Database, Database]]:
    """
    The demo's database and the one beside it, each with the same team.
    """
    both = Database(sqlite_url(), Keys([SECRET])), Database(sqlite_url(), Keys([SECRET]))
    for one in both:
        one.submit(lambda tx: volunteers.add(tx, "Joke", "volunteer", 1, NOW)).result()
    yield both
    for one in both:
        one.close()


def ask(tx: Tx, number: int) -> None:
    """A client with this number asks something."""
    client_id = imports.add(tx, [imports.Arrival(number, "Yonas", "ti", 1)], NOW)[0]
    tickets.open_or_join(tx, [tickets.Ticket(client_id, 0, None, None, 1, "social", "week", NOW, NOW)])


def take_in(ours: Database, theirs: Database) -> None:
    """Write all of the one down and add it to the other."""
    file = io.BytesIO()
    theirs.look(lambda tx: dump.write(tx, file, theirs.keys))
    ours.submit(lambda tx: dump.add(tx, dump.read(io.BytesIO(file.getvalue()), tx.keys), BOTH_HAVE)).result()


def test_everything_comes_in(pair):
    """Every row but those of the office, which both have; and what is sealed opens."""
    ours, theirs = pair
    theirs.submit(lambda tx: ask(tx, 2001)).result()
    office, brought = contents(ours), contents(theirs)

    take_in(ours, theirs)

    assert contents(ours) == {name: office[name] if name in BOTH_HAVE else brought[name] for name in brought}


def test_questions_are_numbered_on(pair):
    """Two questions never have one number: those that come in follow those that are there, and the next follows all."""
    ours, theirs = pair
    for number in (2001, 2002):
        theirs.submit(lambda tx, number=number: ask(tx, number)).result()
    ours.submit(lambda tx: ask(tx, 1001)).result()

    take_in(ours, theirs)

    assert {one.client_number: one.number for one in ours.look(tickets.open_ones)} == {1001: 1, 2001: 2, 2002: 3}
    assert ours.submit(tickets.next_number).result() == 4


def test_a_half_file_changes_nothing(pair):
    """What was cut off is refused, and nothing of it stays."""
    ours, theirs = pair
    theirs.submit(lambda tx: ask(tx, 2001)).result()
    before, file = contents(ours), io.BytesIO()
    theirs.look(lambda tx: dump.write(tx, file, theirs.keys))
    half = io.BytesIO(file.getvalue()[:-50])

    with pytest.raises(dump.Damaged):
        ours.submit(lambda tx: dump.add(tx, dump.read(half, tx.keys), BOTH_HAVE)).result()
    assert contents(ours) == before
