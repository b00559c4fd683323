"""
The emergency gate: the number first, one sentence, and a person at once; and no alarm for what is none.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time

import pytest

from flows import emergency as gate
from flows.emergency import ALARMS, NOBODY, alarm
from flows.engine import Session
from flows.events import Escalated
from flows.guess import NONE, Guess, Limits, Score
from flows.node import Dutch
from flows.phrases import Index
from flows.understand import emergency, is_far
from flows.words import ANYWHERE, CRIES, REPLIES, SERVICES
from tests.flows.conversation import TONGUES, Person, welcomed

URGENT = [
    ("Help, mijn man slaat mij", "112", "nl"), ("er is brand in mijn huis", "112", "nl"), ("ik wil niet meer leven", "113", "nl"),
    ("My house is on fire", "112", "en"), ("I want to kill myself", "113", "en"), ("زوجي يضربني", "112", "ar"),
    ("أريد أن أموت", "113", "ar"),
    ("حريق في البيت", "112", "ar"), ("ሓዊ ኣሎ ኣብ ገዛ", "112", "ti"), ("112", "112", "nl"), ("١١٢", "112", "ar"), ("113", "113", "nl"),
    ("mon mari me frappe", "112", "fr"), ("je veux mourir", "113", "fr"), ("guriga dab ayaa ka kacay", "112", "so"), ("waan is dilayaa", "113", "so"),
]
CALM = [
    "Mijn uitkering is gestopt", "hoe schrijf ik me in voor een huis?", "1", "ja", "dank u", "كيف أجدد إقامتي؟", "I want to find work",
    "Wonen",
    "Ik heb een brief van de IND", "my heart is happy",
]


@pytest.mark.parametrize(("text", "number", "language"), URGENT)
def test_first_message_is_answered_with_the_number(text: str, number: str, language: str):
    """An emergency in the very first message, before language or consent, is answered by the number, one sentence and a person."""

    amina = Person()
    said = amina.says(text).splitlines()
    lines = 2 if TONGUES.unread(amina.said.language) else 1                    # in Dutch too while nobody has read it
    assert said[0] == number
    assert len(said) == 1 + lines + (1 + lines if amina.session.flow == "safety" else 0)      # is it safe to write here
    assert amina.has(Escalated)[0].urgency == "now"
    assert amina.said.language == (language if number != text else amina.said.language)


@pytest.mark.parametrize(("text", "number", "_language"), URGENT)
@pytest.mark.parametrize("place", [
    ("welcome", "more"), ("menu", "main"), ("letter", "sender"), ("stop", "forget"), ("welcome", "young_more"),
])
def test_emergency_comes_before_every_question(text: str, number: str, _language: str, place: tuple[str, str]):
    """Wherever a client is, an emergency is answered first, in the language they chose; afterwards they are where they were."""

    amina = welcomed("ar")
    amina.session = Session(*place, "ar", data={"consent": "yes"})
    assert amina.says(text).splitlines()[0] == number
    assert amina.said.language == "ar"
    if amina.session.flow == "safety":
        amina.says("1")
    assert (amina.session.flow, amina.session.node) == place


@pytest.mark.parametrize("language", TONGUES.languages)
def test_who_is_in_danger_at_night_hears_when_somebody_reads(language: str):
    """In every language: the number, its sentence, then that nobody is on duty and on which day and at what time a colleague reads."""

    amina = welcomed(language)
    amina.knows = replace(amina.knows, reads_at=datetime(2026, 11, 30, 9, tzinfo=amina.at.tzinfo))
    said = amina.says("er is brand").splitlines()
    told = TONGUES(language)(NOBODY, day=date(2026, 11, 30), time=time(9))
    assert said[0] == "112"
    assert "\n".join(said).endswith(told)
    assert "30" in told
    assert not amina.said.is_static


@pytest.mark.parametrize("text", CALM)
def test_calm_message_raises_no_alarm(text: str):
    """What is no emergency is answered as what it is."""

    assert alarm(text, TONGUES.phrases) is None


@pytest.mark.parametrize("language", TONGUES.languages)
def test_alarm_is_one_number_and_one_sentence(language: str):
    """In every language an alarm is a number alone on its line and one sentence on the next."""

    for kind, danger in ALARMS.items():
        assert danger.number.replace("-", "").isdigit()
        said = TONGUES(language).alone(danger.text, place=Dutch("Leiden"))
        assert "\n" not in said, kind
        assert said, kind


def test_a_cry_alone_is_an_alarm():
    """One word as the whole message, in whatever language, is enough; no word that works anywhere, and no such word in a sentence, is a cry."""
    cries = [form for said in CRIES.values() for cry in said.split(", ") for form in (cry, f"{cry.upper()}!!", f"{cry} {cry}", f"{cry}. Help!")]

    assert [cry for cry in (*cries, "🆘", "🆘 🆘!") if alarm(cry, TONGUES.phrases) is None] == []
    assert Person().says("Brand!").startswith("112\n")
    short = [word.strip() for words in (*ANYWHERE.values(), *REPLIES.values()) for word in words.split(",")]
    calm = [*short, "which brand of phone", "fire insurance?", "help", "help help", "?"]
    assert [text for text in calm if alarm(text, TONGUES.phrases) is not None] == []


@pytest.mark.parametrize(("text", "language"), [
    ("fire", "en"), ("help fire", "en"), ("Help! Brand!", "nl"), ("brand brand brand", "nl"), ("نار نار", "ar"), ("آتش کمک", "fa"),
    ("yangın yardım edin", "tr"), ("au feu, vite", "fr"), ("ሓዊ ሓግዙኒ", "ti"),
])
def test_a_cry_is_answered_in_its_language(text: str, language: str):
    """Who cries before choosing a language is answered in that of the cry; one that many languages have says nothing of it."""
    amina = Person()

    assert amina.says(text).splitlines()[0] == "112"
    assert amina.said.language == language
    assert [Person().says(cry).splitlines()[0] for cry in ("SOS help", "Help, ambulance", "🆘")] == ["112"] * 3


@pytest.mark.parametrize("name", SERVICES.split(", "))
def test_the_name_of_a_service_may_be_who_sent_a_letter(name: str):
    """Asked who a letter is from, the bare name of a service is an answer; anywhere else it is a cry, and there any other cry is one."""
    amina = welcomed("nl")
    amina.session = Session("letter", "sender", "nl", data={"consent": "yes"})

    assert alarm(name, TONGUES.phrases) is not None
    assert amina.says(name).splitlines()[0] != "112"
    amina.session = Session("letter", "sender", "nl", data={"consent": "yes"})
    assert amina.says("help, brand").splitlines()[0] == "112"


@pytest.mark.parametrize(("text", "kind"), [
    ("Mijn man slaat mij en slaat de deur dicht", "home"), ("Hij slaat de deur in en slaat mij", "home"),
    ("mijn vader slaat moeder en slaat de deur kapot", "home"), ("mijn man gaat kind slaan en doet de deur op slot", "child"),
    ("my boss fired me and he hits me", "home"), ("brand! kaars omgevallen op de bank", "fire"), ("brand door kaars", "fire"),
    ("hij heeft 40 paracetamol ingenomen", "poison"), ("ze heeft 20 paracetamol geslikt", "poison"), ("he broke my arm", "home"),
    ("mon mari m'a cassé le bras", "home"), ("он випив засіб для труб", "poison"), ("smoke comes out of the socket", "fire"),
])
def test_danger_beside_what_only_sounds_like_it(text: str, kind: str):
    """A phrase that is no danger, in the same text and no longer than the one that is, hides nothing."""

    assert emergency(text, TONGUES.phrases) == kind


@pytest.mark.parametrize("text", [
    "mijn kind slaat de deur dicht en is boos", "ik brand een kaars voor mijn vader", "I broke my arm last month", "je me suis cassé le bras",
    "un pantalon avec une ceinture", "top oynarken kolumu kırdım", "may I put my old things on the street", "we must clear our house of mold",
    "de deurwaarder is onderweg, wat is dat", "I wrote my last letter to the IND in May", "كتبت رسالتي الأخيرة إلى البلدية",
    "how can I quit a lot of sleeping pills", "засіб для труб у магазині", "steam or smoke comes out of my phone shop", "is 20 paracetamol duur",
    "ik heb alles klaargelegd voor de gemeente", "bu gece bitiriyorum formu", "امشب تمومش می‌کنم فرم را", "une histoire tirée par les cheveux",
    "ik heb mezelf gesneden bij het koken", "j'ai écrit ma dernière lettre à l'IND",
])
def test_an_everyday_sentence_raises_no_alarm(text: str):
    """Words that stand in a cry for help, said of something else, ring nothing."""

    assert emergency(text, TONGUES.phrases) == ""


def test_alarm_in_latin_letters_is_answered_in_its_language():
    """Who writes Arabic with Latin letters before choosing a language is warned in Arabic, whatever the script says."""

    amina = Person()
    amina.says("jozi darabni")
    assert amina.said.language == "ar"


def heard(urgent: float, far: float = -9.0) -> Guess:
    """Return a guess that hears so much danger, so much in what is far, and danger from 1 on."""
    return Guess(Score({NONE: 1.0}, urgent), (), Limits(0.2, 0.4, 0.15, 1.0), far)


@pytest.mark.parametrize("text", [
    "ik zag op het nieuws er is brand bij het station, is er les?", "If I call 112, do they speak English?", "haberlerde yangın var dediler",
    "في الأخبار كان في حريق بأمستردام", "hahaha ik ga dood van het lachen", "ኣብ ዜና ሓዊ ኣሎ", "aux infos il y a un incendie",
    "у новинах пожежа", "پارسال آتش سوزی شد", "sannadkii hore guriga dab ayaa ka kacay",
])
def test_danger_that_is_far_rings_only_where_the_model_hears_it(text: str):
    """News, jokes and questions about 112 are no alarm when the model is calm; when it is not, was not asked or is not there, they are."""
    assert is_far(text, TONGUES.phrases)
    assert gate.danger(text, TONGUES.phrases, heard(-3.0)) == ""
    assert alarm(text, TONGUES.phrases, heard(-3.0)) is None
    assert gate.danger(text, TONGUES.phrases, heard(-9.0, far=-1.0)) == emergency(text, TONGUES.phrases)
    assert gate.danger(text, TONGUES.phrases, heard(-1.0)) == gate.danger(text, TONGUES.phrases, None) == emergency(text, TONGUES.phrases) != ""


@pytest.mark.parametrize("text", [
    "Op het nieuws was iets. Mijn man slaat mij", "hahaha, help, er is brand in mijn huis", "mijn man slaat mij", "I want to kill myself", "brand",
    "Last year we came here. My husband is beating me", "Hahaha ik ga dood van het lachen, hij heeft een mes",
    "he beats me since last year", "my father hit me last year", "زوجي يضربني من سنين", "hahaha ik wil dood", "since last year he rapes me",
    "he raped me last year and now I ask which papers do I need for the rent benefit of my new house",
    "which papers for rent benefit he raped me last year", "vorig jaar heeft hij mij verkracht", "اغتصبني السنة الماضية",
    "il m'a violée l'année dernière quels papiers", "мене згвалтували минулого року", "geçen yıl bana tecavüz etti", "پارسال به من تجاوز کرد",
])
def test_danger_that_is_near_rings(text: str):
    """However calm a model is: danger in another sentence, at home, of suicide, that goes on since, or in a long one, and violence long ago, ring."""
    assert not is_far(text, TONGUES.phrases)
    assert gate.danger(text, TONGUES.phrases, heard(-9.0)) == emergency(text, TONGUES.phrases) != ""


class Counted(Index):
    """Phrases that count how often something is looked for in them."""

    asked = 0

    def found(self, words: Sequence[str], languages: Container[str] | None = None) -> Iterator[tuple[tuple[str, ...], float]]:
        """Count, and look."""
        Counted.asked += 1
        return super().found(words, languages)


def test_one_message_is_looked_through_once():
    """However often a turn asks whether there is danger in a message, and of which kind, it is looked for once."""
    phrases = replace(TONGUES.phrases, emergency=Counted(TONGUES.phrases.emergency.heads))
    text = "Ik zag vorig jaar in de film dat iemand zijn vrouw slaat, en mijn man slaat mij"
    for _asked in range(3):
        assert alarm(text, phrases, heard(-9.0)) is not None
        assert gate.is_violence(text, phrases, heard(-9.0))

    assert Counted.asked <= 2           # the text, and what is left of it without what is far
