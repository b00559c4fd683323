"""
The order of a turn, and what a client can always do: get help in an emergency, go back, stop, be forgotten, reach a person.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.catalogue import FLOWS
from flows.engine import Session, start, turn
from flows.events import Bound, Escalated, Forgotten, Heard, Knows, Learned, NotUnderstood, Resumed, Said, Stopped, Thanked, Topic
from flows.language import OWN_NAMES
from flows.menu import MENU
from flows.node import Flow, Node, full
from flows.stop import STOP
from flows.twice import HURRY
from tests.flows.conversation import LEIDEN, TONGUES, TUESDAY, Person, welcomed

every_flow = pytest.mark.parametrize("flow", FLOWS.values(), ids=lambda flow: flow.name)


def after(flow: Flow, node: Node) -> set[str]:
    """Return where a client can be one message after this node, by its choices and what follows."""
    return set(flow.targets(node)) if node.next or node.choices else set()


@every_flow
def test_flow_leads_somewhere_that_exists(flow: Flow):
    """Every choice and every next names a node that exists."""

    for node in flow.nodes.values():
        for target in after(flow, node):
            there, _, place = target.partition(".")
            assert place in FLOWS[there].nodes, (node.id, target)


@every_flow
def test_person_is_near_from_everywhere(flow: Flow):
    """From every place a volunteer is at most two messages away, whatever language the client speaks."""

    for node in flow.nodes.values():
        amina = welcomed("ar")
        amina.session = replace(amina.session, flow=flow.name, node=node.id)
        amina.says("متطوع")
        assert amina.has(Escalated), node.id


@every_flow
def test_every_place_has_an_end(flow: Flow):
    """No conversation is a dead end: from every place the menu, or the end after erasing, is reached."""

    for node in flow.nodes.values():
        seen, waiting = set(), {full(flow.name, node.id)}
        while waiting:
            here = waiting.pop()
            seen.add(here)
            there, _, place = here.partition(".")
            waiting |= after(FLOWS[there], FLOWS[there].nodes[place]) - seen
        assert seen & {"menu.main", "stop.forgotten", "welcome.young_more"}, node.id


@every_flow
def test_labels_fit_on_buttons(flow: Flow):
    """At most four choices and one more, in a group of the menu nine; a label has at most 20 characters, in a list 24, an id at most 64 bytes."""
    people = [welcomed(language) for language in TONGUES.languages]

    for node in filter(lambda node: node.waits, flow.nodes.values()):
        most = 9 if node.is_in_all or (flow is MENU and node is not MENU.first) else 5
        for one in people:
            offers = start(Flow(flow.name, node), one.session, Heard("text", TUESDAY, one.knows), TONGUES)[1][0].offers
            assert len(offers) <= most, (node.id, one.session.language)
            assert all(len(offer.label) <= (20 if len(offers) <= 3 else 24) and len(offer.id.encode()) <= 64 for offer in offers), offers


@every_flow
def test_old_button_is_still_answered(flow: Flow):
    """A button pressed long ago, and again a while later, does what it said, once a press; and never erases without being asked for it now."""

    for button in [f"{flow.name}.{node.id}:{choice.id}" for node in flow.nodes.values() for choice in node.choices]:
        yonas = welcomed()
        for _press in range(2):
            yonas.says(kind="choice", choice=button)
            yonas.at += HURRY
            assert sum(isinstance(event, Said) for event in yonas.events) == 1, button
            assert not yonas.has(Forgotten) or flow is STOP, button


@every_flow
def test_button_pressed_twice_in_a_hurry_is_one_answer(flow: Flow):
    """A double tap changes nothing and says nothing, in any conversation; nor does a press once more on a slow line, unless it is offered anew."""

    for button in [f"{flow.name}.{node.id}:{choice.id}" for node in flow.nodes.values() for choice in node.choices]:
        yonas = welcomed()
        yonas.says(kind="choice", choice=button)
        is_offered = any(offer.id == button for offer in yonas.said.offers)
        after, yonas.at = yonas.session, yonas.at + (timedelta(seconds=1) if is_offered else HURRY - timedelta(seconds=1))
        yonas.says(kind="choice", choice=button)
        assert (yonas.events, yonas.session) == ([], after), button


def test_only_the_same_press_is_a_repeat():
    """Another button, the first one after it, the same words typed twice, and a press beside typed words are each answered."""

    yonas = welcomed()
    for choice in ("menu.main:housing", "menu.main:money", "menu.main:housing"):
        assert yonas.says(kind="choice", choice=choice), choice
    assert yonas.says("Wonen")
    assert yonas.says("Wonen")
    assert yonas.says(kind="choice", choice="menu.main:housing")
    for seconds in (0, -1):             # webhooks overtake each other
        yonas.at += timedelta(seconds=seconds)
        assert not yonas.says(kind="choice", choice="menu.main:housing")


def test_old_button_erases_nobody():
    """The yes of an old question about erasing asks again; a second tap is no answer to that, a press after reading it is."""

    yonas = welcomed()
    for seconds, is_forgotten in ((0, False), (1, False), (3, True)):
        yonas.at += timedelta(seconds=seconds)
        yonas.says(kind="choice", choice="stop.forget:yes")
        assert bool(yonas.has(Forgotten)) is is_forgotten, seconds


def test_unknown_button_is_read_by_its_text():
    """A button of a version that is gone is read as what stood on it."""

    yonas = welcomed()
    yonas.says("Wonen", choice="menu.main:gone", kind="choice")
    assert Topic("housing_search", "picked") in yonas.events


@pytest.mark.parametrize("language", TONGUES.languages)
def test_seven_messages(language: str):
    """Start, language, consent, topic, question, a person, thanks: one answer each, in every language, by numbers and labels."""

    amina, tongue = Person(), TONGUES(language)
    asked = {"nl": "hoe schrijf ik me in voor een huis?", "en": "how do I enrol for a house?", "ar": "كيف أسجل للحصول على بيت؟",
        "ti": "ገዛ ክረክብ ከመይ እምዝገብ?", "fr": "Comment m'inscrire chez Huren in Holland Rijnland ?",
        "so": "Sideen isaga diiwaan geliyaa Huren in Holland Rijnland?", "tr": "woning için nasıl kayıt olurum?",
        "uk": "як записатися на woning?", "fa": "در Huren in Holland Rijnland چطور ثبت‌نام کنم؟",
        "prs": "در Huren in Holland Rijnland چطور ثبت نام کنم؟"}
    wishes = {"nl": "vrijwilliger", "en": "volunteer", "ar": "متطوع", "ti": "ወለንተኛ", "fr": "un bénévole", "so": "mutadawac",
        "tr": "gönüllü", "uk": "волонтер", "fa": "داوطلب", "prs": "نفر"}
    thanks = {"nl": "dank u", "en": "thank you", "ar": "شكرا", "ti": "የቐንየለይ", "fr": "merci", "so": "mahadsanid", "tr": "teşekkürler",
        "uk": "дякую", "fa": "ممنون", "prs": "تشکر"}
    amina.says("/start")
    amina.says(OWN_NAMES[language])
    assert amina.has(Learned) == [Learned("language", language)]
    amina.says(tongue("Yes"))
    assert amina.has(Learned) == [Learned("consent", "yes")]
    amina.says(tongue("🏠 Housing"))
    assert amina.has(Topic) == [Topic("housing_search", "picked")]
    amina.says(asked[language])
    assert amina.has(Topic) == [Topic("housing_search", "understood")]
    amina.says(wishes[language])
    assert amina.has(Escalated)[0].due_at == TUESDAY.replace(day=27, hour=17)
    assert TONGUES(language).date(date(2026, 11, 27)) in amina.said.text
    amina.says(thanks[language])
    assert amina.events[1:] == [Thanked()]
    assert amina.said.language == language


def test_dutch_menu_has_its_words():
    """In Dutch the first menu has *Wonen* and *vrijwilliger* in its labels, and consent is answered by *Ja*."""

    yonas = Person()
    yonas.says("/start")
    yonas.says("Nederlands")
    assert "✅ Ja" in yonas.labels
    yonas.presses("Ja")
    assert any("Wonen" in label for label in yonas.labels)
    assert any("vrijwilliger" in label for label in yonas.labels)


def test_question_before_consent_is_not_lost():
    """A question that comes first is answered once language and consent are known, without asking it again."""

    yonas = Person()
    yonas.says("Hoe vraag ik huurtoeslag aan?")
    yonas.says("1")
    assert not yonas.has(Topic)
    yonas.says("ja")
    assert [topic.id for topic in yonas.has(Topic)] == ["benefits_rent"]


def test_question_at_consent_is_not_lost():
    """A question asked instead of consent waits for it; one nobody understands goes to a person with its text."""

    yonas = Person()
    yonas.says("/start")
    yonas.says("Nederlands")
    yonas.says("xyzzy plugh qwerty foobar")
    assert yonas.session.node == "consent"
    yonas.says("ja")
    assert yonas.labels == ["👤 Een vrijwilliger", "↩ Menu"]
    yonas.presses("👤 Een vrijwilliger")
    assert yonas.has(Escalated)[0].question == "xyzzy plugh qwerty foobar"


@pytest.mark.parametrize("place", [("permit", "valid_until"), ("letter", "date"), ("safety", "call"), ("checkin", "words")])
def test_a_question_instead_of_an_answer_is_answered_once(place: tuple[str, str]):
    """Who asks something where a date, a number or words are asked for reads its answer, and not also what comes after it."""

    olena = welcomed("en")
    plain = olena.says("How do I renew my card?")
    yonas = welcomed("en")
    yonas.session = replace(yonas.session, flow=place[0], node=place[1])
    assert yonas.says("How do I renew my card?") == plain
    assert [topic.id for topic in yonas.has(Topic)] == ["permit_renewal"]


def test_two_questions_are_both_answered():
    """Who asks two things at once hears both answers in one message, and both are logged."""

    yonas = welcomed()
    said = yonas.says("Ik zoek een huis en ik heb schulden")
    assert {topic.id for topic in yonas.has(Topic)} == {"housing_search", "debts_money"}
    assert "Huren in Holland Rijnland" in said
    assert len(said) < 1600


@pytest.mark.parametrize("text", ["0", "٠", "mens", "متطوع", "ik wil met een mens praten", "human", "vrijwiliger"])
def test_person_by_any_word(text: str):
    """A person is reached by a number, a word, a near-word or a sentence, in any language."""

    yonas = welcomed()
    yonas.says(text)
    assert yonas.has(Escalated)


def test_second_ask_for_a_person_says_when():
    """Who asks again hears when the answer comes, and no second ticket opens."""

    yonas = welcomed()
    first = yonas.says("mens")
    again = yonas.says("mens")
    assert not yonas.has(Escalated)
    assert "vrijdag 27 november 2026" in first
    assert "vrijdag 27 november 2026" in again


def test_late_answer_is_promised_anew():
    """When the promised moment has passed, asking again opens the question anew."""

    yonas = welcomed()
    yonas.says("mens")
    yonas.at += timedelta(days=7)
    yonas.says("mens")
    assert yonas.has(Escalated)


def test_text_for_an_open_ticket_is_added_to_it():
    """What nobody understands while a volunteer has the question goes to that volunteer."""

    yonas = welcomed()
    yonas.says("mens")
    yonas.says("xyzzy plugh")
    assert yonas.has(Escalated)[0].question == "xyzzy plugh"


def test_two_misses_offer_a_person():
    """Nobody is stuck: after two answers not understood a volunteer is offered, and *ja* takes the offer."""

    yonas = welcomed()
    yonas.says("xyzzy")
    assert yonas.events[1:] == [NotUnderstood()]
    assert yonas.says("plugh") == TONGUES("nl")("I still do not understand you. Do you want a volunteer?")
    yonas.says("ja")
    assert yonas.has(Escalated)


@pytest.mark.parametrize(("said", "node"), [("terug", "main"), ("back", "main"), ("رجوع", "main"), ("menu", "main")])
def test_back_and_menu(said: str, node: str):
    """Back and menu work at any moment, in any language."""

    yonas = welcomed()
    yonas.says("geld")
    assert yonas.session.node == "money"
    yonas.says(said)
    assert yonas.session.node == node


def test_back_goes_all_the_way():
    """Back goes one step at a time, and at the beginning to the menu."""

    yonas = welcomed()
    for text in ("meer", "6", "4"):
        yonas.says(text)
    places = []
    for _step in range(4):
        yonas.says("terug")
        places.append(yonas.session.node)
    assert places == ["data", "more", "main", "main"]


@pytest.mark.parametrize("text", ["STOP", "stop!", "توقف", "ስቶፕ", "стоп", "/stop"])
def test_stop_in_any_language(text: str):
    """STOP as the whole message stops what we send unasked, in any language; whoever writes is still answered."""

    yonas = welcomed()
    yonas.says(text)
    assert yonas.has(Stopped)
    assert yonas.says("Wonen")


@pytest.mark.parametrize("text", ["Mijn uitkering is gestopt", "they stopped my money", "انا بس اريد بيت", "stop sending letters, he says"])
def test_stop_inside_a_sentence_is_not_stop(text: str):
    """A sentence with stop in it stops nothing."""

    yonas = welcomed()
    yonas.says(text)
    assert not yonas.has(Stopped)


@pytest.mark.parametrize("text", ["بس", "bes", "son", "dur", "annuler"])
def test_word_that_may_mean_stop_asks(text: str):
    """A word that may mean *enough* asks with two buttons."""

    yonas = welcomed()
    yonas.says(text)
    assert not yonas.has(Stopped)
    assert len(yonas.labels) == 2
    yonas.says("ja")
    assert yonas.has(Stopped)


def test_start_resumes():
    """START after STOP brings the reminders back."""

    yonas = welcomed()
    yonas.says("stop")
    yonas.says("START")
    assert yonas.has(Resumed)


@pytest.mark.parametrize("text", ["vergeet mij", "forget me", "انسني", "ረስዑኒ"])
def test_forget_me_asks_once(text: str):
    """*Forget me* asks once, and then a session begins from nothing."""

    yonas = welcomed()
    yonas.says(text)
    assert not yonas.has(Forgotten)
    yonas.says("ja")
    assert yonas.has(Forgotten)
    assert yonas.session == Session("welcome", "language")


@pytest.mark.parametrize(("text", "language"), [("English", "en"), ("عربي", "ar"), ("tigrinya", "ti"), ("engels", "en"), ("ትግርኛ", "ti")])
def test_language_changes_by_its_name(text: str, language: str):
    """The name of a language, in any language, changes it at any moment, and the same question is asked again in it."""

    yonas = welcomed()
    yonas.says("geld")
    yonas.says(text)
    assert yonas.has(Learned) == [Learned("language", language)]
    assert yonas.said.text == TONGUES(language)("What is it about?")


def test_language_we_lack_is_a_persons():
    """A language without texts is not answered in silent English: a person reads what follows."""

    olena = Person()
    olena.says("Русский")
    olena.says("Мне нужна помощь")
    assert olena.has(Escalated)[0].question == "Мне нужна помощь"


@pytest.mark.parametrize("text", ["/start Abcd1234efgh", "Hallo Wegwijs, mijn code Abcd1234efgh", "code: Abcd1234efgh"])
def test_invite_code_binds(text: str):
    """An invite code from a deep link or a `wa.me` text is handed on, and the welcome follows."""

    amina = Person()
    amina.says(text)
    assert amina.has(Bound) == [Bound("Abcd1234efgh")]
    assert "Nederlands" in amina.labels


def test_is_this_real():
    """*Is this real?* is answered with address, hours, phone and what we never ask."""

    said = welcomed().says("is dit echt?")
    assert all(part in said for part in ("Lange Gracht 5, Leiden", "071-525 62 00", "van 09:00 tot 17:00", "BSN", "DigiD", "geld"))


def test_no_consent_still_helps():
    """Who says no gets the emergency numbers, the address and a person, and is still answered."""

    yonas = Person()
    yonas.says("/start")
    yonas.says("Nederlands")
    said = yonas.says("nee")
    assert all(part in said for part in ("112", "113", "Lange Gracht 5, Leiden"))
    yonas.says("Hoe vraag ik huurtoeslag aan?")
    assert yonas.has(Topic)
    yonas.says("mens")
    assert yonas.has(Escalated)


def test_under_16_goes_to_a_person():
    """A child gets a person the same day; everything they write goes there, and nothing else is learned of them."""

    yonas = Person()
    yonas.says("/start")
    yonas.says("Nederlands")
    yonas.presses("Ik ben jonger dan 16")
    assert yonas.has(Escalated)[0].urgency == "today"
    yonas.says("Hoe vraag ik huurtoeslag aan?")
    assert yonas.has(Escalated)
    assert not yonas.has(Topic)
    yonas.says("menu")
    assert yonas.session.node == "young_more"


@pytest.mark.parametrize("kind", ["voice", "photo", "document"])
def test_what_we_cannot_read_begins_with_112(kind: str):
    """The answer to a voice note, a photo or a document begins with the 112 line, and a person gets it; also the very first."""

    for yonas in (Person(), welcomed()):
        yonas.says(kind=kind)
        assert yonas.said.text.splitlines()[0] == "112"
        assert yonas.has(Escalated)


def test_letter_with_a_near_date_is_for_today():
    """A letter with a date within fourteen days is read the same day; its sender and date stand in the question."""

    yonas = welcomed()
    yonas.says(kind="photo")
    yonas.says("DUO")
    yonas.says("30-11-2026")
    asked = yonas.has(Escalated)[0]
    assert (asked.urgency, asked.topics, asked.question) == ("today", ("letter_check",), "DUO · 2026-11-30")


def test_letter_asks_again_for_a_date():
    """An answer that is no date is asked for once more, with the choice of no date."""

    yonas = welcomed()
    yonas.says(kind="photo")
    yonas.says("van de deurwaarder")
    yonas.says("dat weet ik niet zo")
    assert yonas.session.node == "date_serious"
    assert yonas.labels == ["❓ Ik zie geen datum"]


def test_held_client_hears_nothing_from_the_bot():
    """While a volunteer has the conversation the bot is silent, but for stop and emergencies."""

    yonas = welcomed()
    yonas.knows = replace(yonas.knows, is_held=True)
    assert yonas.says("Wonen") == ""
    assert yonas.says(kind="photo") == ""
    assert yonas.events == []
    assert yonas.says("stop")
    assert yonas.says("help er is brand").startswith("112\n")


def test_node_that_is_gone_goes_on_at_the_menu():
    """A session of an older version goes on at the menu, with a sentence."""

    yonas = welcomed()
    yonas.session = Session("permit", "gone", "nl")
    said = yonas.says("xyzzy")
    assert said.startswith(TONGUES("nl")("Something changed here. I go on at the menu."))
    assert (yonas.session.flow, yonas.session.node) == ("menu", "main")


def test_thanks_adds_nothing():
    """A thank-you is answered kindly, moves nowhere, and is told as a thank-you."""

    yonas = welcomed()
    yonas.says("geld")
    before = yonas.session
    assert yonas.says("dank u wel!") == "Graag gedaan. Schrijf mij als u een vraag hebt."
    assert yonas.has(Thanked)
    assert yonas.session == before


def test_session_survives_its_json():
    """A session is the same after it was written down, and an unknown field of another version does no harm."""

    session = Session("menu", "main", "ar", 1, ("menu.more",), {"consent": "yes"})
    assert Session.from_json(session.to_json()) == session
    assert Session.from_json('{"flow": "menu", "node": "main", "new": 1}') == Session("menu", "main")


WORDS = ["ja", "0", "1", "٢", "STOP", "/start", "menu", "nee", "العربية", "3️⃣", "vergeet mij", "terug", "x" * 10000]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=200), st.sampled_from(WORDS)), max_size=8))
def test_every_message_is_answered_once(texts: list[str]):
    """Whatever a client writes, in whatever order, is answered by exactly one message with a text."""

    amina = Person()
    for text in texts:
        assert amina.says(text).strip()
        assert sum(isinstance(event, Said) for event in amina.events) == 1
        assert isinstance(amina.events[0], Said)


def test_turn_changes_nothing_it_was_given():
    """A turn is a pure function: the session before it stays as it was, and the same turn gives the same result."""

    before = Session("menu", "main", "nl", data={"consent": "yes"})
    heard = Heard("text", TUESDAY, Knows(LEIDEN, consent="yes"), "Hoe vraag ik huurtoeslag aan?")
    first = turn(before, heard, TONGUES)
    assert turn(before, heard, TONGUES) == first
    assert before == Session("menu", "main", "nl", data={"consent": "yes"})
