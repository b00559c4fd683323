"""
What clients ask about living here: home, money, work, school, health, language.
"""

from flows.info_nodes import BROUGHT, MORE, answer, colleague, two_pages
from flows.node import _
from flows.topics import TOPICS

HOME = (
    *two_pages(
        "housing_move_in",
        _("A volunteer is with you for the viewing, the contract and the key. "
          "Register at the *gemeente* (town hall) within 5 days after you move. "
          "Write down the meters, and take photos of damage. Arrange energy, water, internet and insurance.\n\n"
          "Bring: your card, bank card and *DigiD*.\n\n"
          "https://gemeente.leiden.nl\n"
          "Checked: {date}. Rules change. Look at the page too."),
        _("Ask for *huurtoeslag* (rent allowance) from the first day. "
          "For furniture you can ask the *gemeente* (town hall) for a loan or a gift. Second-hand shops are cheap. "
          "Find a *huisarts* (doctor) and a school near your home. Tell the *COA* that you leave.\n\n"
          "Checked: {date}.")),
    *two_pages(
        "rent_problems",
        _("If something is broken, write to your landlord, with photos. Small repairs you do yourself. "
          "If nothing happens in 6 weeks, ask the *Huurcommissie*. "
          "If you are late with the rent, call your landlord today. Ask to pay in parts.\n\n"
          "Bring: your rent contract and the letters.\n\n"
          "https://www.huurcommissie.nl\n"
          "Checked: {date}. Rules change. Look at the page too."),
        _("Go on paying the rent of this month. Only a judge can put you out of your home. "
          "The *gemeente* (town hall) helps you if you are late. "
          "Trouble with neighbours: talk first, then tell your landlord. *Buurtbemiddeling* (help between neighbours) is free.\n\n"
          "Checked: {date}.")),
    *two_pages(
        "energy_internet",
        _("You choose a company for energy yourself, before you get the key. "
          "Give your address, the date, the meters and your *IBAN*. "
          "You pay the same every month. Once a year comes the bill of what you used. "
          "If you cannot pay, call the company at once and ask to pay in parts.\n\n"
          "https://www.consuwijzer.nl\n"
          "Checked: {date}. Rules change. Look at the page too."),
        _("A contract by phone, at the door or on the internet you can stop within 14 days. "
          "In the first 6 months the *gemeente* (town hall) may pay your energy from your benefit. "
          "An energy coach helps you to use less. Cutting off has strict rules, above all from October to April. "
          "If you smell gas, go outside and call *0800-9009*.\n\n"
          "Checked: {date}.")),
)

_STOPPED = ("stopped", _("⏰ Pay back, stopped"))
MONEY = (
    answer("benefits_health", _(
        "*Zorgtoeslag* is money that helps to pay your health insurance. Ask for it at *Mijn toeslagen* with *DigiD*. "
        "You are 18 or older, with a Dutch insurance. Your income and savings must be below a limit. "
        "Every adult, or you and your partner together, asks once.\n\n"
        "Bring: your card, the insurance and proof of income.\n\n"
        "https://www.toeslagen.nl\n"
        "Checked: {date}. Limits change every year. Look there."), MORE, _STOPPED),
    answer("benefits_health", _(
        "It starts with your insurance: ask for it back to that day. "
        "Tell every change of income at once, or you may pay back later. "
        "For {year} you can still ask until {until}. The date may move to 31 December. Do not wait for that.\n\n"
        "https://www.toeslagen.nl\n"
        "Checked: {date}. Look there for the date."), _STOPPED, place="more"),
    colleague("benefits_health", "stopped", BROUGHT, "week"),
    colleague("benefits_health", "person", BROUGHT, TOPICS["benefits_health"].urgency),
    *two_pages(
        "benefits_child",
        _("There are three kinds of money for children. *Kinderbijslag* comes from the *SVB* every 3 months, for children under 18. "
          "*Kindgebonden budget* often comes by itself, with another allowance. "
          "*Kinderopvangtoeslag* is for childcare, when parents work, study or do *inburgering*. Ask for it within 3 months.\n\n"
          "Bring: your card, and the papers of your children.\n\n"
          "https://www.svb.nl\n"
          "Checked: {date}. Rules change. Look at the page too."),
        _("The childcare must be registered. Tell every change at once, or you may pay back later. "
          "If your child is abroad, ask a volunteer first. "
          "*Leergeld* and *Jeugdfonds* in Leiden help with school, sport and music.\n\n"
          "Checked: {date}.")),
    *two_pages(
        "local_tax_remission",
        _("*BSGR* sends the bill for Leiden and Rijnland. With a low income you can ask to pay nothing (*kwijtschelding*). "
          "Ask before you pay, or within 3 months after. "
          "Ask at *MijnBSGR* with *DigiD*, or call *071-525 62 00*.\n\n"
          "Bring: the bill, bank statements and proof of income.\n\n"
          "https://www.bsgr.nl\n"
          "Checked: {date}. Rules change. Look at the page too."),
        _("Your income is about as low as *bijstand* (welfare), with little savings and no expensive car. "
          "With a company of your own it is not possible. "
          "Answer the questions of *BSGR*, or they say no. You can also ask to pay in parts. "
          "Ask again every year, unless *BSGR* does it by itself.\n\n"
          "https://www.bsgr.nl\n"
          "Checked: {date}. Rules change. Look at the page too.")),
    *two_pages(
        "welfare_benefit",
        _("You ask for *bijstand* (welfare) at the *gemeente* (town hall). Do it today: the day you ask counts. "
          "Tell the *gemeente* about work, money, who lives with you, and trips.\n\n"
          "Bring: your card, bank statements, rent contract and *ID*.\n\n"
          "https://gemeente.leiden.nl\n"
          "Checked: {date}. Rules change. Look at the page too."),
        _("In the first 6 months the *gemeente* (town hall) pays your rent, energy and insurance from it. "
          "If it stopped, call your contact at the *gemeente* today. You can object (*bezwaar*) within 6 weeks. "
          "If you have no money for food, the *Voedselbank* (food bank) helps.\n\n"
          "Checked: {date}. Rules change.")),
)

WORK = (
    *two_pages(
        "work",
        _("If your card says *Arbeid vrij toegestaan*, you may work, also during *inburgering*. "
          "Talk about it with your contact at the *gemeente* (town hall). "
          "Enrol at *werk.nl*. A volunteer helps you with your *CV*.\n\n"
          "Bring: your card, diplomas and *DigiD*.\n\n"
          "https://www.werk.nl\n"
          "Checked: {date}. Rules change. Look at the page too."),
        _("*DZB Leiden* helps to find work. *IDW* values your diploma, free with *inburgering*. "
          "*UAF* helps with higher education. "
          "Tell the *gemeente* (town hall) and *Toeslagen* what you earn, from the first day. "
          "Look well at your contract and pay slip: we read them with you.\n\n"
          "Checked: {date}.")),
    *two_pages(
        "study_duo",
        _("*DUO* gives money for *mbo* from 18 years, for *hbo* and for university. "
          "Ask before the study year begins, at *Mijn DUO*. It is not paid back for long. "
          "*UAF* helps refugees who want to study. You need enough Dutch: ask the school.\n\n"
          "Bring: your card, diplomas and *DigiD*.\n\n"
          "https://www.duo.nl\n"
          "Checked: {date}. Rules change. Look at the page too."),
        _("A study loan you pay back by your income. If you cannot pay, call *DUO*: *050-599 96 00*. "
          "A loan for *inburgering* is another thing: in time you do not pay it back. Ask us about your term.\n\n"
          "https://www.duo.nl\n"
          "Checked: {date}. Rules change. Look at the page too.")),
)

LEARNING = (
    *two_pages(
        "inburgering_start",
        _("Wait for the letters of *DUO* and the *gemeente* (town hall). Go to every appointment, or you can get a fine. "
          "There is a talk and a test, which you cannot fail. "
          "Within 10 weeks you get your plan, the *PIP*. You have 3 years from the day after the *PIP*.\n\n"
          "Bring: your card and the letters.\n\n"
          "https://www.inburgeren.nl\n"
          "Checked: {date}. Rules change. Look at the page too."),
        _("This is the law for who began after 1 January 2022. There are three routes: *B1*, *Onderwijs* (school) and *Z*. "
          "You also sign the *PVT*, and learn about work (*MAP*) and the Netherlands (*KNM*). "
          "With an asylum permit you do not pay the course. If you have no *PIP* after 10 weeks, ask us.\n\n"
          "https://www.inburgeren.nl\n"
          "Checked: {date}. Rules change. Look at the page too.")),
    *two_pages(
        "language_lessons",
        _("In Leiden are lessons for reading and writing, and for *inburgering*. "
          "You can also practise for free: with a language coach, at the library, or in the open learning centre. "
          "The course that you must follow goes by the *gemeente* (town hall). A volunteer looks with you what fits.\n\n"
          "https://gemeente.leiden.nl\n"
          "Checked: {date}."),
        _("Tell the volunteer what you want: a course, a coach or free talk. "
          "Tell when you have time, also in the evening. "
          "Tell if you need childcare, or Dutch for your work.\n\n"
          "Checked: {date}.")),
    *two_pages(
        "school_children",
        _("Children may go to school from 4 years, and must from 5. They must go until 16, or until 18 without a diploma. "
          "New children go to a language class, and from 12 years to the *ISK*. "
          "From 2½ years there is preschool, with language.\n\n"
          "Bring: *ID* of the child, a *BRP* extract (from the town hall) and papers of vaccination.\n\n"
          "https://gemeente.leiden.nl\n"
          "Checked: {date}. Rules change. Look at the page too."),
        _("What school asks of parents to pay (*ouderbijdrage*) is voluntary. *Leergeld* helps with costs. "
          "If your child is ill, call before school begins. "
          "Holidays in school time are not allowed: you can get a fine.\n\n"
          "Checked: {date}.")),
)

HEALTH = (
    *two_pages(
        "health_care",
        _("In danger of life call *112*. For everything else call your *huisarts* (doctor) first, also for sadness and stress. "
          "Only the *huisarts* sends you to the hospital. "
          "In the evening and at the weekend call the *spoedpost*, before you go. Enrol at a *huisarts* near your home.\n\n"
          "Bring: your card and the insurance.\n\n"
          "https://www.rijksoverheid.nl\n"
          "Checked: {date}. Rules change. Look at the page too."),
        _("Adults pay the dentist, unless they have extra insurance; for children it is free. You get medicine at the *apotheek* (pharmacy). "
          "Every year adults pay the first part of care themselves (*eigen risico*). "
          "For a baby the *consultatiebureau* writes to you. You may ask for an interpreter.\n\n"
          "Checked: {date}. Rules change.")),
    *two_pages(
        "parenting",
        _("It is normal to ask for help. The *Jeugd- en Gezinsteam* talks with you. It is free, also with an interpreter. "
          "For children up to 4 years you can ask the *consultatiebureau*. School has people who help, too.\n\n"
          "https://gemeente.leiden.nl\n"
          "Checked: {date}."),
        _("If you or your child are not safe at home, call *Veilig Thuis*: *0800-2000*, free, day and night. "
          "In danger call *112*. A volunteer likes to talk with you.\n\n"
          "Checked: {date}.")),
)

SOCIAL = (*HOME, *MONEY, *WORK, *LEARNING, *HEALTH)
