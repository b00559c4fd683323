"""
Admit: volunteers at the door of the desk, by password, and by a second factor who leads.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Literal

import pyotp

from bot.app import App
from flows.rights import Volunteer
from storage import attempts, links, logins, volunteers
from storage.database import Tx

STEP = 30                   # seconds that a code of the second factor counts
SECOND, ACCOUNT = " second factor of ", " account of "       # what else is guessed; no name that is typed at the door begins with a space
SECRET = re.compile(r"[A-Z2-7]{32}")


class Denied(Exception):
    """
    Nobody comes in like this: `wrong` name, password or code; `locked` for a quarter of an hour; `gone`, a link that was used or is too old.
    """

    def __init__(self, reason: Literal["wrong", "locked", "gone"]) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Entered:
    """
    A login that began: the token for the cookie, whose it is, and whether the second factor is still due.
    """

    token: str
    who: Volunteer
    is_whole: bool


async def log_in(app: App, login: str, password: str, source: str, browser: str = "") -> Entered:
    """
    Begin a login; raise `Denied`. `source` is the network address it comes from, `browser` what its browser was given at an earlier one.

    The lock is looked at again in the commit that counts the attempt, so many guesses at once are no more than one after the other;
    and the password must still be the one that was checked.
    """
    name = login.strip().casefold()[:200]
    counts_for, known = await app.database.read(lambda tx: (_open(tx, app, name, source, browser), volunteers.credentials(tx, name)))
    if not counts_for:
        raise Denied("locked")
    is_right = await app.passwords.is_right(password, known[1] if known else "")
    renewed = await app.passwords.renewed(password, known[1]) if known and is_right else ""
    token = new_token()

    def keep(tx: Tx) -> Volunteer | None:
        if not (counted := _open(tx, app, name, source, browser)):
            raise Denied("locked")
        still = volunteers.credentials(tx, name)
        is_in = bool(is_right and known and still and still[1] == known[1])
        attempts.note(tx, name, counted, is_in, app.now())
        if not is_in or still is None:
            return None
        if browser and counted == source:
            attempts.note(tx, name, of_browser(browser), True, app.now())
        if renewed != still[1]:
            volunteers.choose(tx, still[0].id, name, renewed)
        logins.begin(tx, still[0].id, token, not still[0].leads, app.now())
        return still[0]

    who = await app.database.write(keep)
    if who is None:
        raise Denied("wrong")
    return Entered(token, who, not who.leads)


async def know(app: App, login: str, browser: str) -> None:
    """
    Keep that a name came in at this browser by a link, so that nobody can lock it out there.
    """
    await app.database.write(lambda tx: attempts.note(tx, login.strip().casefold()[:200], of_browser(browser), True, app.now()))


def of_browser(browser: str) -> str:
    """
    Return the source that stands for a browser itself.
    """
    return f"browser:{browser}"


def _open(tx: Tx, app: App, name: str, source: str, browser: str) -> str:
    """
    Return the source that an attempt counts for: the browser, if this name logged in there before, or else the network address; ""
    where that is locked.
    """
    counted = of_browser(browser) if browser and attempts.is_known(tx, name, of_browser(browser)) else source
    return "" if attempts.is_locked(tx, name, counted, app.now()) else counted


def new_token() -> str:
    """
    Return a random token of 256 bits.
    """
    return secrets.token_urlsafe(32)


async def second(app: App, who: Volunteer, token: str, code: str, source: str, secret: str = "") -> str:
    """
    Take the code of the second factor, make the login whole under a new token, and return that; raise `Denied`. `secret` is that
    of a second factor which is only now set up. A code works once.
    """
    given = "".join(code.split())

    def run(tx: Tx) -> str | None:
        name, _, kept = volunteers.secret_of(tx, who.id)
        if attempts.is_locked(tx, SECOND + name, source, app.now()):
            raise Denied("locked")
        step = _step(app, kept or secret, given)
        is_right = step is not None and volunteers.use_step(tx, who.id, step)
        attempts.note(tx, SECOND + name, source, is_right, app.now())
        if not is_right or step is None:
            return None
        if not kept:
            volunteers.set_totp(tx, who.id, secret, step)
        logins.end(tx, logins.hash_of(token))
        new = new_token()
        logins.begin(tx, who.id, new, True, app.now())
        return new

    made = await app.database.write(run)
    if made is None:
        raise Denied("wrong")
    return made


def _step(app: App, secret: str, code: str) -> int | None:
    if not SECRET.fullmatch(secret) or not code.isascii():
        return None
    now = int(app.now().timestamp())
    known = pyotp.TOTP(secret)
    return next((now // STEP + off for off in (-1, 0, 1) if hmac.compare_digest(known.at(now, counter_offset=off), code)), None)


def new_secret() -> str:
    """
    Return the secret of a new second factor.
    """
    return pyotp.random_base32()


def address_of(secret: str, login: str) -> str:
    """
    Return the `otpauth://` address of a second factor, for a QR that an app scans.
    """
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Wegwijs")


async def enter(app: App, code: str) -> Entered:
    """
    Begin a login by a one-time link, as `demo` prints them; raise `Denied`.
    """
    token = new_token()

    def run(tx: Tx) -> Volunteer | None:
        who = links.use(tx, code, "enter", app.now())
        if who is not None:
            logins.begin(tx, who.id, token, True, app.now())
        return who

    who = await app.database.write(run)
    if who is None:
        raise Denied("gone")
    return Entered(token, who, True)


async def log_out(app: App, token_hash: str) -> None:
    """
    End a login.
    """
    await app.database.write(lambda tx: logins.end(tx, token_hash))
