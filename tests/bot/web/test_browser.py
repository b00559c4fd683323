"""
The simulated phones in a real browser: a whole conversation by pressing, on a phone's width and a desk's, with and without script.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import CHROMIUM, running_demo

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
TALKS = {
    "nl": ("Nederlands", "Ja", "Wonen", "hoe schrijf ik me in voor een huis?", "vrijwilliger", "dank u"),
    "ar": ("العربية", "نعم", "السكن", "كيف أسجل للحصول على بيت؟", "متطوع", "شكرا"),
}
SIZES = "all => all.map(one => one.getBoundingClientRect()).map(box => [box.width, box.height])"
WANTED = {"resultTypes": ["violations"]}         # what is right takes axe most of its time
pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Debian's chromium")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """
    The address of a running demo.
    """
    with running_demo(tmp_path_factory.mktemp("demo")) as address:
        yield address


class Hand:
    """
    Somebody who holds a new phone: presses, types, and waits for exactly one reply to each.
    """

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.goto(f"{address}/phone/")
        page.locator("form[action='/phone/new'] button").first.click()
        page.wait_for_url("**/phone/phone-*")
        self.heard = 0

    def press(self, label: str) -> str:
        """
        Press the button with this on it.
        """
        self.page.locator(".says.offers button, .says.begin button").filter(has_text=label).first.click()
        return self._reply()

    def type(self, text: str) -> str:
        """
        Type and send.
        """
        self.page.locator(".write input").fill(text)
        self.page.locator(".write .send").click()
        return self._reply()

    def _reply(self) -> str:
        self.heard += 1
        expect(self.page.locator(".bubble.theirs")).to_have_count(self.heard)
        return self.page.locator(".bubble.theirs").last.inner_text()

    def talk(self, language: str) -> None:
        """
        Have the seven-message conversation.
        """
        own_name, yes, housing, question, person, thanks = TALKS[language]
        self.press("Begin" if self.page.locator("html[lang=nl]").count() else "Start")
        self.press(own_name)
        self.press(yes)
        assert "hureninhollandrijnland" in self.press(housing)
        self.type(question)
        assert "2026" in self.press(person)
        assert "2026" not in self.type(thanks)


@pytest.mark.parametrize("language", TALKS)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_whole_conversation(demo, browser, size, language):
    """Seven messages, seven replies, a moment and a ticket beside them; nothing is asked of another server, nothing is reported wrong."""
    with browser.new_context(viewport=size, locale="nl-NL") as context:
        page, asked, wrong = context.new_page(), [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        Hand(page, demo).talk(language)

        if size is PHONE:
            page.get_by_role("link", name="Klok en logboek").click()
        expect(page.locator(".moments li").first).to_contain_text("Woning zoeken")
        expect(page.locator(".tickets")).to_contain_text("Woning zoeken")
        assert wrong == []
        assert all(url.startswith(demo) for url in asked)


@pytest.mark.parametrize("language", TALKS)
def test_whole_conversation_without_script(demo, browser, language):
    """The same with JavaScript off, by forms alone, and in English for an English browser."""
    with browser.new_context(viewport=PHONE, locale="en-GB", java_script_enabled=False) as context:
        Hand(context.new_page(), demo).talk(language)


def test_arabic_reads_from_the_right(demo, browser):
    """An Arabic line runs from the right in its bubble, the Dutch address line from the left, on a page that is Dutch."""
    with browser.new_context(viewport=PHONE, locale="nl-NL") as context:
        page = context.new_page()
        page.goto(f"{demo}/phone/amina")
        directions = page.locator(".bubble.theirs .line").evaluate_all(
            "lines => lines.map(line => [line.textContent.trim(), getComputedStyle(line).direction])")

    assert {direction for text, direction in directions if "ا" in text} == {"rtl"}
    assert {direction for text, direction in directions if text.startswith("https")} == {"ltr"}


def test_phone_sends_a_picture(demo, browser, tmp_path):
    """A picture that is chosen is sent at once, and stands in the conversation."""
    with browser.new_context(viewport=PHONE, locale="nl-NL") as context:
        page = context.new_page()
        hand = Hand(page, demo)
        hand.press("Begin")
        (tmp_path / "brief.png").write_bytes(page.screenshot())
        page.locator(".attach summary").click()
        page.locator("#photo").set_input_files(tmp_path / "brief.png")
        hand._reply()
        expect(page.locator(".bubble.own img.picture")).to_have_count(1)


def test_clock_moves_on_the_page(demo, browser):
    """A press on the clock moves the day that the page shows."""
    with browser.new_context(viewport=DESK, locale="en-GB") as context:
        page = context.new_page()
        page.goto(f"{demo}/phone/olena")
        before = page.locator(".now").inner_text()
        page.get_by_role("button", name="+1 week").click()
        expect(page.locator(".now")).not_to_have_text(before)
        assert page.url == f"{demo}/phone/olena"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_are_accessible(demo, browser, size):
    """No serious finding of axe, nothing wider than the screen, every target large enough for a thumb."""
    with browser.new_context(viewport=size, locale="nl-NL", bypass_csp=True, reduced_motion="reduce") as context:
        page = context.new_page()
        targets = page.locator("button:visible, summary:visible, .tabs a:visible, .back:visible, .brand:visible, .people a:visible")
        for path in ("/phone/", "/phone/amina", "/phone/olena", "/phone/joke", "/phone/joke?view=notes"):
            page.goto(f"{demo}{path}")
            found = Axe().run(page, options=WANTED).response["violations"]
            sizes = targets.evaluate_all(SIZES)

            assert [(one["id"], one["impact"]) for one in found if one["impact"] in ("serious", "critical")] == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
            assert min(min(size) for size in sizes) >= 44, path


def test_small_phones_fit(demo, browser):
    """On 320 pixels nothing sticks out."""
    with browser.new_context(viewport={"width": 320, "height": 568}, locale="nl-NL") as context:
        page = context.new_page()
        for path in ("/phone/", "/phone/amina", "/phone/amina?view=notes"):
            page.goto(f"{demo}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            assert page.evaluate("[...document.querySelectorAll('.steps button')].every(one => one.scrollWidth <= one.clientWidth)")


def test_phones_bring_their_letters(demo, browser):
    """Tigrinya and Arabic have a font that comes along, before any of the machine that has empty boxes for them."""
    with browser.new_context(viewport=PHONE, locale="nl-NL") as context:
        page = context.new_page()
        page.goto(f"{demo}/phone/yonas")
        for font, letters in (("Wegwijs Arabic", "سلام"), ("Wegwijs Ethiopic", "ሰላም")):
            loading = "([font, letters]) => document.fonts.load(`16px '${font}'`, letters).then(found => found.length)"
            assert page.evaluate(loading, [font, letters]) == 1
        assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Wegwijs Ethiopic", "Wegwijs Arabic"')


def test_pages_are_light(demo, browser):
    """No page weighs 100 kB, styles and script included."""
    with browser.new_context(viewport=PHONE) as context:
        weight = 0
        for path in ("/static/phone.css", "/static/fonts.css", "/static/phone.js", "/static/wegwijs.svg"):
            weight += len(context.request.get(f"{demo}{path}").body())
        for path in ("/phone/", "/phone/amina", "/phone/yonas"):
            assert weight + len(context.request.get(f"{demo}{path}").body()) < 100_000


def test_keyboard_reaches_everything(demo, browser):
    """With the keyboard alone one begins a conversation, and sees where one is."""
    with browser.new_context(viewport=DESK, locale="nl-NL") as context:
        page = context.new_page()
        hand = Hand(page, demo)
        page.locator(".begin button").focus()
        assert page.locator(".begin button").evaluate("one => getComputedStyle(one).outlineStyle") != "none"
        page.keyboard.press("Enter")
        hand._reply()
        page.locator(".write input").focus()
        page.keyboard.type("Nederlands")
        page.keyboard.press("Enter")
        hand._reply()
