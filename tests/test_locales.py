"""One suite for every language: every text is there, holds the same slots, fits the platforms, and reads in its own direction."""

import ast
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache
from gettext import c2py
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.name import BABEL
from bot.translate import LOCALES, RTL, load
from flows.catalogue import FLOWS, TOPICS
from flows.hours import parse
from flows.info import INFO
from flows.links import link, sites
from flows.node import Choice, Dutch, Node, Word

ROOT = Path(__file__).parent.parent
TONGUES = load()
LANGUAGES = TONGUES.languages
LRI, FSI, PDI, RLM = "\u2066", "\u2068", "\u2069", "\u200f"
STANDS_ON_LETTERS = {"Gemeente", "IND", "DUO", "Belastingdienst", "UWV", "SVB", "CAK", "CJIB"}     # names on paper: the same in every language
SLOTS: dict[str, object] = {
    "place": Dutch("VluchtelingenWerk Leiden"), "municipality": Dutch("Leiden"), "address": Dutch("Lange Gracht 5, 2312 NV Leiden"),
    "phone": Dutch("071-525 62 00"), "hours": parse("mo-fr 09:00-17:00; sa 10:00-12:00"),
    "day": date(2026, 12, 31), "valid_until": date(2027, 12, 31), "time": time(17), "date": date(2026, 11, 24), "opens": time(9), "closes": time(17),
    "from_day": date(2026, 9, 30), "when": datetime(2026, 12, 31, 17),
    "first": "a", "last": "b", "document": Word("a letter"), "office": Dutch("IND"), "weeks": 6, "year": Dutch("2026"), "until": date(2027, 9, 1),
    "visit_day": date(2026, 9, 30), "visit_time": time(14),
}
REVIEWED_ELSEWHERE = {"nl", "en"}                                        # read by the team itself


@cache
def texts() -> set[str]:
    """Return every text that is marked for translation; read when the first test asks, not by every process that lists the tests."""
    folders = [ROOT / "flows", ROOT / "bot"]
    return {text for folder in folders for _file, _line, text, *_rest in extract_from_dir(folder, [("**.py", "python")], {}, {"_": None})}


@cache
def catalogue(language: str) -> Catalog:
    """Return a language's file of texts."""
    with (LOCALES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file)


def _slots(text: str) -> list[str]:
    return sorted(re.findall(r"\{[^}]*\}", text))


def _pages(text: str) -> list[str]:
    return [line for line in text.splitlines() if "://" in line]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _nodes() -> Iterator[tuple[str, Node]]:
    return ((f"{flow.name}.{node.id}", node) for flow in FLOWS.values() for node in flow.nodes.values())


def _label(language: str, choice: Choice) -> str:
    said = choice.label if choice.language else TONGUES(language)(choice.label)
    return f"{choice.emoji} {said}" if choice.emoji else said


def _said(language: str) -> Iterator[tuple[str, str]]:
    """Yield every text as a client gets it, slots filled."""
    tongue = TONGUES(language)
    for text in texts():
        yield text, tongue.alone(text, **SLOTS)


def test_texts_are_found():
    """The extraction sees the texts: those of every conversation, of the topics and of the tongue itself."""
    assert len(texts()) > 100
    assert {"Yes", "Choose your language.", "in the morning", "School"} <= texts()


def test_no_text_is_unmarked():
    """Whatever a conversation says or offers is marked for translation; only names that stand on letters are not."""
    for name, node in _nodes():
        assert node.text in texts(), name
        for choice in node.choices:
            assert choice.language or choice.label in texts() | STANDS_ON_LETTERS, f"{name}: {choice.label}"
    assert {topic.label for topic in TOPICS.values()} <= texts()


def test_nothing_is_said_that_is_not_marked():
    """No code hands a bare text to a tongue: what `tongue(…)`, `say(…)` and `Said(…)` get is never a literal."""
    for file in (*(ROOT / "flows").glob("*.py"), *(ROOT / "bot").glob("*.py")):
        speaks = {"tongue", "Said"} | ({"say", "say_in_all"} if file.parent.name == "flows" else set())
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and call.args and _name(call.func) in speaks:
                words = [str(part.value) for part in ast.walk(call.args[0]) if isinstance(part, ast.Constant)]
                is_bare = isinstance(call.args[0], ast.Constant | ast.JoinedStr) and re.search(r"[^\W\d_]", " ".join(words))
                assert not is_bare, f"{file.name}:{call.lineno}"


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language):
    """Every text has a translation, and no translation is left of a text that is gone."""
    known = {str(message.id): str(message.string) for message in catalogue(language) if message.id}

    assert sorted(texts() - known.keys()) == []
    assert sorted(known.keys() - texts()) == []
    assert [text for text, said in known.items() if not said.strip()] == []
    assert [message.id for message in catalogue(language) if message.fuzzy and message.id] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_the_same_slots_and_marks(language):
    """A translation has the slots of its text, and its stars (which mark Dutch words) come in pairs on a line."""
    for text in texts():
        said = TONGUES(language).raw(text)
        assert _slots(said) == _slots(text), text
        assert all(line.count("*") % 2 == 0 for line in said.split("\n")), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_are_the_official_pages_and_stand_alone(language):
    """A link stands on a line of its own, untouched: the official page of what the English text names, in the language's own row."""
    for text, said in _said(language):
        links = [line for line in said.splitlines() if "://" in line]
        assert all(re.fullmatch(r"https://[\w.-]+(/[\w./-]*)?", line, re.ASCII) for line in links), text
        assert links == [link(page, language) for page in _pages(text)], text


def test_every_page_is_an_official_one():
    """No text names a site that is not in the table of official pages."""
    assert [page for text in texts() for page in _pages(text) if not sites(page)] == []


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic in INFO.nodes and _pages(INFO.nodes[topic].text)])
def test_a_topic_leads_to_a_page_in_a_language_the_client_has(topic):
    """Dutch readers get the Dutch page of a topic; the others one in English where there is one, and all of them the same."""
    pages = {language: [line for line in TONGUES(language).raw(INFO.nodes[topic].text).splitlines() if "://" in line] for language in LANGUAGES}

    assert all(pages[language] == pages["en"] for language in LANGUAGES if language != "nl")
    assert not any("/en" in page or "government" in page for page in pages["nl"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_fit_the_platforms(language):
    """A label fits a WhatsApp button (20) where up to three are offered, and a list row (24) where there are more."""
    for name, node in _nodes():
        limit = 20 if len(node.choices) <= 3 else 24
        assert [_label(language, choice) for choice in node.choices if _units(_label(language, choice)) > limit] == [], name
        assert len({_label(language, choice) for choice in node.choices}) == len(node.choices), name
    assert [topic.id for topic in TOPICS.values() if _units(f"{topic.emoji} {TONGUES(language)(topic.label)}") > 20] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_fit_the_platforms(language):
    """A text with buttons fits WhatsApp's 1024 characters, with what follows an answer besides."""
    after = TONGUES(language)(FLOWS["menu"].nodes["after"].text)

    whole = {text: TONGUES(language)(text, **SLOTS) for text in texts()}       # with the Dutch beneath
    assert [text for text, said in whole.items() if _units(said) + _units(after) + 2 > 1024] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_isolates_are_in_balance_on_every_line(language):
    """What is isolated begins and ends on one line, never nests, and is never a link."""
    for text, said in _said(language):
        for line in said.split("\n"):
            marks = "".join(mark for mark in line if mark in LRI + FSI + PDI).replace(FSI, LRI)
            assert marks == (LRI + PDI) * (len(marks) // 2), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_old_or_hidden_marks(language):
    """Neither the old embeddings nor control characters stand in a text; from the right, what Persian parts its letters with may."""
    for text, said in _said(language):
        hidden = {f"U+{ord(mark):04X}" for mark in said if unicodedata.category(mark) in {"Cc", "Cf"}} - {"U+000A", "U+200D"}
        assert hidden <= ({"U+2066", "U+2068", "U+2069", "U+200F", "U+200C"} if language in RTL else set()), text


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) & RTL))
def test_lines_begin_from_the_right(language):
    """A line of a language that is written from the right begins with its letter or U+200F; a link or a number alone may not."""
    for text, said in _said(language):
        for line in filter(str.strip, said.split("\n")):
            begins = line[0] == RLM or unicodedata.bidirectional(line[0]) in {"R", "AL"}
            assert begins or line.startswith("https://") or not re.search(r"[\u0600-\u06ff]", line), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_of_the_language(language):
    """The header counts as CLDR does, for every number from 0 to 200, in CLDR's own order of categories."""
    locale = Locale.parse(BABEL.get(language, language))
    order = [name for name in ("zero", "one", "two", "few", "many", "other") if name in {*locale.plural_form.tags, "other"}]
    form = c2py(catalogue(language).plural_expr)

    assert catalogue(language).num_plurals == len(order)
    assert [order[form(number)] for number in range(201)] == [locale.plural_form(number) for number in range(201)]


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - REVIEWED_ELSEWHERE))
def test_what_nobody_has_read_is_marked(language):
    """A text that no native speaker has read carries the comment `review` or the name of who read it."""
    assert [message.id for message in catalogue(language) if message.id and not message.user_comments] == []


def test_a_new_language_is_a_folder(tmp_path):
    """A folder with texts and phrases is a language: no code is touched."""
    (tmp_path / "so" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "so" / "LC_MESSAGES" / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Yes"\nmsgstr "Haa"\n', encoding="utf-8")
    (tmp_path / "so" / "phrases.toml").write_text('[topics]\nhousing_search = ["guri"]\n', encoding="utf-8")

    tongues = load(tmp_path)

    assert tongues.languages == ("so",)
    assert tongues("so")("Yes") == "Haa"
    assert tongues("so")("No") == "No"
    assert "so" in tongues.phrases.languages
