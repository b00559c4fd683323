"""
Record: a voice from a phone or a browser, made into what every channel plays: OGG with Opus, mono.
"""

import asyncio
import sys
from pathlib import Path

LARGEST = 5 * 1024 * 1024           # bytes of a file
PATIENCE = 30.0                     # seconds for decoding a minute of sound


class NotSound(Exception):
    """
    This is no sound that can be played, or it is too large or too long.
    """


async def to_opus(content: bytes) -> tuple[bytes, int]:
    """
    Return a recording as OGG with Opus and its length in whole seconds, made by a process of its own; raise `NotSound`.
    """
    if not content or len(content) > LARGEST:
        raise NotSound
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(Path(__file__).with_name("encode.py")), env={}, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL)
    try:
        out, _ = await asyncio.wait_for(process.communicate(content), PATIENCE)
    except TimeoutError:
        raise NotSound from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    seconds, _, sound = out.partition(b"\n")
    if process.returncode != 0 or not sound:
        raise NotSound
    return sound, int(seconds)
