"""
Take the README's pictures: `python -m tests.pictures`.
"""

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import demo_in_browser

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


with demo_in_browser() as (address, browser):
    for name, path, size in PICTURES:
        take(browser, address, name, path, size)
