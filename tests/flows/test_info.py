"""The info point: short answers with what a client must know, and a colleague at the right moment."""

import re
from datetime import date
from itertools import pairwise

import pytest

from flows.catalogue import FLOWS, TOPICS
from flows.days import add_months
from flows.events import Escalated, Topic
from flows.info import INFO, next_place
from flows.info_nodes import CHECKED_ON
from flows.unsettled import NAMED
from tests.flows.conversation import TONGUES, welcomed

ALWAYS = ("family_reunification", "permit_withdrawal", "undocumented", "asylum_procedure")
WRITTEN = tuple(topic for topic in TOPICS if topic not in (*ALWAYS, "letter_check"))
LANGUAGES = TONGUES.languages
MUST_HOLD = {
    "permit_renewal": ("geldig tot", "3 maanden", "nog geldig", "DigiD", "op papier", "gratis", "Elk kind", "30 dagen", "ind.nl"),
    "housing_search": ("gemeente", "één aanbod", "Huren in Holland Rijnland", "Elk jaar", "vanaf die dag", "elke week", "Urgentie",
                       "Betaal nooit", "ID", "inkomen", "BRP"),
    "benefits_rent": ("Mijn toeslagen", "DigiD", "voordeur", "huurcontract", "spaargeld", "vergunning", "geen maximale huur", "21 jaar",
                      "servicekosten", "elke verandering", "terugbetalen", "{until}", "31 december"),
    "debts_money": ("Betaal eerst uw huur, energie en zorgverzekering", "Open elke brief", "Leen geen geld", "gratis", "Stadsbank Leiden",
                    "sociaal wijkteam", "4 weken", "3 werkdagen", "deurwaarder moet u geld laten", "Omgaan met geld"),
    "inburgering_deadline": ("brief van DUO", "Mijn Inburgering", "2½ jaar", "bewijs", "vroeg", "8 tot 16 weken", "vóór de datum",
                             "nieuwe termijn", "lening", "6 weken"),
    "permit_lost": ("aangifte", "proces-verbaal", "nieuwe kaart", "6 maanden", "lever hem in", "Duits", "ambassade", "vliegen", "bij de gemeente"),
    "naturalisation": ("gemeente", "18 of ouder", "5 jaar", "5 jaar achter elkaar", "onbepaalde tijd", "diploma", "ontheffing", "zware straf",
                       "geboorteakte",
                       "eigen nationaliteit", "krijgt het niet terug", "een jaar", "Kinderen onder 18"),
    "travel_abroad": ("vluchtelingenpaspoort", "gemeente", "foto", "Elk kind", "Schengen", "90 dagen", "180 dagen",
                      "niet naar het land dat u bent ontvlucht",
                      "buurland", "Wees terug", "bijstand", "4 weken", "ambassade"),
    "tracing_family": ("Rode Kruis", "gratis", "rodekruis.nl", "formulier", "foto", "3 maanden"),
    "housing_move_in": ("bezichtiging", "sleutel", "5 dagen", "meterstanden", "schade", "energie, water, internet", "verzekering", "huurtoeslag",
                        "lening of een gift", "Kringloop", "huisarts", "school", "COA", "DigiD"),
    "rent_problems": ("foto's", "Kleine reparaties", "6 weken", "Huurcommissie", "bel vandaag", "in delen", "gemeente", "rechter", "Blijf de huur",
                      "buren"),
    "energy_internet": ("voordat u de sleutel", "meterstanden", "IBAN", "14 dagen", "Eén keer per jaar", "in delen", "oktober tot april", "6 maanden",
                        "energiecoach", "gas"),
    "benefits_health": ("18 of ouder", "Nederlandse verzekering", "onder een grens", "Mijn toeslagen", "elke verandering", "{year}",
                        "vanaf de dag dat uw verzekering begon"),
    "benefits_child": ("Kinderbijslag", "SVB", "elke 3 maanden", "Kindgebonden budget", "Kinderopvangtoeslag",
                       "geregistreerd", "3 maanden", "buitenland",
                       "Leergeld", "Jeugdfonds"),
    "local_tax_remission": ("BSGR", "MijnBSGR", "071-525 62 00", "voordat u betaalt", "3 maanden", "bijstand", "spaargeld", "auto",
                            "eigen bedrijf", "in delen",
                            "elk jaar"),
    "welfare_benefit": ("gemeente", "de dag van uw melding telt", "bankafschriften", "huurcontract", "werk, geld, wie bij u woont, en reizen",
                        "6 maanden",
                        "bezwaar", "6 weken", "Voedselbank"),
    "work": ("Arbeid vrij toegestaan", "inburgering", "gemeente", "werk.nl", "DZB Leiden", "CV", "IDW", "UAF", "Toeslagen", "vanaf de eerste dag",
             "loonstrook"),
    "study_duo": ("mbo", "18 jaar", "hbo", "Mijn DUO", "voordat het studiejaar begint", "UAF", "genoeg Nederlands", "Verdient u weinig",
                  "050-599 96 00",
                  "lening voor inburgering"),
    "inburgering_start": ("brieven van DUO", "1 januari 2022", "toets", "10 weken", "PIP", "B1", "Onderwijs", "Z", "PVT", "MAP", "KNM",
                          "betaalt u de cursus niet",
                          "boete", "3 jaar vanaf de dag na het PIP"),
    "language_lessons": ("lezen en schrijven", "inburgering", "open leercentrum", "gratis", "taalcoach", "bibliotheek", "gemeente", "vrijwilliger",
                         "kinderopvang"),
    "health_care": ("112", "huisarts", "ziekenhuis", "spoedpost", "voordat u gaat", "tandarts", "gratis", "eigen risico", "consultatiebureau",
                    "tolk", "stress", "apotheek"),
    "school_children": ("4 jaar", "vanaf 5", "tot 16", "18 zonder diploma", "taalklas", "ISK", "2½ jaar", "BRP", "inentingen", "vrijwillig",
                        "Leergeld", "ziek",
                        "boete"),
    "parenting": ("normaal", "Jeugd- en Gezinsteam", "consultatiebureau", "school", "gratis", "tolk", "Veilig Thuis"),
    "family_reunification": ("3 maanden", "niet weet waar", "gratis", "Betaal niemand", "12 juni 2026", "huwelijk", "chats"),
    "permit_withdrawal": ("Wacht niet", "laatste datum", "advocaat", "vandaag", "niet op reis"),
    "undocumented": ("veilig", "niet de politie", "zonder verzekering", "eten en een plek om te slapen"),
    "asylum_procedure": ("advocaat", "azc", "dossier niet zien", "12 juni 2026", "paar dagen", "Bewaar elke brief"),
}
assert set(MUST_HOLD) == {*WRITTEN, *ALWAYS}
PERSON_FIRST = {
    "permit_renewal_late": ("legal", "today"), "housing_search_homeless": ("housing", "today"), "debts_money_bailiff": ("social", "today"),
    "inburgering_deadline_fine": ("social", "today"), "benefits_rent_stopped": ("social", "week"),
    "benefits_health_stopped": ("social", "week"),
} | {f"{topic}_urgent": (TOPICS[topic].team, "today") for topic in WRITTEN if f"{topic}_urgent" in INFO.nodes}


def _places(topic: str) -> list[str]:
    """Return every node of a topic that can be reached from its first answer."""
    found = [topic]
    for name in found:
        found += [choice.next for choice in INFO.nodes[name].choices if choice.next in INFO.nodes and choice.next not in found]
    return found


@pytest.mark.parametrize("topic", MUST_HOLD)
def test_an_answer_holds_what_it_must(topic):
    """What the topics page says an answer must hold is said in the first answer or one choice further."""
    said = " ".join(TONGUES("nl").raw(INFO.nodes[name].text).replace("*", "") for name in _places(topic))

    assert [fact for fact in MUST_HOLD[topic] if fact not in said] == []


@pytest.mark.parametrize("topic", WRITTEN)
def test_an_answer_is_short(topic):
    """An answer has at most five sentences before what to bring, in few words, and at most four choices and more."""
    for name in _places(topic):
        node = INFO.nodes[name]
        if node.escalate:
            continue
        first, *_rest = node.text.split("\n\n")
        sentences = [sentence for sentence in re.split(r"(?<=[.?!])\s", first) if sentence]
        assert len(sentences) <= 5, name
        assert all(len(sentence.split()) <= 25 for sentence in sentences), name
        assert len([choice for choice in node.choices if choice.id != "beside"]) <= 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_says_when_it_was_checked_and_where_to_look(language):
    """Every answer carries the day its facts were checked, and its first one the official page, alone on a line."""
    for topic in WRITTEN:
        said = welcomed(language).says(kind="choice", choice=f"menu.choose:{topic}")

        assert TONGUES(language).date(CHECKED_ON) in said, topic
        assert any(re.fullmatch(r"https://[\w./-]+", line) for line in said.splitlines()), topic


@pytest.mark.parametrize("topic", NAMED)
def test_an_answer_says_the_numbers_of_the_one_file(topic):
    """A term that may be another next year is said as it stands in the one file of them, in every language."""
    for code in LANGUAGES:
        said = " ".join(TONGUES(code).raw(INFO.nodes[name].text) for name in _places(topic))
        assert [one.value for one in NAMED[topic] if not re.search(rf"(?<![\d½]){one.value}(?![\d½])", said)] == [], code


def test_the_facts_were_checked_within_thirteen_months():
    """Every answer says the day on which its facts were checked: once a year somebody checks them again."""

    assert add_months(CHECKED_ON, 13) >= date.today()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_day_to_ask_is_never_past(language):
    """Who asks about last year's allowance hears of a year that can still be asked for, by its last day."""
    said = welcomed(language).says(kind="choice", choice="info.benefits_rent:earlier")

    assert TONGUES(language).date(date(2027, 9, 1)) in said
    assert "2026" in said


def test_no_text_names_an_amount():
    """No text names an amount that changes every year."""
    for flow in FLOWS.values():
        for node in flow.nodes.values():
            assert not re.search(r"€|\beuros?\b", " ".join(TONGUES(code).raw(node.text) for code in LANGUAGES)), node.id


@pytest.mark.parametrize(("name", "wanted"), PERSON_FIRST.items())
def test_what_cannot_wait_goes_to_a_colleague(name, wanted):
    """An ended card, no place to sleep, a bailiff, a fine: a choice away from the first answer is a colleague of the right team."""
    team, urgency = wanted
    topic = INFO.nodes[name].escalate.topics[0]
    before = next(place for place in _places(topic) if any(choice.next == name for choice in INFO.nodes[place].choices))
    choice = next(choice for choice in INFO.nodes[before].choices if choice.next == name)
    amina = welcomed("ar")

    amina.says(kind="choice", choice=f"info.{before}:{choice.id}")

    (ticket,) = amina.has(Escalated)
    assert (ticket.team, ticket.urgency, ticket.topics) == (team, urgency, (topic,))


@pytest.mark.parametrize("topic", ALWAYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_always_for_a_person_opens_a_ticket(topic, language):
    """Family, withdrawal, no papers, asylum: the client gets no advice but what not to miss, and a person of the legal team."""
    yonas = welcomed(language)

    yonas.says(kind="choice", choice=f"menu.choose:{topic}")

    (ticket,) = yonas.has(Escalated)
    assert TOPICS[topic].is_always_person
    assert (ticket.team, ticket.urgency, ticket.topics) == ("legal", TOPICS[topic].urgency, (topic,))
    assert [event.id for event in yonas.has(Topic)] == [topic]


def test_a_letter_goes_to_the_letter_conversation():
    """Who asks to check a letter is asked for a photo."""
    joke = welcomed("nl")

    assert "foto" in joke.says("kunt u mijn brief lezen")


def test_a_question_within_the_topic_gets_the_place_that_answers_it():
    """A free question about the same topic goes on to what it asks for."""
    amina = welcomed("nl")

    amina.says("wonen")
    said = amina.says("hoe schrijf ik me in voor een huis?")

    assert "Maak een account" in said
    assert len(amina.has(Escalated)) == 0


def test_more_of_a_topic_comes_in_order_until_only_a_volunteer_is_left():
    """Each follow-up is offered once; after the last a volunteer is the best that follows."""
    seen = ["info.housing_search"]
    while more := next_place("housing_search", seen):
        seen.append(more)

    assert seen == ["info.housing_search", "info.housing_search_enrol", "info.housing_search_urgency", "info.housing_search_fraud"]
    assert all(first != second for first, second in pairwise(seen))
