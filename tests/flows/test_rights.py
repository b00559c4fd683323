"""
Who may see and answer what.
"""

from dataclasses import replace

from flows.rights import Case, Volunteer, may_administer, may_answer, may_lead, may_see_client, may_see_ticket

JOKE = Volunteer(1, "Joke", "volunteer", 1, {"legal"})
LEADER = replace(JOKE, id=2, role="coordinator", teams=())
ADMINISTRATOR = replace(JOKE, id=3, role="administrator", teams=())
LEGAL, SOCIAL, ELSEWHERE = Case(1, "legal", "ar"), Case(1, "social", "ar"), Case(2, "legal", "ar")


def test_a_volunteer_sees_the_own_teams_and_what_is_in_their_hands():
    """A ticket of another team is seen by who was given it; one of another location never."""

    assert may_see_ticket(JOKE, LEGAL)
    assert not may_see_ticket(JOKE, SOCIAL)
    assert may_see_ticket(JOKE, replace(SOCIAL, volunteer_id=1))
    assert not may_see_ticket(JOKE, replace(ELSEWHERE, volunteer_id=1))
    assert not may_see_client(JOKE, 2)


def test_a_coordinator_sees_every_team_of_the_own_location():
    """Leading ends at the door of the location, for an administrator too: they manage others, they do not read them."""

    for who in (LEADER, ADMINISTRATOR):
        assert may_see_ticket(who, SOCIAL)
        assert may_lead(who, 1)
        assert not may_see_ticket(who, ELSEWHERE)
        assert not may_lead(who, 2)
        assert not may_see_client(who, 2)
    assert [may_administer(who) for who in (JOKE, LEADER, ADMINISTRATOR)] == [False, False, True]


def test_a_client_who_asks_for_a_woman_gets_one():
    """Men do not see it; a man who leads sees it to assign it, and cannot answer it."""

    case = replace(LEGAL, wants_woman=True)
    assert not may_see_ticket(JOKE, case)
    assert may_answer(replace(JOKE, is_woman=True), case)
    assert may_see_ticket(LEADER, case)
    assert not may_answer(LEADER, case)


def test_a_clients_wishes_hold_for_the_record_too():
    """Who may not see their tickets finds no card either; a coordinator reads it, unless they are of that community."""

    assert not may_see_client(JOKE, 1, "ar", wants_woman=True)
    assert may_see_client(replace(JOKE, is_woman=True), 1, "ar", wants_woman=True)
    assert may_see_client(LEADER, 1, "ar", wants_woman=True)
    assert not may_see_client(replace(LEADER, communities={"ar"}), 1, "ar", avoids_community=True)
    assert may_see_client(replace(LEADER, communities={"ar"}), 1, "ti", avoids_community=True)


def test_nobody_of_the_own_community_sees_who_avoids_it():
    """Not even a coordinator, and not who has it in hand."""

    ours, case = replace(LEADER, communities={"ar"}), replace(LEGAL, avoids_community=True, volunteer_id=2)
    assert not may_see_ticket(ours, case)
    assert may_see_ticket(ours, replace(case, language="ti"))
