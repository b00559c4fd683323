"""
Where one client is in a flow.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode       # made once: `dumps` makes one at every call


@dataclass(frozen=True, slots=True)
class Session:
    """
    The node a client is at, their language, the answers not understood in a row, the way back, and what was heard so far.
    """

    flow: str = ""
    node: str = ""
    language: str = ""
    misses: int = 0
    trail: tuple[str, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """
        Write the session down.
        """
        return write({
            "flow": self.flow, "node": self.node, "language": self.language, "misses": self.misses, "trail": self.trail, "data": self.data,
        })

    @classmethod
    def from_json(cls, text: str) -> "Session":
        """
        Read a session; what an older or newer version wrote besides is left out.
        """
        found = json.loads(text)
        known = {name: found[name] for name in ("flow", "node", "language", "misses", "data") if name in found}
        return cls(**known, trail=tuple(found.get("trail", ())))


def begun(text: str, language: str, flow: str, node: str, old: Collection[str], data: Mapping[str, str]) -> str:
    """
    Return a session that was written down as it stands once we begin a flow there, without what `old` names of the one before. Of many
    clients at once: no session is built.
    """
    found = json.loads(text) if text else json.loads(Session(language=language).to_json())
    kept = {name: value for name, value in found.get("data", {}).items() if name not in old}
    return write(found | {"flow": flow, "node": node, "misses": 0, "data": {**kept, **data}})
