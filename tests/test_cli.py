"""
The command line as a person meets it: a process, its words and its exit codes.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from bot.__main__ import _reason, cli
from tests.ports import free_port

HOME = Path(__file__).parent.parent
COMMANDS = ("serve", "demo", "talk", "check", "report", "deadlines", "erase", "show", "backup", "restore", "rotate-keys", "location", "tickets",
            "templates", "understand", "export", "lint", "draw", "import", "remind", "voices", "simulate")
HEAVY = ("sqlalchemy", "telegram", "twilio", "babel", "starlette", "aiohttp", "alembic", "cryptography")
YEAR = ("--from", "2026-01-01", "--to", "2026-12-31")
WAITING = "from threading import Event, Thread; Thread(target=Event().wait).start(); from bot.__main__ import main; main()"
PAST = ("--from", "2025-01-01", "--to", "2025-12-31")


def environ(folder: Path, **settings: str) -> dict[str, str]:
    """Return the environment of a command: its data in this folder, and nothing of ours."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(HOME), "COLUMNS": "120", "WEGWIJS_DATA_DIR": str(folder / "data"), **settings}


def run(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run([sys.executable, "-m", "bot", *words], cwd=folder, env=environ(folder, **settings), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=150, check=False)


def ask(folder: Path, *words: str, **settings: str) -> str:
    """Run a command in this process, which saves the seconds that a new one takes, and return what it says; a refusal is raised."""
    done = CliRunner(env=environ(folder, **settings)).invoke(cli, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("command", [*COMMANDS, "invite", "invite client", "invite again"])
def test_every_command_explains_itself(command: str):
    """Each command of the interfaces page has its help."""

    result = CliRunner().invoke(cli, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_commands_are_those_of_the_page():
    """No command is there that is not tested here."""

    assert set(typer.main.get_command(cli).commands) == {*COMMANDS, "invite"}


def test_help_imports_nothing_heavy(tmp_path: Path):
    """`wegwijs --help` answers at once: no library is imported before a command needs it."""
    code = f"import sys, bot.__main__; print([name for name in {HEAVY!r} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], env=environ(tmp_path), capture_output=True, text=True, timeout=150, check=True)
    assert done.stdout.strip() == "[]"


REFUSALS = [
    (("check",), {"WEGWIJS_PORT": "http"}, "WEGWIJS_PORT is 'http'"),
    (("report", *YEAR), {"WEGWIJS_DATABASE_URL": "postgresql://joke:hush@127.0.0.1:9/x"}, "the database does not answer"),
    (("report", *YEAR, "--location", "Delft"), {}, "there is no location 'Delft'; there are: Leiden"),
    (("report", *YEAR, "--municipality", "Delft"), {}, "there is no municipality 'Delft'; there are: Leiden"),
    (("report", "--from", "2026-01-01", "--to", "2026-12-30", "--outgoing"), {}, "an outgoing report is of one whole quarter or year"),
    (("show", "1001"), {}, "no client has this number or address"),
    (("erase", "telegram:5"), {}, "no client has this number or address"),
    (("restore", "nothing.backup"), {}, "nothing.backup: No such file"),
    (("restore", "/dev/null"), {}, "this is not a backup"),
    (("location", "Leiden", "--hours", "banana"), {}, "are no opening hours"),
    (("location", "--phone", "071"), {}, "say which location"),
    (("tickets", "--close", "5"), {}, "there is no open ticket 5"),
    (("tickets", "--close", "5", "--outcome", "lost"), {}, "there is no outcome 'lost'"),
    (("tickets", "--allow", "5"), {}, "no address 5 waits"),
    (("talk", "--language", "xx"), {}, "the bot does not begin in 'xx'"),
    (("draw", "nowhere"), {}, "there are: "),
    (("draw", "welcome", "--language", "xx"), {}, "there are: "),
]


@pytest.mark.parametrize(("words", "settings", "line"), REFUSALS, ids=[" ".join(words) for words, _, _ in REFUSALS])
def test_a_refusal_says_why(tmp_path: Path, words: tuple[str, ...], settings: dict[str, str], line: str):
    """What will not be done is refused in one line that says why, without a secret."""

    result = CliRunner(env=environ(tmp_path, **settings)).invoke(cli, list(words))
    assert isinstance(result.exception, Exception)
    said = _reason(result.exception)
    assert line in said
    assert "\n" not in said
    assert "hush" not in said


@pytest.mark.parametrize(("words", "settings"), [(("check",), {"WEGWIJS_PORT": "http"}), (("show", "1001"), {})], ids=["check", "show"])
def test_a_refusal_is_exit_1(tmp_path: Path, words: tuple[str, ...], settings: dict[str, str]):
    """A refusal is one line on stderr, nothing on stdout, no traceback, and exit code 1."""

    done = run(tmp_path, *words, **settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"wegwijs: [^\n]+\n", done.stderr)


@pytest.mark.parametrize("words", [
    (), ("fly",), ("report",),
    ("report", "--from", "yesterday", "--to", "2026-12-31"), ("report", "--from", "2026-12-31", "--to", "2026-01-01"),
    ("report", *YEAR, "--format", "pdf"), ("report", *YEAR, "--programme", "flying"), ("serve", "--only", "web,kitchen"), ("show",),
], ids=" ".join)
def test_wrong_use_is_exit_2(words: tuple[str, ...]):
    """A command used wrongly says how it is used, with exit code 2."""

    assert CliRunner().invoke(cli, list(words)).exit_code == 2


def test_report_json_is_nothing_but_json(tmp_path: Path):
    """A program can read the report: the output is JSON and no word more."""

    done = run(tmp_path, "report", *YEAR, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["contacts"]["total"] == 0


def test_report_is_written_to_a_file(tmp_path: Path):
    """A spreadsheet goes into the file that is named, and the command says where it is."""
    result = CliRunner(env=environ(tmp_path)).invoke(cli, ["report", *PAST, "--format", "xlsx", "--outgoing", "--into", str(tmp_path / "year.xlsx")])

    assert result.output.strip() == str(tmp_path / "year.xlsx")
    assert (tmp_path / "year.xlsx").read_bytes()[:2] == b"PK"


def test_deadlines_answers_every_line(tmp_path: Path):
    """Facts come in as lines of JSON, and every line is answered: a bad one with what is right, which makes the exit code 1."""
    lines = [
        '{"id": "A13", "today": "2026-11-24", "facts": {"permit_kind": "permanent", "permit_expires_on": "2027-03-01"}}',
        '', '{"id": 7, "today": "2026-11-24", "facts": {"permit_expires": "2027-03-01"}}', 'banana', '[]', '{"id": null, "facts": {}}', '\udcff',
        '{"id": "A10", "today": "2026-11-24", "facts": {"permit_expires_on": "2027-01-15", "permit_applied_on": "2026-11-02"}, "shows": "silence"}',
    ]
    done = subprocess.run([sys.executable, "-m", "bot", "deadlines"], cwd=tmp_path, env=environ(tmp_path), capture_output=True, timeout=150,
                          input="\n".join(lines).encode(errors="surrogateescape"), check=False)

    card, unknown, word, array, dayless, binary, silent = map(json.loads, done.stdout.splitlines())
    assert card == {"id": "A13", "reminders": [{"kind": "permit_card_renewal", "due_on": "2027-03-01", "send_on": day}
                                               for day in ("2026-12-01", "2027-01-30", "2027-02-22")]}
    assert unknown == {"id": 7, "error": 'there is no fact "permit_expires"; did you mean permit_expires_on?'}
    assert [(one["id"], one["error"][:9]) for one in (word, array, dayless, binary)] == [
        (None, "line 4 is"), (None, "line 5 is"), (None, "today is "), (None, "line 7 is")]
    assert silent == {"id": "A10", "reminders": []}
    assert (done.returncode, done.stderr) == (1, b"wegwijs: lines with an error: 5; the others are answered\n")
    assert not (tmp_path / "data").exists()


def test_another_key_is_refused(tmp_path: Path):
    """A database opened with another key than it was made with is refused in words that name the setting."""
    ask(tmp_path, "invite", "client", "Amina", WEGWIJS_SECRET_KEY="the key of before")

    done = CliRunner(env=environ(tmp_path, WEGWIJS_SECRET_KEY="the key of today!")).invoke(cli, ["show", "1001"])
    assert isinstance(done.exception, Exception)
    assert "WEGWIJS_SECRET_KEY" in _reason(done.exception)
    assert "\n" not in _reason(done.exception)


def test_an_erased_client_stays_erased(tmp_path: Path):
    """A backup, an erasure, the backup restored: everything is there again but the client who was erased."""
    file = tmp_path / "all.backup"
    for name in ("Amina", "Yonas"):
        ask(tmp_path, "invite", "client", name)
    assert "WEGWIJS_SECRET_KEY" in ask(tmp_path, "backup", str(file))
    assert b"Amina" not in file.read_bytes()
    assert "naam            Amina" in ask(tmp_path, "show", "1001")

    ask(tmp_path, "erase", "1001")
    ask(tmp_path, "restore", str(file))
    with pytest.raises(Exception, match="no client has this number"):
        ask(tmp_path, "show", "1001")
    assert "naam            Yonas" in ask(tmp_path, "show", "1002")


def test_keys_are_changed(tmp_path: Path):
    """After rotate-keys everything opens with a new key, and the old one is gone from the ring."""
    ask(tmp_path, "invite", "client", "Amina")
    before = (tmp_path / "data" / "secret.key").read_text()

    ask(tmp_path, "rotate-keys")
    assert (tmp_path / "data" / "secret.key").read_text() != before
    assert "naam            Amina" in ask(tmp_path, "show", "1001")


def test_the_office_is_set(tmp_path: Path):
    """Address, phone and hours of the office are given by a command, and listed by the same."""
    said = ask(tmp_path, "location", "Leiden", "--address", "Voorbeeldstraat 1", "--phone", "071-000 00 00", "--hours", "mo-th 09:00-16:00")

    assert said == ask(tmp_path, "location")
    assert all(told in said for told in ("Voorbeeldstraat 1", "071-000 00 00", "mo-th 09:00-16:00"))


def test_serve_refuses_a_port_that_is_taken(tmp_path: Path):
    """Where another program listens, serve stops with the settings to change."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run(tmp_path, "serve", WEGWIJS_PORT=str(taken.getsockname()[1]))

    assert done.returncode == 1
    assert "another program listens" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_serve_without_a_channel_serves_the_web_side(tmp_path: Path):
    """With neither channel configured serve says what is missing and what to do, answers all the same, and stops when told, also while
    something in it waits without end, as for a name server that is away."""
    port = free_port()
    with subprocess.Popen([sys.executable, "-c", WAITING, "serve"], cwd=tmp_path, env=environ(tmp_path, WEGWIJS_PORT=str(port)),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as serving:
        try:
            assert _answer(f"http://127.0.0.1:{port}/healthz") == 200
            serving.send_signal(signal.SIGTERM)
            said, _ = serving.communicate(timeout=60)
        finally:
            serving.kill()
    assert serving.returncode == 0, said
    assert "telegram is off: TELEGRAM_BOT_TOKEN is missing" in said
    assert "whatsapp is off: TWILIO_AUTH_TOKEN is missing" in said
    assert "wegwijs demo" in said
    assert not re.search("Traceback|ERROR", said), said


def _answer(url: str) -> int:
    for _ in range(1000):
        try:
            with urllib.request.urlopen(url, timeout=60) as response:
                return int(response.status)
        except OSError:
            time.sleep(0.1)
    return 0


def test_a_conversation_is_drawn(tmp_path: Path) -> None:
    """`draw` writes the picture into the folder where one stands and says its name."""
    drawn = run(tmp_path, "draw", "welcome", "--language", "ar")
    assert (drawn.returncode, drawn.stdout) == (0, "welcome.svg\n")
    assert (tmp_path / "welcome.svg").read_text().startswith("<svg")


def test_remind_lists_what_is_due(tmp_path: Path):
    """The list is empty where nothing is due, another moment is for the list alone, and without it what is due is done."""
    runner = CliRunner(env=environ(tmp_path))

    listed = runner.invoke(cli, ["remind", "--dry-run", "--at", "2026-12-01T10:00"])
    assert (listed.exit_code, listed.output) == (0, "Nothing is due.\n")
    assert runner.invoke(cli, ["remind", "--at", "2026-12-01T10:00"]).exit_code == 2
    assert runner.invoke(cli, ["remind"]).output == "0 reminders are on their way.\n"


def test_what_can_be_recorded_is_listed_and_taken_out(tmp_path: Path):
    """The alarms stand first, each with its file and its words; a language we do not have is refused; the zip of recordings opens."""
    here = {"WEGWIJS_DATA_DIR": str(tmp_path / "data"), "WEGWIJS_SECRET_KEY": "k" * 32}
    listed = CliRunner().invoke(cli, ["voices", "nl"], env=here)
    refused = CliRunner().invoke(cli, ["voices", "xx"], env=here)
    taken = CliRunner().invoke(cli, ["export", str(tmp_path / "audio.zip"), "--format", "audio"], env=here)

    assert re.match(r"! missing nl/audio/[0-9a-f]{16}-[0-9a-f]{8}\.ogg  emergency\n    Bel nu 112", listed.output)
    assert "we have no texts in 'xx'" in _reason(refused.exception)  # type: ignore[arg-type]
    assert taken.exit_code == 0
    assert zipfile.ZipFile(tmp_path / "audio.zip").namelist() == []


def test_exports_for_others_are_written_where_they_are_asked_for(tmp_path: Path):
    """A table and the moments for other systems are files; without days, of no table or of no such place nothing is written."""
    def exported(*words: str) -> int:
        return CliRunner().invoke(cli, ["export", *words, str(tmp_path / "out")], env=environ(tmp_path)).exit_code

    assert exported("--format", "csv", "--table", "messages") == 2
    assert exported("--format", "klantinteracties") == 2
    assert exported("--format", "klantinteracties", *YEAR, "--location", "Delft") == 1
    assert not (tmp_path / "out").exists()
    assert exported("--format", "csv", "--table", "places") == 0
    assert "Leiden" in (tmp_path / "out").read_text("utf-8-sig")
    assert exported("--format", "klantinteracties", *YEAR) == 0
    assert json.loads((tmp_path / "out").read_text())["count"] == 0
