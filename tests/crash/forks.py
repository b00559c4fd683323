"""
Processes forked from one that has read everything already: each is a real one, with a start of its own, and without seconds of imports.
"""

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.crash.main", "tests.crash.forks", "bot.__main__", "bot.open", "bot.serve", "uvloop", "tests.crash.frozen"])


def wegwijs(arguments: Sequence[str], folder: Path, environ: Mapping[str, str], log: Path, core: int | None = None) -> None:
    """
    Become `wegwijs` with these arguments, in this folder and with nothing but these settings, on this core; what it says goes to the log.
    """
    from bot.__main__ import main

    if core is not None:
        os.sched_setaffinity(0, {core})
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(written, 1)
    os.dup2(written, 2)
    sys.argv = ["wegwijs", *arguments]
    main()
