"""
Our texts at the desk: every one in every language, found, corrected, ticked, spoken, and taken out as .po.
"""

from typing import Any

from starlette.responses import Response

from bot import correct, record
from bot.correct import NotCorrected, may_correct
from bot.record import NotSound
from bot.web.desk.door import FORM, Page, Visit
from bot.web.desk.visit import SHORT, whole
from flows.sensitive import places, sensitive
from flows.spelling import normalise
from flows.spoken import spoken
from storage import corrections, recordings
from storage.corrections import hash_of

HOME = "/desk/texts"
AT_ONCE = 40


def _language(visit: Visit, given: str) -> str:
    mine = [code for code in visit.app.tongues.languages if code in visit.me.languages]
    return given if given in visit.app.tongues.languages else next((code for code in mine if code not in ("nl", "en")), "nl")


async def show_all(visit: Visit) -> Response:
    """
    Search the texts of a language, or show those that wait for a second person or for a first reader.
    """
    language, typed, only = _language(visit, visit.query("language")), visit.query("q")[:100], visit.query("only")
    tongues = visit.app.tongues
    texts = tongues.written(language)
    live, waiting = await visit.app.database.read(lambda tx: (corrections.live(tx), corrections.waiting(tx)))
    heard = {text for text in spoken() if visit.app.voices.name_of(language, text, tongues)}
    ticked = {one.source for one in live if one.language == language and one.is_reviewed}
    words, first = normalise(typed).split(), whole(visit.query("from"), SHORT)
    if only == "waiting":
        found = list(dict.fromkeys(one.source for one in waiting if one.language == language))
    else:
        asked = [text for text in spoken() if text in texts and text not in heard] if only == "unspoken" else texts
        found = [text for text in asked if all(word in normalise(f"{text} {tongues(language).raw(text)} {tongues('nl').raw(text)}") for word in words)
                 and not (only == "unread" and text in ticked)]
    return visit.page(
        "desk/texts.html", language=language, typed=typed, only=only, found=found[first:first + AT_ONCE], first=first, how_many=len(found),
        hash_of=hash_of, languages=tongues.languages, waiting=waiting, ticked=ticked, heard=heard, raw=tongues(language).raw)


def _source(visit: Visit) -> tuple[str, str] | None:
    """
    Return the English text and the language of the address in the browser, or None.
    """
    language, wanted = visit.request.path_params["language"], visit.request.path_params["text"]
    if language not in visit.app.tongues.languages:
        return None
    return next(((text, language) for text in visit.app.tongues.written(language) if hash_of(text) == wanted), None)


async def show(visit: Visit) -> Response:
    """
    Show one text: English, Dutch, the language; where it is said, and what was proposed.
    """
    return await _page(visit)


async def _page(visit: Visit, **more: Any) -> Response:
    found = _source(visit)
    if found is None:
        return visit.missing()
    source, language = found
    tongues = visit.app.tongues
    history, sound = await visit.app.database.read(
        lambda tx: (corrections.history(tx, hash_of(source), language), recordings.of(tx, hash_of(source), language) is not None))
    name = visit.app.voices.name_of(language, source, tongues)
    shown: dict[str, Any] = {
        "source": source, "language": language, "said": tongues(language).raw(source), "dutch": tongues("nl").raw(source), "history": history,
        "has_sound": sound or bool(name), "is_heard": bool(name), "may_be_heard": source in spoken(),
        "places": places(source)[:8], "is_sensitive": source in sensitive(), "may": may_correct(visit.me, language),
        "speaks": language in visit.me.languages, "here": f"{HOME}/{language}/{hash_of(source)}", "wrong": (), **more}
    return visit.page("desk/text.html", **shown)


async def change(visit: Visit) -> Response:
    """
    Correct a text.
    """
    found = _source(visit)
    if found is None:
        return visit.missing()
    try:
        is_live = await correct.correct(visit.app, visit.me, found[1], found[0], visit.value("said"))
    except NotCorrected as wrong:
        return await _page(visit, wrong=wrong.why, said=visit.value("said"))
    return visit.go(f"{HOME}/{found[1]}/{hash_of(found[0])}", "changed" if is_live else "proposed")


async def tick(visit: Visit) -> Response:
    """
    Tick a text as read by a speaker.
    """
    found = _source(visit)
    if found is None:
        return visit.missing()
    try:
        await correct.review(visit.app, visit.me, found[1], found[0], visit.value("seen"))
    except NotCorrected as wrong:
        return await _page(visit, wrong=wrong.why)
    return visit.go(f"{HOME}/{found[1]}/{hash_of(found[0])}", "changed")


async def decide(visit: Visit) -> Response:
    """
    Agree to a proposal, or refuse it.
    """
    found = _source(visit)
    if found is None:
        return visit.missing()
    is_decided = await correct.decide(visit.app, visit.me, whole(visit.value("correction")), bool(visit.value("yes")))
    return visit.go(f"{HOME}/{found[1]}/{hash_of(found[0])}", "changed" if is_decided else "no_second")


async def speak(visit: Visit) -> Response:
    """
    Keep a recording of a text.
    """
    found, part = _source(visit), visit.form.get("voice")
    if found is None:
        return visit.missing()
    here = f"{HOME}/{found[1]}/{hash_of(found[0])}"
    if not may_correct(visit.me, found[1]):
        return visit.go(here, "no_not_spoken")
    try:
        sound, seconds = await record.to_opus(part.value if part else b"")
    except NotSound:
        return visit.go(here, "no_file")
    await visit.app.database.write(lambda tx: recordings.add(tx, hash_of(found[0]), found[1], sound, seconds, visit.me.id, visit.app.now()))
    await visit.app.database.read(visit.app.learn_texts)
    return visit.go(here, "added")


async def play(visit: Visit) -> Response:
    """
    Play the recording of a text.
    """
    found = _source(visit)
    if found is None:
        return visit.missing()
    app, (source, language) = visit.app, found
    name = app.voices.name_of(language, source, app.tongues)
    sound = await app.database.read(lambda tx: recordings.of(tx, hash_of(source), language)) or await app.voices.content(app.database, name)
    return Response(sound[1], media_type=sound[0]) if sound else visit.missing()


async def export(visit: Visit) -> Response:
    """
    Hand out every messages.po with the corrections in it.
    """
    packed = await visit.app.database.read(correct.export)
    return Response(packed, media_type="application/zip", headers={"content-disposition": 'attachment; filename="locales.zip"'})


_HERE = f"{HOME}/{{language}}/{{text}}"
PAGES = (
    Page(HOME, show_all), Page(f"{HOME}/export", export, "coordinator"), Page(_HERE, show), Page(_HERE, change, method="POST"),
    Page(f"{_HERE}/tick", tick, method="POST"), Page(f"{_HERE}/decide", decide, method="POST"),
    Page(f"{_HERE}/voice", speak, method="POST", limit=record.LARGEST + FORM), Page(f"{_HERE}/sound", play),
)
