"""
The environment, read once.

Settings come from the environment or a `.env` file beside the program; the environment wins. Secrets that nobody gave are made on
the first run and kept in the data folder. An empty value counts as none.
"""

import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.given import WrongSetting, address, gather, is_loopback, number, shaped, wrong
from storage.terms import LIMITS

TELEGRAM_API = "https://api.telegram.org"
TWILIO_API = "https://api.twilio.com"
TWILIO_CONTENT = "https://content.twilio.com"
SHORTEST_KEY = 16
HOOK_PORTS = (None, 443, 80, 88, 8443)


@dataclass(frozen=True, slots=True)
class Settings:
    """
    Every setting of `WEGWIJS_…`, `TELEGRAM_…` and `TWILIO_…`, checked. Secrets never appear in its repr.
    """

    database_url: str
    data_dir: Path
    secret_keys: tuple[str, ...]
    is_key_in_data_dir: bool
    host: str
    port: int
    public_url: str
    timezone: ZoneInfo
    clock: datetime | None
    telegram_token: str
    telegram_secret: str
    telegram_volunteers: str
    telegram_api: str
    twilio_account: str
    twilio_token: str
    twilio_token_old: str
    twilio_from: str
    twilio_api: str
    twilio_content: str
    sends_in_flight: int
    moment_silence_hours: float
    kept: Mapping[str, int]             # how long, in days or years: `storage/terms.py`

    def __repr__(self) -> str:
        """
        Name the class alone: settings hold secrets.
        """
        return "Settings(…)"

    @classmethod
    def read(cls, environ: Mapping[str, str], folder: Path | None = None) -> "Settings":
        """
        Read and check every setting, make the data folder and the secrets that are missing; raise `WrongSetting`.
        """
        folder = folder or Path.cwd()
        given = gather(environ, folder)
        data_dir = _data_dir(folder / given.get("WEGWIJS_DATA_DIR", "data"))
        telegram = _telegram(given, data_dir)
        twilio = _twilio(given)
        database_url = _database_url(given, data_dir)
        keys, is_kept = _secret_keys(given, data_dir, database_url)
        return cls(
            database_url=database_url,
            data_dir=data_dir,
            secret_keys=keys,
            is_key_in_data_dir=is_kept,
            host=given.get("WEGWIJS_HOST", "127.0.0.1"),
            port=int(number(given, "WEGWIJS_PORT", 8080, 0, 65535, is_whole=True)),
            public_url=_public_url(given, telegram),
            timezone=_timezone(given),
            clock=_clock(given, telegram, twilio),
            sends_in_flight=int(number(given, "WEGWIJS_SENDS_IN_FLIGHT", 64, 1, 64, is_whole=True)),
            moment_silence_hours=number(given, "WEGWIJS_MOMENT_SILENCE_HOURS", 4, 0.25, 72),
            kept={name: int(number(given, *limits, is_whole=True)) for name, limits in LIMITS.items()},
            **telegram,
            **twilio,
        )


def _data_dir(path: Path) -> Path:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = path.stat().st_mode
        if mode & stat.S_ISVTX:                 # /tmp and its like are everybody's, and must stay so
            raise wrong("WEGWIJS_DATA_DIR", f"{path}, a folder that everybody shares", "/var/lib/wegwijs")
        if mode & 0o077:
            path.chmod(0o700)
    except OSError as error:
        raise wrong("WEGWIJS_DATA_DIR", f"{path}, which cannot be made or used ({error.strerror})", "/var/lib/wegwijs") from None
    return path.resolve()


def _database_url(given: Mapping[str, str], data_dir: Path) -> str:
    url = given.get("WEGWIJS_DATABASE_URL", "sqlite:///wegwijs.db")
    scheme, separator, rest = url.partition("://")
    if scheme == "sqlite" and separator and rest.startswith("/") and len(rest) > 1:
        path = data_dir / rest[1:].partition("?")[0]
        if path.parent.is_dir():
            return f"sqlite:///{path}"
        raise wrong("WEGWIJS_DATABASE_URL", f"a file in {path.parent}, which is no folder", "sqlite:////var/lib/wegwijs/wegwijs.db")
    if scheme in ("postgresql", "postgres") and _has_port_or_none(url) and rest.strip("/"):
        return f"postgresql://{rest}"
    found = f"an address that begins with {scheme[:20]!r}, or has no right port or no name of a database" if separator else "no address"
    raise wrong("WEGWIJS_DATABASE_URL", found, "postgresql://wegwijs:password@127.0.0.1/wegwijs")


def _has_port_or_none(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _secret_keys(given: Mapping[str, str], data_dir: Path, database_url: str) -> tuple[tuple[str, ...], bool]:
    kept = data_dir / "secret.key"
    value = given.get("WEGWIJS_SECRET_KEY")
    if value is None:
        if not kept.exists() and _is_filled(database_url):
            raise WrongSetting(
                f"WEGWIJS_SECRET_KEY is missing, and {kept} too, but the database is there: give the key it was made with; "
                "a right one: WEGWIJS_SECRET_KEY=" + "k" * 32)
        value = _kept(kept)
    keys = tuple(key.strip() for key in re.split(r"[,\n]", value) if key.strip())
    shortest = min((len(key) for key in keys), default=0)
    if shortest < SHORTEST_KEY:
        where = "WEGWIJS_SECRET_KEY" if "WEGWIJS_SECRET_KEY" in given else f"WEGWIJS_SECRET_KEY in {kept}"
        raise WrongSetting(f"{where} is a key of {shortest} characters, at least {SHORTEST_KEY} are needed; "
                           f"a right one: WEGWIJS_SECRET_KEY={'k' * 32} (several, current first: parted by commas)")
    return keys, "WEGWIJS_SECRET_KEY" not in given


def _is_filled(database_url: str) -> bool:
    path = Path(database_url.removeprefix("sqlite:///"))
    return database_url.startswith("sqlite:") and path.is_file() and path.stat().st_size > 0


def _kept(path: Path) -> str:
    """
    Return the secret kept at `path`, made there first if nobody has; two processes that start together get the same one.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)                # fails where another process was first, and never shows half a file
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def _public_url(given: Mapping[str, str], telegram: Mapping[str, str]) -> str:
    url = address(given, "WEGWIJS_PUBLIC_URL", "", "https://bot.example.org")
    if telegram["telegram_token"] and telegram["telegram_api"] == TELEGRAM_API and urlsplit(url).port not in HOOK_PORTS:
        raise wrong("WEGWIJS_PUBLIC_URL", f"at port {urlsplit(url).port}, to which Telegram brings nothing", "https://bot.example.org:8443")
    return url


def _timezone(given: Mapping[str, str]) -> ZoneInfo:
    name = given.get("WEGWIJS_TIMEZONE", "Europe/Amsterdam")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong("WEGWIJS_TIMEZONE", f"{name[:40]!r}, which is no time zone", "Europe/Amsterdam") from None


def _clock(given: Mapping[str, str], telegram: Mapping[str, str], twilio: Mapping[str, str]) -> datetime | None:
    value = given.get("WEGWIJS_CLOCK")
    if value is None:
        return None
    example = "2027-02-27T09:59:00+01:00"
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise wrong("WEGWIJS_CLOCK", f"{value[:40]!r}, which is no moment", example) from None
    if not 2000 <= moment.year < 2100:
        raise wrong("WEGWIJS_CLOCK", f"{value[:40]!r}, in a year from which no calendar can be made", example)
    if moment.tzinfo is None:
        raise wrong("WEGWIJS_CLOCK", f"{value[:40]!r}, a moment without its offset from UTC", example)
    used = [telegram["telegram_api"]] if telegram["telegram_token"] else []
    used += [twilio["twilio_api"], twilio["twilio_content"]] if twilio["twilio_token"] else []
    if not all(is_loopback(url) for url in used):
        raise wrong("WEGWIJS_CLOCK", "set while a channel reaches real people: rehearse with every API URL on this machine",
                    f"{example} with TELEGRAM_API_URL=http://127.0.0.1:9090")
    return moment


def _telegram(given: Mapping[str, str], data_dir: Path) -> dict[str, str]:
    token = shaped(given, "TELEGRAM_BOT_TOKEN", r"\d+:[\w-]+", "123456789:the-letters-that-BotFather-gave")
    secret = shaped(given, "TELEGRAM_WEBHOOK_SECRET", r"[\w-]{1,256}", "letters-digits_and-dashes")
    return {
        "telegram_token": token,
        "telegram_secret": secret or (_kept(data_dir / "telegram.secret").strip() if token else ""),
        "telegram_volunteers": shaped(given, "TELEGRAM_VOLUNTEERS_CHAT_ID", r"-?\d+", "-1001234567890", is_secret=False),
        "telegram_api": address(given, "TELEGRAM_API_URL", TELEGRAM_API, "http://127.0.0.1:9090"),
    }


def _twilio(given: Mapping[str, str]) -> dict[str, str]:
    token = shaped(given, "TWILIO_AUTH_TOKEN", r"\S+", "0123456789abcdef0123456789abcdef")
    account = shaped(given, "TWILIO_ACCOUNT_SID", r"AC\w+", "AC0123456789abcdef0123456789abcdef")
    sender = shaped(given, "TWILIO_WHATSAPP_FROM", r"whatsapp:\+\d{5,15}", "whatsapp:+31612345678", is_secret=False)
    if token and not account:
        raise wrong("TWILIO_ACCOUNT_SID", "missing beside TWILIO_AUTH_TOKEN", "AC0123456789abcdef0123456789abcdef")
    if token and not sender:
        raise wrong("TWILIO_WHATSAPP_FROM", "missing beside TWILIO_AUTH_TOKEN", "whatsapp:+31612345678")
    return {
        "twilio_account": account,
        "twilio_token": token,
        "twilio_token_old": shaped(given, "TWILIO_AUTH_TOKEN_OLD", r"\S+", "the token that was replaced"),
        "twilio_from": sender,
        "twilio_api": address(given, "TWILIO_API_URL", TWILIO_API, "http://127.0.0.1:9091"),
        "twilio_content": address(given, "TWILIO_CONTENT_URL", TWILIO_CONTENT, "http://127.0.0.1:9091"),
    }
