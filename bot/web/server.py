"""
The web server: it listens, answers until we stop, and finishes what is in hand.
"""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn

from bot.app import App
from bot.web.app import Web

GRACE = 5          # seconds that a request in hand gets when we stop


class Server(uvicorn.Server):
    """
    Uvicorn without signal handlers of its own: `serve` decides when to stop.
    """

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """
        Leave the signals alone.
        """
        yield


def listen(host: str, port: int) -> socket.socket:
    """
    Return a socket that listens; OSError when the address is taken or not ours.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(2048)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


async def serve_web(app: App, stopped: asyncio.Event, listening: socket.socket | None = None) -> None:
    """
    Answer requests until `stopped` is set, then finish those in hand. Listens where the settings say, unless given a socket.
    """
    web = Web(app)
    with listening or listen(app.settings.host, app.settings.port) as open_socket:
        config = uvicorn.Config(
            web, http="httptools", ws="none", lifespan="off", loop="none", log_config=None, access_log=False,
            server_header=False, proxy_headers=False, timeout_graceful_shutdown=GRACE, timeout_keep_alive=75,
        )
        server = Server(config)
        serving = asyncio.create_task(server.serve(sockets=[open_socket]))
        stopping = asyncio.create_task(stopped.wait())
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        web.closing.set()
        server.should_exit = True
        await serving
