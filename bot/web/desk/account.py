"""
The own account: language of the desk, languages spoken, password, logins, Telegram.
"""

from starlette.responses import Response

from bot import admit, enrol, invite
from bot.admit import Denied
from bot.enrol import NotEnrolled
from bot.web.desk.door import Page, Visit
from bot.web.desk.entry import drawn
from storage import feeds, logins, volunteers

HERE = "/desk/account"


async def show(visit: Visit) -> Response:
    """
    Show one's own account.
    """
    return await page(visit)


async def page(visit: Visit, link: str = "", calendar: str = "") -> Response:
    """
    Show it with a link to Telegram, or with the address of the own calendar, which were just made.
    """
    listed = await visit.app.database.read(lambda tx: logins.of(tx, visit.me.id))
    login, _, second = await visit.app.database.read(lambda tx: volunteers.secret_of(tx, visit.me.id))
    since = await visit.app.database.read(lambda tx: feeds.since(tx, visit.me.id))
    return visit.page("desk/account.html", calendar=calendar, calendar_since=since, logins=listed,
                      mine=logins.hash_of(visit.token), login=login, has_second=bool(second),
                      languages=visit.app.tongues.languages, link=link, picture=drawn(link) if link else "",
                      is_telegram="telegram" in visit.app.channels.on)


async def change(visit: Visit) -> Response:
    """
    Change the language of the desk and what one speaks.
    """
    reads = visit.value("reads") if visit.value("reads") in ("nl", "en") else visit.me.reads
    speaks = [code for code in visit.app.tongues.languages if code in visit.ticked("speaks_")] or ["nl"]
    await visit.app.database.write(lambda tx: volunteers.change(tx, visit.me.id, reads=reads, languages=speaks))
    return visit.go(HERE, "changed")


async def password(visit: Visit) -> Response:
    """
    Choose another password; every other login ends.
    """
    try:
        await enrol.set_password(visit.app, visit.me, visit.secret("old"), visit.secret("new"), logins.hash_of(visit.token))
    except Denied as denied:
        return visit.go(HERE, f"no_{denied.reason}")
    except NotEnrolled as wrong:
        return visit.go(HERE, f"no_{wrong}")
    return visit.go(HERE, "password")


async def end(visit: Visit) -> Response:
    """
    End one of one's own logins.
    """
    wanted = visit.value("login")
    if wanted in [one for one, _, _ in await visit.app.database.read(lambda tx: logins.of(tx, visit.me.id))]:
        await admit.log_out(visit.app, wanted)
    return visit.go(HERE, "ended")


async def telegram(visit: Visit) -> Response:
    """
    Make the code by which the Telegram bot knows this volunteer.
    """
    made = await enrol.link(visit.app, visit.me, visit.me.id, "telegram")
    code = f"link-{made.rpartition('/')[2]}"
    links = await invite.links_of(visit.app, code)
    return await page(visit, links.get("Telegram", f"/start {code}"))


PAGES = (
    Page(HERE, show), Page(HERE, change, method="POST"), Page("/desk/account/password", password, method="POST"),
    Page("/desk/account/logins", end, method="POST"), Page("/desk/account/telegram", telegram, method="POST"),
)
