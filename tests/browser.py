"""
A real `demo` in a process of its own, and a real browser to look at it with.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.ports import free_port

ROOT = Path(__file__).parent.parent
SHELL = "/usr/bin/chromium-headless-shell"          # the same Chromium without what draws its window: a third less work
CHROMIUM = SHELL if os.path.exists(SHELL) else "/usr/bin/chromium"
# The last such list counts: what Playwright switches off, and the pages behind the address bar, which nobody sees and each window draws anew.
WITHOUT = ("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable",
           "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect",
           "TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
           "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", f"--disable-features={','.join(WITHOUT)}"]
LONG = 60_000           # milliseconds in which a page has to be as it is wanted: a machine that others use takes its time
AT = "2026-11-24T14:05:00+01:00"     # when the pictures are taken


def start_demo(folder: Path, scale: float = 0, **environ: str) -> "subprocess.Popen[str]":
    """
    Start `wegwijs demo` in a folder, without the settings of whoever runs the tests; `scale` is how much of its year is played.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("WEGWIJS_", "TELEGRAM_", "TWILIO_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--scale", str(scale)], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**ours, "PYTHONPATH": str(ROOT), **environ},
    )


@contextmanager
def ended(process: "subprocess.Popen[str]") -> Iterator[None]:
    """
    Kill a process whatever happened: a test that failed must not wait for it.
    """
    try:
        yield
    finally:
        process.kill()


def wait_until_up(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """
    Return the phones' address that `demo` prints, without its path, and all it said before and with it.
    """
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl+C" in line:
            break
    found = re.search(r"(http://127\.0\.0\.1:\d+)/phone/", said)
    assert found, said
    return found[1], said


@contextmanager
def running_desk(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """
    Run `demo` and give its address, and the one-time ways into its desk by name; stop it in the end.
    """
    process = start_demo(folder, WEGWIJS_PORT=str(free_port()), WEGWIJS_CLOCK=AT)
    with process:
        try:
            address, said = wait_until_up(process)
            yield address, dict(re.findall(r"(\w+) +(http\S+/desk/enter/\S+)", said))
        finally:
            process.terminate()


@contextmanager
def running_demo(folder: Path) -> Iterator[str]:
    """
    The same, for whoever needs the address alone.
    """
    with running_desk(folder) as (address, _):
        yield address


@contextmanager
def a_browser() -> Iterator[Browser]:
    """
    Run Debian's Chromium without a window.
    """
    with sync_playwright() as playwright:
        expect.set_options(timeout=LONG)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=2 * LONG)
        yield browser
        browser.close()


@contextmanager
def demo_in_browser() -> Iterator[tuple[str, Browser]]:
    """
    Run both, with the demo's data in a folder that is thrown away.
    """
    with tempfile.TemporaryDirectory() as folder, running_demo(Path(folder)) as address, a_browser() as browser:
        yield address, browser
