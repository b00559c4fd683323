"""
Recordings: what a phone or browser makes becomes one kind of sound, and nothing else does.
"""

import io
import math
import struct
import wave

import pytest

from bot.record import LARGEST, NotSound, to_opus


def a_wave(seconds: float, rate: int = 16_000) -> bytes:
    """Return a tone as WAV."""
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(2)
        written.setsampwidth(2)
        written.setframerate(rate)
        tone = (int(9000 * math.sin(at / 9)) for at in range(int(seconds * rate)))
        written.writeframes(b"".join(struct.pack("<hh", one, one) for one in tone))
    return out.getvalue()


async def test_a_recording_becomes_opus():
    """Small, mono, as long as it was, and the same again from the same: one sent twice is seen to be that."""
    sound, seconds = await to_opus(a_wave(3))

    assert await to_opus(a_wave(3)) == (sound, seconds)
    assert sound.startswith(b"OggS")
    assert b"OpusHead" in sound[:64]
    assert seconds == 3
    assert len(sound) < 30_000
    assert (await to_opus(sound))[1] == 3


async def test_what_is_no_recording_is_refused():
    """Nothing, nonsense, too large, too short, too long."""
    for content in (b"", b"no sound at all", b"OggS" + b"\0" * 500, b"<svg/>", b"\0" * (LARGEST + 1), a_wave(0.05), a_wave(61, 8_000)):
        with pytest.raises(NotSound):
            await to_opus(content)
