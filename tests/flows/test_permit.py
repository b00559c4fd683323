"""
Until when a card is valid: read as clients write it, told back in words, kept once it is right.
"""

from dataclasses import replace

import pytest

from flows.events import Escalated, Heard, Learned
from flows.permit import valid_until
from tests.flows.conversation import TONGUES, TUESDAY, Person

LAST = "2027-12-31"


@pytest.mark.parametrize(("text", "read"), [
    ("31-12-2027", LAST), ("31/12/27", LAST), ("2027/12/31", LAST), ("31.12.2027.", LAST), ("٣١/١٢/٢٠٢٧", LAST), ("۳۱ دسامبر ۲۰۲۷", LAST),
    ("31 كانون الأول 2027", LAST), ("31 Aralık 2027", LAST), ("31 грудня 2027 року", LAST), ("፴፩-፲፪-፳፻፳፯", LAST), ("31 décembre 2027", LAST),
    ("3️⃣1️⃣-12-2027", LAST), ("geldig tot: 31 DEC 2027", LAST), ("31 diseembar 2027", LAST), ("van 01-01-2024 tot 31-12-2027", LAST),
    ("31-12", None), ("1405-10-10", None), ("01-01-1990", None), ("31-02-2027", None), ("1", None), ("hoeveel kost het", None), ("", None),
])
def test_days_are_read_in_every_script(text, read):
    """Digits of every script and months by name; a day without its year, of another calendar or of birth is not taken."""

    assert valid_until(Heard("text", TUESDAY, Person().knows, text)) == read


def asked(language: str) -> Person:
    """Somebody who is asked for the date on the card."""
    amina = Person()
    amina.says("/start")
    amina.says(kind="choice", choice=f"welcome.language:{language}")
    amina.says(kind="choice", choice="welcome.consent:yes")
    amina.says(kind="choice", choice="info.permit_renewal:valid_until")
    return amina


@pytest.mark.parametrize("language", TONGUES.languages)
def test_the_day_is_told_back_in_words(language):
    """In every language the weekday and the month are words; only a yes makes it a fact."""
    amina = asked(language)
    said = amina.says("31-12-2027")

    assert TONGUES(language).date(TUESDAY.date().replace(2027, 12, 31)) in said
    assert amina.has(Learned) == []
    amina.says(kind="choice", choice="permit.sure:yes")
    assert amina.has(Learned) == [Learned("permit_expires_on", LAST)]
    amina.says(kind="choice", choice="permit.sure:yes")
    assert amina.has(Learned) == []             # an old button keeps nothing twice
    amina.says(kind="choice", choice="permit.valid_until:person")
    amina.says(kind="choice", choice="permit.sure:yes")
    assert amina.has(Learned) == []             # nor what was no day


@pytest.mark.parametrize(("day", "is_soon"), [("24-12-2026", True), ("25-12-2026", False), ("01-11-2026", True)])
def test_a_card_that_ends_soon_is_for_a_person(day, is_soon):
    """Within thirty days, or past: the fact is kept, and a colleague looks today."""
    amina = asked("nl")
    amina.says(day)
    amina.says("ja")

    assert [one.urgency for one in amina.has(Escalated)] == (["today"] if is_soon else [])
    assert len(amina.has(Learned)) == 1


def test_who_keeps_nothing_with_us_is_not_asked():
    """Without consent no date is asked for."""
    olena = Person()
    olena.says("/start")
    olena.says("Nederlands")
    olena.says("nee")
    olena.knows = replace(olena.knows, consent="no")
    olena.says("verblijfspas")

    assert "📅 Herinner mij" not in olena.labels
    assert "📄 Hoe aanvragen" in olena.labels
