"""What is too grave for a text of ours: never advice, a person the same day, at once in danger."""

import pytest

from flows.emergency import alarm
from flows.events import Escalated, Topic
from flows.guess import Guess, Limits, Score
from flows.judge import judge
from flows.showing import is_delicate
from flows.topics import TOPICS
from flows.understand import grave, is_grave
from tests.flows.conversation import TONGUES, Person, welcomed

PHRASES = TONGUES.phrases
GRAVE = [
    ("nl", "ransom", "ze houden mijn broer vast in Libië en willen losgeld"),
    ("nl", "trafficking", "mijn baas heeft mijn paspoort en geeft het niet terug"),
    ("nl", "smuggling", "een smokkelaar kan mijn vrouw halen, is dat goed?"),
    ("nl", "police", "mijn zoon is gisteren opgepakt door de politie"),
    ("nl", "embassy", "de ambassade van mijn land bedreigt mijn familie"),
    ("nl", "marriage", "mijn man heeft mij achtergelaten in Marokko zonder kaart"),
    ("en", "ransom", "they hold my cousin and ask a ransom of us"),
    ("en", "trafficking", "my employer took my passport last year"),
    ("en", "smuggling", "I came with a fake passport, must I tell it?"),
    ("en", "police", "the police came to my house and arrested my son"),
    ("en", "embassy", "the embassy called me and asks names of my friends"),
    ("en", "marriage", "my parents say I must marry my cousin"),
    ("ar", "ransom", "أخي عندهم ويطلبون فدية"),
    ("ar", "trafficking", "صاحب العمل أخذ جواز سفري"),
    ("ar", "smuggling", "المهرب يريد مالا أكثر"),
    ("ar", "police", "الشرطة أخذت ابني أمس"),
    ("ar", "embassy", "السفارة هددتني"),
    ("ar", "marriage", "زوجي تركني في تركيا وأخذ أوراقي"),
    ("ti", "smuggling", "ደላላ ገንዘብ ይሓትት ኣሎ"),
    ("ti", "police", "ፖሊስ ንወደይ ወሲዶምዎ"),
    ("fa", "trafficking", "صاحب کارم پاسپورتم را گرفته است"),
    ("prs", "smuggling", "قاچاقبر پیسه می خواهد"),
    ("tr", "smuggling", "kaçakçı daha çok para istiyor"),
    ("tr", "embassy", "konsolosluktan korkuyorum"),
    ("uk", "police", "мого чоловіка вчора затримала поліція"),
    ("so", "smuggling", "mukhalaska lacag ayuu rabaa"),
    ("fr", "trafficking", "mon patron a pris mon passeport"),
    ("nl", "marriage", "mijn ouders willen mij in de zomer in Somalië achterlaten"),
    ("en", "marriage", "my parents want to leave me in Somalia this summer"), ("ar", "marriage", "أهلي بدهم يتركوني بالصومال بالصيف"),
    ("ti", "embassy", "ኤምባሲ ንስድራይ የፈራርሖም ኣሎ"), ("fa", "trafficking", "رئیسم پاسپورتمو نگه داشته و پول نمیده"),
    ("prs", "smuggling", "پاسپورت تقلبی خریدم"), ("tr", "police", "polis kardeşimi tuttu"),
    ("uk", "marriage", "батьки хочуть залишити мене в Сомалі"),
    ("so", "marriage", "waalidkay waxay rabaan inay Soomaaliya igaga tagaan"),
    ("fr", "marriage", "mes parents veulent me laisser en Somalie cet été"),
    ("nl", "blackmail", "mijn vriend dreigt met foto's"), ("nl", "blackmail", "iemand belt elke avond en dreigt"),
    ("en", "blackmail", "he shows my pictures to my family"), ("en", "blackmail", "a man from the internet blackmails me with a video"),
    ("ar", "blackmail", "عم يبتزني بصوري"), ("ar", "blackmail", "3am yebtazzni b sowari"), ("ti", "blackmail", "ሓደ ሰብኣይ ኣብ ኩሉ ቦታ ይስዕበኒ"),
    ("fa", "blackmail", "یکی عکسامو پخش میکنه"), ("prs", "blackmail", "نامزدم عکس هایم را به فامیلم نشان میدهد"),
    ("tr", "blackmail", "birisi bana şantaj yapıyor"), ("uk", "blackmail", "колишній шантажує мене"),
    ("so", "blackmail", "saaxiibkay hore sawirradayda ayuu qoyska tusayaa"), ("fr", "blackmail", "il menace de montrer mes photos à ma famille"),
]
HELD = [
    ("nl", "de politie heeft vannacht mijn man meegenomen"), ("en", "police took my daughter from the shop and do not let me see her"),
    ("ar", "الشرطة أخذت زوجي من البيت"), ("ti", "ፖሊስ ንሰብኣየይ ወሲዶምዎ ኣለዉ"), ("fa", "پلیس پدرم را دیشب برد"), ("prs", "پولیس شوهرم را بردند"),
    ("tr", "polis babamı gözaltına aldı"), ("uk", "поліція затримала мою сестру"), ("so", "booliisku aabbahay ayay xireen"),
    ("fr", "mon père est en garde à vue"),
]
FRIGHTENED = Guess(Score(dict.fromkeys((*TOPICS, ""), 1 / 29), 9.0), (), Limits(0.2, 0.4, 0.15, 0.0))       # no topic, and all the danger there is
IN_DANGER = [       # prison and being stuck are the same word here and there: what the model hears counts
    ("nl", "mijn zoon zit vast in een brandende kamer"), ("ar", "ابني محبوس في السيارة ولا يتنفس"),
    ("en", "my ex came out of prison and is here breaking the window"),
]
LIGHT = [
    ("nl", "ik doe aangifte bij de politie, mijn kaart is kwijt"),
    ("en", "can I keep my own passport if I become Dutch"),
    ("nl", "brief van de politie over een boete"),
    ("en", "which papers do I need to marry at the gemeente"),
    ("nl", "hoe vraag ik een nieuw paspoort aan"),
    ("ar", "كيف أجدد إقامتي"),
    ("en", "a thief took my purse and my residence card is gone"),
    ("uk", "арештували рахунок у банку"),
    ("nl", "kan ik foto's sturen van mijn brief"), ("en", "can I send my pictures to my family in Sudan"), ("nl", "incasso dreigt met deurwaarder"),
    ("nl", "de verhuurder dreigt met uitzetting, ik heb foto's van de schimmel"), ("tr", "vesikalık fotoğraf lazım"),
    ("nl", "ik wil mijn kinderen niet achterlaten bij de opvang"), ("tr", "polis kaza için tutanak tuttu"), ("fr", "on veut me laisser travailler"),
]


THREATS = [
    "my ex threatens to put my photos online", "zij willen mij chanteren", "طليقي بيهددني يبعت صوري لأهلي", "ስእለይ ንስድራይ ክሰድድ እየ ኢሉ የፈራርሓኒ",
    "تهدید می کند عکسهایم را به خانواده ام نشان بدهد", "عکس هایم را دارد و هر روز مرا تهدید می کند", "mijn vriend dreigt met foto's",
    "fotoğraflarımı aileme göndermekle tehdit ediyor", "він погрожує надіслати мої фото родині", "wuxuu ku hanjabay inuu sawirradayda faafiyo",
    "mon ex menace d'envoyer mes photos à ma famille",
]
EVERYDAY = [         # pictures for a desk, a singer, who is met every day: no blackmail, in whatever language
    "Je cherche une chorale pour chanter avec d'autres femmes", "Mon mari était chanteur en Syrie, peut-il travailler ici ?",
    "Mon fils est un chanteur", "J'ai envoyé mes photos à la mairie", "Mon fils m'attend tous les jours devant l'école",
    "la conseillère me suit tous les jours", "j'envoie mes photos à la mairie", "عکس های شخصی برای پاسپورت چه اندازه باشد",
    "عکسهایم را نشان دکتر دادم", "عکسهایم را به خانواده فرستادم", "عکس هایم را نشان داکتر دادم", "عکس هایم را به فامیلم روان کردم",
    "بعت صوري لأهلي وما وصلت", "كيف يرسل صوري للبلدية", "بدي اعرف كيف ابعت صوري", "fotoğraflarımı aileme nasıl gönderirim",
    "Fotoğraflarımı internete yükleyemiyorum DigiD için", "resimlerimi aileme göndermek istiyorum", "DUO dosyamı sürekli takip ediyor",
    "ağrı peşimi bırakmıyor", "köpek her gün peşimden geliyor", "özel fotoğraflarım telefonda kaldı", "ስእለይ ንስድራይ ክሰድድ ይደሊ",
    "ስእለይ ኣብ ኢንተርነት DigiD ክጽዕን", "ስእልታተይ ኣብ ኢንተርነት DigiD ክጽዕን", "sawirradayda diraya IND", "sawirradayda u diraya IND",
    "I posted my photos on Facebook, is that bad for my asylum?", "My lawyer sends my photos to the gemeente",
    "The photographer sends my pictures to the IND", "my nurse follows me every day", "my coach follows me every day",
    "my coach keeps following me", "Mijn broer stuurt mijn fotos naar de gemeente", "Ik zet mijn fotos op internet",
    "Ik laat mijn fotos zien aan de dokter", "De bus staat elke dag voor mijn deur", "мій юрист надсилає мої фото в IND",
    "I showed my photos to the doctor", "je montre mes photos au médecin", "j'ai publié mes photos sur Facebook", "شوهرم هر روز دنبالم میاد",
    "عکسامو به خانوادم فرستادم", "المحامي بيبعت صور للبلدية", "my son waits for me outside school every day", "hemşire beni her gün takip ediyor",
    "صاحب البيت بيهددني بالإخلاء وعندي صور للعفونة",
]


@pytest.mark.parametrize(("language", "kind", "text"), GRAVE)
def test_grave_brings_a_person_today_and_no_advice(language: str, kind: str, text: str):
    """A ticket for the legal team opens today, with the client's words; the answer is the same for all of it, and names nothing."""
    amina = welcomed(language)
    amina.says(kind="choice", choice="menu.choose:benefits_rent")
    said = amina.says(text)

    assert is_grave(text, PHRASES)
    assert [(ticket.team, ticket.urgency, ticket.topics, ticket.question) for ticket in amina.has(Escalated)] == [("legal", "today", (), text)]
    assert said.startswith("👤") or "👤" in said[:3]
    assert not amina.has(Topic)
    assert is_delicate(text, language, PHRASES), kind


@pytest.mark.parametrize(("language", "_kind", "text"), GRAVE)
def test_grave_is_a_humans_for_other_programs_too(language: str, _kind: str, text: str):
    """Whatever a model makes of it: a human, and no topic to answer."""
    shares = {topic: (0.99 if topic == "work" else 0.01 / len(TOPICS)) for topic in (*TOPICS, "")}
    made = Guess(Score(shares, -5.0), (), Limits(0.2, 0.4, 0.15, 0.0))
    found = judge(text, language, PHRASES, made)

    assert (found.action, found.told) == ("human", ())


@pytest.mark.parametrize(("language", "text"), LIGHT)
def test_what_only_sounds_grave_is_answered(language: str, text: str):
    """A lost card, a passport to ask for, a letter: these are answered as what they are."""
    assert not is_grave(text, PHRASES), language


@pytest.mark.parametrize("text", THREATS)
def test_a_threat_with_pictures_is_blackmail(text: str):
    """Who threatens to send or show pictures blackmails, in every language; where the threat rings by itself too, the number comes first."""
    assert grave(text, PHRASES) == "blackmail"


@pytest.mark.parametrize("text", EVERYDAY)
def test_an_everyday_sentence_is_no_blackmail(text: str):
    """Pictures that are sent, shown or uploaded, a singer, and who is near every day are not grave, also by the phrases of another language."""
    assert not is_grave(text, PHRASES)


def test_grave_before_the_welcome_opens_a_ticket_at_once():
    """Who has not chosen a language or consented yet is brought to a person all the same."""
    amina = Person()
    amina.says("a smuggler wants more money")

    assert [ticket.urgency for ticket in amina.has(Escalated)] == ["today"]
    assert amina.session.flow == "welcome"


def test_danger_comes_before_what_is_grave():
    """A forced marriage or a kidnapping that goes on is an emergency: the number first."""
    for text in ("they are forcing me to marry", "mijn kind is ontvoerd"):
        assert welcomed("en").says(text).startswith("112\n")


@pytest.mark.parametrize(("language", "text"), HELD)
def test_whom_the_police_hold_is_a_persons_today_and_no_alarm(language: str, text: str):
    """However urgent it sounds to the model, no number helps there: a person does, the same day."""
    assert alarm(text, PHRASES, FRIGHTENED) is None
    assert (judge(text, language, PHRASES, FRIGHTENED).action, judge(text, language, PHRASES, FRIGHTENED).is_urgent) == ("human", False)


@pytest.mark.parametrize("text", ["police is here, my husband is beating me", "he was arrested before, now he has a knife", "please come"])
def test_danger_beside_the_police_rings(text: str):
    """Danger that we know rings whoever else is named, and so does what only the model hears where nobody is held."""
    assert alarm(text, PHRASES, FRIGHTENED) is not None
    assert judge(text, "en", PHRASES, FRIGHTENED).is_urgent


def test_a_persons_topic_beside_another_is_answered_by_nobody_but_a_person():
    """Where one of two topics is always a person's, none is answered: the ticket opens, and both are logged."""
    amina = welcomed()
    said = amina.says("ik wil huurtoeslag aanvragen en de IND wil mijn vergunning intrekken")

    assert {topic.id: topic.is_answered for topic in amina.has(Topic)} == {"benefits_rent": False, "permit_withdrawal": False}
    assert "toeslagen.nl" not in said
    assert amina.has(Escalated)[0].urgency == "today"


@pytest.mark.parametrize(("language", "text"), IN_DANGER)
def test_a_word_for_prison_does_not_hush_danger(language: str, text: str):
    """Who is stuck in a burning room is told the number first, though the word is one of those for being held."""

    assert alarm(text, PHRASES, FRIGHTENED) is not None
    assert judge(text, language, PHRASES, FRIGHTENED).is_urgent
