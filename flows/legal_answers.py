"""
What clients ask of the legal team: four topics answered, and four that are always for a person.
"""

from flows.info_nodes import colleague, two_pages
from flows.node import _

LOST = two_pages(
    "permit_lost",
    _("First report it at the police (*aangifte*). Keep the stamped copy (*proces-verbaal*). "
      "Then ask the *IND* for a new card, with that copy. If your card ends within 6 months, ask for the renewal at once.\n\n"
      "Bring to us: the copy, your letters and *DigiD*.\n\n"
      "https://ind.nl/en\n"
      "Checked: {date}. Rules change. Look at the page too."),
    _("An old card that you find again does not work any more: hand it in. "
      "Abroad, go to the police there. Ask for a report in Dutch, English, French or German, and go to the Dutch embassy. "
      "Without a card you may not be able to fly. "
      "A lost refugee passport you report at the *gemeente* (town hall), not at the police.\n\n"
      "https://ind.nl/en\n"
      "Checked: {date}. Rules change. Look at the page too."))

NATURALISATION = two_pages(
    "naturalisation",
    _("You ask to become Dutch at the *gemeente* (town hall). You are 18 or older and live here for 5 years, without a gap, with a valid permit. "
      "Your permit is for an unlimited stay, or for an aim that is not temporary. "
      "You need the diploma of *inburgering*, or an exemption. A serious offence is a reason to refuse.\n\n"
      "Bring: your card, and your diploma.\n\n"
      "https://ind.nl/en\n"
      "Checked: {date}. Rules change. Look at the page too."),
    _("With an asylum permit you usually need no passport and no birth certificate. You usually keep your own nationality. "
      "There is a fee, lower with asylum, which you do not get back. "
      "It can take a year. Children under 18 can be in your request.\n\n"
      "https://ind.nl/en\n"
      "Checked: {date}. Look there for the fee."))

TRAVEL = two_pages(
    "travel_abroad",
    _("Do not travel to the country you fled, also not through a neighbour country: you can lose your permit. "
      "You ask for a refugee passport at the *gemeente* (town hall). Come yourself, with a photo and your card. "
      "Every child has its own. Be back before your card and your passport end.\n\n"
      "https://ind.nl/en\n"
      "Checked: {date}. Rules change. Look at the page too."),
    _("In the *Schengen* countries you can stay up to 90 days in 180 days, with your passport and your card. "
      "For other countries, ask their embassy about a visa. "
      "With *bijstand* (welfare) you tell the *gemeente* (town hall) before you go. Often you can be away at most 4 weeks a year.\n\n"
      "https://ind.nl/en\n"
      "Checked: {date}. Rules change. Look at the page too."))

TRACING = two_pages(
    "tracing_family",
    _("We are sorry that you miss your family. The *Rode Kruis* (Red Cross) searches for people. "
      "It is free, and they tell nobody else. We fill in the form with you.\n\n"
      "Bring: names, dates, places and a photo.\n\n"
      "https://www.rodekruis.nl\n"
      "Checked: {date}."),
    _("Do you want your family to come here? You must ask within 3 months after your permit. "
      "Ask in time, also when you do not know where they are. A volunteer helps you with both.\n\n"
      "Checked: {date}. Rules change."))

ALWAYS_A_PERSON = (
    colleague("family_reunification", "", _(
        "Our legal team does this with you, free of charge. You get an answer before {time} on {day}.\n\n"
        "Ask within 3 months after your permit, also when you do not know where your family is. "
        "Pay nobody to arrange it. The rules changed on 12 June 2026.\n\n"
        "Bring: the decision, *ID*, papers of marriage and birth, photos, chats."), "week"),
    colleague("permit_withdrawal", "", _(
        "A colleague helps you first. You get an answer before {time} on {day}.\n\n"
        "Do not wait: in the letter stands a last date. You can answer the letter with a lawyer, often for free. "
        "Do not travel now. Do not sign anything.\n\n"
        "Bring the letter today:\n{address}\n{phone}"), "today"),
    colleague("undocumented", "", _(
        "You can speak safely with us. We are not the police and not the *IND*. You get an answer before {time} on {day}.\n\n"
        "A doctor helps you when you need it, also without insurance. "
        "A colleague looks with you for food and a place to sleep. You do not have to tell your name here.\n\n"
        "You can also come to us:\n{address}\n{phone}"), "today"),
    colleague("asylum_procedure", "", _(
        "Your lawyer and *VluchtelingenWerk* at your *azc* know your case. We cannot see your file. "
        "A colleague helps you further. You get an answer before {time} on {day}.\n\n"
        "Keep every letter of the *IND*. After a no, the time is short, sometimes only days: call your lawyer today. "
        "For who asked after 12 June 2026 there are new rules."), "week"),
)

LEGAL = (*LOST, *NATURALISATION, *TRAVEL, *TRACING, *ALWAYS_A_PERSON)
