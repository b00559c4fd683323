"""
The sealed columns: they open where they were sealed, with the keys of the ring, and nowhere else.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.database import Database
from storage.secrets import Keys, WrongKey, derive
from storage.tables import metadata

OLD, NEW = "an old key of sixteen letters", "a new key of sixteen letters"


@given(st.text(), st.integers(min_value=1, max_value=2**63 - 1))
def test_a_value_opens_where_it_was_sealed(value: str, row: int) -> None:
    """Any text comes back from its column and row, and its sealed form does not contain it."""
    keys = Keys([NEW])
    sealed = keys.seal("messages.body", row, value)

    assert keys.text("messages.body", row, sealed) == value
    assert len(value) < 3 or value.encode() not in sealed


@pytest.mark.parametrize(("column", "row"), [("messages.body", 2), ("clients.name", 1)])
def test_a_value_does_not_open_elsewhere(column: str, row: int) -> None:
    """A value that is moved to another row or column does not open."""
    keys = Keys([NEW])
    sealed = keys.seal("messages.body", 1, "Amina")

    with pytest.raises(WrongKey, match=column):
        keys.open(column, row, sealed)


def test_a_changed_value_does_not_open() -> None:
    """One flipped bit anywhere is found out."""
    keys = Keys([NEW])
    sealed = keys.seal("messages.body", 1, "Amina")

    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(WrongKey):
            keys.open("messages.body", 1, bytes(changed))


def test_every_key_of_the_ring_opens_and_the_first_seals() -> None:
    """After a new key is put in front, old values open still, and new ones are sealed with the new key."""
    sealed = Keys([OLD]).seal("clients.name", 1, "Yonas")
    ring = Keys([NEW, OLD])

    assert ring.text("clients.name", 1, sealed) == "Yonas"
    assert not sealed.startswith(ring.head)
    assert ring.has(sealed)
    assert not Keys([NEW]).has(sealed)
    assert ring.seal("clients.name", 1, "Yonas").startswith(ring.head)
    assert ring.hashes("address", "5") == [Keys([NEW]).hash("address", "5"), Keys([OLD]).hash("address", "5")]


def test_another_key_does_not_open() -> None:
    """Without the key a value stays shut, and the error says which setting to look at and not what was in it."""
    sealed = Keys([OLD]).seal("clients.name", 1, "Yonas")

    with pytest.raises(WrongKey, match="WEGWIJS_SECRET_KEY") as caught:
        Keys([NEW]).open("clients.name", 1, sealed)
    assert "Yonas" not in str(caught.value)


def test_keyed_hashes_differ_by_key_and_purpose() -> None:
    """The same number has another hash for each purpose and each key, so tables cannot be matched."""
    hashes = {Keys([key]).hash(purpose, "+31612345678") for key in (OLD, NEW) for purpose in ("address", "invite")}

    assert len(hashes) == 4
    assert derive(NEW, "columns") != derive(NEW, "backup")


def test_a_short_secret_is_refused() -> None:
    """A key that can be guessed is no key."""
    for secrets in ([], ["short"], [NEW, "short"]):
        with pytest.raises(ValueError, match="16"):
            Keys(secrets)


def test_plain_text_never_slips_into_a_sealed_column(database: Database) -> None:
    """A statement that binds an unsealed value to a sealed column fails."""
    statement = metadata.tables["clients"].update().values(name=b"Amina")
    error = database.submit(lambda tx: tx.run(statement)).exception()

    assert error is not None
    assert "sealed values only" in str(error)
