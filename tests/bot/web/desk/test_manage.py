"""
What stands at the head of the desk's pages: three places for everybody, and what a coordinator manages, in groups.
"""

import re

from bot.web.desk.pages import PAGES
from bot.web.desk.words import MANAGED


def heads(text):
    """Return where the places of a page lead."""
    return re.findall(r'href="([^"]+)"', text.partition('<nav class="places"')[2].partition("</nav>")[0])


async def test_a_volunteer_has_one_list_and_three_places(desk):
    """The start page of a volunteer is one list, with three places at its head, and nothing to manage."""
    page = await desk.somebody("Joke").get("/desk/")

    assert heads(page.text) == ["/desk/", "/desk/clients", "/desk/contacts"]
    assert len(re.findall(r"<(?:ol|ul|table)\b", page.text)) == 1
    assert "/desk/manage" not in page.text


async def test_a_coordinator_finds_everything_in_groups(desk):
    """Each page that is managed stands once, in a group with a heading; on each of them the list is folded behind its name."""
    marja = desk.somebody("Marja", "coordinator", ())
    page = await marja.get("/desk/manage")
    paths = [path for _title, pages in MANAGED for path, _label in pages]

    assert re.findall(r'<li><a href="([^"]+)"', page.text) == paths
    assert set(paths) < {page.path for page in PAGES}
    assert page.text.count("<h2 id=") == len(MANAGED)
    assert "<details" not in page.text
    for path in paths:
        there = (await marja.get(path)).text
        assert '<nav class="managed"' in there, path
        assert "<details><summary>Beheer: " in there, path
        assert f'<a href="{path}" aria-current="page">' in there, path
