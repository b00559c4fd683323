"""
One phone, several people: how they are told apart, and who was chosen.
"""

import pytest

from flows.events import Seat
from flows.sharing import chosen, guard, is_other, names, normal
from tests.flows.conversation import TONGUES

AMINA, YONAS, DOOR = 11, 22, 33


@pytest.mark.parametrize(("people", "labels"), [
    ([(AMINA, "Amina El-Sayed", 1001), (YONAS, "Yonas", 1002)], ["Amina", "Yonas"]),
    ([(AMINA, "Amina", 1001), (YONAS, "amina", 1102)], ["Amina 01", "amina 02"]),
    ([(AMINA, "Amina", 1001), (YONAS, "Amina", 1101)], ["Amina 001", "Amina 101"]),
    ([(AMINA, "", 1001), (YONAS, "Yonas", 1002)], ["01", "Yonas"]),
    ([(AMINA, "Wilhelminadorothea-Maria", 1001)], ["Wilhelminadorothea-M"]),
])
def test_people_are_told_apart(people, labels):
    """By first name; of one name by as many digits of the client number as that takes; and what is shown fits on a button."""

    assert [one.label for one in names(people)] == labels


@pytest.mark.parametrize(("text", "choice", "who"), [
    ("1", "", AMINA), ("٢", "", YONAS), ("3", "", DOOR), ("4", "", 0), ("amina", "", AMINA), ("YONAS!", "", YONAS), ("Iemand anders", "", DOOR),
    ("ካልእ ሰብ", "", DOOR), ("hallo", "", 0), ("", f"sharing.who:{YONAS}", YONAS), ("Yonas", "sharing.who:99", 0), ("1", "menu.main:more", 0),
])
def test_a_name_is_chosen_by_number_name_or_button(text, choice, who):
    """In any script and language; what is none of these is nobody."""

    assert chosen(text, choice, names([(AMINA, "Amina", 1001), (YONAS, "Yonas", 1002)]), DOOR, TONGUES) == who


def test_two_of_a_name_are_not_guessed():
    """The name alone is nobody where two have it."""

    assert chosen("Amina", "", names([(AMINA, "Amina", 1001), (YONAS, "Amina", 1002)]), DOOR, TONGUES) == 0


@pytest.mark.parametrize("language", TONGUES.languages)
def test_somebody_else_can_say_so_in_any_language(language):
    """By the words of the button, or by pressing it."""

    assert is_other(TONGUES(language)("Somebody else"), "", TONGUES)
    assert is_other("", "sharing.word:else", TONGUES)
    assert not is_other("", "sharing.word:menu", TONGUES)


def test_a_word_is_compared_without_what_keyboards_differ_in():
    """Capitals, marks and signs do not count, letters and the order of words do."""

    assert normal("  Granaat-Appel! ") == normal("granaat appel")
    assert normal("granaatappel") != normal("granaatappels")


def test_what_is_personal_stands_behind_the_word():
    """Before the word nothing personal is shown, and nothing is erased ever; general answers need none."""

    assert guard("appointment.mine", Seat(tries=2), False) == "sharing.word"
    assert guard("remind.day", Seat(), False) == "sharing.person"
    assert guard("appointment.mine", Seat(tries=2), True) == ""
    assert guard("stop.forgotten", Seat(tries=2), True) == "sharing.forget"
    assert guard("info.housing_search", Seat(), False) == ""
