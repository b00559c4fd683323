"""
Correct: volunteers say our texts better; it takes effect at once, kept with who and when, and goes out as .po.
"""

import io
import re
import zipfile
from collections.abc import Iterator

from bot import lint
from bot.app import App
from bot.translate import LOCALES, entries
from flows.rights import Volunteer
from flows.sensitive import sensitive
from storage import corrections, volunteers
from storage.database import Tx


class NotCorrected(Exception):
    """
    A correction cannot be: `why` says each problem in a sentence.
    """

    def __init__(self, *why: str) -> None:
        super().__init__("; ".join(why))
        self.why = why


def may_correct(who: Volunteer, language: str) -> bool:
    """
    Tell whether somebody may say a text better in a language: who leads, or who speaks it.
    """
    return who.leads or language in who.languages


async def correct(app: App, who: Volunteer, language: str, source: str, said: str) -> bool:
    """
    Correct a text and return whether it counts at once; else it waits for a second person: what is sensitive, and what a volunteer
    who does not lead proposes. Raise `NotCorrected`.
    """
    said = said.replace("\r\n", "\n").strip()
    if not may_correct(who, language) or language not in app.tongues.languages:
        raise NotCorrected("this language is for those who speak it")
    if wrong := lint.problems(source, said, language):
        raise NotCorrected(*wrong)
    is_live = who.leads and source not in sensitive()
    await app.database.write(lambda tx: corrections.add(
        tx, language, source, said, "live" if is_live else "waiting", language in who.languages, who.id, app.now()))
    await app.database.read(app.learn_texts)
    return is_live


async def review(app: App, who: Volunteer, language: str, source: str, seen: str) -> None:
    """
    Tick a text as it stands: a speaker of the language has read it; `seen` is what they read. Raise `NotCorrected`.
    """
    if language not in who.languages:
        raise NotCorrected("only who speaks the language can tick it")
    said = app.tongues(language).raw(source)
    if seen.replace("\r\n", "\n").strip() != said.strip():
        raise NotCorrected("the text has changed since you read it: read it again")
    await app.database.write(lambda tx: corrections.add(tx, language, source, said, "live", True, who.id, app.now()))
    await app.database.read(app.learn_texts)


async def decide(app: App, who: Volunteer, correction_id: int, is_agreed: bool) -> bool:
    """
    Agree to a correction that waits, or refuse it; False if it does not wait, is one's own, in a language that is not one's, fails
    lint by now, or if neither of the two leads.
    """
    def run(tx: Tx) -> bool:
        found = next((one for one in corrections.waiting(tx) if one.id == correction_id), None)
        if found is None or not may_correct(who, found.language):
            return False
        if is_agreed and (not _one_leads(tx, who, found) or lint.problems(found.source, found.said, found.language)):
            return False
        return corrections.decide(tx, correction_id, who.id, is_agreed, app.now())

    is_decided = await app.database.write(run)
    await app.database.read(app.learn_texts)
    return is_decided


def _one_leads(tx: Tx, who: Volunteer, found: corrections.Correction) -> bool:
    writer = volunteers.by_id(tx, found.volunteer_id)
    return who.leads or (writer is not None and writer.leads)


def export(tx: Tx) -> bytes:
    """
    Return every messages.po with the corrections and ticks that count, as a zip to be unpacked over `locales/`; what nobody
    corrected stays as it is, to the letter.
    """
    out = io.BytesIO()
    live = corrections.live(tx)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(LOCALES.glob("*/LC_MESSAGES/messages.po")):
            language = path.parent.parent.name
            changed = {one.source: one for one in live if one.language == language}
            packed.writestr(f"{language}/LC_MESSAGES/messages.po", "\n\n".join(_blocks(path.read_text(), changed)))
    return out.getvalue()


def _blocks(text: str, changed: dict[str, corrections.Correction]) -> Iterator[str]:
    for block in text.split("\n\n"):
        source = entries(block)
        one = changed.get(source) if source else None
        if one is None:
            yield block
            continue
        head = block[: block.index("msgid ")]
        if one.is_reviewed:
            head = re.sub(r"^# review\n", f"# reviewed {one.at:%Y-%m-%d}\n", head, flags=re.MULTILINE)
        elif not re.search(r"^# review\n", head, re.MULTILINE):
            head = f"# review\n{head}"
        tail = "\n" if block.endswith("\n") else ""
        yield f"{head}msgid {_quoted(source)}\nmsgstr {_quoted(one.said)}{tail}"


def _quoted(text: str) -> str:
    lines = [line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for line in text.splitlines(keepends=True)]
    return f'"{lines[0]}"' if len(lines) == 1 else '""\n' + "\n".join(f'"{line}"' for line in lines)
