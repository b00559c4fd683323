"""
What of a client the volunteers' group may show.
"""

from flows.showing import may_show
from flows.topics import TOPICS


def test_words_are_shown_only_where_the_location_wants_it_and_no_topic_forbids_it():
    """Over all topics: never undocumented or withdrawal, beside whatever else; never an emergency, nor what we know nothing of."""

    never = {"undocumented", "permit_withdrawal"}
    for topic in TOPICS:
        assert may_show([topic], "week", True) == (topic not in never)
        assert not may_show([topic], "week", False)
        assert not may_show([topic], "now", True)
        assert all(not may_show([topic, other], "week", True) for other in never)
    assert not may_show([], "week", True)
