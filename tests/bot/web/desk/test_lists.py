"""
Importing at the desk: look first, then store; by who leads, in their own location.
"""

import ast
import re
from pathlib import Path

import pytest

from bot.web.desk.remarks import REMARKS
from flows import cells
from flows.rights import Role
from storage import clients, views
from tests.bot.web.desk.conftest import Browser, Desk

HOME = Path(__file__).parents[4]
LIST = "cliëntnummer;voornaam;telefoon;geldig tot\n2001;Amina;06-12345678;31-12-2027\n"


async def upload(browser: Browser, path: str, **fields: str):
    """Post a form with a file, as a browser does."""
    parts = {"csrf": browser.csrf, **fields}
    body = "".join(f'--x\r\ncontent-disposition: form-data; name="{name}"; filename="a.csv"\r\n\r\n{text}\r\n' for name, text in parts.items())
    body += "--x--\r\n"
    return await browser.desk.ask("POST", path, browser, body.encode(), {"content-type": "multipart/form-data; boundary=x", "origin": "http://desk"})


def sealed(page: str) -> str:
    """The file as it lies in a page."""
    return re.findall(r'name="file" value="([^"]+)"', page)[0]


def found(desk: Desk, number: int) -> clients.Client | None:
    """A client by number."""
    return desk.world.app.database.look(lambda tx: clients.by_number(tx, number))


async def test_a_list_is_looked_at_and_then_kept(desk: Desk):
    """The preview stores nothing and holds the file unreadably; the yes stores it, and whose records were touched is written down."""
    marja = desk.somebody("Marja", "coordinator")
    page = await upload(marja, "/desk/import", file=LIST)
    assert page.status == 200
    assert found(desk, 2001) is None
    assert "Amina" in page.text
    assert "06-12345678" not in page.text

    done = await upload(marja, "/desk/import/keep", file=sealed(page.text))
    assert "Geïmporteerd" in done.text
    client = found(desk, 2001)
    assert client.name == "Amina"
    assert [(one.volunteer, one.number, one.what) for one in desk.world.app.database.look(lambda tx: views.latest(tx, 1))] == [
        ("Marja", 2001, "import")]
    assert (await marja.get("/desk/audit")).status == 200


async def test_wrong_rows_are_shown_and_can_be_left_out(desk: Desk):
    """A wrong row keeps the others from being stored until who leads says that it may be left out."""
    marja = desk.somebody("Marja", "coordinator")
    page = await upload(marja, "/desk/import", file=LIST + "2002;Yonas;;31-02-2027\n")
    assert '&#34;31-02-2027&#34; is geen dag' in page.text
    assert "schrijf een dag die bestaat, zoals 28-02-2027" in page.text
    again = await upload(marja, "/desk/import/keep", file=sealed(page.text))
    assert found(desk, 2001) is None

    await upload(marja, "/desk/import/keep", file=sealed(again.text), skip="1")
    assert found(desk, 2001) is not None
    assert found(desk, 2002) is None


async def test_a_file_is_its_coordinators_for_an_hour(desk: Desk):
    """Another login cannot use what lies in a page, nor can anybody later, nor what was changed."""
    marja, kees = desk.somebody("Marja", "coordinator"), desk.somebody("Kees", "coordinator")
    file = sealed((await upload(marja, "/desk/import", file=LIST)).text)

    for browser, content in ((kees, file), (marja, file[:-8] + "AAAAAAA="), (marja, "x"), (marja, "")):
        assert (await upload(browser, "/desk/import/keep", file=content)).status == 400
    desk.world.now.move(minutes=61)
    assert (await upload(marja, "/desk/import/keep", file=file)).status == 400
    assert found(desk, 2001) is None


@pytest.mark.parametrize(("role", "status"), [("volunteer", 404), ("coordinator", 200), ("administrator", 200)])
async def test_importing_is_for_who_leads(desk: Desk, role: Role, status: int):
    """A volunteer sees neither page nor example; who leads gets both."""
    browser = desk.somebody("Joke", role)

    assert (await browser.get("/desk/import")).status == status
    assert (await browser.get("/desk/import/example")).status == status
    assert (await upload(browser, "/desk/import", file=LIST)).status == status


@pytest.mark.parametrize(("file", "status"), [("", 400), ("Amina;Hassan\n", 400), ("PK\x03\x04", 400), ("x" * 1_100_000, 413),
                                              ("telefoon\n" + "0612345678\n" * 2100, 413)])
async def test_what_is_no_list_is_refused_in_words(desk: Desk, file: str, status: int):
    """A file that cannot be taken leads back to the form with a sentence."""
    marja = desk.somebody("Marja", "coordinator")
    page = await upload(marja, "/desk/import", file=file)

    assert page.status == status
    assert 'role="alert"' in page.text


def test_every_remark_has_its_words():
    """Whatever reading a list can remark is said in the language of the desk."""
    made = {node.args[0].value for name in ("flows/cells.py", "flows/remarks.py", "bot/decipher.py", "bot/match.py")
            for node in ast.walk(ast.parse((HOME / name).read_text()))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "remark" and isinstance(node.args[0], ast.Constant)}

    assert len(made) > 30
    assert made - {'"{text}"', "{right}"} <= set(REMARKS)
    assert {cells.DAY, cells.NO_DAY, cells.CHOOSE} <= set(REMARKS)
