"""
The info point: every topic, a short answer with what can follow; the longest five here, the others beside.
"""

from collections.abc import Iterable

from flows.info_nodes import ASKED, BROUGHT, answer, colleague
from flows.legal_answers import LEGAL
from flows.node import Flow, Node, _
from flows.social_answers import SOCIAL

_HOW, _COSTS, _LATE = ("how", _("📄 How to ask")), ("costs", _("💶 Costs, children")), ("late", _("⏰ Ended, ends soon"))
_REMIND = ("permit.valid_until", _("📅 Remind me"))
_PERMIT = (
    answer("permit_renewal", _(
        "On your card is a date after *geldig tot* (valid until). "
        "From 3 months before that date you can ask the *IND* for a new card. "
        "Do it while the card is valid. Asking too late can cost you years.\n\n"
        "Bring to us: your card, your letters and *DigiD*.\n\n"
        "https://ind.nl/en/residence-permits/asylum/renew-asylum-residence-document\n"
        "Checked: {date}. Rules change. Look at the page too."), _HOW, _REMIND, _LATE, beside="menu.papers"),
    answer("permit_renewal", _(
        "Ask at the *IND*: online with *DigiD*, or on a paper form. After the last day only paper is possible. "
        "Check first that the *gemeente* (town hall) has your right address. For an older asylum card other rules may count. Ask us.\n\n"
        "Bring: your card, your letters and *DigiD*.\n\n"
        "https://ind.nl/en/residence-permits/asylum/renew-asylum-residence-document\n"
        "Checked: {date}. Rules change. Look at the page too."), _COSTS, _LATE, place="how"),
    answer("permit_renewal", _(
        "For an asylum permit a new card is free. For work, study or family you pay. The amount changes every year. "
        "Every child has its own card. Ask for each child apart.\n\n"
        "https://ind.nl/en\n"
        "Checked: {date}. Look there for the amount."), _HOW, _LATE, place="costs"),
    colleague("permit_renewal", "late", _(
        "Your card has ended, or ends within 30 days: a colleague helps you first. "
        "You get an answer before {time} on {day}.\n\n"
        "After the last day you ask the *IND* on paper. Come to us with your card and letters:\n{address}"), "today"),
    colleague("permit_renewal", "person", ASKED, "week"),
)

_ENROL, _URGENCY, _FRAUD = ("enrol", _("📄 How to enrol")), ("urgency", _("⏰ Urgency")), ("fraud", _("💶 Beware of fraud"))
_HOUSING = (
    answer("housing_search", _(
        "Your first home comes from the *gemeente* (town hall) and *VluchtelingenWerk*: one offer, no choice. "
        "For another home you enrol at *Huren in Holland Rijnland*. Your waiting time counts from that day. Do it now.\n\n"
        "Bring: *ID*, proof of income and a *BRP* extract (from the town hall).\n\n"
        "https://www.hureninhollandrijnland.nl\n"
        "Checked: {date}. Rules change. Look at the page too."), _ENROL, _URGENCY, _FRAUD, beside="menu.home"),
    answer("housing_search", _(
        "Make an account on the page, with your *ID*. There is a small fee every year. Pay it, or you lose your waiting time. "
        "React to homes every week. Keep your income papers up to date.\n\n"
        "We can do it with you. Bring: *ID*, proof of income and a *BRP* extract (from the town hall).\n\n"
        "https://www.hureninhollandrijnland.nl\n"
        "Checked: {date}. Look there for the fee."), _URGENCY, _FRAUD, place="enrol"),
    answer("housing_search", _(
        "Urgency (*urgentie*) is only for strict cases. You ask for it at the *gemeente* (town hall). "
        "Tell us if you are ill, not safe at home, or your family comes soon. A volunteer looks at it with you.\n\n"
        "https://www.hureninhollandrijnland.nl\n"
        "Checked: {date}. Rules change. Look at the page too."), ("homeless", _("🏠 No place to sleep")), _ENROL, place="urgency"),
    answer("housing_search", _(
        "Careful with a room or home from the internet. Never pay before you have seen it inside. Ask for a contract with name and address. "
        "Send nobody your *BSN* or your *DigiD* code. If you are not sure, show it to us first.\n\n"
        "Checked: {date}."), _ENROL, _URGENCY, place="fraud"),
    colleague("housing_search", "homeless", _(
        "No place to sleep: a colleague helps you first. You get an answer before {time} on {day}.\n\n"
        "You can also come to us:\n{address}\n{phone}\n\nIn danger: call 112."), "today"),
    colleague("housing_search", "person", ASKED, "normal"),
)

_APPLY, _CHANGES, _EARLIER = ("apply", _HOW[1]), ("changes", _("💶 Change, pay back")), ("earlier", _("⏰ Last year"))
_RENT = (
    answer("benefits_rent", _(
        "*Huurtoeslag* is money that helps to pay your rent. Ask for it at *Mijn toeslagen* with *DigiD*. "
        "Your home needs its own front door and a rent contract. Your income and savings must be below a limit. "
        "Everyone at your address needs a valid permit.\n\n"
        "Bring: rent contract, proof of income and your card.\n\n"
        "https://www.toeslagen.nl\n"
        "Checked: {date}. Limits change every year. Look there."), _APPLY, _CHANGES, _EARLIER),
    answer("benefits_rent", _(
        "Ask for it at *Mijn toeslagen* with *DigiD*. We can do it with you. Since 2026 there is no maximum rent any more. "
        "The rent counts up to a limit, without service costs. The full rules count from age 21.\n\n"
        "https://www.toeslagen.nl\n"
        "Checked: {date}. Limits change every year. Look there."), _CHANGES, _EARLIER, place="apply"),
    answer("benefits_rent", _(
        "Tell every change at once at *Mijn toeslagen*: work, income, people at your address. If you do not, you may pay back later. "
        "If you must pay back, or it stopped, a volunteer looks at it with you. Bring the letter.\n\n"
        "https://www.toeslagen.nl\n"
        "Checked: {date}."), ("stopped", _("⏰ Pay back, stopped")), _APPLY, place="changes"),
    answer("benefits_rent", _(
        "For {year} you can still ask until {until}. The date may move to 31 December. Do not wait for that.\n\n"
        "https://www.toeslagen.nl\n"
        "Checked: {date}. Look there for the date."), _APPLY, _CHANGES, place="earlier"),
    colleague("benefits_rent", "stopped", BROUGHT, "week"),
    colleague("benefits_rent", "person", ASKED, "normal"),
)

_HELP, _BAILIFF, _COURSE = ("help", _("📄 Free help")), ("bailiff", _("⏰ Bailiff letter")), ("course", _("📚 Money course"))
_DEBTS = (
    answer("debts_money", _(
        "First pay your rent, energy and health insurance. Open every letter. Do not borrow money to pay. "
        "The *gemeente* (town hall) helps you free of charge.\n\n"
        "Bring: your letters, bank statements and *ID*.\n\n"
        "https://gemeente.leiden.nl\n"
        "Checked: {date}."), _HELP, _BAILIFF, _COURSE),
    answer("debts_money", _(
        "Go to *Stadsbank Leiden* or the *sociaal wijkteam*. It is free. The first talk is within 4 weeks. "
        "If your rent, energy or insurance is in danger, it is within 3 working days.\n\n"
        "Bring: your letters, bank statements and *ID*. We can call with you.\n\n"
        "https://gemeente.leiden.nl\n"
        "Checked: {date}. Times may change. Ask there."), _BAILIFF, _COURSE, place="help"),
    answer("debts_money", _(
        "In the course *Omgaan met geld* (*Euro-Wijzer*) you learn to keep your money in order. A volunteer tells you when it starts.\n\n"
        "Checked: {date}."), _HELP, _BAILIFF, place="course"),
    colleague("debts_money", "bailiff", _(
        "A letter of a *deurwaarder* (bailiff) cannot wait. A colleague helps you first. You get an answer before {time} on {day}.\n\n"
        "A bailiff must leave you money to live. Do not borrow money to pay. Bring the letter:\n{address}"), "today"),
    colleague("debts_money", "person", ASKED, "week"),
)

_EXTRA, _EXAMS, _FINE = ("extra", _("⏰ Extra time")), ("exams", _("📚 Exams")), ("fine", _("📄 Fine, little time"))
_INBURGERING = (
    answer("inburgering_deadline", _(
        "Your last day is in the letter of *DUO*, or in *Mijn Inburgering*. "
        "You can ask *DUO* for more time from 2½ years after the start. "
        "You need a reason and proof. Book your exams early.\n\n"
        "Bring: the letters of *DUO*, your *PIP* and *DigiD*.\n\n"
        "https://www.inburgeren.nl\n"
        "Checked: {date}. Rules change. Look at the page too."), _EXTRA, _EXAMS, _FINE),
    answer("inburgering_deadline", _(
        "Reasons can be: more than 3 months ill, a baby, school, or many problems together. "
        "Ask *DUO* from 2½ years after the start. Send proof. *DUO* answers in about 8 weeks.\n\n"
        "https://www.inburgeren.nl\n"
        "Checked: {date}. Rules change. Look at the page too."), _EXAMS, _FINE, place="extra"),
    answer("inburgering_deadline", _(
        "Book your exams early at *Mijn Inburgering*. Places are full weeks before. The result takes 8 to 16 weeks. "
        "If you did not pass, book again now.\n\n"
        "https://www.inburgeren.nl\n"
        "Checked: {date}. Look there for the price."), _EXTRA, _FINE, place="exams"),
    colleague("inburgering_deadline", "fine", _(
        "A fine, a warning, or less than 3 months: a colleague helps you first. You get an answer before {time} on {day}.\n\n"
        "Answer *DUO* before the date in the letter. Send proof of your lessons. You can object (*bezwaar*), often within 6 weeks. "
        "After a fine you get a new term. Under the old law you may have to pay back the loan.\n\n"
        "Bring the letter:\n{address}"), "today"),
    colleague("inburgering_deadline", "person", ASKED, "week"),
)

INFO = Flow("info", *_PERMIT, *_HOUSING, *_RENT, *_DEBTS, *_INBURGERING, *LEGAL, *SOCIAL,
            Node("letter_check", _("We read your letter with you."), next="letter.photo"))


def next_place(topic: str, seen: Iterable[str]) -> str:
    """
    Return the first answer of this topic that the client has not had yet, or "": then a volunteer is the best that follows.
    """
    had = set(seen)
    first = [choice.next for choice in INFO.nodes[topic].choices if choice.next in INFO.nodes]
    behind = [choice.next for name in first for choice in INFO.nodes[name].choices if choice.next in INFO.nodes]
    places = (f"info.{name}" for name in (*first, *behind) if name != topic and not INFO.nodes[name].escalate)
    return next((name for name in places if name not in had), "")
