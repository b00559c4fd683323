"""
The desk in Debian's Firefox ESR: the way of a question, a draft, a phone's width, and without script.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from tests.browser import running_desk
from tests.firefox import FIREFOX, Firefox, Tab, a_firefox

WIDE, NARROW = (1280, 900), (360, 640)
OPEN = "document.querySelectorAll('.questions > li > a').length"
UNDO = "(button => !!button && (document.documentElement.dataset.old = '1', button.click(), true))(document.querySelector('.undo button'))"
pytestmark = [pytest.mark.skipif(not Path(FIREFOX).exists(), reason="needs Debian's firefox-esr"), pytest.mark.asyncio(loop_scope="module")]


class Office:
    """
    A demo, the ways into its desk, and a Firefox.
    """

    def __init__(self, address: str, ways: dict[str, str], firefox: Firefox, http: aiohttp.ClientSession) -> None:
        self.address = address
        self.ways = ways
        self.firefox = firefox
        self.http = http

    async def enter(self, name: str, size: tuple[int, int], runs_script: bool = True) -> Tab:
        """
        Come in by a one-time link, with cookies of one's own.
        """
        own = (await self.firefox.ask("browser.createUserContext"))["userContext"]
        tab = await self.firefox.open(*size, runs_script, own)
        await tab.go(self.ways[name])
        await tab.leave("css", "main button")
        assert await tab.text("h1") == "Vragen"
        return tab

    async def asks(self, language: str, yes: str, words: str) -> str:
        """
        Let a client with a new phone ask for a volunteer, and return the address of the phone.
        """
        async with self.http.post(f"{self.address}/phone/new") as made:
            phone = str(made.url)
        for text in ("/start", language, yes, words):
            await self.sends(phone, text=text)
        return phone

    async def sends(self, phone: str, **form: str) -> None:
        """
        Let a client send something, and wait for an answer as a page without script does.
        """
        async with self.http.post(phone, data=form) as answer:
            assert answer.status == 200

    async def reads(self, phone: str, text: str) -> bool:
        """
        Return whether a phone shows a text within some seconds.
        """
        for _ in range(1200):
            async with self.http.get(phone) as answer:
                if text in await answer.text():
                    return True
            await asyncio.sleep(0.05)
        return False

    async def offered(self, phone: str) -> str:
        """
        Return the first answer that a phone offers.
        """
        async with self.http.get(phone) as answer:
            return (await answer.text()).split('name="choice" value="')[1].partition('"')[0]

    async def wait(self) -> None:
        """
        Let an hour pass, so that nobody has to wait until a reply leaves.
        """
        async with self.http.post(f"{self.address}/phone/clock", data={"step": "hour"}) as moved:
            assert moved.status == 200


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """
    A running demo, and a running Firefox.
    """
    with running_desk(tmp_path_factory.mktemp("desk")) as (address, ways):
        async with a_firefox(tmp_path_factory.mktemp("firefox")) as firefox, aiohttp.ClientSession() as http:
            yield Office(address, ways, firefox, http)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def joke(office: Office) -> Tab:
    """
    Joke at the desk.
    """
    return await office.enter("Joke", WIDE)


async def may_i_call(tab: Tab) -> str:
    """Ask by a phrase, and return what the client reads."""
    await tab.press("css", "details.group:has([href*=may_call]) > summary")
    await tab.leave("css", ".pick [href*=may_call]")
    await tab.leave("button", "Laten zien wat de cliënt krijgt")
    said, meant = await tab.text(".preview .said[lang=ti]"), await tab.text(".preview .said[lang=nl]")
    await tab.leave("button", "Dit versturen")
    assert meant == "Mag ik u bellen?"
    assert said in await tab.text(".lines")
    return said


async def taken_back(tab: Tab, answers: Callable[[Tab], Awaitable[str]]) -> None:
    """Answer and take it back, and once more where the machine was so slow that the ten seconds were over."""
    for _ in range(9):
        text = await answers(tab)
        stood = (await tab.text(".lines")).count(text)
        if await tab.see(UNDO):
            await tab.until("document.readyState === 'complete' && !document.documentElement.dataset.old")
        if (await tab.text(".lines")).count(text) < stood:
            return
    raise AssertionError("never taken back")


async def test_a_question_is_answered_in_firefox(office: Office, joke: Tab) -> None:
    """It comes without a reload; taken, answered in Tigrinya from Dutch, taken back, sent once more, pressed, and closed."""
    before = await joke.see(OPEN)
    phone = await office.asks("ትግርኛ", "እወ", "0")
    await joke.until(f"{OPEN} === {before + 1}")

    await joke.see("[...document.querySelectorAll('.questions a')].findLast(one => one.innerText.includes('Tigrinya')).id = 'hers'")
    await joke.leave("css", "#hers")
    await joke.leave("button", "Deze vraag nemen")
    await taken_back(joke, may_i_call)
    said = await may_i_call(joke)
    await office.wait()
    assert await office.reads(phone, said)
    await office.sends(phone, choice=await office.offered(phone))
    await joke.until("document.querySelector('.lines').innerText.includes('= Ja')")

    await joke.press("css", "details.card:has([action$=close]) > summary")
    await joke.leave("css", "[action$=close] button")
    assert "Gesloten: Beantwoord" in await joke.text("#state")
    assert office.firefox.complaints == []


async def test_a_draft_outlives_a_closed_tab_in_firefox(office: Office, joke: Tab) -> None:
    """What was typed is there when its page is opened in another tab."""
    await office.asks("Nederlands", "ja", "vrijwilliger")
    await joke.go(f"{office.address}/desk/?show=free")
    await joke.leave("css", ".questions a")
    await joke.leave("button", "Deze vraag nemen")
    await joke.write("css", "textarea[name=text]", "Beste client, kom")
    await joke.until("document.querySelector('[data-draft-said]').textContent === '✓'")
    again = await office.firefox.open(*WIDE, own=joke.own)
    await again.go(await joke.see("location.href"))

    assert await again.see("document.querySelector('textarea').value") == "Beste client, kom"
    await again.close()


async def test_a_phone_shows_it_in_firefox(office: Office, joke: Tab) -> None:
    """On a phone nothing is scrolled sideways, and Arabic is read from the right, in letters that a machine without them has."""
    tab = await office.firefox.open(*NARROW, own=joke.own)
    for path in ("clients", "contacts", "account", "visits", "due", ""):
        await tab.go(f"{office.address}/desk/{path}")
        assert await tab.see("document.documentElement.scrollWidth <= innerWidth"), path
    await tab.see("[...document.querySelectorAll('.questions a')].find(one => one.innerText.includes('Arabisch')).id = 'hers'")
    await tab.leave("css", "#hers")

    assert await tab.see("document.documentElement.scrollWidth <= innerWidth")
    arabic = "[...document.querySelectorAll('.lines .said .line')].find(one => one.textContent.includes('صاحب'))"
    assert await tab.see(f"getComputedStyle({arabic}).direction") == "rtl"
    assert await tab.see("document.fonts.ready.then(() => [...document.fonts].some(one => one.family.includes('Arabic') && one.status === 'loaded'))")
    await tab.close()


async def looks_into_it(tab: Tab) -> str:
    """Answer in one's own words, and return them."""
    if not await tab.see("document.querySelector('textarea').value"):
        await tab.write("css", "textarea[name=text]", "Ik zoek het uit")
    await tab.leave("css", "[action$=reply] button.main")
    assert "Ik zoek het uit" in await tab.text(".lines")
    return "Ik zoek het uit"


async def test_it_works_without_script_in_firefox(office: Office) -> None:
    """Somebody whose Firefox runs no script takes a question, keeps a draft, answers, and takes it back."""
    await office.asks("Nederlands", "ja", "vrijwilliger")
    tab = await office.enter("Samir", NARROW, runs_script=False)
    await tab.leave("css", ".filters [href*=free]")
    await tab.leave("css", ".questions a")
    await tab.leave("button", "Deze vraag nemen")
    await tab.write("css", "textarea[name=text]", "Ik zoek het uit")
    await tab.leave("css", "button[formaction$=draft]")
    assert await tab.see("document.querySelector('textarea').value") == "Ik zoek het uit"

    await taken_back(tab, looks_into_it)
    assert await tab.text("[role=status].notice")
