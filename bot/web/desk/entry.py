"""
Coming in: login, second factor, invitation, new password; and going out.
"""

import io
from urllib.parse import quote

from markupsafe import Markup
from starlette.responses import Response

from bot import admit, enrol, reply
from bot.admit import Denied, Entered
from bot.enrol import NotEnrolled
from bot.take import Refused
from bot.web.desk.door import Page, Visit, is_ours
from bot.web.desk.visit import whole
from storage import links, logins, volunteers
from storage.links import Kind

START = "/desk/"


def drawn(text: str) -> Markup:
    """
    Return a QR as a picture that stands in the page itself.
    """
    import segno  # a megabyte, which nobody needs before the first invitation

    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=6, border=2, xmldecl=False, svgns=True, omitsize=False, nl=False)
    return Markup(out.getvalue().decode())


async def show_login(visit: Visit) -> Response:
    """
    Ask for name and password; who is in already goes on.
    """
    if visit.who is not None and visit.query("next") == "":
        return visit.go(START)
    return visit.page("desk/login.html", reason=visit.query("said"), next=_next(visit.query("next")), ticket=0, text="", login="")


async def log_in(visit: Visit) -> Response:
    """
    Let somebody in, or say that name and password do not fit.
    """
    try:
        entered = await admit.log_in(visit.app, visit.value("login"), visit.secret("password"), visit.source, visit.browser)
    except Denied as denied:
        return visit.page("desk/login.html", 401, reason=f"no_{denied.reason}", next=_next(visit.value("next")), ticket=_ticket(visit),
                          text=visit.value("text"), login=visit.value("login"))
    await _keep_draft(visit, entered)
    return visit.with_browser(_on(visit, entered, _next(visit.value("next"))))


async def _keep_draft(visit: Visit, entered: Entered) -> None:
    """
    Keep what was being written when the login ended.
    """
    if _ticket(visit) and visit.value("text"):
        try:
            await reply.draft(visit.app, _ticket(visit), entered.who, visit.value("text"))
        except Refused:
            return


def _ticket(visit: Visit) -> int:
    return whole(visit.value("ticket"))


def _next(path: str) -> str:
    return path if is_ours(path) and not path.startswith(("/desk/login", "/desk/second", "/desk/logout")) else START


def _on(visit: Visit, entered: Entered, path: str) -> Response:
    response = visit.go(path) if entered.is_whole else visit.go(f"/desk/second?next={quote(path, safe='/')}")
    return visit.with_cookie(response, entered.token)


async def show_second(visit: Visit) -> Response:
    """
    Ask for the code of the second factor; who has none yet sets it up with an app on their phone.
    """
    return await _show_second(visit, visit.query("said"))


async def _show_second(visit: Visit, reason: str, status: int = 200) -> Response:
    login, _, kept = await visit.app.database.read(lambda tx: volunteers.secret_of(tx, visit.me.id))
    secret = "" if kept else _given(visit) or admit.new_secret()
    picture = drawn(admit.address_of(secret, login)) if secret else ""
    next = _next(visit.value("next") or visit.query("next"))
    return visit.page("desk/second.html", status, secret=secret, picture=picture, next=next, reason=reason)


def _given(visit: Visit) -> str:
    """
    Return the secret that the form was made with, "" for one that is none of ours.
    """
    return visit.value("secret") if admit.SECRET.fullmatch(visit.value("secret")) else ""


async def take_second(visit: Visit) -> Response:
    """
    Take the code: the login is whole under a new cookie.
    """
    try:
        token = await admit.second(visit.app, visit.me, visit.token, visit.value("code"), visit.source, visit.value("secret"))
    except Denied as denied:
        return await _show_second(visit, f"no_{denied.reason}", 401)
    return visit.with_cookie(visit.go(_next(visit.value("next"))), token)


async def log_out(visit: Visit) -> Response:
    """
    End this login.
    """
    await admit.log_out(visit.app, logins.hash_of(visit.token))
    return visit.with_cookie(visit.go("/desk/login"), "")


async def show_invite(visit: Visit) -> Response:
    """
    Show who the invitation is for, and ask for a login name and password.
    """
    return await _show_link(visit, "invite")


async def show_reset(visit: Visit) -> Response:
    """
    Ask for a new password.
    """
    return await _show_link(visit, "reset")


async def _show_link(visit: Visit, kind: Kind, reason: str = "") -> Response:
    code = visit.request.path_params["code"]
    who = await visit.app.database.read(lambda tx: links.look(tx, code, kind, visit.app.now()))
    if who is None:
        return visit.page("desk/gone.html", 410)
    login, _, _ = await visit.app.database.read(lambda tx: volunteers.secret_of(tx, who.id))
    return visit.page("desk/accept.html", 400 if reason else 200, invited=who, kind=kind, code=code, login=visit.value("login") or login,
        reason=reason)


async def accept_invite(visit: Visit) -> Response:
    """
    Use an invitation up.
    """
    return await _accept(visit, "invite")


async def accept_reset(visit: Visit) -> Response:
    """
    Use a reset up.
    """
    return await _accept(visit, "reset")


async def _accept(visit: Visit, kind: Kind) -> Response:
    try:
        entered = await enrol.accept(visit.app, kind, visit.request.path_params["code"], visit.value("login"), visit.secret("password"))
    except Denied:
        return visit.page("desk/gone.html", 410)
    except NotEnrolled as wrong:
        return await _show_link(visit, kind, f"no_{wrong}")
    await admit.know(visit.app, visit.value("login"), visit.browser)
    return visit.with_browser(_on(visit, entered, START))


async def show_enter(visit: Visit) -> Response:
    """
    Show the button of a one-time link: a page that is only looked at, as a messenger does for a preview, uses nothing up.
    """
    return visit.page("desk/enter.html", code=visit.request.path_params["code"])


async def enter(visit: Visit) -> Response:
    """
    Come in by a one-time link.
    """
    try:
        entered = await admit.enter(visit.app, visit.request.path_params["code"])
    except Denied:
        return visit.page("desk/gone.html", 410)
    return _on(visit, entered, START)


PAGES = (
    Page("/desk/login", show_login, "nobody"),
    Page("/desk/login", log_in, "nobody", "POST"),
    Page("/desk/second", show_second, "half"),
    Page("/desk/second", take_second, "half", "POST"),
    Page("/desk/logout", log_out, "half", "POST"),
    Page("/desk/invite/{code}", show_invite, "nobody"),
    Page("/desk/invite/{code}", accept_invite, "nobody", "POST"),
    Page("/desk/reset/{code}", show_reset, "nobody"),
    Page("/desk/reset/{code}", accept_reset, "nobody", "POST"),
    Page("/desk/enter/{code}", show_enter, "nobody"),
    Page("/desk/enter/{code}", enter, "nobody", "POST"),
)
