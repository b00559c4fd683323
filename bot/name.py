"""
Name: days, months and languages, as they are called in each language (with `translate` the door of babel).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import RLock

from babel import Locale, core, localedata
from babel.dates import get_day_names, get_month_names

BABEL = {"prs": "fa_AF", "ar": "ar_SY", "ti": "ti_ER", "en": "en_GB", "fa": "fa_IR", "ps": "ps_AF"}
SECOND_MONTHS = {"ar": "ar"}                   # Sudanese and Yemenis say the month as plain `ar` does, Syrians as `ar_SY`
_READING = RLock()


@dataclass(frozen=True, slots=True)
class Calendar:
    """
    The days from Monday on, whole and short, and the months from January on; `second_months` as others of that language say them.
    """

    days: tuple[str, ...]
    short_days: tuple[str, ...]
    months: tuple[str, ...]
    second_months: tuple[str, ...]


@contextmanager
def briefly() -> Iterator[None]:
    """
    Use babel, and let go of what it read for it: it would keep a megabyte of every language, of which we need two dozen words.
    """
    with _READING:
        try:
            yield
        finally:
            localedata._cache.clear()
            core._global_data = None


@cache
def calendar(language: str) -> Calendar:
    """
    Return what days and months are called in a language.
    """
    with briefly():
        locale = Locale.parse(BABEL.get(language, language))
        second = Locale.parse(SECOND_MONTHS[language]) if language in SECOND_MONTHS else locale
        days, short = (get_day_names(width, locale=locale) for width in ("wide", "abbreviated"))
        months, theirs = (get_month_names("wide", locale=one) for one in (locale, second))
        return Calendar(*(tuple(str(named[at]) for at in sorted(named)) for named in (days, short, months, theirs)))


@cache
def names(language: str) -> Mapping[str, str]:
    """
    Return what the languages of the world are called in this one, by tag.
    """
    with briefly():
        known = {str(tag): str(name) for tag, name in Locale.parse(BABEL.get(language, language)).languages.items()}
    return {tag: known[other] for tag, other in BABEL.items() if other in known} | known       # Dari is a way of Persian there
