"""
The desk in a real browser: at a desk's and a phone's width, by keyboard, with and without script, beside a client's phone.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.bot.test_record import a_wave
from tests.browser import CHROMIUM, running_desk

WIDE, NARROW, ZOOMED = {"width": 1280, "height": 900}, {"width": 360, "height": 740}, {"width": 640, "height": 450}
WANTED = {"runOnly": ["wcag2a", "wcag2aa", "best-practice"], "resultTypes": ["violations"]}       # what is right takes axe most of its time
pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Debian's chromium")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """
    The address of a running demo, and the ways into its desk.
    """
    with running_desk(tmp_path_factory.mktemp("desk")) as running:
        yield running


class Errors(list[str]):
    """
    What a page complained of.
    """


def enter(browser: Browser, way: str, **options: object) -> BrowserContext:
    """
    Come in by a one-time link.
    """
    context = browser.new_context(viewport=WIDE, locale="nl-NL", **options)
    page = context.new_page()
    page.goto(way)
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", name="Vragen")).to_be_visible()
    page.close()
    return context


@pytest.fixture(scope="module")
def joke(browser: Browser, demo: tuple[str, dict[str, str]]) -> BrowserContext:
    """
    Joke's browser.
    """
    return enter(browser, demo[1]["Joke"])


@pytest.fixture(scope="module")
def marja(browser: Browser, demo: tuple[str, dict[str, str]]) -> BrowserContext:
    """
    Marja's browser: she is a coordinator.
    """
    return enter(browser, demo[1]["Marja"])


@pytest.fixture(scope="module")
def samir(browser: Browser, demo: tuple[str, dict[str, str]]) -> BrowserContext:
    """
    Samir's browser, which runs no script.
    """
    return enter(browser, demo[1]["Samir"], java_script_enabled=False)


def watched(context: BrowserContext) -> tuple[Page, Errors]:
    """
    Return a page, and what it complains of.
    """
    page, errors = context.new_page(), Errors()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return page, errors


def ask(browser: Browser, address: str, language: str, yes: str, words: str) -> Page:
    """
    Let somebody with a new phone ask for a volunteer, and return their phone.
    """
    phone = browser.new_context(viewport=NARROW, locale="nl-NL").new_page()
    phone.goto(f"{address}/phone/")
    phone.locator("form[action='/phone/new'] button").first.click()
    phone.wait_for_url("**/phone/phone-*")
    for number, text in enumerate(("/start", language, yes, words), 1):
        phone.locator(".write input").fill(text)
        phone.locator(".write .send").click()
        expect(phone.locator(".bubble.theirs")).to_have_count(number)
    return phone


def test_a_question_comes_and_is_answered_by_phrase(browser, demo, joke):
    """It comes to the open list without a reload: one that is told nothing never looks; taken, answered in Tigrinya from Dutch, pressed, closed."""
    address, _ = demo
    page, errors = watched(joke)
    page.goto(f"{address}/desk/")
    before = page.locator(".questions > li > a").count()
    phone = ask(browser, address, "ትግርኛ", "እወ", "0")
    expect(page.locator(".questions > li > a")).to_have_count(before + 1)

    page.locator(".questions > li > a", has_text="Tigrinya", has_not_text="Vandaag").click()
    page.get_by_role("button", name="Deze vraag nemen").click()
    page.get_by_text("Afspraak", exact=True).click()
    page.get_by_role("link", name="Kom naar kantoor op … om ….").click()
    page.get_by_label("Dag", exact=True).fill("2026-11-30")
    page.get_by_label("Tijd", exact=True).fill("14:30")
    page.get_by_role("button", name="Laten zien wat de cliënt krijgt").click()
    expect(page.locator(".preview")).to_contain_text("ናብ ቤት ጽሕፈት ምጹ")
    page.get_by_role("button", name="Dit versturen").click()
    expect(page.get_by_role("button", name="Terughalen")).to_be_visible()
    expect(page.request.post(f"{address}/phone/clock", form={"step": "hour"})).to_be_ok()       # until then it could be taken back
    expect(phone.locator(".bubble.theirs")).to_have_count(5)
    phone.locator(".offers button").first.click()

    expect(page.locator(".lines")).to_contain_text("= ✅ Dat is goed")
    page.get_by_text("Sluiten", exact=True).first.click()
    page.get_by_role("button", name="Sluiten").click()
    expect(phone.locator(".bubble.theirs")).to_have_count(6)
    assert errors == []
    page.close()


def test_somebody_is_invited_and_logs_in(browser, demo, marja):
    """Marja hands a link over; Bas chooses name and password, logs out, is refused with a wrong password, and logs in with the right one."""
    address, _ = demo
    bas = browser.new_context(viewport=NARROW, locale="nl-NL")
    team, page = marja.new_page(), bas.new_page()
    team.goto(f"{address}/desk/team")
    team.locator("form[action='/desk/team'] input[name=name]").fill("Bas")
    team.get_by_role("button", name="Uitnodigen").click()
    page.goto(team.locator(".print code").inner_text())
    page.get_by_label("Kies een inlognaam").fill("bas")
    page.get_by_label("wachtwoord").fill("vier woorden achter elkaar")
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("heading", name="Vragen")).to_be_visible()
    page.get_by_role("link", name="Bas").click()
    page.get_by_role("button", name="Uitloggen").click()
    for password, what in (("vijf woorden achter elkaar", "[role=alert]"), ("vier woorden achter elkaar", ".questions")):
        page.goto(f"{address}/desk/")
        page.get_by_label("Inlognaam").fill("bas")
        page.get_by_label("Wachtwoord").fill(password)
        page.get_by_role("button", name="Inloggen").click()
        expect(page.locator(what)).to_be_visible()
    team.close()
    bas.close()


def test_two_at_once_and_one_without_script(browser, demo, joke, samir):
    """Of two who take, one has it; the other is told, in a browser that runs no script too."""
    address, _ = demo
    ask(browser, address, "Nederlands", "ja", "vrijwilliger")
    first, second = joke.new_page(), samir.new_page()
    for page in (first, second):
        page.goto(f"{address}/desk/?show=free")
        page.locator(".questions > li > a", has_text="Nederlands").first.click()
    first.get_by_role("button", name="Deze vraag nemen").click()
    expect(first.get_by_text("U hebt deze vraag.")).to_be_visible()

    second.get_by_role("button", name="Deze vraag nemen").click()
    expect(second.get_by_text("Iemand anders was u net voor.")).to_be_visible()
    expect(second.get_by_text("Joke heeft deze vraag.")).to_be_visible()
    first.close()
    second.close()


def test_a_draft_outlives_a_closed_page_and_an_ended_login(browser, demo, joke):
    """What was typed is there when the page is opened again; what is typed after the login ended is there once somebody comes in again."""
    address, _ = demo
    page = joke.new_page()
    page.goto(f"{address}/desk/?show=mine")
    page.locator(".questions > li > a").first.click()
    page.get_by_label("Uw eigen woorden").fill("Beste cliënt, kom")
    expect(page.locator("[data-draft-said]")).to_have_text("✓")
    here = page.url
    page.close()

    again = joke.new_page()
    again.goto(here)
    expect(again.get_by_label("Uw eigen woorden")).to_have_value("Beste cliënt, kom")
    kept = joke.cookies()
    joke.clear_cookies()
    again.get_by_label("Uw eigen woorden").fill("Beste cliënt, kom morgen")
    expect(again.locator("[data-draft-said]")).to_have_text("…")
    joke.add_cookies(kept)
    again.reload()
    expect(again.get_by_label("Uw eigen woorden")).to_have_value("Beste cliënt, kom morgen")
    again.close()


def test_an_old_tab_overwrites_no_newer_draft(browser, demo, joke):
    """What could not be kept is put back over what it was typed over, and not over what was written or sent elsewhere meanwhile; nor
    is it kept so, once the old tab is closed."""
    old, other = joke.new_page(), joke.new_page()
    old.goto(f"{demo[0]}/desk/?show=mine")
    old.locator(".questions > li > a").first.click()
    other.goto(old.url)
    old.route("**/draft", lambda route: route.abort())
    for text, newer in (("Oud", "Nieuwer"), ("Ouder", ""), ("Kom om tien uur", "Kom om tien uur")):
        old.get_by_label("Uw eigen woorden").fill(text)
        expect(old.locator("[data-draft-said]")).to_have_text("…")
        other.get_by_label("Uw eigen woorden").fill(newer)
        expect(other.locator("[data-draft-said]")).to_have_text("✓")
        if newer == text:
            other.get_by_role("button", name="Versturen", exact=True).click()
            expect(other.locator(".lines")).to_contain_text(text)
        old.reload()
        expect(old.get_by_label("Uw eigen woorden")).to_have_value("" if newer == text else newer)
        assert old.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('draft:'))") == []
    old.get_by_label("Uw eigen woorden").fill("Van eerder")
    expect(old.locator("[data-draft-said]")).to_have_text("…")
    other.get_by_label("Uw eigen woorden").fill("Van later")
    expect(other.locator("[data-draft-said]")).to_have_text("✓")
    old.unroute("**/draft")
    with old.expect_response("**/draft"):
        old.evaluate("dispatchEvent(new Event('pagehide'))")        # as when it is closed, and the office answers again
    other.reload()
    expect(other.get_by_label("Uw eigen woorden")).to_have_value("Van later")
    old.close()
    other.close()


def test_a_voice_that_plays_is_heard_to_its_end(browser, demo, joke):
    """A new line of the client waits until the recording pauses, and stands there then."""
    address, _ = demo
    phone = ask(browser, address, "Nederlands", "ja", "vrijwilliger")
    page, errors = watched(joke)
    page.goto(f"{address}/desk/?show=free")
    page.locator(".questions > li > a", has_text="Nederlands").first.click()
    page.get_by_role("button", name="Deze vraag nemen").click()
    page.get_by_text("Antwoorden met uw stem").click()
    page.locator("input[name=voice]").set_input_files({"name": "voice.wav", "mimeType": "audio/wav", "buffer": a_wave(20, 8_000)})
    page.get_by_role("button", name="Verstuur de opname").click()
    sound = page.locator(".lines audio").last
    sound.evaluate("sound => { sound.muted = sound.loop = true; return sound.play(); }")

    with page.expect_response(lambda answer: "x-live" in answer.request.headers and "Ik bel later" in answer.text()):
        phone.locator(".write input").fill("Ik bel later")
        phone.locator(".write .send").click()
    assert sound.evaluate("sound => sound.isConnected && !sound.paused")
    expect(page.locator(".lines")).not_to_contain_text("Ik bel later")
    sound.evaluate("sound => sound.pause()")
    expect(page.locator(".lines")).to_contain_text("Ik bel later")
    assert errors == []
    page.close()


def comes_to(page, what):
    """Press Tab until what has the focus fits, and can be seen to have it; tell whether anything did."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what) && getComputedStyle(document.activeElement).outlineStyle !== 'none'", what):
            return True
    return False


def reach(page, what):
    """Press Tab until this has the focus."""
    assert comes_to(page, what), what


def takes_back(page, text):
    """Write an answer and press its undo, if that is still there; tell whether it was taken back."""
    reach(page, "textarea[name=text]")
    page.keyboard.type(text)
    reach(page, "[action$=reply] button.main")
    page.keyboard.press("Enter")
    expect(page.locator(".lines")).to_contain_text(text)
    if comes_to(page, ".undo button"):
        page.keyboard.press("Enter")
    expect(page.locator(".undo")).to_have_count(0)
    return text not in page.locator(".lines").inner_text()


def test_the_keyboard_is_enough(browser, demo, joke):
    """From the top of the list to a question, taken, answered, the answer taken back, and the question freed, without a mouse."""
    address, _ = demo
    ask(browser, address, "Nederlands", "ja", "vrijwilliger")
    page = joke.new_page()
    page.goto(f"{address}/desk/?show=free")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    reach(page, ".questions a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vraag")
    reach(page, "[action$=take] button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("U hebt deze vraag.")).to_be_visible()
    assert any(takes_back(page, f"Kom om {hour} uur langs.") for hour in range(9, 17))      # on a slow machine the ten seconds may be over first
    reach(page, "details:has([action$=free]) > summary")
    page.keyboard.press("Enter")
    reach(page, "[action$=free] button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Deze vraag nemen")).to_be_visible()
    page.close()


@pytest.mark.parametrize("size", [WIDE, NARROW, ZOOMED], ids=["desk", "phone", "zoomed"])
def test_pages_read_well_and_have_names(demo, joke, size):
    """No finding of axe on names, contrast and order; nothing to be scrolled sideways, on a phone and at 200 % too."""
    address, _ = demo
    page, errors = watched(joke)
    page.set_viewport_size(size)
    page.goto(f"{address}/desk/")
    conversation = page.locator(".questions > li > a").first.get_attribute("href")
    for path in ("/desk/", conversation, "/desk/clients", "/desk/clients/1001", "/desk/clients/1001/fact?fact=children", "/desk/account",
                 "/desk/roster", "/desk/due", "/desk/visits"):
        answer = page.goto(f"{address}{path}")
        assert answer is not None
        assert answer.status == 200, path
        if path == "/desk/clients":
            page.get_by_role("searchbox").fill("Amina")
            page.get_by_role("searchbox").press("Enter")
            expect(page.locator(".found a").first).to_be_visible()
            assert "Amina" not in page.url
        if size is not ZOOMED:
            found = Axe().run(page, options=WANTED)
            assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found.response["violations"]] == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert page.evaluate("matchMedia('(max-width: 40rem)').matches") is (size is not WIDE)      # at 200 % the same rules as on a phone
    assert errors == []
    page.close()


def test_a_phone_shows_what_is_managed(demo, marja):
    """On a phone the head takes at most a third of each page, what else there is opens by key, and axe finds nothing in four of them."""
    address, _ = demo
    page, errors = watched(marja)
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{address}/desk/manage")
    paths = page.locator(".groups a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    for path in ("/desk/manage", *paths):
        page.goto(f"{address}{path}")
        assert page.locator("main").bounding_box()["y"] <= 640 / 3, path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        if path in ("/desk/manage", "/desk/team", "/desk/places", "/desk/texts"):
            found = Axe().run(page, options=WANTED)
            assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found.response["violations"]] == [], path
    page.locator(".managed summary").press("Enter")
    expect(page.locator(".groups a[aria-current=page]")).to_be_visible()
    assert errors == []
    page.close()


def test_arabic_is_read_from_the_right(demo, joke):
    """In the thread each text has its own direction, and the letters have a font where the machine has none."""
    address, _ = demo
    page = joke.new_page()
    page.goto(f"{address}/desk/")
    page.locator(".questions > li > a", has_text="Arabisch").first.click()
    arabic = page.locator(".lines .said .line", has_text="صاحب").first

    assert arabic.evaluate("line => getComputedStyle(line).direction") == "rtl"
    for font, letters in (("Wegwijs Arabic", "سلام"), ("Wegwijs Ethiopic", "ሰላም")):
        loaded = page.evaluate("([font, letters]) => document.fonts.load(`16px '${font}'`, letters).then(found => found.length)", [font, letters])
        assert loaded == 1
        widths = page.evaluate("""async ([font, letters]) => {
            const shown = ["inherit", `'${font}'`].map(family => Object.assign(document.createElement("span"), {textContent: letters.repeat(9),
                style: `font-family: ${family}`}));
            document.querySelector("main").append(...shown);
            await document.fonts.ready;
            return shown.map(one => one.getBoundingClientRect().width);
        }""", [font, letters])
        assert widths[0] == pytest.approx(widths[1], rel=0.01)    # no font of the machine comes before it, with empty boxes
    page.close()
