"""
Settings: defaults, secrets made on the first run, and one clear line for each wrong value.
"""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.given import WrongSetting
from bot.settings import Settings

TELEGRAM = {"TELEGRAM_BOT_TOKEN": "123456:test-token-of-nobody", "TELEGRAM_API_URL": "http://127.0.0.1:9090"}
TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC0123456789abcdef0123456789abcdef",
    "TWILIO_AUTH_TOKEN": "0123456789abcdef",
    "TWILIO_WHATSAPP_FROM": "whatsapp:+31612345678",
}


def mode(path: Path) -> int:
    """Return the permission bits of a path."""
    return stat.S_IMODE(path.stat().st_mode)


def test_settings_have_defaults(tmp_path: Path):
    """An empty environment is enough: everything lives in ./data, reachable from this machine alone, both channels off."""

    settings = Settings.read({}, tmp_path)
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/wegwijs.db"
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8080, "")
    assert settings.timezone.key == "Europe/Amsterdam"
    assert (settings.telegram_token, settings.twilio_token) == ("", "")
    assert settings.telegram_api == "https://api.telegram.org"
    assert (settings.sends_in_flight, settings.moment_silence_hours, settings.kept["pictures"]) == (64, 4, 30)


def test_settings_keep_their_secrets(tmp_path: Path):
    """The first run makes a key, for the owner alone; the next run, and a .env beside it, find the same one."""

    first = Settings.read(TELEGRAM, tmp_path)
    second = Settings.read(TELEGRAM, tmp_path)
    assert first.secret_keys == second.secret_keys
    assert first.telegram_secret == second.telegram_secret
    assert first.is_key_in_data_dir
    assert mode(first.data_dir) == 0o700
    assert mode(first.data_dir / "secret.key") == 0o600
    assert mode(first.data_dir / "telegram.secret") == 0o600
    assert sorted(path.name for path in first.data_dir.iterdir()) == ["secret.key", "telegram.secret"]


def test_settings_close_the_data_folder(tmp_path: Path):
    """A data folder that others could read is closed to them."""
    (tmp_path / "data").mkdir(mode=0o755)

    Settings.read({}, tmp_path)
    assert mode(tmp_path / "data") == 0o700


def test_settings_take_several_keys(tmp_path: Path):
    """The current key comes first, older ones after it: by line in the file, by comma in the environment."""
    kept = Settings.read({}, tmp_path).data_dir / "secret.key"
    kept.write_text("n" * 20 + "\n" + "o" * 20 + "\n")

    assert Settings.read({}, tmp_path).secret_keys == ("n" * 20, "o" * 20)
    given = Settings.read({"WEGWIJS_SECRET_KEY": "a" * 16 + ", " + "b" * 16}, tmp_path)
    assert given.secret_keys == ("a" * 16, "b" * 16)
    assert not given.is_key_in_data_dir


def test_settings_make_no_second_key_for_a_filled_database(tmp_path: Path):
    """A database whose key is gone stops the start: a new key would make its rows unreadable and every client a stranger."""
    data = Settings.read({}, tmp_path).data_dir
    (data / "secret.key").unlink()
    (data / "wegwijs.db").write_text("rows")

    with pytest.raises(WrongSetting, match="WEGWIJS_SECRET_KEY is missing"):
        Settings.read({}, tmp_path)


def test_settings_read_dotenv_and_the_environment_wins(tmp_path: Path):
    """What .env says counts, unless the environment says otherwise; an empty value counts as none."""
    (tmp_path / ".env").write_text("WEGWIJS_PORT=9000\nWEGWIJS_HOST=0.0.0.0\nTELEGRAM_BOT_TOKEN=\n")

    settings = Settings.read({"WEGWIJS_PORT": "9001", "WEGWIJS_PUBLIC_URL": ""}, tmp_path)
    assert (settings.host, settings.port, settings.public_url, settings.telegram_token) == ("0.0.0.0", 9001, "", "")


def test_settings_take_postgresql(tmp_path: Path):
    """PostgreSQL may be written in its two usual ways."""

    for scheme in ("postgres", "postgresql"):
        settings = Settings.read({"WEGWIJS_DATABASE_URL": f"{scheme}://joke:pw@127.0.0.1/wegwijs"}, tmp_path)
        assert settings.database_url == "postgresql://joke:pw@127.0.0.1/wegwijs"


def test_settings_write_addresses_as_platforms_do(tmp_path: Path):
    """Scheme and host are small letters and nothing ends in a stroke, or no signature over the address would be right."""

    assert Settings.read({"WEGWIJS_PUBLIC_URL": "HTTPS://Bot.Example.org:8443/Leiden/"}, tmp_path).public_url == "https://bot.example.org:8443/Leiden"
    assert Settings.read({"TELEGRAM_API_URL": "http://[::1]:9090/"}, tmp_path).telegram_api == "http://[::1]:9090"


def test_settings_move_the_clock_only_in_a_rehearsal(tmp_path: Path):
    """The clock starts elsewhere only while no channel that is on can reach a real person."""
    clock = {"WEGWIJS_CLOCK": "2027-02-27T09:59:00+01:00"}

    assert Settings.read(clock | TELEGRAM, tmp_path).clock == datetime(2027, 2, 27, 8, 59, tzinfo=UTC)
    for real in ({"TELEGRAM_BOT_TOKEN": "123456:token"}, TELEGRAM | TWILIO):
        with pytest.raises(WrongSetting, match="WEGWIJS_CLOCK is set while a channel reaches real people"):
            Settings.read(clock | real, tmp_path)


WRONG = [
    ({"WEGWIJS_PORT": "http"}, "WEGWIJS_PORT", "'http'"),
    ({"WEGWIJS_PORT": "70000"}, "WEGWIJS_PORT", "'70000'"),
    ({"WEGWIJS_PORT": "²"}, "WEGWIJS_PORT", "'²'"),
    ({"WEGWIJS_DATABASE_URL": "mysql://joke:hush@127.0.0.1/x"}, "WEGWIJS_DATABASE_URL", "'mysql'"),
    ({"WEGWIJS_DATABASE_URL": "wegwijs.db"}, "WEGWIJS_DATABASE_URL", "no address"),
    ({"WEGWIJS_DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "WEGWIJS_DATABASE_URL", "/nowhere/at"),
    ({"WEGWIJS_DATA_DIR": "/proc/wegwijs"}, "WEGWIJS_DATA_DIR", "/proc/wegwijs"),
    ({"WEGWIJS_SECRET_KEY": "hush"}, "WEGWIJS_SECRET_KEY", "4 characters"),
    ({"WEGWIJS_PUBLIC_URL": "http://bot.example.org"}, "WEGWIJS_PUBLIC_URL", "http://bot.example.org"),
    ({"WEGWIJS_PUBLIC_URL": "bot.example.org"}, "WEGWIJS_PUBLIC_URL", "no address"),
    ({"WEGWIJS_TIMEZONE": "Leiden"}, "WEGWIJS_TIMEZONE", "'Leiden'"),
    ({"WEGWIJS_TIMEZONE": "/etc/passwd"}, "WEGWIJS_TIMEZONE", "'/etc/passwd'"),
    ({"WEGWIJS_CLOCK": "tomorrow"}, "WEGWIJS_CLOCK", "'tomorrow'"),
    ({"WEGWIJS_CLOCK": "2027-02-27T09:59:00"}, "WEGWIJS_CLOCK", "offset"),
    ({"WEGWIJS_CLOCK": "9999-12-31T23:59:59-10:00"}, "WEGWIJS_CLOCK", "'9999-"),
    ({"WEGWIJS_PUBLIC_URL": "https://bot example.org"}, "WEGWIJS_PUBLIC_URL", "no address"),
    ({"WEGWIJS_PUBLIC_URL": "https://bot.example.org:9000", "TELEGRAM_BOT_TOKEN": "1:hush"}, "WEGWIJS_PUBLIC_URL", "9000"),
    ({"WEGWIJS_DATABASE_URL": "postgresql://joke:hush@127.0.0.1:port/x"}, "WEGWIJS_DATABASE_URL", "no right port"),
    ({"WEGWIJS_SENDS_IN_FLIGHT": "0"}, "WEGWIJS_SENDS_IN_FLIGHT", "'0'"),
    ({"WEGWIJS_PICTURES_KEPT_DAYS": "366"}, "WEGWIJS_PICTURES_KEPT_DAYS", "'366'"),
    ({"WEGWIJS_TEXTS_KEPT_DAYS": "366"}, "WEGWIJS_TEXTS_KEPT_DAYS", "'366'"),
    ({"WEGWIJS_CLIENT_LINKS_KEPT_DAYS": "364"}, "WEGWIJS_CLIENT_LINKS_KEPT_DAYS", "'364'"),
    ({"WEGWIJS_MOMENTS_KEPT_YEARS": "0"}, "WEGWIJS_MOMENTS_KEPT_YEARS", "'0'"),
    ({"WEGWIJS_PICTURES_KEPT_DAYS": "a month"}, "WEGWIJS_PICTURES_KEPT_DAYS", "'a month'"),
    ({"WEGWIJS_MOMENT_SILENCE_HOURS": "nan"}, "WEGWIJS_MOMENT_SILENCE_HOURS", "'nan'"),
    ({"TELEGRAM_BOT_TOKEN": "hush hush"}, "TELEGRAM_BOT_TOKEN", "9 characters"),
    ({"TELEGRAM_WEBHOOK_SECRET": "hush!"}, "TELEGRAM_WEBHOOK_SECRET", "5 characters"),
    ({"TELEGRAM_VOLUNTEERS_CHAT_ID": "the team"}, "TELEGRAM_VOLUNTEERS_CHAT_ID", "'the team'"),
    ({"TELEGRAM_API_URL": "http://10.0.0.1:9090"}, "TELEGRAM_API_URL", "http://10.0.0.1"),
    ({"TWILIO_API_URL": "http://api.example.org"}, "TWILIO_API_URL", "http://api.example.org"),
    ({"TWILIO_CONTENT_URL": "http://10.0.0.1"}, "TWILIO_CONTENT_URL", "http://10.0.0.1"),
    ({"TWILIO_API_URL": "ftp://127.0.0.1"}, "TWILIO_API_URL", "ftp://127.0.0.1"),
    ({"TWILIO_CONTENT_URL": "https://127.0.0.1:x"}, "TWILIO_CONTENT_URL", "no address"),
    ({"TWILIO_WHATSAPP_FROM": "+31612345678"}, "TWILIO_WHATSAPP_FROM", "'+31612345678'"),
    ({"TWILIO_AUTH_TOKEN": "hush"}, "TWILIO_ACCOUNT_SID", "missing"),
    (TWILIO | {"TWILIO_WHATSAPP_FROM": ""}, "TWILIO_WHATSAPP_FROM", "missing"),
]


@pytest.mark.parametrize(("environ", "name", "found"), WRONG)
def test_settings_refuse_in_one_line(tmp_path: Path, environ: dict[str, str], name: str, found: str):
    """A wrong value is refused in one line that names the setting, what was found and a right one, and tells no secret."""

    with pytest.raises(WrongSetting) as refusal:
        Settings.read(environ, tmp_path)
    line = str(refusal.value)
    assert line.startswith(f"{name} is ")
    assert found in line
    assert f"{name}=" in line
    assert "\n" not in line
    assert "hush" not in line


def test_settings_leave_a_shared_folder_alone():
    """A data folder that everybody shares, such as /tmp, is refused and keeps its permissions."""
    before = mode(Path("/tmp"))

    with pytest.raises(WrongSetting, match="everybody shares"):
        Settings.read({"WEGWIJS_DATA_DIR": "/tmp"}, Path("/"))
    assert mode(Path("/tmp")) == before


def test_settings_never_print_a_secret(tmp_path: Path):
    """Neither repr nor str of the settings holds a token or a key."""

    settings = Settings.read(TELEGRAM | TWILIO | {"WEGWIJS_PUBLIC_URL": "https://bot.example.org"}, tmp_path)
    shown = f"{settings!r} {settings}"
    assert all(secret not in shown for secret in (settings.telegram_token, settings.twilio_token, *settings.secret_keys))
