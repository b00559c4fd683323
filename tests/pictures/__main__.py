"""
Take the README's pictures: `python -m tests.pictures`.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from tests.browser import a_browser, demo_in_browser, running_desk

FOLDER = Path(__file__).parent
WIDE, NARROW = {"width": 1140, "height": 740}, {"width": 390, "height": 844}
PICTURES = (("readme-phone-nl.png", "/phone/joke", WIDE), ("readme-phone-ar.png", "/phone/amina", NARROW))


def take(browser: Browser, address: str, name: str, path: str, size: dict[str, int]) -> None:
    """
    Take one picture of a page as a Dutch browser shows it.
    """
    with browser.new_context(viewport=size, locale="nl-NL", reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{address}{path}")
        page.screenshot(path=FOLDER / name)
    print(f"{FOLDER / name}: {(FOLDER / name).stat().st_size // 1024} kB")


def take_desk(browser: Browser, way: str) -> None:
    """
    Take the picture of the desk: Joke picks a phrase for Amina, and sees both languages.
    """
    with browser.new_context(viewport={"width": 1140, "height": 900}, locale="nl-NL", reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(way)
        page.get_by_role("button").click()
        page.locator(".questions > li > a", has_text="Arabisch").first.click()
        page.get_by_role("button", name="Deze vraag nemen").click()
        page.get_by_text("Afspraak", exact=True).click()
        page.get_by_role("link", name="breng").or_(page.get_by_role("link", name="neem mee")).first.click()
        page.get_by_label("Dag", exact=True).fill("2026-11-30")
        page.get_by_label("Tijd", exact=True).fill("14:30")
        page.get_by_role("button", name="Laten zien wat de cliënt krijgt").click()
        page.locator(".preview").scroll_into_view_if_needed()
        page.screenshot(path=FOLDER / "readme-desk.png")
    print(f"{FOLDER / 'readme-desk.png'}: {(FOLDER / 'readme-desk.png').stat().st_size // 1024} kB")


with demo_in_browser() as (address, browser):
    for name, path, size in PICTURES:
        take(browser, address, name, path, size)
with TemporaryDirectory() as folder, running_desk(Path(folder)) as (_, ways), a_browser() as browser:
    take_desk(browser, ways["Joke"])
