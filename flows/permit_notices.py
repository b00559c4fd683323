"""
What a reminder about papers and family says: cards, family reunification, becoming Dutch, travel; and inburgering.

The facts are those of the deadlines page, read on 24 November 2026. No text names an amount, promises a stay, or advises on family or objection.
"""

from collections.abc import Mapping

from flows.node import _

COSTS: Mapping[str, str] = {             # of a new card, by the kind of permit; of one that nobody told us nothing is said
    "asylum": _("With asylum it is free."), "regular": _("For work, study or family you pay."),
}

PAPERS: Mapping[str, Mapping[str, str]] = {
    "permit_renewal": {
        "early": _(
            "On your card, or on your child's card, stands *geldig tot* (valid until): {day}.\n\n"
            "From {from_day} you can ask the *IND* for a new card. Prepare now. Does your *DigiD* work? "
            "Does the *gemeente* (town hall) have your right address?\n\n"
            "Rules change. Look here too:\nhttps://ind.nl/en"),
        "now": _(
            "On your card, or on your child's card, stands *geldig tot* (valid until): {day}.\n\n"
            "From {from_day} you can ask the *IND* for a new card, with *DigiD* or on paper. Do it while the card is valid. "
            "Each child needs its own request.\n\n"
            "Rules change. Look here too:\nhttps://ind.nl/en"),
        "last": _(
            "Last day of your card, or of your child's card: {day}.\n\n"
            "Ask the *IND* for a new card now, with *DigiD* or on paper. If you are late, your work and money can stop, and you can lose years. "
            "We do it with you. Bring the card, your letters and *DigiD*.\n\n"
            "https://ind.nl/en"),
    },
    "permit_expired": {
        "late": _(
            "Last day of your card, or of your child's card: {day}. That day has passed.\n\n"
            "Come to us today or the next working day. Bring the card and your letters. You can still ask the *IND* for a new card, on paper. "
            "Our legal team helps you. Did you ask already? Tell us here.\n\n"
            "https://ind.nl/en"),
    },
    "permit_card_renewal": {
        "now": _(
            "Last day of your card, or of your child's card: {day}. Your right to stay does not end. But work and bank want a valid card.\n\n"
            "From {from_day} you can ask the *IND* for a new card. With asylum it is free. Other cards can cost money.\n\n"
            "Rules change. Look here too:\nhttps://ind.nl/en"),
    },
    "nareis_application": {
        "now": _(
            "Do you want your family to come here? The *IND* must have your request (*nareis*) in time. Last day: {day}.\n\n"
            "It is free. Ask also when you do not know where they are. Pay nobody to arrange it. "
            "The rules changed on 12 June 2026. Our legal team does this with you. Bring the decision and your letters.\n\n"
            "https://ind.nl/en"),
    },
    "nareis_late": {
        "late": _(
            "The time to ask for your family (*nareis*) has ended. Last day: {day}.\n\n"
            "Did you ask in time? Tell us here. If not: talk to our legal team. They look with you at what is still possible. "
            "Bring the decision and your letters."),
    },
    "naturalisation_possible": {
        "now": _(
            "Perhaps you can soon ask to become Dutch. It is possible from: {day}. This is not a last day.\n\n"
            "You ask at the *gemeente* (town hall). You need 5 years with a permit, without a gap, and the diploma of *inburgering*. "
            "There are more rules. It costs money, also if the answer is no. We look at it with you.\n\n"
            "https://ind.nl/en"),
    },
    "travel_document": {
        "now": _(
            "Last day of your travel document (refugee passport): {day}.\n\n"
            "You ask for a new one at the *gemeente* (town hall). Go yourself, with a photo and your card. Each child has its own. "
            "You pay for it. Ask there how much. Do not travel to the country you fled: you can lose your permit.\n\n"
            "https://ind.nl/en"),
    },
}

INBURGERING: Mapping[str, Mapping[str, str]] = {
    "inburgering_term": {
        "early": _(
            "Last day of your *inburgering*: {day}. Before that day you finish every part.\n\n"
            "Look in *Mijn Inburgering* what is still open. Book your exams early: the result takes 8 to 16 weeks. "
            "In the last 6 months you can ask *DUO* for more time. You need a reason and proof. Look there for the price of an exam.\n\n"
            "https://www.inburgeren.nl"),
        "now": _(
            "Last day of your *inburgering*: {day}.\n\n"
            "Is something still open? Book your exams now. Not possible in time? Then ask *DUO* for more time now. "
            "Send proof: long illness, a baby, school, many problems. *DUO* answers in about 8 weeks. If you are late, a fine can come. "
            "We help you. Bring the letters of *DUO*.\n\n"
            "https://www.inburgeren.nl"),
    },
    "inburgering_overdue": {
        "late": _(
            "Last day of your *inburgering*: {day}. That day has passed.\n\n"
            "Are you ready, or did you get more time? Tell us here. If not: *DUO* writes to you. Answer before the date in the letter. "
            "A fine is possible, and a new term. We help you. Bring the letters of *DUO*.\n\n"
            "https://www.inburgeren.nl"),
    },
    "inburgering_exams": {
        "now": _(
            "It is time for your exams of *inburgering*. Book them before: {day}.\n\n"
            "Places are full weeks before. The result takes 8 to 16 weeks. Did you not pass one? Book again now. "
            "You book in *Mijn Inburgering* with *DigiD*. Look there for the price.\n\n"
            "https://www.inburgeren.nl"),
    },
    "inburgering_parts": {
        "now": _(
            "A part of your *inburgering* is still open: the *PVT* (signing about values) or the *MAP* (learning about work). Last day: {day}.\n\n"
            "The *gemeente* (town hall) plans it with you. Ask your contact person there for a date. If you are late, a fine can come. "
            "We can call with you.\n\n"
            "https://www.inburgeren.nl"),
    },
}
