"""
Given: what stands in the environment or a `.env` file, and how one value of it is read, or refused in one line.
"""

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

HOST = r"[\w.:%-]+"       # a name or an address, with nothing in it that no host has


class WrongSetting(Exception):
    """
    A setting is wrong or missing: one line that names it, what was found (never a secret) and an example of a right one.
    """


def gather(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """
    Return what was given, in the environment or else in the `.env` file of a folder.
    """
    return {name: value.strip() for name, value in {**_dotenv(folder / ".env"), **environ}.items() if value.strip()}


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    from dotenv import dotenv_values  # only a start with a .env pays for it

    return {name: value for name, value in dotenv_values(path).items() if value}


def is_loopback(url: str) -> bool:
    """
    Tell whether a URL points at this machine.
    """
    return is_this_machine(urlsplit(url).hostname or "")


def is_this_machine(host: str) -> bool:
    """
    Tell whether an address, or the name localhost, is this machine.
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def wrong(name: str, found: str, example: str) -> WrongSetting:
    """
    Return the error for a setting: what was found, and a right one.
    """
    return WrongSetting(f"{name} is {found}; a right one: {name}={example}")


def number(given: Mapping[str, str], name: str, default: float, least: float, most: float, is_whole: bool = False) -> float:
    """
    Return the number that a setting gives, between two others; raise `WrongSetting`.
    """
    value = given.get(name, str(default))
    if re.fullmatch(r"\d{1,6}" if is_whole else r"\d{1,6}(\.\d{1,6})?", value, re.ASCII) and least <= float(value) <= most:
        return float(value)
    raise wrong(name, f"{value[:40]!r}, no number from {least:g} to {most:g}", f"{default:g}")


def address(given: Mapping[str, str], name: str, default: str, example: str) -> str:
    """
    Return the https address that a setting gives, as the platforms write it, who sign it; "" for none. Raise `WrongSetting`.
    """
    value = given.get(name, default)
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        is_right = bool(re.fullmatch(HOST, parts.hostname or "")) and parts.port != 0 and not (parts.query or parts.fragment or parts.username)
    except ValueError:
        parts, is_right = SplitResult("", "", "", "", ""), False
    if is_right and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(value))):
        return parts._replace(netloc=parts.netloc.lower()).geturl().rstrip("/")
    found = f"{parts.scheme}://{parts.hostname}" if is_right else "no address"
    raise wrong(name, f"{found}, and must be https (http only on this machine)", example)


def shaped(given: Mapping[str, str], name: str, shape: str, example: str, is_secret: bool = True) -> str:
    """
    Return the text that a setting gives, "" for none; raise `WrongSetting` where it does not have this shape, without repeating a secret.
    """
    value = given.get(name, "")
    if not value or re.fullmatch(shape, value, re.ASCII):
        return value
    raise wrong(name, f"{f'a text of {len(value)} characters' if is_secret else repr(value[:40])}, which does not look like one", example)
