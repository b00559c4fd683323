"""
The routes: what each address of ours does.
"""

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from bot.app import App
from bot.channels.phone import Phones
from bot.web import media
from bot.web.health import Health, healthz
from bot.web.webhooks import PATHS, Webhooks

STATIC = Path(__file__).parent / "static"


class Web:
    """
    Everything an address of ours does. `closing` is set when the server stops, so that open streams end.
    """

    def __init__(self, app: App) -> None:
        self.closing = asyncio.Event()
        self.webhooks = Webhooks(app)
        self.router = Router(routes(app, self.webhooks, self.closing), redirect_slashes=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Answer one request.
        """
        if scope["type"] == "http" and scope["path"] in PATHS:
            await self.webhooks(scope, receive, send)
        else:
            await self.router(scope, receive, send)


def routes(app: App, webhooks: Webhooks, closing: asyncio.Event) -> list[BaseRoute]:
    """
    Return every route but the webhooks; the phones only where the simulated phones are the channel.
    """
    health = Health(app, webhooks)
    found: list[BaseRoute] = [
        Route("/healthz", healthz),
        Route("/readyz", health.readyz),
        Route("/metrics", health.metrics),
        *media.routes(app),
    ]
    from bot.web.desk.door import routes as behind_the_door  # templates and pages, which only a web process has
    from bot.web.desk.pages import PAGES

    phones = app.channels.on.get("phone")
    found += [Mount("/static", StaticFiles(directory=STATIC)), *behind_the_door(app, PAGES, closing)]
    if isinstance(phones, Phones):
        from bot.web.phones import PhonePages  # templates and pages that only the demo has

        found += [Route("/", to_phones), *PhonePages(app, phones, closing).routes()]
    else:
        found.append(Route("/", to_desk))
    return found


async def to_phones(request: Request) -> Response:
    """
    Send a visitor of the bare address to the phones.
    """
    return RedirectResponse("/phone/")


async def to_desk(request: Request) -> Response:
    """
    Send a visitor of the bare address to the desk.
    """
    return RedirectResponse("/desk/")
