"""
How the phones' pages are drawn: templates, and messages as a chat shows them.
"""

import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.channels.phone import Bubble, Phone
from bot.settings import Settings
from bot.web.words import WORDS, date_of, short_date_of

TEMPLATES = Path(__file__).parent / "templates"
_LINK = re.compile(r"https://[^\s<>\u2066-\u2069\u200e\u200f]*[^\s<>\u2066-\u2069\u200e\u200f.,;:!?)]")
_KEPT = re.compile(r"\d+(?:-\d+)+(?: \d\d)*")       # dates and phone numbers, which a line end must not part

templates = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True, auto_reload=False,        # or every page would ask the disk for each of its files
)


@dataclass(frozen=True, slots=True)
class Look:
    """
    How one page looks at phones: in which language, and in whose time.
    """

    language: str
    now: datetime

    def owner(self, phone: Phone) -> str:
        """
        Return whose phone this is.
        """
        return phone.owner or WORDS[self.language]["phone_number"].replace("{n}", phone.name.rpartition("-")[2])

    def about(self, phone: Phone) -> str:
        """
        Return what is special about this person.
        """
        return WORDS[self.language].get(phone.about, "")

    def time(self, at: datetime) -> str:
        """
        Return the time of day in the office.
        """
        return f"{at.astimezone(self.now.tzinfo):%H:%M}"

    def day(self, at: datetime) -> str:
        """
        Return the office's day in words.
        """
        return date_of(at.astimezone(self.now.tzinfo), self.language)

    def short(self, at: datetime) -> str:
        """
        Return the time of a message of today, the day of an older one.
        """
        local = at.astimezone(self.now.tzinfo)
        return f"{local:%H:%M}" if local.date() == self.now.date() else short_date_of(local, self.language)


def render(template: str, language: str, now: datetime, **values: object) -> str:
    """
    Return a page in Dutch or English.
    """
    return templates.get_template(template).render(w=WORDS[language], language=language, now=now, look=Look(language, now), **values)


def said(text: str) -> Markup:
    """
    Return a message as HTML: every line finds its own direction, and addresses can be followed.
    """
    return Markup("").join(Markup('<span class="line" dir="auto">{}</span>').format(_linked(line)) for line in text.split("\n"))


def _linked(line: str) -> Markup:
    pieces, end = [], 0
    for found in _LINK.finditer(line):
        pieces.append(_kept(line[end : found.start()]))
        pieces.append(Markup('<a href="{0}" rel="noreferrer noopener" target="_blank">{0}</a>').format(found[0]))
        end = found.end()
    return Markup("").join([*pieces, _kept(line[end:])])


def _kept(text: str) -> Markup:
    return Markup(_KEPT.sub(r'<span class="kept">\g<0></span>', str(escape(text))))


def preview(bubble: Bubble) -> str:
    """
    Return the first line of a message, or that it is spoken, for the list of phones.
    """
    return next((line for line in bubble.text.split("\n") if line.strip()), "🔊" if bubble.is_ours and bubble.medium else "")[:90]


def asking(bubbles: Sequence[Bubble]) -> Bubble | None:
    """
    Return the message that offers answers now: the last one, or the one before what stands beside it: the same spoken, a pin, a file.
    """
    last = next((bubble for bubble in reversed(bubbles) if not (bubble.is_ours and bubble.kind != "text")), None)
    return last if last and last.offers else None


def report_command(settings: Settings, since: date, until: date) -> str:
    """
    Return the command that reports some days from the demo's own data.
    """
    program = Path(sys.executable).parent / "wegwijs"       # it is seldom on the PATH: it lives in .venv
    run = _from_here(program) if program.exists() else "wegwijs"
    return f"WEGWIJS_DATA_DIR={_from_here(settings.data_dir)} {run} report --from {since} --to {until}"


def _from_here(path: Path) -> str:
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))


templates.filters.update(said=said, preview=preview, asking=asking)
