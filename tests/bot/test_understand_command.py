"""
`wegwijs understand`: lines of JSON in, a line for each out.
"""

import io
import json

from bot.understand import understand


def answers(*lines: str) -> tuple[list[dict], int]:
    """Return what is answered to these lines, and how many were wrong."""
    out = io.StringIO()
    wrong = understand([line.encode() for line in lines], out)
    return [json.loads(line) for line in out.getvalue().splitlines()], wrong


def test_a_question_gets_its_topics():
    """A question gets ranked topics, what to do and whether it is urgent; the language may be missing or longer."""
    found, wrong = answers(
        '{"id": 1, "lang": "nl", "text": "Hoe vraag ik huurtoeslag aan?"}', '{"id": "b", "lang": "nl-x-broken", "text": "huurtoeslag hoe"}',
        '{"id": 3, "text": "how do I apply for rent allowance"}')

    assert wrong == 0
    assert [(one["id"], one["topics"][0], one["action"], one["urgent"]) for one in found] == [
        (1, "benefits_rent", "answer", False), ("b", "benefits_rent", "answer", False), (3, "benefits_rent", "answer", False)]


def test_danger_is_urgent_and_a_persons():
    """Danger is urgent, whatever language was chosen, and goes to a person."""
    found, _wrong = answers('{"id": 1, "lang": "nl", "text": "زوجي يضربني الآن"}', '{"id": 2, "lang": "ar", "text": "mijn huis staat in brand"}')

    assert [(one["urgent"], one["action"]) for one in found] == [(True, "human"), (True, "human")]


def test_a_greeting_is_about_nothing():
    """Small talk has no topic, and is a person's."""
    found, _wrong = answers('{"id": 1, "lang": "en", "text": "hello there"}')

    assert (found[0]["topics"], found[0]["action"]) == ([], "human")


def test_bad_lines_are_named_and_the_others_go_on():
    """A bad line is answered with what is wrong, by its id where it has one, and never with the text."""
    found, wrong = answers(
        "banana", "[]", '{"id": 7}', '{"id": 8, "text": 5}', '{"id": 9, "text": "huis", "lang": 3}', "", '{"id": 10, "text": "' + "a" * 30_000 + '"}',
        '{"id": 11, "lang": "nl", "text": "ik zoek een huis"}', '{"id": 12, "lang": "nl", "text": "huis \\ud800"}')

    assert [one["id"] for one in found] == [None, None, 7, 8, 9, 10, 11, 12]
    assert wrong == sum("error" in one for one in found) == 6
    assert found[6]["topics"][0] == "housing_search"
    assert all("aaaa" not in one.get("error", "") for one in found)
