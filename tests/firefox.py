"""
Debian's Firefox ESR without a window, driven by its own WebDriver BiDi: no driver beside it is needed.

Playwright drives only the Firefox that it brings along.
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

FIREFOX = "/usr/bin/firefox-esr"
SOON, START = 60.0, 120.0       # seconds in which a page has to be as it is wanted, and Firefox to be there
SETTINGS = ("app.update.auto", "browser.aboutwelcome.enabled", "browser.newtabpage.enabled", "browser.safebrowsing.update.enabled",
            "browser.shell.checkDefaultBrowser", "datareporting.policy.dataSubmissionEnabled", "dom.ipc.processPrelaunch.enabled",
            "extensions.getAddons.cache.enabled", "network.captive-portal-service.enabled", "network.connectivity-service.enabled")


class Firefox:
    """
    A running Firefox, and the line to it.
    """

    def __init__(self, line: "aiohttp.ClientWebSocketResponse") -> None:
        self.line = line
        self.numbers = count(1)
        self.complaints: list[str] = []

    async def ask(self, method: str, /, **params: object) -> dict[str, Any]:
        """
        Return what Firefox answers to a command; what its pages complain of meanwhile is written down.
        """
        number = next(self.numbers)
        await self.line.send_json({"id": number, "method": method, "params": params})
        while (said := await self.line.receive_json()).get("id") != number:
            if said.get("method") == "log.entryAdded" and said["params"]["level"] == "error":
                self.complaints.append(str(said["params"]["text"]))
        assert said["type"] == "success", f"{method}: {said['error']}: {said['message']}"
        found: dict[str, Any] = said["result"]
        return found

    async def open(self, width: int, height: int, runs_script: bool = True, own: str = "default") -> "Tab":
        """
        Open a tab of a size; one that runs no script is told so before it loads anything.
        """
        context = (await self.ask("browsingContext.create", type="tab", userContext=own))["context"]
        if not runs_script:
            (window,) = (await self.ask("browsingContext.getTree", **{"moz:scope": "chrome"}))["contexts"]
            await Tab(self, window["context"]).see("gBrowser.selectedBrowser.browsingContext.allowJavascript = false")
        await self.ask("browsingContext.setViewport", context=context, viewport={"width": width, "height": height})
        return Tab(self, context, own)


class Tab:
    """
    A tab, with the cookies of `own`: what somebody sees and does there.
    """

    def __init__(self, firefox: Firefox, context: str, own: str = "default") -> None:
        self.firefox = firefox
        self.context = context
        self.own = own

    async def go(self, address: str) -> None:
        """
        Open an address.
        """
        await self.firefox.ask("browsingContext.navigate", context=self.context, url=address, wait="complete")

    async def see(self, expression: str) -> Any:
        """
        Return what an expression comes to in the page.
        """
        told = await self.firefox.ask("script.evaluate", expression=expression, target={"context": self.context}, awaitPromise=True)
        assert told["type"] == "success", f"{expression}: {told['exceptionDetails']['text']}"
        return told["result"].get("value")

    async def text(self, css: str) -> str:
        """
        Return what is read in the first part of a page that fits.
        """
        return str(await self.see(f"document.querySelector({css!r})?.innerText ?? ''"))

    async def until(self, expression: str, seconds: float = SOON) -> None:
        """
        Wait until an expression is true in the page.
        """
        assert await _soon(lambda: self.see(expression), seconds), f"not within {seconds} s: {expression}"

    async def find(self, role: str, name: str) -> dict[str, str]:
        """
        Return the part of a page that a screen reader calls this, as soon as it is there; with the role `css` the first that fits.
        """
        value = name if role == "css" else {"role": role, "name": name}
        locator = {"type": "css" if role == "css" else "accessibility", "value": value}

        async def nodes() -> Any:
            return (await self.firefox.ask("browsingContext.locateNodes", context=self.context, locator=locator))["nodes"]

        found = await _soon(nodes, SOON)
        assert found, f"no {role} {name!r}"
        return {"sharedId": found[0]["sharedId"]}

    async def press(self, role: str, name: str) -> None:
        """
        Press a button or link with the mouse, where a person would have scrolled to.
        """
        node = await self.find(role, name)
        await self.firefox.ask("script.callFunction", functionDeclaration="node => node.scrollIntoView({block: 'center', behavior: 'instant'})",
                               arguments=[node], target={"context": self.context}, awaitPromise=False)
        await self.firefox.ask("input.performActions", context=self.context, actions=[{"type": "pointer", "id": "mouse", "actions": [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": node}},
            {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]}])

    async def leave(self, role: str, name: str) -> None:
        """
        Press what opens another page, and wait for that.
        """
        await self.see("document.documentElement.dataset.old = '1'")
        await self.press(role, name)
        await self.until("document.readyState === 'complete' && !document.documentElement.dataset.old")

    async def type(self, keys: str) -> None:
        """
        Press keys, one after the other.
        """
        each = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        await self.firefox.ask("input.performActions", context=self.context, actions=[{"type": "key", "id": "keys", "actions": each}])

    async def write(self, role: str, name: str, text: str) -> None:
        """
        Write into a field.
        """
        await self.press(role, name)
        await self.type(text)

    async def close(self) -> None:
        """
        Close it.
        """
        await self.firefox.ask("browsingContext.close", context=self.context)


async def _soon(look: Callable[[], Awaitable[Any]], seconds: float) -> Any:
    """
    Return what a look brings as soon as that is something, or what the last one brought.
    """
    ends = time.monotonic() + seconds
    found = await look()
    for _ in count():
        if found or time.monotonic() > ends:
            break
        await asyncio.sleep(0.05)
        found = await look()
    return found


def _furnish(folder: Path) -> None:
    """
    Make a profile: Dutch, and without everything a browser does by itself.
    """
    settings = [f'user_pref("{name}", false);' for name in SETTINGS]
    (folder / "user.js").write_text("\n".join([*settings, 'user_pref("intl.accept_languages", "nl-NL, nl");', ""]))


def _line(folder: Path) -> str:
    """
    Return where a Firefox with this profile listens, or "" before it does.
    """
    told = folder / "WebDriverBiDiServer.json"
    try:
        where = json.loads(told.read_text())
    except (OSError, ValueError):
        return ""
    return f"ws://{where['ws_host']}:{where['ws_port']}/session"


@asynccontextmanager
async def a_firefox(folder: Path) -> AsyncIterator[Firefox]:
    """
    Run Firefox in a profile of its own, and end it whatever happened.
    """
    _furnish(folder)
    process = await asyncio.create_subprocess_exec(
        FIREFOX, "--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port=0", "--remote-allow-system-access",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, env={**os.environ, "HOME": str(folder)})
    try:
        address = await _soon(lambda: asyncio.to_thread(_line, folder), START)
        assert address, "Firefox did not start"
        async with aiohttp.ClientSession() as session, session.ws_connect(address, max_msg_size=0) as line:
            firefox = Firefox(line)
            await firefox.ask("session.new", capabilities={})
            await firefox.ask("session.subscribe", events=["log.entryAdded"])
            yield firefox
    finally:
        process.kill()
        await process.wait()
