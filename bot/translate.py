"""
The tongue of a language: its texts, dates and hours, made ready once and looked up fast (with `name` the door of babel).
"""

import io
import re
import tomllib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter
from sys import intern

from babel.messages.pofile import read_po

from bot.name import briefly, calendar
from flows import sensitive
from flows.hours import Hours, runs
from flows.node import Dutch, Word, _
from flows.understand import Phrases

LOCALES = Path(__file__).parent.parent / "locales"
FALLBACKS = {"ti": ("ar", "en"), "prs": ("fa",), "ps": ("prs",), "kmr": ("ar", "tr"), "ckb": ("ar", "fa"), "am": ("en",), "so": ("en",)}
ORDER = ("nl", "en", "ar", "ti", "fa", "prs", "tr", "uk", "so", "fr", "kmr", "ps", "am", "ckb", "ru")
OURS = ("nl", "en")                            # of the team itself, which has read its own texts
RTL = {"ar", "fa", "prs", "ps", "ckb"}
FROM_SUNRISE = {"ti", "am", "so"}              # hours are counted from sunrise: 14:00 is eight o'clock
NUMBERS_BESIDE = {"ar", "ti"}                  # the month's name misleads: two names, or another calendar's
MORNING, AFTERNOON = _("in the morning"), _("in the afternoon")
FROM_TO, DAY_TO_DAY = _("from {opens} to {closes}"), _("{first} to {last}")

LRI, FSI, PDI, RLM, ZWNJ = "\u2066", "\u2068", "\u2069", "\u200f", "\u200c"       # the last parts two letters within a word, in Persian
_STARS = re.compile(r"\*([^*\n]+)\*")
_KEPT = re.compile(r"(\{[^}]*\}|\u2066[^\u2069]*\u2069|\u2068[^\u2069]*\u2069)")
_FOREIGN = re.compile(r"[+€@]?\s?[0-9A-Za-zÀ-ÿ]+(?:[ .,:/&'@_+€-]+[0-9A-Za-zÀ-ÿ]+)*")
_ARABIC, _DIGITS = re.compile("[\u0600-\u06ff\u0750-\u077f]"), re.compile(r"[0-9 ]+")


class Catalogue:
    """
    The tongue of one language, over the texts of its `messages.po`.
    """

    def __init__(self, language: str, texts: Mapping[str, str], others: Callable[[str], tuple[str, ...]] = lambda text: (text,),
                 unread: Container[str] = (), beneath: "Catalogue | None" = None) -> None:
        self.language, self.is_rtl = language, language in RTL
        self._raw = texts
        self._ready: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._others, self._unread, self._beneath = others, unread, beneath
        self._variants: dict[str, tuple[str, ...]] = {}
        self.date = lru_cache(maxsize=1024)(self._date)
        self.time = lru_cache(maxsize=256)(self._time)

    def __call__(self, text: str, /, **slots: object) -> str:
        """
        Return the text in this language with its slots filled, foreign pieces isolated; a text without a translation as it is.

        What matters most and no native speaker has read stands there in Dutch too, which a volunteer or a neighbour can read out.
        """
        said = self.alone(text, **slots)
        if self._beneath and text in self._unread:
            dutch = self._beneath.alone(text, **slots)
            said += f"\n\n{dutch}" if "\n" in dutch else f"\n{dutch}"
        return said

    def alone(self, text: str, /, **slots: object) -> str:
        """
        Return the text in this language and in no other.
        """
        ready = self._ready.get(text)
        if ready is None:
            ready = self._ready[text] = self._prepare(text)
        said, names = ready
        return said.format_map({name: self._fill(slots[name]) for name in names}) if names else said

    def raw(self, text: str) -> str:
        """
        Return the text as the translator wrote it, or itself.
        """
        return self._raw.get(text) or text

    def variants(self, text: str) -> tuple[str, ...]:
        """
        Return the text in every language there is, this one first.
        """
        found = self._variants.get(text)
        if found is None:
            found = self._variants[text] = tuple(dict.fromkeys((self.raw(text), *self._others(text))))
        return found

    def _prepare(self, text: str) -> tuple[str, tuple[str, ...]]:
        said = self.raw(text)
        said = "\n".join(map(self._right_to_left, said.split("\n"))) if self.is_rtl else _STARS.sub(r"\1", said)
        return said, tuple(dict.fromkeys(name for _text, name, _format, _to in Formatter().parse(said) if name))

    def _right_to_left(self, line: str) -> str:
        if line.startswith("https://") or _DIGITS.fullmatch(line):
            return line
        parts = _KEPT.split(_STARS.sub(f"{LRI}\\1{PDI}", line))
        line = "".join(part if at % 2 else _FOREIGN.sub(_isolated, part) for at, part in enumerate(parts))
        return RLM + line if line and not _ARABIC.match(line) and ("{" in line or _ARABIC.search(line)) else line

    def _fill(self, value: object) -> str:
        if isinstance(value, datetime):
            return f"{self.date(value.date())}, {self.time(value.time())}"
        if isinstance(value, date):
            return self.date(value)
        if isinstance(value, time):
            return self.time(value)
        if isinstance(value, Hours):
            return self.hours(value)
        if not self.is_rtl or isinstance(value, Word):
            return str(value)
        return f"{LRI if isinstance(value, Dutch | int | float) else FSI}{value}{PDI}"

    def _number(self, text: str) -> str:
        return f"{LRI}{text}{PDI}" if self.is_rtl else text

    def _date(self, day: date) -> str:
        names = calendar(self.language)
        ours, theirs = names.months[day.month - 1], names.second_months[day.month - 1]
        month = ours if ours == theirs else f"{ours} ({theirs})"
        said = f"{names.days[day.weekday()]} {day.day} {month} {day.year}"
        return f"{said} ({self._number(f'{day:%d-%m-%Y}')})" if self.language in NUMBERS_BESIDE else said

    def short(self, day: date) -> str:
        """
        Return the day as weekday, day and month, short enough for a button.
        """
        return f"{calendar(self.language).short_days[day.weekday()]} {self._number(f'{day.day}-{day.month}')}"

    def _time(self, at: time) -> str:
        said = self._number(f"{at:%H:%M}")
        return f"{said} {self(MORNING if at.hour < 12 else AFTERNOON)}" if self.language in FROM_SUNRISE else said

    def hours(self, hours: Hours) -> str:
        """
        Return opening hours in words, a line for days that are alike.
        """
        return "\n".join(f"{self._days(first, last)}: {self._spans(spans)}" for first, last, spans in runs(hours))

    def _days(self, first: int, last: int) -> str:
        names = calendar(self.language).days
        return names[first] if first == last else self.raw(DAY_TO_DAY).format(first=names[first], last=names[last])

    def _spans(self, spans: Iterable[tuple[time, time]]) -> str:
        return " · ".join(self(FROM_TO, opens=opens, closes=closes) for opens, closes in spans)


def _isolated(found: re.Match[str]) -> str:
    text = found.group()
    lead = text[: len(text) - len(text.lstrip())]
    return text if text.strip().isdigit() else f"{lead}{LRI}{text.strip()}{PDI}"


class Languages:
    """
    All languages there are, each read at its first use.
    """

    def __init__(self, folder: Path = LOCALES) -> None:
        self._folder = folder
        there = {path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/messages.po")}
        self.languages = tuple(sorted(there, key=lambda code: (ORDER.index(code) if code in ORDER else len(ORDER), code)))
        self._tongues: dict[str, Catalogue] = {}
        self._read: dict[str, dict[str, str]] = {}
        self._better: dict[str, dict[str, str]] = {}
        self._marked: dict[str, frozenset[str]] = {}
        self._ticked: dict[str, set[str]] = {}
        self._phrases: Phrases | None = None

    def __call__(self, language: str) -> Catalogue:
        """
        Return the tongue of a language, or of its named fallback; Dutch for one we do not know.
        """
        kept = self._tongues        # `correct` puts another in its place: what is opened with the words of before stays in this one
        found = kept.get(language)
        if found is None:
            code = self.spoken(language)
            found = kept[language] = kept.get(code) or self._open(code)
        return found

    def spoken(self, language: str) -> str:
        """
        Return the language itself if we have its texts, or the nearest that we have.
        """
        return next((code for code in _chain(language) if code in self.languages), self.languages[0] if self.languages else "nl")

    @property
    def phrases(self) -> Phrases:
        """
        Return how clients ask for each topic and what they write in an emergency, read once from every `phrases.toml` and `grave.toml`.
        """
        if self._phrases is None:
            files = tuple(self._folder / code / name for code in self.languages for name in ("phrases.toml", "grave.toml"))
            self._phrases = _phrases(tuple((file, file.stat().st_mtime_ns) for file in files if file.exists()))
        return self._phrases

    def warm(self) -> None:
        """
        Read every language and its phrases now, so that no client waits for it.
        """
        for code in self.languages:
            self(code)
        self._phrases = self.phrases

    def _open(self, code: str) -> Catalogue:
        texts = {**self.written(code), **self._better.get(code, {})}
        return Catalogue(code, texts, self._everywhere, unread := self.unread(code), self("nl") if unread else None)

    def written(self, code: str) -> dict[str, str]:
        """
        Return the texts of a language as they stand in its file, by their English text.
        """
        if code not in self._read:
            path = self._folder / code / "LC_MESSAGES" / "messages.po"
            self._read[code], self._marked[code] = _texts(path, path.stat().st_mtime_ns) if path.exists() else ({}, frozenset())
        return self._read[code]

    def unread(self, code: str) -> frozenset[str]:
        """
        Return the texts of weight (`flows/sensitive.py`) that no native speaker has ticked, as they stand or as they were corrected.
        """
        self.written(code)
        if code in OURS or "nl" not in self.languages:
            return frozenset()
        return sensitive.told() & (self._marked[code] | self._better.get(code, {}).keys()) - self._ticked.get(code, set())

    def correct(self, better: dict[str, dict[str, str]], ticked: dict[str, set[str]]) -> None:
        """
        Say texts as they were corrected, where their slots are those of today, by language; `ticked` were read by a speaker of it.
        """
        sound = {code: {text: said for text, said in texts.items() if _slots(said) == _slots(text)} for code, texts in better.items()}
        if (sound, ticked) != (self._better, self._ticked):
            self._better, self._ticked, self._tongues = sound, ticked, {}

    def _everywhere(self, text: str) -> tuple[str, ...]:
        return tuple(self(code).raw(text) for code in self.languages)


def _chain(language: str) -> Iterator[str]:
    waiting = [language]
    for code in waiting:
        yield code
        waiting += [other for other in FALLBACKS.get(code, ()) if other not in waiting]


def _slots(text: str) -> list[str] | None:
    try:
        return sorted(name for _text, name, _format, _to in Formatter().parse(text) if name is not None)
    except ValueError:              # a brace that stands alone
        return None


@lru_cache(maxsize=64)
def _texts(path: Path, _changed: int) -> tuple[dict[str, str], frozenset[str]]:
    with briefly(), path.open("rb") as file:
        found = [message for message in read_po(file) if message.id and message.string and isinstance(message.id, str)]
    marked = frozenset(str(message.id) for message in found if "review" in message.user_comments)
    return {intern(str(message.id)): str(message.string) for message in found}, marked        # ids are the same in every language


@lru_cache(maxsize=4)
def _phrases(files: tuple[tuple[Path, int], ...]) -> Phrases:
    read: dict[str, dict[str, dict[str, list[str]]]] = {}
    for file, _changed in files:
        read.setdefault(file.parent.name, {}).update(tomllib.loads(file.read_text()))
    return Phrases.of(read)


def entries(block: str) -> str:
    """
    Return the English text of a block of a .po file, "" for one that has none.
    """
    with briefly():
        found = [str(message.id) for message in read_po(io.StringIO(block)) if message.id]
    return found[0] if found else ""


load = Languages                # nothing is read before it is needed, and a file once in a process, until it changes


def desk(language: str, is_one: bool = False) -> Mapping[str, str]:
    """
    Return the texts of the desk in Dutch or English, by their English text; `is_one`: those that count something, as they are said of one.
    """
    return _desk(language)[is_one]


@cache
def _desk(language: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    path = LOCALES / language / "LC_MESSAGES" / "desk.po"
    if not path.exists():
        return {}, {}
    with briefly(), path.open("rb") as file:
        found = [message for message in read_po(file) if message.id and message.string]
    counting = {message.id[1]: tuple(message.string or ()) for message in found if message.pluralizable}
    texts = {str(message.id): str(message.string) for message in found if not message.pluralizable}
    return texts | {text: many for text, (_one, many) in counting.items()}, {text: one for text, (one, _many) in counting.items()}
