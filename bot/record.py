"""
Record: a voice from a phone or a browser, made into what every channel plays: OGG with Opus, mono.
"""

import asyncio
import sys
from pathlib import Path

LARGEST = 5 * 1024 * 1024           # bytes of a file
TEXT, ANSWER = 60, 300              # seconds that a text read aloud may last, and an answer
PATIENCE = 30.0                     # seconds for decoding


class NotSound(Exception):
    """
    This is no sound that can be played, or it is too large or too long.
    """


async def to_voice(content: bytes) -> bytes:
    """
    Return an answer said aloud as OGG with Opus, as it is where it is that already (a browser's, a voice note's); raise `NotSound`.
    """
    if content.startswith(b"OggS") and b"OpusHead" in content[:64]:
        return content
    return (await to_opus(content, ANSWER))[0]


async def to_opus(content: bytes, longest: int = TEXT) -> tuple[bytes, int]:
    """
    Return a recording as OGG with Opus and its length in whole seconds, made by a process of its own; raise `NotSound`.
    """
    if not content or len(content) > LARGEST:
        raise NotSound
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(Path(__file__).with_name("encode.py")), str(longest), env={},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL)
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
