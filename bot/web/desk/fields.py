"""
Fields: what is filled in for a fact, a field or rows of them, and how a value reads.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows import cells, facts
from flows.columns import BY_NAME, KINDS_OF_PERMIT
from flows.deadlines import KINDS


@dataclass(frozen=True, slots=True)
class Field:
    """
    One thing to fill in: `kind` is day, truth, word, count or deed; `words` what can be chosen.
    """

    name: str
    kind: str
    words: Sequence[str] = ()


_DEEDS = tuple(sorted(KINDS))
_PARTS: Mapping[str, Sequence[Field]] = {
    "years": (Field("value", "count"),), "days": (Field("due_on", "day"),), "decisions": (Field("dated_on", "day"), Field("weeks", "count")),
    "children": (Field("permit_expires_on", "day"), Field("permit_kind", "word", tuple(KINDS_OF_PERMIT)), Field("permit_applied_on", "day"),
                 Field("born_on", "day"), Field("registered", "truth")),
    "done": (Field("kind", "deed", _DEEDS), Field("due_on", "day")),
}


def fields_of(name: str) -> Sequence[Field]:
    """
    Return what is filled in for a fact, or for each row of one that is a list.
    """
    column = BY_NAME[name]
    return _PARTS.get(column.kind) or (Field("value", column.kind, tuple(column.words or ())),)


def rows_of(name: str, value: str) -> list[dict[str, object]]:
    """
    Return the rows of fields that a value fills; none for one that is not there or cannot be read.
    """
    try:
        read = facts.written(name, value) if value else None
    except facts.WrongFact:
        return []
    if name not in facts.LISTS:
        return [] if read is None else [{"value": read}]
    return [row if isinstance(row, dict) else {"value": row} for row in read] if isinstance(read, list) else []


def read(field: Field, text: str) -> object:
    """
    Read what was typed into a field. Raise `WrongCell`.
    """
    match field.kind:
        case "day":
            return cells.a_day(text).isoformat()
        case "truth":
            return cells.a_truth(text)
        case "count":
            return cells.a_count(text)
        case _:
            return cells.one_of(dict.fromkeys(field.words, ()), text) if field.kind == "word" else text


def said(look: Any, name: str, value: str) -> str:
    """
    Return a value as people read it: days as 31-12-2026, words by their names, a list by semicolons.
    """
    rows = rows_of(name, value)
    fields = {field.name: field for field in fields_of(name)} if name in BY_NAME and rows else {}
    told = ["; ".join(", ".join(_part(look, fields[part], one, name) for part, one in row.items() if part in fields) for row in rows)]
    return told[0] if fields else look.called(value)


def _part(look: Any, field: Field, value: object, name: str) -> str:
    text = json.dumps(value) if isinstance(value, bool) else str(value)
    if field.kind == "day" and len(text) == 10:
        text = f"{text[8:]}-{text[5:7]}-{text[:4]}"
    elif field.kind == "deed":
        text = look.kind(text)
    else:
        text = look.called({"true": "yes", "false": "no"}.get(text, text))
    return text if field.name in ("value", "kind") or name in ("letters", "done") else f"{look.fact(field.name)} {text}"
