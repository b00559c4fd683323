"""The registry: every conversation and every topic is there, and leads somewhere."""

from flows.catalogue import FLOWS, TOPICS, node
from flows.events import Forgotten
from flows.info import INFO
from flows.node import full

LEGAL = {
    "permit_renewal", "permit_lost", "family_reunification", "naturalisation", "permit_withdrawal", "undocumented", "travel_abroad",
    "tracing_family", "asylum_procedure",
}
SOCIAL = {
    "housing_search", "housing_move_in", "rent_problems", "energy_internet", "benefits_rent", "benefits_health", "benefits_child",
    "local_tax_remission", "debts_money", "welfare_benefit", "work", "study_duo", "inburgering_start", "inburgering_deadline",
    "language_lessons", "health_care", "school_children", "parenting", "letter_check",
}


def test_flows_are_listed_under_their_names():
    """Every conversation stands in the registry under the name it has itself."""
    assert all(flow.name == name for name, flow in FLOWS.items())
    assert all(place.id == name for flow in FLOWS.values() for name, place in flow.nodes.items())


def test_every_way_leads_to_a_node():
    """Whatever a client chooses or answers, the conversation goes on at a node that exists; only forgetting has no way on."""
    for flow in FLOWS.values():
        for place in flow.nodes.values():
            ends = any(isinstance(event, Forgotten) for event in place.does)
            assert all(node(target) for target in flow.targets(place)) or ends, f"{flow.name}.{place.id}"


def test_nobody_goes_round_in_circles():
    """A node that does not wait leads to one that does, or to the end."""
    for flow in FLOWS.values():
        for place in flow.nodes.values():
            at, steps = (flow.name, place), 0
            while not at[1].waits and at[1].next:
                target = full(at[0], at[1].next)
                at, steps = (target.partition(".")[0], node(target)), steps + 1
                assert steps < 6, f"{flow.name}.{place.id}"


def _follows(flow: str, target: str) -> str:
    """Return the node that waits for the client, or opens a ticket, where this way leads."""
    name = full(flow, target)
    while (place := node(name)) and not place.waits and not place.escalate and place.next:
        name = full(name.partition(".")[0], place.next)
    return name


def _ways() -> dict[str, set[str]]:
    """Return of every node that waits which nodes a client can be at one message later."""
    return {f"{flow.name}.{place.id}": {_follows(flow.name, target) for target in flow.targets(place)}
            for flow in FLOWS.values() for place in flow.nodes.values() if place.waits}


def test_a_person_is_never_more_than_two_messages_away():
    """From every place of every conversation a client is with a person after two choices at most; in words it is one anywhere."""
    ways = _ways()
    tickets = {f"{flow.name}.{place.id}" for flow in FLOWS.values() for place in flow.nodes.values() if place.escalate}
    near = {name for name, targets in ways.items() if targets & tickets}

    assert {name for name, targets in ways.items() if name not in near and not targets & near} == set()


def test_every_path_has_an_end():
    """From every place of every conversation a client can come to the menu, to a person, or be forgotten."""
    ways = _ways()
    ends = {"menu.main", "menu.after"} | {f"{flow.name}.{place.id}" for flow in FLOWS.values() for place in flow.nodes.values()
                                          if place.escalate or any(isinstance(event, Forgotten) for event in place.does)}
    reached = set(ends)
    while more := {name for name, targets in ways.items() if name not in reached and targets & reached}:
        reached |= more

    assert set(ways) - reached == set()


def test_choice_ids_fit_into_a_button():
    """The id of a choice fits into the 64 bytes of a Telegram button, and no node offers one id twice."""
    for flow in FLOWS.values():
        for place in flow.nodes.values():
            ids = [choice.id for choice in place.choices]
            assert len(set(ids)) == len(ids)
            assert all(len(f"{flow.name}.{place.id}:{choice}".encode()) <= 64 for choice in ids)


def test_topics_are_those_of_the_report():
    """The 28 topics are there, each in the group whose line of the report it counts in."""
    assert {topic.id for topic in TOPICS.values() if topic.group == "legal"} == LEGAL
    assert {topic.id for topic in TOPICS.values() if topic.group == "social"} == SOCIAL
    assert all(topic.id == name for name, topic in TOPICS.items())


def test_legal_questions_go_to_the_legal_team():
    """A legal topic is answered by the legal team, and by nobody else."""
    assert all((topic.team == "legal") == (topic.group == "legal") for topic in TOPICS.values())


def test_every_topic_has_its_place_in_info():
    """Every topic is answered by the node of its name, by a text or by a colleague of the right team."""
    for topic in TOPICS.values():
        place = INFO.nodes[topic.id]
        if place.escalate:
            assert (place.escalate.team, place.escalate.urgency, place.escalate.topics) == (topic.team, topic.urgency, (topic.id,))
        else:
            assert place.topic == topic.id or place.next.startswith("letter.")
        assert not topic.is_always_person or place.escalate or place.next.startswith("letter.")
