"""
Coming in: invitation, login, second factor, lock-out, new password, dismissal.
"""

import asyncio
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from threading import Barrier
from types import FrameType

import pyotp
import pytest
from argon2 import Parameters, PasswordHasher, Type, extract_parameters
from argon2.low_level import verify_secret

from bot import enrol, group_texts, passwords
from bot.admit import ACCOUNT, SECOND, Denied, log_in
from bot.expire import expire
from bot.passwords import Passwords
from storage import attempts, links, logins, volunteers
from tests.bot.web.desk.conftest import PASSWORD, Desk


async def enrolled(desk: Desk, name="Joke", role="volunteer", login="joke", location=1):
    """Invite somebody as `wegwijs invite volunteer` does, and let them use the link; return their browser."""
    world = desk.world
    link = world.app.database.submit(lambda tx: enrol.invite(world.app, tx, name, role, "", ["social"], ["nl"])).result().split("\n")[1]
    browser = desk.browser()
    path = link[link.index("/desk/"):]
    assert name in (await browser.get(path)).text
    answer = await browser.post(path, login=login, password=PASSWORD)
    browser.link = path
    browser.answer = answer
    return browser


def code_of(world, secret, later=0):
    """Return what the app on the phone shows."""
    return pyotp.TOTP(secret).at(int(world.now().timestamp()) + later)


async def test_an_invitation_brings_somebody_in_once(desk: Desk):
    """The link works once; who used it is in, and comes in again with name and password."""
    joke = await enrolled(desk)
    assert joke.answer.headers["location"] == "/desk/"
    assert (await joke.get("/desk/")).status == 200
    assert (await desk.browser().get(joke.link)).status == 410
    assert (await desk.browser().post(joke.link, login="eve", password=PASSWORD)).status == 410

    again = desk.browser()
    answer = await again.post("/desk/login", login="Joke", password=PASSWORD, next="/desk/clients")
    assert answer.headers["location"] == "/desk/clients"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]
    assert again.cookies["desk"] != joke.cookies["desk"]


@pytest.mark.parametrize(("host", "public_url", "home"), [
    ("127.0.0.1", "", "http://127.0.0.1:8080"), ("::1", "", "http://[::1]:8080"), ("::1", "https://bot.example.org", "https://bot.example.org")])
async def test_a_link_leads_to_where_we_are(desk: Desk, host, public_url, home):
    """Links begin with the public address, or with this machine's, which a browser opens in IPv6 too."""
    app = desk.world.app
    app.settings = replace(app.settings, host=host, port=8080, public_url=public_url)
    marja = desk.world.volunteer("Marja", "coordinator", ())

    assert (await enrol.add(app, marja, "Joke", "volunteer", 1, ["social"], ["nl"])).startswith(f"{home}/desk/invite/")
    assert group_texts.link(app, 12) == f"{home}/desk/tickets/12"
    assert group_texts.link(app) == f"{home}/desk/"


async def test_only_the_hash_of_a_token_is_kept(desk: Desk):
    """Whoever copies the database comes in nowhere."""
    joke = await enrolled(desk)
    rows = desk.world.app.database.look(lambda tx: tx.all(volunteers.volunteers.metadata.tables["logins"].select()))
    kept = " ".join(str(tuple(row)) for row in rows)

    assert joke.cookies["desk"] not in kept
    assert logins.hash_of(joke.cookies["desk"]) in kept


@pytest.mark.parametrize(("login", "password", "why"), [
    ("J", PASSWORD, "inlognaam"), ("jo ke", PASSWORD, "inlognaam"), ("joke", "kort", "langer"), ("joke", "wachtwoord123", "langer"),
    ("joke", "Joke van Joke Joke", "langer"), ("joke", "aaaaaaaaaaaaaaaa", "langer"),
])
async def test_a_bad_name_or_password_says_why(desk: Desk, login, password, why):
    """The link is not used up by it."""
    world = desk.world
    joke = world.volunteer("Joke van Dam")
    code = world.app.database.submit(lambda tx: links.make(tx, joke.id, "invite", world.now())).result()
    browser = desk.browser()

    answer = await browser.post(f"/desk/invite/{code}", login=login, password=password)
    assert answer.status == 400
    assert why in answer.text
    assert (await browser.post(f"/desk/invite/{code}", login="joke", password=PASSWORD)).status == 303


async def test_who_leads_needs_a_second_factor(desk: Desk):
    """The password alone opens nothing; the code works once, and setting it up needs a right one."""
    world = desk.world
    marja = await enrolled(desk, "Marja", "coordinator", "marja")
    assert marja.answer.headers["location"].startswith("/desk/second")
    assert (await marja.get("/desk/")).headers["location"].startswith("/desk/login")
    page = await marja.get("/desk/second")
    secret = page.text.split("<code>")[1].split("</code>")[0]

    assert (await marja.post("/desk/second", secret=secret, code="000000")).status == 401
    code = code_of(world, secret)
    before = marja.cookies["desk"]
    assert (await marja.post("/desk/second", secret=secret, code=code)).status == 303
    assert marja.cookies["desk"] != before
    assert (await marja.get("/desk/team")).status == 200

    again = desk.browser()
    await again.post("/desk/login", login="marja", password=PASSWORD)
    assert (await again.post("/desk/second", code=code)).status == 401
    assert (await again.post("/desk/second", code=code_of(world, secret, 30), secret="JBSWY3DPEHPK3PXP")).status == 303
    assert (await again.get("/desk/team")).status == 200


async def test_wrong_passwords_lock_this_place_and_not_the_volunteer(desk: Desk):
    """Five wrong ones from one address wait a quarter of an hour, the right one too; from where they always log in, nothing changes."""
    world = desk.world
    await enrolled(desk)
    await log_in(world.app, "joke", PASSWORD, "10.0.0.1")
    for _ in range(5):
        with pytest.raises(Denied, match="wrong"):
            await log_in(world.app, "joke", "guess", "10.0.0.2")
    with pytest.raises(Denied, match="locked"):
        await log_in(world.app, "joke", PASSWORD, "10.0.0.2")
    world.app.database.submit(lambda tx: [attempts.note(tx, "joke", f"10.9.0.{n}", False, world.now()) for n in range(30)]).result()

    assert (await log_in(world.app, "joke", PASSWORD, "10.0.0.1")).is_whole
    with pytest.raises(Denied, match="locked"):
        await log_in(world.app, "joke", PASSWORD, "10.0.0.3")
    world.now.move(minutes=16)
    assert (await log_in(world.app, "joke", PASSWORD, "10.0.0.3")).is_whole


async def test_guesses_in_the_same_office_lock_out_nobody_who_works_there(desk: Desk):
    """Behind one address somebody guesses at every name: whoever came in at their own browser before still does, the guesser not."""
    world, joke = desk.world, await enrolled(desk)
    guesser = desk.browser()
    for _ in range(5):
        assert (await guesser.post("/desk/login", login="joke", password="guess")).status == 401
    world.app.database.submit(lambda tx: [attempts.note(tx, f"name{n}", "192.0.2.7", False, world.now()) for n in range(30)]).result()

    assert "kwartier" in (await guesser.post("/desk/login", login="joke", password=PASSWORD)).text
    joke.cookies.pop("desk")
    assert (await joke.post("/desk/login", login="joke", password=PASSWORD)).headers["location"] == "/desk/"
    world.now.move(seconds=1)
    for _ in range(5):
        await joke.post("/desk/login", login="joke", password="guess")
    assert "kwartier" in (await joke.post("/desk/login", login="joke", password=PASSWORD)).text


async def test_many_guesses_at_once_are_not_more_than_one_after_the_other(desk: Desk):
    """Of those that were let through before any was counted, five count and the others are refused, the right one among them."""
    world = desk.world
    await enrolled(desk)
    guesses = [*[f"guess {n}" for n in range(9)], PASSWORD]

    ended = await asyncio.gather(*(log_in(world.app, "joke", guess, "10.0.0.2") for guess in guesses), return_exceptions=True)
    reasons = [one.reason for one in ended if isinstance(one, Denied)]
    assert reasons.count("wrong") == 5
    assert reasons.count("locked") == 5


async def test_a_guess_costs_whoever_has_the_database():
    """Where no test says otherwise, a password is kept with three rounds over 32 MB."""
    kept = extract_parameters(await Passwords().make(PASSWORD))

    assert (kept.type, kept.time_cost, kept.memory_cost) == (Type.ID, 3, 32 * 1024)


async def test_a_weaker_hash_is_made_anew_at_the_next_login(desk: Desk):
    """Who logs in with a password that was kept with less work has it kept with today's."""
    world = desk.world
    world.app.passwords = Passwords()
    await enrolled(desk)
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    id = world.app.database.look(lambda tx: volunteers.credentials(tx, "joke"))[0].id
    world.app.database.submit(lambda tx: volunteers.choose(tx, id, "joke", weak)).result()

    await log_in(world.app, "joke", PASSWORD, "10.0.0.1")
    kept = world.app.database.look(lambda tx: volunteers.credentials(tx, "joke"))[1]
    assert kept != weak
    assert await world.app.passwords.is_right(PASSWORD, kept)
    await log_in(world.app, "joke", PASSWORD, "10.0.0.1")
    assert world.app.database.look(lambda tx: volunteers.credentials(tx, "joke"))[1] == kept


async def test_who_is_made_coordinator_comes_in_anew(desk: Desk):
    """A login that was begun without a second factor never leads."""
    joke, admin = desk.somebody("Joke"), desk.somebody("Bas", "administrator", ())

    await admin.post(f"/desk/team/{joke.who.id}", role="coordinator", team_social="1")
    assert (await joke.get("/desk/team")).headers["location"].startswith("/desk/login")


@pytest.mark.parametrize("secret", ["", "A", "not base 32!", "é" * 32])
async def test_a_secret_that_is_none_sets_nothing_up(desk: Desk, secret):
    """The form of the second factor takes a secret of ours and no other."""
    marja = await enrolled(desk, "Marja", "coordinator", "marja")

    assert (await marja.post("/desk/second", secret=secret, code="000000")).status == 401


async def test_a_link_is_for_its_own_door(desk: Desk):
    """An invitation that is tried at another door still works at its own."""
    world = desk.world
    joke = world.volunteer("Joke")
    code = world.app.database.submit(lambda tx: links.make(tx, joke.id, "invite", world.now())).result()

    assert (await desk.browser().post(f"/desk/enter/{code}")).status == 410
    assert (await desk.browser().post(f"/desk/invite/{code}", login="joke", password=PASSWORD)).status == 303


async def test_an_open_page_that_nobody_uses_ends(desk: Desk):
    """What a page asks by itself does not keep its login alive; what a volunteer does, does."""
    idle, used = desk.somebody("Joke"), desk.somebody("Ans")
    for _ in range(13):
        desk.world.now.move(hours=1)
        await idle.get("/desk/", **{"x-live": "1"})
        await used.get("/desk/")

    assert (await idle.get("/desk/", **{"x-live": "1"})).status == 401
    assert (await used.get("/desk/")).status == 200


async def test_what_ended_is_deleted(desk: Desk):
    """Logins that ended and attempts of 90 days ago are not kept."""
    world = desk.world
    joke = await enrolled(desk)
    await log_in(world.app, "joke", PASSWORD, "10.0.0.1")
    world.now.move(days=91)

    await expire(world.app)
    tables = volunteers.volunteers.metadata.tables
    assert world.app.database.look(lambda tx: [tx.all(tables[name].select()) for name in ("logins", "attempts")]) == [[], []]
    assert (await joke.get("/desk/")).status == 303


async def test_an_unknown_name_costs_the_same_work(desk: Desk):
    """Nobody learns from the work which names exist: one whole hash is verified for a known and for an unknown name, with the same settings."""
    await enrolled(desk)
    verified: list[Parameters] = []
    watch_workers(lambda frame, event, _: note_hash(verified, frame, event))
    for name in ("joke", "nobody"):
        with pytest.raises(Denied, match="wrong"):
            await log_in(desk.world.app, name, "something else", "10.0.0.1")
    watch_workers(None)

    assert len(verified) == 2
    assert verified[0] == verified[1]
    assert await desk.world.app.passwords.is_right("nobody has this password", "") is False


def note_hash(verified: list[Parameters], frame: FrameType, event: str) -> None:
    """Note the settings of each hash that argon2 is asked to verify."""
    if event == "call" and frame.f_code is verify_secret.__code__:
        verified.append(extract_parameters(frame.f_locals["hash"].decode()))


def watch_workers(watch: Callable[[FrameType, str, object], None] | None) -> None:
    """Let both threads that check passwords tell what they call."""
    both = Barrier(2)

    def begin() -> None:
        both.wait(60)
        sys.setprofile(watch)

    for done in [passwords._workers.submit(begin) for _ in range(2)]:
        done.result()


async def test_an_ended_login_brings_back_and_keeps_what_was_written(desk: Desk, olena):
    """After twelve idle hours a reply that is sent is not lost: it is the draft after the next login."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    joke = await enrolled(desk)
    (question,) = desk.world.tickets(joke.desk.world.volunteer("Marja", "coordinator", ()))
    await joke.post(f"/desk/tickets/{question.id}/take")
    desk.world.now.move(hours=13)

    page = await joke.post(f"/desk/tickets/{question.id}/reply", text="Beste Olena, kom maandag")
    assert page.status == 401
    assert "kom maandag" in page.text
    back = await joke.post("/desk/login", login="joke", password=PASSWORD, next=f"/desk/tickets/{question.id}", ticket=str(question.id),
                           text="Beste Olena, kom maandag")
    assert back.headers["location"] == f"/desk/tickets/{question.id}"
    assert "kom maandag</textarea>" in (await joke.get(f"/desk/tickets/{question.id}")).text


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "/phone/", "/desk//evil", "/desk/\\evil", "/desk/login"])
async def test_login_goes_on_at_the_desk_only(desk: Desk, path):
    """No address brings a volunteer to another site after the login."""
    await enrolled(desk)
    browser = desk.browser()

    assert (await browser.post("/desk/login", login="joke", password=PASSWORD, next=path)).headers["location"] == "/desk/"


async def test_dismissal_ends_logins_and_links_at_once(desk: Desk):
    """In the same commit: the next page asks for a login that no longer works, and an open link is gone."""
    world, joke = desk.world, await enrolled(desk)
    leader = desk.somebody("Marja", "coordinator", ())
    id = next(one.id for one in world.app.database.look(lambda tx: volunteers.at(tx, 1)) if one.name == "Joke")
    made = await leader.post(f"/desk/team/{id}/link", kind="reset")
    reset = made.text.split("/desk/reset/")[1].split("<")[0]
    assert (await desk.browser().get(f"/desk/reset/{reset}")).status == 200

    assert (await leader.post(f"/desk/team/{id}/dismiss")).headers["location"].endswith("said=dismissed")
    assert (await joke.get("/desk/")).headers["location"].startswith("/desk/login")
    assert (await desk.browser().get(f"/desk/reset/{reset}")).status == 410
    assert (await desk.browser().post("/desk/login", login="joke", password=PASSWORD)).status == 401


async def test_who_may_change_whom(desk: Desk):
    """A coordinator makes no administrator and touches none; nobody changes their own role; the last administrator stays."""
    world = desk.world
    leader, admin = desk.somebody("Marja", "coordinator", ()), desk.somebody("Bas", "administrator", ())
    joke = world.volunteer("Joke")

    assert "no_not_yours" in (await leader.post("/desk/team", name="Eve", role="administrator")).headers["location"]
    assert "no_no_such" in (await admin.post("/desk/team", name="Eve", role="volunteer", location="99")).headers["location"]
    assert (await leader.post(f"/desk/team/{admin.who.id}", role="volunteer")).status == 404
    assert (await leader.post(f"/desk/team/{admin.who.id}/dismiss")).status == 404
    assert (await leader.post(f"/desk/team/{admin.who.id}/link")).status == 404
    assert "no_own_role" in (await admin.post(f"/desk/team/{admin.who.id}", role="volunteer")).headers["location"]
    assert "no_own_role" in (await admin.post(f"/desk/team/{admin.who.id}/dismiss")).headers["location"]
    other = desk.somebody("Els", "administrator", ())
    assert (await other.post(f"/desk/team/{admin.who.id}", role="volunteer")).headers["location"].endswith("said=changed")
    assert world.app.database.look(volunteers.administrators) == 1
    assert (await other.post(f"/desk/team/{joke.id}", role="administrator", team_legal="1", woman="1")).headers["location"].endswith("said=changed")
    changed = world.app.database.look(lambda tx: volunteers.by_id(tx, joke.id))
    assert (changed.role, set(changed.teams), changed.is_woman) == ("administrator", {"legal"}, True)


async def test_a_new_password_ends_the_other_logins(desk: Desk):
    """The one that changed it goes on."""
    joke = await enrolled(desk)
    other = desk.browser()
    await other.post("/desk/login", login="joke", password=PASSWORD)

    assert "no_wrong" in (await joke.post("/desk/account/password", old="guess", new="een heel ander woord")).headers["location"]
    assert "no_easy" in (await joke.post("/desk/account/password", old=PASSWORD, new="kort")).headers["location"]
    assert (await joke.post("/desk/account/password", old=PASSWORD, new="een heel ander woord")).headers["location"].endswith("said=password")
    assert (await joke.get("/desk/")).status == 200
    assert (await other.get("/desk/")).status == 303


async def test_guesses_at_the_old_password_are_limited(desk: Desk):
    """After five the right one is not heard either, however many come at once; a quarter of an hour later it is; other logins are not touched."""
    joke, other = await enrolled(desk), desk.browser()
    await other.post("/desk/login", login="joke", password=PASSWORD)
    page, new = "/desk/account/password", "een heel ander woord"
    guesses = await asyncio.gather(*[joke.post(page, old=f"guess {number}", new=new) for number in range(8)])
    right = await joke.post(page, old=PASSWORD, new=new)

    said = [answer.headers["location"].rpartition("said=")[2] for answer in guesses]
    assert (said.count("no_wrong"), said.count("no_locked")) == (5, 3)
    assert right.headers["location"].endswith("said=no_locked")
    assert (await desk.browser().post("/desk/login", login="joke", password=PASSWORD)).status == 303
    assert "no_wrong" in (await other.post(page, old="guess", new=new)).headers["location"]
    desk.world.now.move(minutes=16)
    assert (await joke.post(page, old=PASSWORD, new=new)).headers["location"].endswith("said=password")


async def test_nobody_locks_a_second_factor_from_outside(desk: Desk):
    """Whatever is typed as a name at the door counts for that name alone."""
    browser = desk.browser()
    names = [f"{head}joke{tail}" for head in ("", " second factor of ", " account of ") for tail in ("", "#", "*")]
    for name in names:
        await browser.post("/desk/login", login=name, password="guess")
    kept = desk.world.app.database.look(lambda tx: {row.login_key for row in tx.all(attempts.attempts.select())})

    assert desk.world.app.database.keys.hash("login", SECOND + "joke") not in kept
    assert desk.world.app.database.keys.hash("login", ACCOUNT + "joke") not in kept


async def test_one_login_can_be_ended_from_another(desk: Desk):
    """A forgotten computer is logged out from the account page; of others' logins nothing."""
    joke, other = await enrolled(desk), desk.browser()
    await other.post("/desk/login", login="joke", password=PASSWORD)
    stranger = desk.somebody("Ans")

    await stranger.post("/desk/account/logins", login=logins.hash_of(other.cookies["desk"]))
    assert (await other.get("/desk/")).status == 200
    await joke.post("/desk/account/logins", login=logins.hash_of(other.cookies["desk"]))
    assert (await other.get("/desk/")).status == 303
    await joke.post("/desk/logout")
    assert (await joke.get("/desk/")).status == 303


async def test_who_lost_their_phone_sets_the_second_factor_up_anew(desk: Desk):
    """Another who leads takes it away, from an administrator another administrator: the next login shows a new secret. Nobody does so themselves."""
    world = desk.world
    marja = await enrolled(desk, "Marja", "coordinator", "marja")
    secret = (await marja.get("/desk/second")).text.split("<code>")[1].split("</code>")[0]
    await marja.post("/desk/second", secret=secret, code=code_of(world, secret))
    bas = desk.somebody("Bas", "administrator", ())
    id = next(one.id for one in world.app.database.look(volunteers.everyone) if one.name == "Marja")

    desk.somebody("Ans", "coordinator", ())
    offered = [set(re.findall(r"/desk/team/(\d+)/second", (await one.get("/desk/team")).text)) for one in (marja, bas)]
    assert str(id) in offered[1] - offered[0]
    assert str(bas.who.id) not in offered[0] | offered[1]
    assert offered[0]
    assert (await marja.post(f"/desk/team/{bas.who.id}/second")).status == 404
    assert "no_own_role" in (await bas.post(f"/desk/team/{bas.who.id}/second")).headers["location"]
    assert (await bas.post(f"/desk/team/{id}/second")).headers["location"].endswith("said=changed")
    assert (await marja.get("/desk/team")).status == 303
    again = desk.browser()
    await again.post("/desk/login", login="marja", password=PASSWORD)
    assert secret not in (await again.get("/desk/second")).text
    assert "<code>" in (await again.get("/desk/second")).text


async def test_the_only_administrator_is_let_in_anew_at_the_machine(desk: Desk):
    """Who lost phone and password gets a link: password and second factor are chosen again, what was open is shut, and the log says so."""
    world = desk.world
    bas = await enrolled(desk, "Bas", "administrator", "bas")
    secret = (await bas.get("/desk/second")).text.split("<code>")[1].split("</code>")[0]
    await bas.post("/desk/second", secret=secret, code=code_of(world, secret))
    told = world.app.database.submit(lambda tx: enrol.invite_again(world.app, tx, "Bas")).result()
    assert (await bas.get("/desk/team")).status == 303

    again, link = desk.browser(), told.split("\n")[1]
    assert "/desk/second" not in (await again.post("/desk/login", login="bas", password=PASSWORD)).headers.get("location", "")
    answer = await again.post(link[link.index("/desk/"):], login="bas", password=PASSWORD + " nieuw")
    assert answer.headers["location"].startswith("/desk/second")
    page = (await again.get("/desk/second")).text
    anew = page.split("<code>")[1].split("</code>")[0]
    assert anew != secret
    await again.post("/desk/second", secret=anew, code=code_of(world, anew))
    audit = (await again.get("/desk/audit")).text
    assert "opnieuw binnengelaten via de opdrachtregel" in audit
    assert "niemand met naam" not in audit


async def test_who_is_let_in_anew_is_one_of_us(desk: Desk):
    """
    A login name or a name finds who is meant; nobody, two of one name, or a name that is another's login name, is refused; who never came
    in is invited again, and who lost the link gets another.
    """
    world = desk.world
    joke, _ = desk.somebody("Joke"), [desk.somebody("Ans") for _ in range(2)]

    def let_in(name):
        return world.app.database.submit(lambda tx: enrol.invite_again(world.app, tx, name)).result()

    assert "/desk/invite/" in let_in(" joke ")
    world.app.database.submit(lambda tx: volunteers.choose(tx, joke.who.id, "jdv", "hash")).result()
    assert all("/desk/reset/" in let_in(name) for name in ("JDV", "jdv", "Joke"))
    desk.somebody("Jdv")
    for name, said in (("jdv", "2 volunteers"), ("Ans", "2 volunteers"), ("Eve", "0 volunteers"), ("", "0 volunteers")):
        with pytest.raises(enrol.NotEnrolled, match=said):
            let_in(name)
