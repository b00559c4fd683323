"""
Encode: any sound of a phone or a browser → OGG with Opus, mono, 24 kbit. A process of its own: sound from outside is decoded in C,
and what breaks there breaks alone (`python -I bot/encode.py SECONDS`, sound in, sound out; exit 3 if it is no sound, 4 if it is too long).
"""

import io
import resource
import sys

import av

RATE, BITS = 48_000, 24_000
MEMORY, CPU = 1 << 30, 20       # bytes, seconds
NO_SOUND, TOO_LONG = 3, 4
SAME = {"fflags": "bitexact"}      # the same sound makes the same bytes: one sent twice is seen to be that


class TooLong(Exception):
    """
    There is more sound than we take.
    """


def kind(content: bytes) -> str:
    """
    Return the container by its first bytes, or "": nothing else is tried, so that no list of other files is ever read.
    """
    head = content[:12]
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "matroska"
    if head.startswith(b"OggS"):
        return "ogg"
    if head[4:8] == b"ftyp":
        return "mov"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith((b"\xff\xf1", b"\xff\xf9")):
        return "aac"
    return "mp3" if head.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa")) else ""


def encode(content: bytes, longest: int) -> tuple[bytes, int]:
    """
    Return the sound as OGG with Opus, and how many seconds it lasts, at least one; raise `ValueError` if it is none, or `TooLong`.
    """
    out = io.BytesIO()
    samples = 0
    if not kind(content):
        raise ValueError("no sound")
    with av.open(io.BytesIO(content), "r", format=kind(content)) as source, av.open(out, "w", format="ogg", options=SAME) as target:
        if not source.streams.audio:
            raise ValueError("no sound")
        stream = target.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = BITS
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=RATE // 50)
        for frame in source.decode(source.streams.audio[0]):
            samples += frame.samples * RATE // (frame.sample_rate or RATE)
            if samples > longest * RATE:
                raise TooLong
            for piece in resampler.resample(frame):
                target.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            target.mux(stream.encode(piece))
        target.mux(stream.encode(None))
    if samples < RATE // 10:
        raise ValueError("no sound")
    return out.getvalue(), max(1, round(samples / RATE))


def main() -> int:
    """
    Encode what comes in on stdin, of at most so many seconds: a line with the seconds, then the sound.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    try:
        content, seconds = encode(sys.stdin.buffer.read(), int(sys.argv[1]))
    except TooLong:
        return TOO_LONG
    except (ValueError, av.FFmpegError):
        return NO_SOUND
    sys.stdout.buffer.write(b"%d\n" % seconds + content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
