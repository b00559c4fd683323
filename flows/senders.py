"""
Senders: who writes letters to clients, how they are recognised in a client's words, and what they usually write about.

Everyday senders are explained in general, from the topics page; of the others nothing is explained: a person looks the same day.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flows.answers import key
from flows.node import _


@dataclass(frozen=True, slots=True)
class Sender:
    """
    Who wrote a letter. `words` are what clients call it, in all languages: one of up to four letters counts as a whole word, a longer
    one also within a word. `about` is what its letters usually are about, "" where a person must look first.
    """

    id: str
    emoji: str
    label: str
    words: str
    about: str = ""


_ALL = (
    Sender("gemeente", "🏛", "Gemeente", "gemeente, stadhuis, municipality, town hall, city hall, بلدية, ምምሕዳር ከተማ, ገመንተ, شهرداری, شاروالی, belediye, "
           "муніципалітет, мерія, degmada, mairie, commune, leiden, wijkteam", _(
               "The *gemeente* (town hall) often writes about *bijstand* (money), your *inburgering* or your address. "
               "Is there an appointment in the letter? Go there. If you do not come, you can get a fine.\n\n"
               "https://gemeente.leiden.nl\nChecked: {date}.")),
    Sender("ind", "🪪", "IND", "ind, immigratie, immigration, هجرة, ኢሚግረሽን, مهاجرت, göç idaresi, міграційна, socdaalka"),
    Sender("duo", "📚", "DUO", "duo", _(
        "*DUO* often writes about *inburgering* or money for study. "
        "Your last day for *inburgering* stands in such a letter. A warning has a date: answer before it.\n\n"
        "https://www.duo.nl\nChecked: {date}.")),
    Sender("tax", "💶", "Belastingdienst", "belasting, toeslagen, tax, ضرائب, ضريبة, ግብሪ, مالیات, مالیه, vergi, податков, canshuur, impôts, bsgr", _(
        "The *Belastingdienst* (tax office) often writes about tax or *toeslagen*: money for rent, health and children. "
        "Something changed? Tell it at once, or you may pay back later.\n\n"
        "https://www.toeslagen.nl\nChecked: {date}.")),
    Sender("bailiff", "⏰", _("Bailiff"), "deurwaarder, incasso, bailiff, debt collector, محضر, ኣፈጻሚ, مامور اجرا, icra, виконавець, huissier"),
    Sender("court", "⚖", _("Court"), "rechtbank, rechter, gerecht, dagvaarding, court, judge, محكمة, ቤት ፍርዲ, دادگاه, محکمه, mahkeme, суд, суду, "
           "maxkamad, tribunal"),
    Sender("police", "🚓", _("Police"), "politie, police, شرطة, ፖሊስ, پلیس, پولیس, polis, поліція, поліції, booliis, bolis, justitie"),
    Sender("unknown", "❓", _("I do not know"), ""),
    Sender("insurer", "🩺", _("Insurance"), "zorgverzeker, verzekering, verzekeraar, zilveren kruis, vgz, menzis, cz, insurance, تأمين, መድሕን, "
           "بیمه, sigorta, страхов, caymis, assurance", _(
               "A health insurance often writes about the money for each month, or about *eigen risico*: the first part of care that adults "
               "pay themselves every year. Pay first: rent, energy and health insurance.\n\n"
               "https://www.rijksoverheid.nl\nChecked: {date}.")),
    Sender("bank", "🏦", _("Bank"), "bank, ing, rabo, rabobank, abn, بنك, ባንክ, بانک, banka, bankadan, банк, банку, bangi, bangiga, banque", _(
        "A bank often writes about your account or your card. A real bank never asks for a code, and never lets you pay by a link. "
        "Are you not sure? Do nothing, and ask us first.\n\n"
        "Checked: {date}.")),
    Sender("landlord", "🏠", _("Landlord"), "verhuurder, huurbaas, woningcorporatie, woningbouw, landlord, housing association, مالك, صاحب البيت, "
           "ኣካራዪ, صاحبخانه, صاحب خانه, ev sahibi, орендодав, kireeye, propriétaire, bailleur", _(
               "A landlord often writes about the rent or a repair. Keep paying the rent. "
               "Are you behind? Call the landlord today and ask to pay in parts. Only a judge can put you out of your home.\n\n"
               "https://www.huurcommissie.nl\nChecked: {date}.")),
    Sender("school", "🎒", _("School"), "school, مدرسة, ቤት ትምህርቲ, مدرسه, مکتب, okul, школ, iskuul, dugsi, école, leerplicht", _(
        "A school often writes about money, holidays or your child being ill. What parents are asked to pay is voluntary. "
        "Is your child ill? Call before school begins.\n\n"
        "https://gemeente.leiden.nl\nChecked: {date}.")),
    Sender("uwv", "💼", "UWV", "uwv, werk.nl", _(
        "The *UWV* often writes about work, or about looking for work. You enrol at *werk.nl*. "
        "Tell the *gemeente* (town hall) and *Toeslagen* when you earn money.\n\n"
        "https://www.werk.nl\nChecked: {date}.")),
    Sender("svb", "👪", "SVB", "svb, sociale verzekeringsbank, kinderbijslag", _(
        "The *SVB* often writes about *kinderbijslag*: money for children under 18, every 3 months.\n\n"
        "https://www.svb.nl\nChecked: {date}.")),
    Sender("cak", "🩺", "CAK", "cak", _(
        "The *CAK* often writes to people without health insurance. Take out insurance within 3 months after the letter, or you get a fine.\n\n"
        "https://www.rijksoverheid.nl\nChecked: {date}.")),
    Sender("cjib", "🚗", "CJIB", "cjib, verkeersboete"),
)

SENDERS = {sender.id: sender for sender in _ALL}
PAGES = tuple(_ALL[first:first + 4] for first in range(0, len(_ALL), 4))
SERIOUS = "serious"


def way_of(sender: Sender) -> str:
    """
    Return the node of a letter that follows when it is from this sender.
    """
    return sender.id if sender.about else SERIOUS


def _words() -> Iterator[tuple[str, str]]:
    """
    Yield what a sender is called, as `key` leaves it, and its way. Who must be looked at first comes first, and the longest words.
    """
    found = [(key(word), sender) for sender in _ALL for word in sender.words.split(",") if key(word)]
    for word, sender in sorted(found, key=lambda one: (bool(one[1].about), -len(one[0]))):
        yield word, way_of(sender)


_WORDS = tuple(_words())


def sort(text: str, _heard: object) -> str:
    """
    Return the way of a letter from whoever a client names; whom we do not know, a person must look at.
    """
    said = f" {key(text)} "
    return next((way for word, way in _WORDS if (word if len(word) > 4 else f" {word} ") in said), SERIOUS)
