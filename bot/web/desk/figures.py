"""
The words of the report: what its tables, lines and columns are called, marked here and said in Dutch or English from `desk.po`.
"""

from bot.web.desk.words import CALLED, DAYS, d_, n_

COLUMNS = {
    "by_person": d_("by a person"), "by_bot": d_("by the bot alone"), "total": d_("total"), "before": d_("the period before"),
    "number": d_("number"), "files": d_("files"), "persons": d_("persons"), **{f"day_{n}": CALLED[day] for n, day in enumerate(DAYS)},
}
SECTIONS = {
    "contacts": d_("Contacts"), "info_point": d_("Info point"), "legal_lines": d_("Legal subjects at the info point"),
    "guidance": d_("Guidance"), "family": d_("Files of family reunification"), "renewals": d_("Renewing a permit: approached by us"),
    "trajectories": d_("Guidance trajectories"), "housing": d_("Housing of newcomers"), "volunteers": d_("Volunteers"),
    "courses": d_("Lessons"), "combined": d_("Several subjects at once"), "clients": d_("Clients"),
    "programmes": d_("Programmes"), "channels": d_("Ways of contact"), "sites": d_("On site and at a distance"),
    "legal_topics": d_("Legal subjects in all contacts"), "social_topics": d_("Social subjects in all contacts"),
    "other_topics": d_("Other subjects"), "languages": d_("Languages"), "hours": d_("Hours of the week"),
    "answers": d_("How soon a person answered"),
}
LINES = {
    "contacts.total": d_("Contacts"), "contacts.without_topic": d_("of which without a subject yet"),
    "info_point.total": d_("Contacts of the info point"), "info_point.social": d_("social"), "info_point.legal": d_("legal"),
    "info_point.without_topic": d_("Besides: without a subject yet"),
    "legal_lines.family_reunification": d_("Family reunification"), "legal_lines.permit_renewal": d_("Renewal"),
    "legal_lines.naturalisation": d_("Naturalisation"), "legal_lines.permit_withdrawal": d_("Withdrawal"),
    "legal_lines.undocumented": d_("Undocumented"), "legal_lines.other_legal": d_("Other"),
    "legal_lines.subjects": d_("Legal subjects together"), "legal_lines.contacts": d_("in so many legal contacts"),
    "legal_lines.two": d_("of which with two or more legal subjects"),
    "guidance.total": d_("Contacts of the guidance"), "guidance.housing": d_("of which housing of newcomers"),
    "guidance.on_site": d_("on site"), "guidance.digital": d_("at a distance"),
    "family.open_at_start": d_("Open at the start"), "family.opened": d_("New"), "family.closed": d_("Closed"),
    "family.granted": d_("of which granted"), "family.refused": d_("of which refused"), "family.withdrawn": d_("of which withdrawn"),
    "family.open_at_end": d_("Open at the end"),
    "renewals.approached": d_("Approached"), "renewals.renewed": d_("asked for renewal"), "renewals.helped": d_("helped by a person"),
    "renewals.reached": d_("reached, and no more is known"), "renewals.not_reached": d_("Not reached"),
    "trajectories.started": d_("Started"), "trajectories.running": d_("Running at the end"), "trajectories.ended": d_("Ended"),
    "housing.housed_persons": d_("Persons housed"), "housing.housed_men": d_("men"), "housing.housed_women": d_("women"),
    "housing.housed_children": d_("children"), "housing.housed_homes": d_("Homes"), "housing.housing_target": d_("Target of the municipality"),
    "volunteers.volunteers": d_("Volunteers"), "volunteers.language_volunteers": d_("Language volunteers"),
    "courses.course_members": d_("Course members"), "courses.course_integration": d_("integration"),
    "courses.course_literacy": d_("literacy"), "courses.course_ona": d_("labour market (ONA)"),
    "combined.contacts": d_("Contacts with several subjects"), "combined.share": d_("as a share of the contacts"),
    "clients.total": d_("Clients with a contact"), "clients.combined": d_("of which with a contact about several subjects"),
    "clients.share": d_("as a share of the clients"), "clients.not_reached": d_("Not reached: we wrote and nobody answered"),
    "channels.telegram": "Telegram", "channels.whatsapp": "WhatsApp", "channels.phone": d_("Simulated phone"), "channels.memory": "Terminal",
    "channels.call": CALLED["by_call"], "channels.office": CALLED["by_office"], "channels.mail": CALLED["by_mail"],
    "channels.visit": CALLED["by_visit"], "channels.video": CALLED["by_video"],
    "sites.on_site": d_("On site"), "sites.digital": d_("At a distance"),
    "languages.und": d_("Unknown"),
    "answers.hour": d_("within an hour"), "answers.half_day": d_("within four hours"), "answers.day": d_("within a day"),
    "answers.three_days": d_("within three days"), "answers.later": d_("later"), "answers.not_yet": d_("not yet"),
    **{f"programmes.{id}": CALLED[f"in_{id}"] for id in ("info_point", "legal_hour", "family_file", "guidance", "housing", "lessons",
                                                         "money_course")},
}
NOTES = {
    "legal_lines": d_("A contact can be about two legal subjects, so the lines together can be more than the contacts."),
    "family": d_("Open at the start, and new, without closed, is open at the end. A person can have several files and stand in several lines, "
                 "so persons are not added up."),
    "renewals": d_("Each person counts once, in the first line that fits."),
    "answers": d_("Time of the clock, nights and weekends included, from the question to the first word of a person."),
    "languages": d_("A contact counts in each of its languages."),
    "legal_topics": d_("A contact counts in each of its subjects."), "social_topics": d_("A contact counts in each of its subjects."),
    "hours": d_("When contacts began, by the clock of the office."),
    "clients": d_("Who was forgotten, or had no contact for a year, is counted on without a name. Of days that are no month, quarter or year of the "
                  "calendar their number is not known then, and stands empty."),
    "trajectories": d_("By the days that stand in the clients' records."),
}
TITLE = d_("Contacts from {first} to {last}")
EVERYWHERE = d_("All locations")
ABOUT = d_("A contact is an exchange in which a question was answered or a person spoke; a thank-you or a reminder that nobody answered "
           "is not counted.")
INFO = n_("People of ours had {n} contact at the info point: {social} social and {legal} legal. The bot alone answered {bot} more.",
          "People of ours had {n} contacts at the info point: {social} social and {legal} legal. The bot alone answered {bot} more.")
GUIDED = n_("In the guidance people of ours had {n} contact.", "In the guidance people of ours had {n} contacts.")
SEVERAL = d_("In {share}% of the contacts that people of ours had, clients asked several things at once.")
NOT_ENTERED = d_("not entered")
OUTGOING = d_("Outgoing version: numbers under 5 are hidden, and others where those could be worked out from them.")
TAKEN_OUT = d_("Withdrawn, because it was written down by mistake: {n}.")
HANDED = d_("Handed over on {day}; what was put right since then does not stand in it.")
INTERNAL = d_("Internal version: small numbers can point to a person. Hand out the outgoing version.")
EMPTY = d_("Nothing in this period.")
