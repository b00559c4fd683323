"""
The fit: what is kept sparsely multiplies as the whole table would, and examples that are easy are learnt.
"""

import numpy as np

from bot.fit import BUCKETS, Groups, fitted, rarity_of, scaled
from bot.recognise import letters

TEXTS = ("huurtoeslag aanvragen", "hoe vraag ik huurtoeslag aan", "?", "mijn kaart verloopt", "kaart verlengen", "de kaart", "huurtoeslag")


def test_groups_multiply_as_a_full_table_does():
    """Only the groups that are there are kept, also of a text without any; products are those of the full rows."""
    found = [letters(text) for text in TEXTS]
    groups = Groups.of(found)
    full = np.zeros((len(TEXTS), BUCKETS), dtype=np.float32)
    for row, one in zip(full, found, strict=True):
        row[list(one)] = list(one.values())
    rarity = rarity_of(groups)
    full *= rarity
    full /= np.maximum(np.linalg.norm(full, axis=1, keepdims=True), 1e-9)
    rows = scaled(groups, rarity)
    held = np.arange(2 * len(TEXTS), dtype=np.float32).reshape(-1, 2)

    assert np.allclose(rows.turned() @ held, full.T @ held, atol=1e-4)
    assert np.allclose(rows @ (full.T @ held), full @ (full.T @ held), atol=1e-3)


def test_a_fit_learns_its_examples():
    """Each text comes out nearest to what was said of it, and the urgent one alone is urgent."""
    groups = Groups.of([letters(text) for text in TEXTS])
    rows = scaled(groups, rarity_of(groups))
    about = np.array([0, 0, 1, 2, 2, 2, 0])
    wanted = np.zeros((len(TEXTS), 4), dtype=np.float32)
    wanted[np.arange(len(TEXTS)), about] = 1
    wanted[3, -1] = 1
    weights, bias = fitted(rows, rows.turned(), wanted, np.ones((len(TEXTS), 2), dtype=np.float32), 0.01)
    said = rows @ weights.astype(np.float32) + bias

    assert [int(one) for one in said[:, :3].argmax(axis=1)[[0, 1, 3, 4, 5, 6]]] == [0, 0, 2, 2, 2, 0]
    assert int(said[:, -1].argmax()) == 3
