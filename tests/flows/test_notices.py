"""
What reminders say: everything that is due has its words, a locked screen shows nothing of them, and they fit in a message.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import product

import pytest

from bot.bind import LINKED, NOT_LINKED
from bot.translate import load
from flows import sensitive
from flows.appointment import APPOINTMENT
from flows.approvals import APPROVALS
from flows.broadcast import OPENING as FROM_US
from flows.deadlines import RULES, reminders
from flows.facts import read
from flows.helped import HELPED
from flows.node import Dutch
from flows.notices import AGAIN, ALOUD, ALSO, HURRY, LABELS, LIMIT, NOTICES, OPENING, SEEN, Notice, Stage, again, message, said, stage_of
from flows.permit_notices import COSTS
from flows.sharing import OPENINGS, asked
from flows.topics import TOPICS
from tests.flows.conversation import LEIDEN

TONGUES = load()
LANGUAGES = TONGUES.languages
YEAR = [date(2027, 1, 1) + timedelta(days=day) for day in range(365)]
DAY = date(2027, 8, 31)
STAGES: tuple[Stage, ...] = ("early", "now", "last", "late")
OFFICES = """ind duo cak svb uwv coa bsgr bsn digid pip pvt map gemeente belastingdienst toeslag inburgering geldig zorg nareis bezwaar
    vluchteling € $"""
TELLING = {
    "nl": """kaart pasje vergunning verblijf paspoort asiel immigratie recht advocaat beslissing politie overheid belasting verzeker geld euro betaal
        boete rekening inkomen uitkering schuld huur ziek arts dokter gezond examen termijn gezin""",
    "en": """card permit residen passport asylum refugee immigration legal lawyer court decision police government council tax insurance money euro
        pay fine bill income benefit debt rent ill sick doctor health exam deadline family""",
    "ar": "بطاق إقام اقام جواز لجوء لاجئ هجرة قانون محام محكمة قرار شرطة حكوم بلدي ضريب ضرائب تأمين مال مبلغ يورو دفع غرام فاتور دخل إعان دين "
          "إيجار مرض طبيب صح امتحان مهلة عائل",
    "ti": "ካርድ ፍቓድ ፓስፖርት ዑቕባ ስደተኛ ኢሚግሬሽን ሕጊ ጠበቓ ፍርዲ ውሳነ ፖሊስ መንግስቲ ምምሕዳር ግብሪ መድሕን ኢንሹራንስ ገንዘብ ዩሮ ክፍሊት ትኸፍ መቕጻዕ ሕሳብ እቶት ዕዳ ክራይ ሕማም ሓኪም ጥዕና ፈተና ስድራ",
    "fa": "کارت اقامت پاسپورت پناهند مهاجرت قانون حقوق وکیل دادگاه تصمیم پلیس دولت شهرداری مالیات بیمه پول مبلغ یورو پرداخت جریمه صورت‌حساب درآمد "
          "کمک‌هزینه بدهی اجاره بیمار دکتر پزشک درمان امتحان مهلت خانواده",
    "prs": "کارت اقامت پاسپورت پناهند مهاجرت قانون حقوق وکیل محکمه فیصله پولیس دولت شاروالی مالیه بیمه پول مبلغ یورو پرداخت جریمه بل درآمد قرض کرایه "
           "مریض داکتر صحی امتحان مهلت خانواده",
    "tr": """kart oturum izin pasaport iltica mülteci göç hukuk avukat mahkeme karar polis devlet belediye vergi sigorta para euro öde ceza fatura
        gelir borç kira hasta doktor sağlık sınav aile""",
    "uk": """посвідк дозвіл дозвол паспорт притул біжен міграц юрид закон адвокат суд рішення поліц держав мері подат страх грош сум євро плат штраф
        рахун дохід доход борг оренд хвор лікар здоров медич іспит сім""",
    "so": """kaar sharci baasaboor magangel qaxoot socdaal qareen maxkamad go'aan boolis dawlad degma canshuur caymis lacag yuuro bixi ganaax biil
        dakhli deyn kiro kirad xanuun buka dhakhtar caafimaad imtixaan qoys""",
    "fr": """carte permis séjour passeport asile réfugié immigration juridique avocat tribunal décision police état mairie impôt taxe assurance argent
        euro pay amende facture revenu aide dette loyer malad médecin santé examen délai famille""",
}


def seen(text: str) -> str:
    """Return what a locked screen may show of a text: the first characters that one sees."""
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")[:SEEN].casefold()


def telling(language: str, text: str, offices: str = OFFICES) -> set[str]:
    """Return the words in a text that tell others what it is about. Short ones count only as whole words, but where words are put together."""
    is_joined = language in ("ar", "ti", "fa", "prs")
    words = re.findall(r"[^\W_]+|[€$]", text.casefold()) + re.findall(r"[^\W_]+['\u200c][^\W_]+", text.casefold())
    begin, within = set(offices.split()), set(TELLING[language].split())
    if not is_joined:
        begin, within = begin | within, set()
    return {word for word in words if word in begin or any(len(known) > 3 and word.startswith(known) for known in begin)
            or any(known in word for known in within)}


def every() -> Iterator[tuple[Notice, Stage]]:
    """Yield every notice at every stage."""
    return ((notice, stage) for notice in NOTICES.values() for stage in STAGES)


def longest(language: str) -> date:
    """Return the day of a year that takes most room in a language, with the Dutch that may stand beneath."""
    return max(YEAR, key=lambda day: len(TONGUES(language).date(day)) * 100 + len(TONGUES("nl").date(day)))


def test_whatever_is_due_for_a_client_has_its_words():
    """Every kind that goes to clients, and every overdue one, has a notice with a topic and the team that helps; no other has."""

    due = {rule.kind for rule in RULES.values() if "client" in rule.to} | {rule.overdue for rule in RULES.values() if rule.overdue}
    assert set(NOTICES) == due
    assert all(NOTICES[rule.overdue].texts.keys() == {"late"} for rule in RULES.values() if rule.overdue)
    legal = {kind for kind, notice in NOTICES.items() if notice.team == "legal"}
    assert legal >= {"permit_renewal", "permit_expired", "nareis_application", "nareis_late", "objection"}
    assert all(notice.kind == kind and notice.topic in TOPICS for kind, notice in NOTICES.items())


def test_stages_follow_the_days_that_are_left():
    """A card of months ahead is prepared, then asked for, then hurried; the day after is late."""

    planned = reminders(read({"permit_expires_on": "2027-08-31", "known_on": "2026-01-05"}), date(2026, 11, 24))
    assert [stage_of("permit_renewal", (one.due_on - one.send_on).days) for one in planned] == ["early", "now", "now", "last", "last", "last", "last"]
    assert [stage_of("inburgering_term", left) for left in (365, 186, 92, 14, 8, 0, -1)] == ["early", "now", "now", "now", "last", "last", "late"]
    assert [stage_of("letter_deadline", left) for left in (28, 14, 7, 0, -1)] == ["now", "now", "last", "last", "late"]


def test_a_card_says_from_when_it_can_be_asked_for():
    """What is prepared names the first day to ask, three months before the last."""

    text = said(NOTICES["permit_renewal"], "early", TONGUES("en"), DAY)
    assert "Tuesday 31 August 2027" in text
    assert "Monday 31 May 2027" in text


def test_the_last_days_are_named_where_a_day_is_the_last():
    """A few days before, the client is told so, but not of a day that is none to miss, and not twice."""

    hurry = TONGUES("en")(HURRY)
    told = {kind for kind, notice in NOTICES.items() if hurry in said(notice, "last", TONGUES("en"), DAY)}
    assert told >= {"nareis_application", "objection", "letter_deadline", "health_insurance", "inburgering_term"}
    assert not told & {"naturalisation_possible", "turning_18", "inburgering_exams", "permit_renewal"}
    assert not [notice.kind for notice, stage in every() if stage != "last" and hurry in said(notice, stage, TONGUES("en"), DAY)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_locked_screen_tells_nothing(language: str):
    """The first hundred characters of whatever we begin, of visits too, hold no word of permit, money, health or authority."""

    tongue = TONGUES(language)
    assert len(seen(tongue.alone(OPENING))) == SEEN
    unasked = [message(tongue, (notice, stage, DAY)) for notice, stage in every()]
    unasked += [again(tongue, (notice, left, DAY)) for notice in NOTICES.values() for left in (60, 7)]
    assert telling(language, seen(tongue(ALOUD)), "") == set()
    unasked += [tongue(HELPED.nodes["ask"].text), *(tongue(text) for one in APPROVALS for text in (one.text, one.button))]
    unasked += [asked([tongue], text) for text in OPENINGS.values()]
    at = {"visit_time": time(9), "place": Dutch(LEIDEN.name), "address": Dutch(LEIDEN.address)}
    unasked += [tongue(APPOINTMENT.nodes["reminder"].text, visit_day=day, **at) for day in YEAR]
    unasked += [f"{tongue(FROM_US)}\n\n{tongue(APPOINTMENT.nodes['booked'].text, visit_day=DAY, **at)}", tongue(LINKED), tongue(NOT_LINKED)]
    assert {word for text in unasked for word in telling(language, seen(text))} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_tell_are_those_of_the_reminders(language: str):
    """The list of telling words is one of this language: nearly every reminder has some, which is why none begins with them."""

    bare = {notice.kind: TONGUES(language).alone(next(iter(notice.texts.values())), day=DAY, from_day=DAY) for notice in NOTICES.values()}
    assert {kind for kind, text in bare.items() if not telling(language, text, "")} <= {"letter_deadline"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_fits_in_a_message(language: str):
    """The longest day, the last stage and the Dutch beneath: what is due is said whole on WhatsApp, and names its day."""

    tongue, day = TONGUES(language), longest(language)
    for (notice, stage), permit in product(every(), ("", *COSTS)):
        text = message(tongue, (notice, stage, day), permit=permit)
        assert text == f"{tongue(OPENING)}\n\n{said(notice, stage, tongue, day, permit)}"
        named = [kind for kind, cost in COSTS.items() if tongue(cost) in text]
        assert notice.kind != "permit_renewal" or named == [permit] * bool(permit)
        assert len(text.encode("utf-16-le")) // 2 <= LIMIT, (notice.kind, stage)
        assert tongue.date(day) in text
        assert not re.search(r"[{}*]", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_said_whole_is_said_shorter(language: str):
    """Nobody answered: the next reminder names what it is about and its day, the last days too, and is shorter than the first."""

    tongue, day = TONGUES(language), longest(language)
    for notice, stage in every():
        text, is_repeated = again(tongue, (notice, 7, day)), set(notice.texts) != {"late"}      # what is over is said once
        assert not is_repeated or len(again(tongue, (notice, 7 if stage == "last" else 60, day))) < len(message(tongue, (notice, stage, day)))
        assert text.startswith(f"{tongue(OPENING)}\n\n{tongue(TOPICS[notice.topic].label)}: {tongue.date(day)}\n\n{tongue(AGAIN)}")
        assert (tongue(HURRY) in text) == notice.hurries
    assert tongue(HURRY) not in again(tongue, (NOTICES["permit_renewal"], 14, day))


def test_the_question_who_reads_fits_in_a_message():
    """On a shared phone it is asked in the languages of those who share it, three at most, and names nobody in its text."""

    tongues = sorted(map(TONGUES, LANGUAGES), key=lambda tongue: -len(asked([tongue], OPENING)))
    assert len(asked(tongues, OPENING).encode("utf-16-le")) // 2 <= LIMIT
    assert asked(tongues, OPENING) == asked(tongues[:3], OPENING)


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_are_one_message(language: str):
    """What else is due has a line with its day, and the message still fits, were it without the Dutch beneath."""

    tongue, day = TONGUES(language), longest(language)
    others = [(NOTICES[kind], day) for kind in ("toeslagen_claim", "childcare_claim", "local_tax_remission", "income_tax")]
    text = message(tongue, (NOTICES["health_insurance"], "last", day), others)
    assert len(text.encode("utf-16-le")) // 2 <= LIMIT
    assert text.split("\n")[-5:] == [tongue(ALSO), *(f"{tongue(TOPICS[one.topic].label)}: {tongue.date(day)}" for one, _day in others)]
    assert said(NOTICES["health_insurance"], "last", tongue.alone, day) in text or said(NOTICES["health_insurance"], "last", tongue, day) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_fit_a_list(language: str):
    """Five answers are a list on WhatsApp: each has at most 24 units, none is another's."""

    labels = [TONGUES(language)(label) for label in LABELS]
    assert [label for label in labels if len(label.encode("utf-16-le")) // 2 > 24] == []
    assert len(set(labels)) == len(LABELS)
    assert [label.split(" ")[0].strip("\u200f") for label in labels] == [label.split(" ")[0] for label in LABELS]
    assert LABELS[2][0] in TONGUES(language)(HURRY)


def test_no_reminder_names_an_amount_or_promises():
    """Amounts change every year and no stay is promised: neither stands in a reminder, in any language."""

    for language in LANGUAGES:
        for notice, stage in every():
            text = TONGUES(language).alone(notice.text(stage), day=DAY, from_day=DAY)
            assert not re.search(r"[€$]|\beuro|\b4 (?:weeks|weken|semaines|hafta)\b", text, re.IGNORECASE), (language, notice.kind)


def test_reminders_are_said_in_dutch_too_until_they_are_read():
    """Deadlines must be understood to the letter: what no native speaker has read stands there in Dutch as well, and two agree to a change."""

    texts = {notice.text(stage) for notice, stage in every()}
    assert texts <= sensitive.told() & sensitive.sensitive()
    assert all(sensitive.places(text) for text in texts)
    assert "Laatste dag" in said(NOTICES["permit_expired"], "late", TONGUES("ti"), DAY)
    assert "Laatste dag" not in said(NOTICES["permit_expired"], "late", TONGUES("en"), DAY)
