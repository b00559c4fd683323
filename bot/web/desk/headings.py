"""
What the columns of the downloads are called.
"""

from bot.web.desk.words import d_

HEADINGS = {
    "began_on": d_("Day"), "began_at": d_("Began"), "last_at": d_("Last word"), "channel": d_("Channel"), "began_by": d_("Begun by"),
    "municipality": d_("Municipality"), "programme": d_("Programme"), "topics": d_("Topics"), "languages": d_("Languages"),
    "answered_by": d_("Answered by"), "outcome": d_("Outcome"), "is_reached": d_("Reached"), "inbound": d_("Messages in"),
    "outbound": d_("Messages out"), "minutes": d_("Minutes"), "logged_at": d_("Written down"), "client": d_("Client number"),
    "volunteer": d_("By whom"), "location": d_("Location"), "number": d_("Question number"), "opened_at": d_("Asked"),
    "due_at": d_("Answer due"), "closed_at": d_("Closed"), "team": d_("Team"), "urgency": d_("Urgency"), "language": d_("Language"),
    "state": d_("State"), "reason": d_("Reason"), "taken_at": d_("Taken"), "answered_at": d_("Answered"), "helped": d_("It helped"),
    "interpreter": d_("Interpreter"), "wants_woman": d_("Asks for a woman"), "kind": d_("Kind"), "due_on": d_("Due on"),
    "send_on": d_("Sent on"), "what": d_("What"), "answer": d_("Answer"), "proof_on": d_("Date said"), "settled_at": d_("Settled"),
    "starts_at": d_("Begins"), "made_by": d_("Made by"), "made_at": d_("Made"), "cancelled_at": d_("Cancelled"), "opened_on": d_("Opened on"),
    "closed_on": d_("Closed on"), "from_on": d_("From"), "to_on": d_("Up to and including"), "name": d_("Name"), "value": d_("Number"),
    "at": d_("When"), "consent": d_("Consent"), "consented_at": d_("Consented"), "is_under_16": d_("Under 16"), "stopped_at": d_("Stopped"),
    "created_at": d_("Since"), "role": d_("Role"), "teams": d_("Teams"), "is_interpreter": d_("Is an interpreter"),
    "dismissed_at": d_("Left"), "weekday": d_("Weekday"), "on_day": d_("On one day"), "starts": d_("From (hour)"), "ends": d_("Until (hour)"),
    "address": d_("Address"), "phone": d_("Phone"), "hours": d_("Hours"), "capacity": d_("Clients at a time"),
}
