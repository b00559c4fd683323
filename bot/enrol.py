"""
Enrol: new volunteers by a one-time link, new passwords likewise, and the leave of those who go.
"""

import re
from collections.abc import Collection

from bot import passwords
from bot.admit import ACCOUNT, Denied, Entered, new_token
from bot.app import App
from bot.invite import qr
from flows.rights import Role, Volunteer, may_administer, may_lead
from storage import attempts, feeds, links, locations, logins, questions, views, volunteers
from storage.database import Tx
from storage.links import Kind

ROLES: tuple[Role, ...] = ("volunteer", "coordinator", "administrator")
TEAMS = ("legal", "social", "housing")
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


class NotEnrolled(Exception):
    """
    A volunteer cannot be added, changed or let go like this: one line that says why, as a word the desk has a sentence for.
    """


def address(app: App, kind: Kind, code: str) -> str:
    """
    Return the address of a one-time link.
    """
    return f"{app.home}/desk/{kind}/{code}"


def invite(app: App, tx: Tx, name: str, role: Role, location: str, teams: Collection[str], languages: Collection[str]) -> str:
    """
    Add a volunteer from the command line and return what to print: the link, and its QR. Raise `NotEnrolled`.
    """
    if not name.strip():
        raise NotEnrolled("an invitation needs a name: wegwijs invite volunteer Joke --role coordinator")
    if unknown := sorted(set(teams) - set(TEAMS)):
        raise NotEnrolled(f"there is no team {unknown[0]!r}; there are: {', '.join(TEAMS)}")
    places = {place.name.casefold(): place for place in locations.all_of(tx)}
    place = places.get(location.casefold()) if location else next(iter(places.values()))
    if place is None:
        raise NotEnrolled(f"there is no location {location!r}; there are: {', '.join(one.name for one in places.values())}")
    id = volunteers.add(tx, name.strip(), role, place.id, app.now(), teams or TEAMS, languages or ("nl",))
    link = address(app, "invite", links.make(tx, id, "invite", app.now()))
    return f"{name.strip()}, {role} in {place.name}. The link works once, for 7 days:\n{link}\n{qr(link)}"


def invite_again(app: App, tx: Tx, name: str) -> str:
    """
    Let a volunteer who lost phone or password come in anew, from the command line, and return what to print: the link, and its QR.
    Raise `NotEnrolled`. Their password, second factor and logins end in the same commit: only the link lets in. *Who looked* at the desk
    says that it was done.
    """
    who = _called(tx, name.strip())
    login = volunteers.secret_of(tx, who.id)[0]
    _end_second(tx, who, who.id, "team_let_in", app)
    if login:
        volunteers.choose(tx, who.id, login, "")
    kind: Kind = "reset" if login else "invite"
    link = address(app, kind, links.make(tx, who.id, kind, app.now()))
    return f"{who.name}, {who.role}. The link works once, for {links.LASTS[kind].days} days:\n{link}\n{qr(link)}"


def _called(tx: Tx, name: str) -> Volunteer:
    wanted = name.casefold()
    found = [one for one in volunteers.everyone(tx) if wanted and wanted in (one.name.casefold(), volunteers.secret_of(tx, one.id)[0])]
    if len(found) == 1:
        return found[0]
    raise NotEnrolled(f"{len(found)} volunteers have the name or login name {name[:40]!r}; give another one of theirs, as at the desk under Team")


def must_lead(who: Volunteer, other: Volunteer, role: Role | None = None) -> None:
    """
    Raise `NotEnrolled` unless somebody may change another volunteer, and give them this role: a coordinator those of the own
    location, but no administrators; an administrator everybody; nobody their own role.
    """
    if who.id == other.id and role not in (None, other.role):
        raise NotEnrolled("own_role")
    if may_administer(who):
        return
    if not may_lead(who, other.location_id) or "administrator" in (other.role, role):
        raise NotEnrolled("not_yours")


async def add(app: App, who: Volunteer, name: str, role: Role, location_id: int, teams: Collection[str], languages: Collection[str]) -> str:
    """
    Add a volunteer from the desk and return the address of their invitation; raise `NotEnrolled`.
    """
    if not name.strip():
        raise NotEnrolled("no_name")
    must_lead(who, Volunteer(0, name, "volunteer", location_id), role)

    def run(tx: Tx) -> str:
        if location_id not in {place.id for place in locations.all_of(tx)}:
            raise NotEnrolled("no_such")
        id = volunteers.add(tx, name.strip(), role, location_id, app.now(), teams, languages or ("nl",))
        return links.make(tx, id, "invite", app.now(), who.id)

    return address(app, "invite", await app.database.write(run))


async def link(app: App, who: Volunteer, volunteer_id: int, kind: Kind) -> str:
    """
    Make a new one-time link for a volunteer and return its address; raise `NotEnrolled`. Everyone makes their own Telegram link.
    """
    def run(tx: Tx) -> str:
        other = _other(tx, volunteer_id)
        if not (kind == "telegram" and other.id == who.id):
            must_lead(who, other)
        return links.make(tx, volunteer_id, kind, app.now(), who.id)

    return address(app, kind, await app.database.write(run))


async def accept(app: App, kind: Kind, code: str, login: str, password: str) -> Entered:
    """
    Use an invitation or a reset up: keep login name and password, end every login there was, and begin one. Raise `Denied` for a
    link that is gone, `NotEnrolled` for a name or password that cannot be.
    """
    name = login.strip().casefold()
    who = await app.database.read(lambda tx: links.look(tx, code, kind, app.now()))
    if who is None:
        raise Denied("gone")
    if not LOGIN.fullmatch(name):
        raise NotEnrolled("login_name")
    if passwords.is_easy(password, name, who.name):
        raise NotEnrolled("easy")
    kept, token = await app.passwords.make(password), new_token()

    def run(tx: Tx) -> bool:
        if volunteers.is_taken(tx, name, who.id):
            raise NotEnrolled("login_taken")
        if links.use(tx, code, kind, app.now()) is None:
            return False
        volunteers.choose(tx, who.id, name, kept)
        logins.end_all(tx, who.id)
        logins.begin(tx, who.id, token, not who.leads, app.now())
        return True

    if not await app.database.write(run):
        raise Denied("gone")
    return Entered(token, who, not who.leads)


async def set_password(app: App, who: Volunteer, old: str, new: str, token_hash: str) -> None:
    """
    Change one's own password and end one's other logins; raise `Denied` for a wrong old one, `NotEnrolled` for an easy new one.

    Guesses are counted for the login they come from: whoever finds a desk left open guesses no more than at the door, and locks
    nobody out of it.
    """
    login, kept, _ = await app.database.read(lambda tx: volunteers.secret_of(tx, who.id))
    name, source = ACCOUNT + login, f"login:{token_hash}"
    if await app.database.read(lambda tx: attempts.is_locked(tx, name, source, app.now())):
        raise Denied("locked")
    is_right = await app.passwords.is_right(old, kept)

    def count(tx: Tx) -> bool:
        if attempts.is_locked(tx, name, source, app.now()):     # many guesses at once are no more than one after the other
            raise Denied("locked")
        is_still = is_right and volunteers.secret_of(tx, who.id)[1] == kept
        attempts.note(tx, name, source, is_still, app.now())
        return is_still

    if not await app.database.write(count):
        raise Denied("wrong")
    if passwords.is_easy(new, login, who.name):
        raise NotEnrolled("easy")
    made = await app.passwords.make(new)

    def run(tx: Tx) -> None:
        volunteers.choose(tx, who.id, login, made)
        logins.end_all(tx, who.id, but=token_hash)

    await app.database.write(run)


async def change(app: App, who: Volunteer, volunteer_id: int, **values: object) -> None:
    """
    Change a volunteer; raise `NotEnrolled`. The last administrator stays one.
    """
    def run(tx: Tx) -> None:
        other = _other(tx, volunteer_id)
        role = values.get("role", other.role)
        must_lead(who, other, role)  # type: ignore[arg-type]
        if other.role == "administrator" != role and volunteers.administrators(tx) == 1:
            raise NotEnrolled("last_administrator")
        volunteers.change(tx, volunteer_id, **values)
        if role != other.role:
            logins.end_all(tx, volunteer_id)        # who leads from now on comes in by the second factor

    await app.database.write(run)


async def forget_second(app: App, who: Volunteer, volunteer_id: int) -> None:
    """
    Take the second factor from a colleague who lost their phone, and end their logins: at the next one they set it up anew. Raise
    `NotEnrolled`.
    """
    def run(tx: Tx) -> None:
        other = _other(tx, volunteer_id)
        if other.id == who.id:
            raise NotEnrolled("own_role")
        must_lead(who, other)
        _end_second(tx, other, who.id, "team_second", app)

    await app.database.write(run)


def _end_second(tx: Tx, who: Volunteer, done_by: int, what: str, app: App) -> None:
    volunteers.set_totp(tx, who.id, "", None)
    logins.end_all(tx, who.id)
    views.look(tx, done_by, None, who.location_id, what, app.now())


async def dismiss(app: App, who: Volunteer, volunteer_id: int) -> None:
    """
    Let a volunteer go: their logins and links end in the same commit, and what they had in hand is free. Raise `NotEnrolled`.
    """
    def run(tx: Tx) -> None:
        other = _other(tx, volunteer_id)
        if other.id == who.id:
            raise NotEnrolled("own_role")
        must_lead(who, other)
        if other.role == "administrator" and volunteers.administrators(tx) == 1:
            raise NotEnrolled("last_administrator")
        volunteers.dismiss(tx, volunteer_id, app.now())
        logins.end_all(tx, volunteer_id)
        links.end_all(tx, volunteer_id)
        feeds.end(tx, volunteer_id)
        questions.free_all(tx, volunteer_id, app.now())

    await app.database.write(run)


def _other(tx: Tx, volunteer_id: int) -> Volunteer:
    other = volunteers.by_id(tx, volunteer_id)
    if other is None:
        raise NotEnrolled("no_such")
    return other
