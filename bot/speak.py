"""
Speak: our texts as people recorded them, from `locales/<language>/audio/` or from the desk, and which of them may be heard now.

A recording belongs to a wording: once the text is said otherwise nobody hears the old words. A file is named after both,
`<key of the English text>-<key of the wording>.ogg`; of the desk's recordings the corrections tell what was said when they were made.
"""

import asyncio
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.channels import Channel
from bot.translate import LOCALES
from flows.node import Tongues
from flows.sensitive import places
from flows.spoken import spoken, weighty
from storage import recordings
from storage.corrections import Correction, hash_of
from storage.database import Database, Tx
from storage.recordings import Recording
from storage.sessions import Standing

OPUS = "audio/ogg"
LARGEST = 1024 * 1024           # bytes of a file
DESK = "desk/"                  # how the names of the desk's recordings begin


class Voices:
    """
    All recordings there are. A recording has a name, which a message on its way carries: `desk/7`, or `ar/<file without .ogg>`.
    """

    def __init__(self, folder: Path = LOCALES) -> None:
        self._files = {f"{path.parent.parent.name}/{path.stem}": path for path in sorted(folder.glob("*/audio/*.ogg")) if is_voice(path)}
        self._desk: dict[tuple[str, str], int] = {}

    def learn(self, newest: Sequence[Recording], wordings: Sequence[Correction], tongues: Tongues) -> None:
        """
        Take note of the desk's recordings whose words are those of now.
        """
        changed: dict[tuple[str, str], list[Correction]] = {}
        for one in wordings:
            changed.setdefault((one.language, hash_of(one.source)), []).append(one)
        self._desk = {(one.language, one.text_hash): one.id for one in newest
                      if _is_of_now(one, changed.get((one.language, one.text_hash), ()), tongues)}

    def name_of(self, language: str, source: str, tongues: Tongues) -> str:
        """
        Return the recording of an English text in a language as it is said now, "" without one; the desk's before a file.
        """
        if id := self._desk.get((language, hash_of(source))):
            return f"{DESK}{id}"
        name = f"{language}/{file_of(source, tongues(language).raw(source))}"
        return name if name in self._files else ""

    def names_of(self, language: str, sources: Sequence[str], tongues: Tongues) -> tuple[str, ...]:
        """
        Return the recordings of these texts in their order, or nothing if one of them has none.
        """
        if not self._files and not self._desk:
            return ()
        found = tuple(self.name_of(language, source, tongues) for source in sources)
        return found if all(found) else ()

    def wished(self, who: Standing, channel: Channel | None, language: str, sources: Sequence[str], tongues: Tongues) -> tuple[str, ...]:
        """
        Return the recordings that go with a message: to who asked for voice, and to who did not answer the question of consent yet
        and may not be able to read it.
        """
        is_wished = who.voice == "yes" or not (who.voice or who.consent)
        takes = channel is not None and OPUS in channel.speaks
        return self.names_of(language, sources, tongues) if is_wished and takes else ()

    async def content(self, database: Database, name: str) -> tuple[str, bytes] | None:
        """
        Return content type and content of a recording by its name, or None if it is not here.
        """
        if name.startswith(DESK):
            return await database.read(lambda tx: recordings.content(tx, int(name.removeprefix(DESK))))
        path = self._files.get(name)
        try:
            return (OPUS, await asyncio.to_thread(path.read_bytes)) if path else None
        except OSError:
            return None

    def strays(self, tongues: Tongues) -> Iterator[str]:
        """
        Yield the files that nobody hears any more: of a text that is gone, or that is said otherwise now.
        """
        for name in self._files:
            language = name.partition("/")[0]
            there = tongues.written(language) if language in tongues.languages else {}
            if not any(name == f"{language}/{file_of(source, tongues(language).raw(source))}" for source in there):
                yield name


@dataclass(frozen=True, slots=True)
class Listed:
    """
    A text that a recording can say: where that comes from (desk, file or ""), and which file it is.
    """

    source: str
    said: str
    recorded: str
    file: str
    is_first: bool              # one that must be recorded before the others


def listed(voices: Voices, tongues: Tongues, language: str) -> list[Listed]:
    """
    Return every text of a language that can be recorded, what matters most first.
    """
    found = []
    for source in spoken():
        said, name = tongues(language).raw(source), voices.name_of(language, source, tongues)
        recorded = "" if not name else "desk" if name.startswith(DESK) else "file"
        found.append(Listed(source, said, recorded, f"{language}/audio/{file_of(source, said)}.ogg", source in weighty()))
    return found


def place_of(source: str) -> str:
    """
    Return where a text is said, for whoever records it.
    """
    return next(iter(places(source)), "emergency" if source in weighty() else "anywhere")


def export(tx: Tx, voices: Voices, tongues: Tongues) -> bytes:
    """
    Return the desk's recordings that are heard now, as a zip to be unpacked over `locales/`, each under the name of its file.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for language in tongues.languages:
            for one in listed(voices, tongues, language):
                name = voices.name_of(language, one.source, tongues)
                found = recordings.content(tx, int(name.removeprefix(DESK))) if name.startswith(DESK) else None
                if found:
                    packed.writestr(one.file, found[1])
    return out.getvalue()


def file_of(source: str, said: str) -> str:
    """
    Return the name, without .ogg, of the file with the recording of an English text as it is said in a language.
    """
    return f"{hash_of(source)}-{hash_of(said)[:8]}"


def is_voice(path: Path) -> bool:
    """
    Tell whether a file is OGG with Opus, and no larger than what we send.
    """
    try:
        with path.open("rb") as file:
            head = file.read(64)
        return head.startswith(b"OggS") and b"OpusHead" in head and path.stat().st_size <= LARGEST
    except OSError:
        return False


def _is_of_now(recording: Recording, wordings: Sequence[Correction], tongues: Tongues) -> bool:
    """
    Tell whether a text is said as it was when somebody recorded it. A tick is a wording of its own, with the same words.
    """
    live = next((one for one in reversed(wordings) if one.state == "live"), None)
    if live is None or _since(live) <= recording.at:
        return True
    before: Mapping[str, str] = tongues.written(recording.language)
    said = next((one.said for one in sorted(wordings, key=_since, reverse=True) if _since(one) <= recording.at), before.get(live.source, ""))
    return said == live.said


def _since(one: Correction) -> datetime:
    return one.second_at or one.at
