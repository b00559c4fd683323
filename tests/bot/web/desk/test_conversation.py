"""
A volunteer at work: the list, the conversation, an answer, a phrase, a note, closing.
"""

import re
from html import unescape

from bot.web.desk.live import feed_of
from flows.broadcast import OPENING
from flows.phrasebook import PHRASES
from storage.tables import tickets
from tests.bot.web.desk.conftest import Desk


async def asked(person, language="Nederlands", word="vrijwilliger"):
    """Come in and ask for a volunteer."""
    await person.says("/start", language, "ja" if language == "Nederlands" else "نعم" if language == "العربية" else "እወ", word)


async def taken(desk: Desk, browser):
    """Take the only question on somebody's list and return its path."""
    (question,) = desk.world.tickets(browser.who)
    path = f"/desk/tickets/{question.id}"
    await browser.post(f"{path}/take")
    return path


async def sent(desk: Desk):
    """Let ten seconds pass, so that answers leave."""
    desk.world.now.move(seconds=11)
    await desk.world.go_on()


async def test_the_list_shows_what_waits(desk: Desk, olena, amina):
    """Number, words, language, how long; one list, filters by link, an empty one says what to do."""
    joke = desk.somebody("Joke", languages=["nl"])
    assert "Niemand wacht" in (await joke.get("/desk/")).text
    await asked(olena)
    await olena.says_nothing_back("Ik heb een brief van de gemeente")
    await asked(amina, "العربية", "0")
    desk.world.now.move(hours=3)

    page = (await joke.get("/desk/")).text
    assert "Vraag 1" in page
    assert "Vraag 2" in page
    assert "Nederlands" in page
    assert "Arabisch" in page
    assert "3 uur" in page
    mine = (await joke.get("/desk/?show=language")).text
    assert "Vraag 1" in mine
    assert "Vraag 2" not in mine
    assert "Hier is niets" in (await joke.get("/desk/?show=mine")).text
    first, second = sorted(desk.world.tickets(joke.who), key=lambda one: one.number)
    await joke.post(f"/desk/tickets/{first.id}/take")
    await joke.post(f"/desk/tickets/{second.id}/change", urgency="today", team="social")
    lists = ("mine", "free", "urgent", "social", "legal")
    shown = {one: re.findall(r"<b>Vraag (\d)</b>", (await joke.get(f"/desk/?show={one}")).text) for one in lists}
    assert shown == {"mine": ["1"], "free": ["2"], "urgent": ["2"], "social": ["2", "1"], "legal": []}
    assert (await joke.get("/desk/?show=everything&after=x")).status == 200


async def test_a_question_is_taken_answered_and_closed(desk: Desk, olena):
    """The client gets the answer, then the question whether it helped; the desk says at every step what was done."""
    await asked(olena)
    joke = desk.somebody("Joke")
    path = await taken(desk, joke)

    answer = await joke.post(f"{path}/reply", text="Kom morgen langs.", language="nl")
    assert answer.headers["location"] == f"{path}#last"
    page = (await joke.get(path)).text
    assert "Kom morgen langs." in page
    assert "Terughalen" in page
    await sent(desk)
    assert olena.heard[-1] == "Kom morgen langs."
    assert "Terughalen" not in (await joke.get(path)).text

    closed = await joke.post(f"{path}/close", outcome="answered", topic_debts_money="1")
    assert closed.headers["location"].endswith("said=closed")
    assert (await joke.post(f"{path}/close", outcome="answered")).headers["location"].endswith("said=no_closed")
    await desk.world.go_on()
    assert olena.labels == ["✅ Ja", "❌ Nee", "❓ Een andere vraag"]
    assert "Schulden" in (await joke.get(path)).text
    assert "Vraag 1" in (await joke.get("/desk/?show=closed")).text


async def test_an_answer_is_undone(desk: Desk, olena):
    """Within ten seconds the text stands in the box again and the client gets nothing; later the desk says that it is too late."""
    await asked(olena)
    joke = desk.somebody("Joke")
    path = await taken(desk, joke)
    await joke.post(f"{path}/reply", text="Verkeerd")
    message = (await joke.get(path)).text.split('name="message" value="')[1].split('"')[0]

    assert (await joke.post(f"{path}/undo", message=message)).headers["location"].endswith("said=undone")
    assert "Verkeerd</textarea>" in (await joke.get(path)).text
    await sent(desk)
    assert "Verkeerd" not in olena.heard
    assert (await joke.post(f"{path}/undo", message=message)).headers["location"].endswith("said=no_undo")


async def test_what_is_refused_says_why_and_stays_as_a_draft(desk: Desk, olena):
    """A text that is too long, or not safe to send, is not lost."""
    await asked(olena)
    joke = desk.somebody("Joke")
    path = await taken(desk, joke)

    refused = await joke.post(f"{path}/reply", text="lang " * 300)
    assert refused.headers["location"].endswith("said=no_too_long")
    page = (await joke.get(f"{path}?said=no_too_long")).text
    assert "1000 tekens" in page
    assert "lang lang" in page
    number = page.split("/desk/clients/")[1].split('"')[0]
    await joke.post(f"/desk/clients/{number}", how="call", language="nl")
    assert (await joke.post(f"{path}/reply", text="dag")).headers["location"].endswith("said=no_unsafe_contact")
    await sent(desk)
    assert "dag" not in olena.heard


def seen_in(page):
    """Return what a preview carries, by which it is known that it was looked at."""
    return page.partition('name="seen" value="')[2].partition('"')[0]


async def test_a_phrase_is_seen_before_it_is_sent(desk: Desk, yonas):
    """Joke reads Dutch and sends Tigrinya: both are shown, then it goes; the press comes back readable to both."""
    await asked(yonas, "ትግርኛ", "0")
    joke = desk.somebody("Joke", languages=["nl"])
    path = await taken(desk, joke)
    page = (await joke.get(path)).text
    assert "wordt niet vertaald" in page

    picked = (await joke.get(f"{path}/phrase?phrase=come_bring")).text
    assert 'type="date"' in picked
    wrong = await joke.post(f"{path}/phrase", phrase="come_bring", slot_date="2026-11-01", slot_time="14:30", slot_document="card")
    assert "Er ontbreekt iets" in wrong.text
    given = {"phrase": "come_bring", "slot_date": "2026-11-30", "slot_time": "14:30", "slot_document": "card"}
    shown = (await joke.post(f"{path}/phrase", **given)).text
    assert "Kom naar kantoor op maandag 30 november 2026 om 14:30" in shown
    assert "ናብ ቤት ጽሕፈት ምጹ" in shown
    before, seen = len(yonas.heard), seen_in(shown)
    other = await joke.post(f"{path}/phrase", seen=seen, **given | {"slot_time": "15:00"})
    assert "om 15:00" in other.text             # what was filled in otherwise is looked at first
    assert (await joke.post(f"{path}/phrase", seen=seen, **given)).headers["location"] == f"{path}#last"
    await sent(desk)

    assert len(yonas.heard) == before + 1
    assert "ናብ ቤት ጽሕፈት ምጹ" in yonas.heard[-1]
    assert yonas.labels == ["✅ ጽቡቕ እዩ", "ክመጽእ ኣይክእልን"]
    await yonas.presses("phrase.come_bring:cannot")
    assert "= Ik kan niet komen" in (await joke.get(path)).text


async def test_what_nobody_asked_for_is_shown_with_its_opening(desk: Desk, yonas):
    """In a question of ours the preview has the words that stand before a phrase, in both languages, and all that is shown is what comes."""
    await asked(yonas, "ትግርኛ", "0")
    joke, database = desk.somebody("Joke", languages=["nl"]), desk.world.app.database
    path = await taken(desk, joke)
    before = seen_in((await joke.post(f"{path}/phrase", phrase="more")).text)
    database.submit(lambda tx: tx.run(tickets.update().values(reason="reminder", heard_at=None))).result()
    shown = await joke.post(f"{path}/phrase", phrase="more", seen=before)          # was seen without what is said before it
    assert shown.status == 200

    parts = re.findall(r'<div class="said"[^>]*>(.*?)</div>', shown.text.partition('class="preview"')[2], re.DOTALL)[:2]
    theirs, ours = (unescape(re.sub(r"<[^>]*>", " ", part)).split() for part in parts)
    assert " ".join(ours).startswith(desk.world.app.tongues("nl")(OPENING))
    await joke.post(f"{path}/phrase", phrase="more", seen=seen_in(shown.text))
    await sent(desk)
    assert theirs == yonas.heard[-1].split()
    assert yonas.heard[-1].startswith(desk.world.app.tongues("ti")(OPENING))


async def test_a_phrase_is_in_the_language_a_client_reads_now(desk: Desk, yonas):
    """Who asked in Tigrinya and reads English since is shown and sent English, with its opening."""
    await asked(yonas, "ትግርኛ", "0")
    joke, database = desk.somebody("Joke", languages=["nl"]), desk.world.app.database
    path = await taken(desk, joke)
    database.submit(lambda tx: tx.run(tickets.update().values(reason="differs", heard_at=None))).result()
    await joke.post("/desk/clients/1001", name="Yonas", language="en", was_language="ti", how="here")
    shown = (await joke.post(f"{path}/phrase", phrase="more")).text
    await joke.post(f"{path}/phrase", phrase="more", seen=seen_in(shown))
    await sent(desk)

    assert "in de taal van de cliënt: Engels" in re.sub(r"<[^>]*>", "", shown)
    english = desk.world.app.tongues("en")
    assert yonas.heard[-1] == f"{english(OPENING)}\n\n{english(PHRASES['more'].text)}"


async def test_an_answer_in_another_language_is_marked(desk: Desk, amina):
    """Dutch words to a client who reads Arabic are marked so in the thread."""
    await asked(amina, "العربية", "0")
    joke = desk.somebody("Joke", languages=["nl"])
    path = await taken(desk, joke)
    await joke.post(f"{path}/reply", text="Kom morgen langs.", language="nl")

    assert "niet in de taal van de cliënt" in (await joke.get(path)).text


async def test_the_words_say_which_language_they_are(desk: Desk, amina):
    """A volunteer who speaks Arabic and writes Dutch is marked, though the form says Arabic; who writes Arabic is not."""
    await asked(amina, "العربية", "0")
    samir = desk.somebody("Samir", languages=["nl", "ar"])
    path = await taken(desk, samir)
    await samir.post(f"{path}/reply", text="تعالوا غدا من فضلكم", language="ar")
    assert "niet in de taal van de cliënt" not in (await samir.get(path)).text

    await samir.post(f"{path}/reply", text="Kom morgen.", language="ar")
    assert (await samir.get(path)).text.count("niet in de taal van de cliënt") == 1


async def test_others_read_along_and_do_nothing(desk: Desk, olena):
    """A colleague sees who has it; the buttons are not there, and pressing them anyway changes nothing."""
    await asked(olena)
    joke, ans = desk.somebody("Joke"), desk.somebody("Ans")
    path = await taken(desk, joke)

    page = (await ans.get(path)).text
    assert "Joke heeft deze vraag" in page
    assert "Uw eigen woorden" not in page
    assert (await ans.post(f"{path}/take")).headers["location"].endswith("said=no_first")
    for deed in ("reply", "free", "assign", "close"):
        assert "no_not_yours" in (await ans.post(f"{path}/{deed}", text="dag", outcome="answered", to="1")).headers["location"], deed


async def test_words_of_clients_are_text_and_nothing_else(desk: Desk, olena):
    """What looks like a page's code is shown as it was written, in list and conversation."""
    await asked(olena)
    await olena.says("<script>alert(1)</script> \"'><img src=x>")
    joke = desk.somebody("Joke")
    path = await taken(desk, joke)

    for page in ((await joke.get(path)).text, (await joke.get("/desk/")).text):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page


async def test_a_draft_is_kept_quietly(desk: Desk, olena):
    """What is being written is kept without leaving the page, and is there from another computer."""
    await asked(olena)
    joke = desk.somebody("Joke")
    path = await taken(desk, joke)
    kept = await desk.ask("POST", f"{path}/draft", joke, f"csrf={joke.csrf}&text=Beste+Olena".encode(),
                          {"content-type": "application/x-www-form-urlencoded", "x-live": "1"})

    assert kept.status == 204
    assert "Beste Olena</textarea>" in (await desk.browser(joke.who).get(path)).text


async def test_the_busiest_day_does_not_push_the_list_off_the_page(desk: Desk):
    """Of many questions that somebody is told of the three most urgent stand above the list, and a way to the rest; the whole list has them all."""
    joke, ans = desk.somebody("Joke"), desk.somebody("Ans")
    for number in range(5):
        await asked(desk.world.person(f"client {number}"))
    for question in desk.world.tickets(joke.who):
        await joke.post(f"/desk/tickets/{question.id}/take")
        await joke.post(f"/desk/tickets/{question.id}/assign", to=str(ans.who.id))
        desk.world.now.move(minutes=1)
    told = desk.world.tickets(ans.who)
    await joke.post(f"/desk/tickets/{told[0].id}/change", urgency="today")

    page = (await ans.get("/desk/")).text
    waiting = [int(number) for number in re.findall(r"Vraag (\d) wacht op u\.", page)]
    assert waiting == [told[place].number for place in (0, 4, 3)]
    assert '<a href="?show=all">En nog 2, in de hele lijst.</a>' in page
    assert '<a href="?show=all">En nog 2, in de hele lijst.</a>' in (await ans.get("/desk/?show=closed")).text
    assert len(re.findall(r"<b>Vraag (\d)</b>", page)) == 5


async def test_notes_and_hand_over(desk: Desk, olena):
    """A note is there for the next colleague; giving the question on puts it on their list, with an alert."""
    await asked(olena)
    joke, ans = desk.somebody("Joke"), desk.somebody("Ans")
    path = await taken(desk, joke)
    await joke.post(f"{path}/note", text="belt liever")

    assert (await joke.post(f"{path}/assign", to=str(ans.who.id))).headers["location"].endswith("said=assigned")
    listed = (await ans.get("/desk/")).text
    assert "wacht op u" in listed
    assert "belt liever" in (await ans.get(path)).text
    assert "wacht op u" not in (await ans.get("/desk/")).text
    assert (await ans.post(f"{path}/change", interpreter="ar", team="legal", urgency="today")).headers["location"].endswith("said=changed")
    assert desk.world.tickets(ans.who)[0].interpreter == "ar"


async def test_an_erased_client_leaves_a_number(desk: Desk, olena):
    """The page of a question whose client was erased has no name, no words, and does not break."""
    await asked(olena)
    leader = desk.somebody("Marja", "coordinator", ())
    path = await taken(desk, leader)
    number = (await leader.get(path)).text.split("/desk/clients/")[1].split('"')[0]
    assert (await leader.post(f"/desk/clients/{number}/erase", number="1")).headers["location"].endswith("said=no_number")
    assert (await leader.post(f"/desk/clients/{number}/erase", number=number)).headers["location"].endswith("said=erased")

    assert (await leader.get(path)).status == 200
    assert (await leader.get(f"/desk/clients/{number}")).status == 404


async def test_live_lists_are_shared_and_stay_whose_they_are(desk: Desk, olena, amina, yonas):
    """Two who see the same get the same list; what one has in hand of another team is on no other list, live or not,
    and on one's own only where it fits what was chosen."""
    await asked(olena)
    joke, ans = desk.somebody("Joke"), desk.somebody("Ans")
    leader = desk.somebody("Marja", "coordinator", ())
    (question,) = desk.world.tickets(joke.who)
    await leader.post(f"/desk/tickets/{question.id}/assign", to=str(joke.who.id))
    await leader.post(f"/desk/tickets/{question.id}/change", team="legal", urgency="week")
    await asked(amina, "العربية", "0")
    feed_of(desk.world.app).start()         # as the first open page does

    for headers in ({}, {"x-live": "1"}, {"x-live": "1"}):
        mine, theirs = (await joke.get("/desk/", **headers)).text, (await ans.get("/desk/", **headers)).text
        assert "Vraag 1" in mine
        assert "Vraag 2" in mine
        assert "Vraag 1" not in theirs
        assert "Vraag 2" in theirs
        assert 'class="is-mine"' in mine
        assert 'class="is-mine"' not in theirs
        assert "Vraag 1</b>" not in (await joke.get("/desk/?show=free", **headers)).text
        assert "Vraag 1</b>" not in (await joke.get("/desk/?show=urgent", **headers)).text
        assert "Vraag 1</b>" in (await joke.get("/desk/?show=legal", **headers)).text
        assert "Vraag 1</b>" in (await joke.get("/desk/?show=mine", **headers)).text
    before = feed_of(desk.world.app).version
    await asked(yonas)
    assert await feed_of(desk.world.app).after(before) > before
    for browser in (joke, ans):
        assert "Vraag 3" in (await browser.get("/desk/", **{"x-live": "1"})).text
