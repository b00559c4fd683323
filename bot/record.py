"""
Record: a voice from a phone or a browser, made into what every channel plays: OGG with Opus, mono.
"""

import asyncio
import io

import av

LARGEST, LONGEST = 5 * 1024 * 1024, 60          # bytes, seconds
RATE, BITS = 48_000, 24_000


class NotSound(Exception):
    """
    This is no sound that can be played, or it is too large or too long.
    """


async def to_opus(content: bytes) -> tuple[bytes, int]:
    """
    Return a recording as OGG with Opus and its length in whole seconds; raise `NotSound`.
    """
    if not content or len(content) > LARGEST:
        raise NotSound
    return await asyncio.to_thread(_convert, content)


def _convert(content: bytes) -> tuple[bytes, int]:
    out, samples = io.BytesIO(), 0
    try:
        with av.open(io.BytesIO(content), "r") as given, av.open(out, "w", format="ogg") as made:
            stream = made.add_stream("libopus", rate=RATE)
            stream.bit_rate = BITS
            stream.layout = "mono"
            shape = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            for frame in given.decode(audio=0):
                for part in shape.resample(frame):
                    samples += part.samples
                    if samples > LONGEST * RATE:
                        raise NotSound
                    made.mux(stream.encode(part))
            made.mux(stream.encode(None))
    except (av.FFmpegError, IndexError, ValueError, StopIteration):
        raise NotSound from None
    if samples < RATE // 4:
        raise NotSound
    return out.getvalue(), max(1, round(samples / RATE))
