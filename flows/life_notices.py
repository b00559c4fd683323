"""
What a reminder about letters, money and home says.

The facts are those of the deadlines page, read on 24 November 2026. No text names an amount or says that somebody has a right.
"""

from collections.abc import Mapping

from flows.node import _

LETTERS: Mapping[str, Mapping[str, str]] = {
    "objection": {
        "now": _(
            "You got a decision in a letter. Do you not agree? You can say so (*bezwaar* or *beroep*). Last day: {day}. "
            "After that it is too late.\n\n"
            "Do not wait. Do not do it alone. Our legal team talks with you, free of charge. Bring the letter and the envelope."),
    },
    "letter_deadline": {
        "now": _(
            "A letter asks you to do something. Last day: {day}.\n\n"
            "Is the letter clear? Then answer before that day, and keep a copy. "
            "Is it not clear? Send us a photo here, or bring the letter. We read it with you, free of charge."),
    },
}

MONEY: Mapping[str, Mapping[str, str]] = {
    "health_insurance": {
        "now": _(
            "You need a Dutch health insurance (*zorgverzekering*). Last day to take one: {day}.\n\n"
            "You pay for every month since your decision. Children are free, but enrol them too. "
            "With little income you can ask for *zorgtoeslag* (money for the insurance). We choose with you.\n\n"
            "https://www.rijksoverheid.nl"),
    },
    "health_insurance_late": {
        "late": _(
            "You need a Dutch health insurance (*zorgverzekering*). Last day to take one: {day}. That day has passed.\n\n"
            "Do you have one? Tell us here. If not, take one now. Did the *CAK* write to you? Then do it within 3 months, or a fine can come. "
            "We do it with you. Bring your letters.\n\n"
            "https://www.rijksoverheid.nl"),
    },
    "toeslagen_claim": {
        "now": _(
            "You can still ask for *toeslagen* of last year (money for rent, health insurance, children). Last day: {day}.\n\n"
            "You ask at *Mijn toeslagen* with *DigiD*. It is free. We do it with you. Bring papers of your rent and income.\n\n"
            "Rules change. Look here too:\nhttps://www.toeslagen.nl"),
    },
    "childcare_claim": {
        "now": _(
            "Your child goes to childcare (*kinderopvang*). You can ask for money for it (*kinderopvangtoeslag*). Last day: {day}.\n\n"
            "If you ask later, you miss the money of the first months. You ask at *Mijn toeslagen* with *DigiD*. It is free. "
            "Bring the contract of the childcare.\n\n"
            "https://www.toeslagen.nl"),
    },
    "local_tax_remission": {
        "now": _(
            "You got a bill of *BSGR* (local taxes). With little income you can ask to pay nothing (*kwijtschelding*). Last day: {day}.\n\n"
            "You ask at *MijnBSGR* with *DigiD*, or call *071-525 62 00*. It is free. "
            "Bring the bill, bank statements and proof of income. We help you.\n\n"
            "https://www.bsgr.nl"),
    },
    "income_tax": {
        "now": _(
            "The *Belastingdienst* (tax office) asks for your *aangifte* (tax form) of last year. Last day: {day}.\n\n"
            "You do it at *Mijn Belastingdienst* with *DigiD*. Not enough time? Ask for more (*uitstel*) before that day. "
            "It is free. Bring the letter and your papers of income. We help you.\n\n"
            "https://www.belastingdienst.nl"),
    },
}

HOME: Mapping[str, Mapping[str, str]] = {
    "address_change": {
        "now": _(
            "You move to another home. Tell your new address to the *gemeente* (town hall). Last day: {day}.\n\n"
            "*IND*, *DUO* and *toeslagen* get it from there. If you do not, important letters go to the old address. "
            "Bring your card and the rent contract. We help you.\n\n"
            "https://gemeente.leiden.nl"),
    },
    "birth_registration": {
        "now": _(
            "You have a baby. Register the birth (*geboorteaangifte*) at the *gemeente* (town hall) where it was born. Last day: {day}.\n\n"
            "Bring your card, and the paper of the hospital or midwife. "
            "After that the baby needs health insurance, and its own request at the *IND*. We help you.\n\n"
            "https://gemeente.leiden.nl"),
    },
    "turning_18": {
        "now": _(
            "Your child becomes 18, around: {day}.\n\n"
            "Then your child pays for health insurance, and can ask for *zorgtoeslag* (money for it). *Kinderbijslag* (child benefit) stops. "
            "Your child needs its own *DigiD*. Your *huurtoeslag* (rent allowance) can change. We look at it with you.\n\n"
            "https://www.toeslagen.nl"),
    },
}
