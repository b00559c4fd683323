"""
What days, months and languages are called.
"""

from datetime import date

import pytest
from babel import core, localedata
from babel.dates import format_date

from bot.name import BABEL, calendar, names
from bot.translate import Languages


@pytest.mark.parametrize("language", Languages().languages)
def test_a_date_reads_as_in_the_books(language):
    """Weekday and month are those that CLDR has for a date in that language, on each day of the week and in each month."""
    named = calendar(language)

    for day in [date(2026, 6, 1 + more) for more in range(7)] + [date(2026, month, 1) for month in range(1, 13)]:
        said = f"{named.days[day.weekday()]} {day.day} {named.months[day.month - 1]} {day.year}"
        assert said == format_date(day, "EEEE d MMMM y", locale=BABEL.get(language, language))
        assert named.short_days[day.weekday()] == format_date(day, "EEE", locale=BABEL.get(language, language))


def test_the_books_are_closed_again():
    """What babel read of a language does not stay in memory: it would be a megabyte for each."""
    calendar.cache_clear()
    names.cache_clear()
    format_date(date(2026, 1, 1), locale="nl")
    assert localedata._cache
    assert core._global_data

    assert calendar("nl").months[0] == "januari"
    assert (names("nl")["ti"], names("nl")["prs"], names("nl")["en"]) == ("Tigrinya", "Dari", "Engels")

    assert not localedata._cache
    assert core._global_data is None
