"""
Remarks: what is wrong with something that staff wrote, as a sentence with slots that the command line says in English and the desk in its own
language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Remark:
    """
    A sentence in English and what goes into it: words, numbers or remarks.
    """

    text: str
    slots: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        """
        Say it in English.
        """
        return self.text.format_map(self.slots) if self.slots else self.text


def remark(text: str, /, **slots: object) -> Remark:
    """
    Make a remark.
    """
    return Remark(text, slots)


def near(word: str) -> Remark:
    """
    Ask whether a word was meant.
    """
    return remark("did you mean {word}?", word=word)
