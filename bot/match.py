"""
Match: whose record a row of a list belongs to. A client is known by number, without one by phone; what does not fit is told, never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.decipher import Listed, Wrong
from flows.remarks import remark
from storage.imports import Known
from storage.search_keys import words_of


@dataclass(frozen=True, slots=True)
class Match:
    """
    A row and whose it is: None for a client who is new. `binds` is the address, of somebody who wrote to us before, that is theirs.
    """

    listed: Listed
    known: Known | None = None
    binds: int = 0
    is_new_phone: bool = False

    @property
    def name(self) -> str:
        """
        Return what the client is called from now on.
        """
        return self.listed.name or (self.known.name if self.known else "")

    @property
    def language(self) -> str:
        """
        Return the client's language from now on: who has spoken to us chose their own.
        """
        chosen = self.known.language if self.known and self.known.has_spoken else ""
        return chosen or self.listed.language or (self.known.language if self.known else "")

    def location_id(self, default: int) -> int:
        """
        Return the client's location from now on.
        """
        return self.listed.location_id or (self.known.location_id if self.known else default)

    @property
    def is_changed(self) -> bool:
        """
        Tell whether the record of a known client changes, apart from facts.
        """
        one = self.known
        return one is not None and (self.name, self.language, self.location_id(0)) != (one.name, one.language, one.location_id)


def match(one: Listed, numbers: Mapping[int, Known], phones: Mapping[str, Known], within: int = 0) -> Match | Wrong:
    """
    Return whose record a row is, or why nobody can tell. `within` is the only location whose clients may be touched, 0 for all.
    """
    by_number, by_phone = numbers.get(one.number), phones.get(one.phone) if one.phone else None
    if by_phone is not None and by_phone.is_shared:
        return _of_shared(one, by_number, within)
    known = by_number or (None if one.number else by_phone)
    wrong = _elsewhere(one, known, by_phone, within) or _another(one, known, by_number, by_phone)
    if wrong:
        return wrong
    is_strangers = by_phone is not None and (known is None or by_phone.id != known.id)
    return Match(one, known, by_phone.address_id if by_phone and is_strangers else 0, bool(one.phone) and by_phone is None)


def _of_shared(one: Listed, known: Known | None, within: int) -> Match | Wrong:
    """
    Match a row whose phone several clients share: it is the number that says who, and nobody comes to the phone by a list.
    """
    if known is None:
        return Wrong(one.row, "", remark("a phone that several clients share"), remark("write the client number of a client whom we know"))
    return _elsewhere(one, known, None, within) or _another(one, known, known, None) or Match(one, known)


def _elsewhere(one: Listed, known: Known | None, by_phone: Known | None, within: int) -> Wrong | None:
    touched = {one.location_id, *(other.location_id for other in (known, by_phone) if other)} - {0}
    if within and touched - {within}:
        return Wrong(one.row, "", remark("a client of another location"),
                     remark("only clients of your own location can be imported here"))
    return None


def _another(one: Listed, known: Known | None, by_number: Known | None, by_phone: Known | None) -> Wrong | None:
    is_same = by_number is not None and by_phone is not None and by_number.id == by_phone.id
    if known is not None and one.name and known.name and not words_of(one.name) & words_of(known.name):
        return Wrong(one.row, "", remark("a client whom we know by another name"),
                     remark("look at the desk who has this number, and mend the row or the record"))
    if by_number is not None and by_number.is_stranger and by_number.has_spoken and not is_same:
        return Wrong(one.row, "", remark("the client number of somebody who wrote to us, whose name we do not know"),
                     remark("look at the desk who it is, and write their name there"))
    if one.number and by_phone is not None and not is_same and not by_phone.is_stranger:
        return Wrong(one.row, "", remark("the phone of a client with another number"),
                     remark("mend the row, or link a shared phone at the desk"))
    return None
