"""
The words of the desk that do not stand in a template: marked here, said in Dutch or English from `desk.po`.
"""

from bot.name import names
from bot.translate import desk


def d_(text: str) -> str:
    """
    Mark a text of the desk.
    """
    return text


def n_(one: str, many: str) -> str:
    """
    Mark a text of the desk that says how many there are of something: {n}. It is called by what is said of many.
    """
    return many


def sentence(language: str, text: str, /, **slots: object) -> str:
    """
    Return a text of the desk in Dutch or English, its slots filled; as it is said of one where its {n} is one.
    """
    counted = desk(language, is_one=str(slots.get("n")) == "1")
    told = counted.get(text) or desk(language).get(text, text)
    return told.format(**slots) if slots else told


def language_named(language: str, code: str) -> str:
    """
    Return what a language is called in Dutch or English; of a client who wants an interpreter of another one we ask which.
    """
    if code == "other":
        return sentence(language, d_("another language: ask which"))
    return names(language).get(code, code)


MANAGED = (        # what a coordinator finds under *Manage*, in groups
    (d_("People and places"), (("/desk/team", d_("Team")), ("/desk/roster", d_("Roster")), ("/desk/places", d_("Locations")))),
    (d_("Words"), (("/desk/texts", d_("Texts")), ("/desk/broadcasts", d_("Messages to many")))),
    (d_("Figures"), (("/desk/report", d_("Report")), ("/desk/totals", d_("Totals")), ("/desk/downloads", d_("Downloads")))),
    (d_("Care"), (("/desk/health", d_("Is all well?")), ("/desk/audit", d_("Who looked")), ("/desk/register", d_("Register")))),
)
CHECKED = {        # what is looked at, as `wegwijs check` calls it
    "telegram": "Telegram", "whatsapp": "WhatsApp", "database": d_("What we keep"), "key": d_("The key to it"), "location": d_("Address and hours"),
    "clock": d_("Clock"), "phone": d_("Simulated phones"),
}
MARKS = {"✓": d_("well"), "!": d_("look at this"), "–": d_("off"), "✗": d_("does not work")}
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
CALLED = {
    "legal": d_("Legal"), "social": d_("Social"), "housing": d_("Housing"),
    "now": d_("Now"), "today": d_("Today"), "week": d_("This week"), "normal": d_("Normal"),
    "open": d_("free"), "taken": d_("taken"), "closed": d_("closed"),
    "answered": d_("Answered"), "referred": d_("Referred"), "appointment": d_("Appointment made"), "advice": d_("Advice given"),
    "no_contact": d_("No contact"), "withdrawn": d_("withdrawn"), "corrected": d_("corrected"),
    "morning": d_("Morning (9-12)"), "afternoon": d_("Afternoon (12-17)"), "evening": d_("Evening (17-20)"), "any": d_("Any hour"),
    "volunteer": d_("Volunteer"), "coordinator": d_("Coordinator"), "administrator": d_("Administrator"),
    "queued": d_("on its way"), "sending": d_("on its way"), "unknown": d_("not sure that it arrived"), "sent": d_("sent"),
    "delivered": d_("delivered"), "read": d_("read"), "failed": d_("not delivered"), "waiting": d_("waits until the client writes"),
    "undeliverable": d_("Our message could not be delivered: call this client."),
    "second_address": d_("Writes from a second phone: is it this client?"),
    "word": d_("Asked for something personal on a shared phone, without the word: call this client."),
    "forget": d_("Somebody on a shared phone asked to be forgotten: ask the client."),
    "differs": d_("The client says something else than we do."), "not_answered": d_("Did not answer our invitation: call this client."),
    "turn_failed": d_("The bot failed at this message."), "not_helped": d_("The answer did not help."),
    "reminder": d_("Something is due soon: call this client."),
    "due_planned": d_("planned"), "due_held": d_("held back: two messages in a week are enough"), "due_sent": d_("sent"),
    "due_answered": d_("answered"), "due_called": d_("handed to us"), "due_failed": d_("not delivered"), "due_cancelled": d_("not needed any more"),
    "due_told": d_("on our list of trajectories"), "due_what_moved": d_("talk that was moved"), "due_said_moved": d_("moved"),
    "life_living": d_("Living"), "life_money": d_("Money"), "life_health": d_("Health"), "life_work_study": d_("Work and study"),
    "life_language_course": d_("Language and inburgering"), "life_family": d_("Children and family"), "life_network": d_("People around"),
    "life_law_papers": d_("Law and papers"), "goes_well": d_("goes well"), "goes_attention": d_("needs attention"),
    "goes_help": d_("needs help of others"),
    "due_what_client": d_("reminder"), "due_what_later": d_("reminder that was asked for"), "due_what_staff": d_("note for us"),
    "due_what_person": d_("we call, if there is no answer"), "due_what_certain": d_("we step in"),
    "due_what_check": d_("we look whether it is done"),
    "due_said_done": d_("done"), "due_said_will_do": d_("will do it"), "due_said_need_help": d_("needs help"),
    "due_said_not_mine": d_("not for this client"), "due_said_later": d_("wants to be asked later"),
    "due_said_not_so": d_("done, but it was not so"),
    "due_said_reached": d_("spoke with us"), "due_said_helped": d_("spoke with one of us"),
    "yes": d_("yes"), "no": d_("no"), "import": d_("an import"), "team_second": d_("a new second step for a colleague"),
    "team_let_in": d_("let in anew by the command line"),
    "asylum": d_("asylum, temporary"), "regular": d_("regular: family, work, study"), "permanent": d_("permanent"),
    "ukraine": d_("Ukraine, temporary"),
    "wi2013": d_("law of 2013"), "wi2021": d_("law of 2021"), "b1": d_("B1 route"), "onderwijs": d_("education route"), "z": d_("Z route"),
    "here": d_("on the phone they write from"), "call": d_("only by a call"), "nothing": d_("not at all; they come to us"),
    "voice": d_("voice message"), "photo": d_("picture"), "document": d_("document"), "location": d_("a place on the map"),
    "contact": d_("a contact"), "edited": d_("a changed message"), "other": d_("something that we cannot read"),
    "text": d_("a message without text"), "choice": d_("a button"),
    "escalated": d_("handed to a person"), "not_understood": d_("not understood"), "not_reached": d_("not reached"),
    "text_live": d_("counts"), "text_waiting": d_("waits for a second person"), "text_replaced": d_("replaced"), "text_refused": d_("refused"),
    "card": d_("the card"), "conversation": d_("the conversation"), "moments": d_("the contact moments"), "change": d_("a change"),
    "export": d_("everything we keep"),
    "by_call": d_("Telephone"), "by_office": d_("At the office"), "by_mail": d_("Mail"), "by_visit": d_("Home visit"),
    "by_video": d_("Video call"),
    "file_granted": d_("granted"), "file_refused": d_("refused"), "file_withdrawn": d_("withdrawn"),
    "in_info_point": d_("Info point"), "in_legal_hour": d_("Legal hour"), "in_family_file": d_("Family reunification"),
    "in_guidance": d_("Guidance"), "in_housing": d_("Housing of newcomers"), "in_lessons": d_("Lessons"),
    "in_money_course": d_("Money course"),
    "many_text": d_("in our own words"), "many_phrase": d_("a fixed sentence"), "many_checkin": d_("How are you? With faces to tap"),
    "many_draft": d_("draft"), "many_running": d_("being sent"), "many_paused": d_("paused"), "many_stopped": d_("stopped"),
    "many_done": d_("finished"),
    "became_planned": d_("still to be sent"), "became_held": d_("held back: two messages in a week are enough"),
    "became_queued": d_("on its way"), "became_sent": d_("sent"), "became_delivered": d_("delivered"),
    "became_waiting": d_("waits until the client writes"), "became_failed": d_("not delivered"), "became_dropped": d_("not sent any more"),
    "became_barred": d_("not sent"),
    "why_unlinked": d_("no phone is known"), "why_unreachable": d_("cannot be reached on their phone"), "why_unsafe": d_("writing is not safe"),
    "why_stopped": d_("wants no messages"), "why_no_consent": d_("has not agreed to messages"), "why_no_text": d_("no text in their language"),
    "why_too_late": d_("no time was left"), "why_held_back": d_("had two messages this week"),
    "felt_good": d_("Good"), "felt_so_so": d_("So-so"), "felt_bad": d_("Not good"),
    "missed": d_("who was not reached"),
    "table_contacts": d_("Contact moments"),
    "table_tickets": d_("Questions"),
    "table_reminders": d_("Reminders"),
    "table_appointments": d_("Appointments"),
    "table_files": d_("Files of family reunification"),
    "table_totals": d_("Totals"),
    "table_clients": d_("Clients"),
    "table_volunteers": d_("Team"),
    "table_roster": d_("Roster"),
    "table_views": d_("Who looked"),
    "table_places": d_("Location"),
    "file_of_contacts": d_("a file: contact moments"),
    "file_of_tickets": d_("a file: questions"),
    "file_of_reminders": d_("a file: reminders"),
    "file_of_appointments": d_("a file: appointments"),
    "file_of_files": d_("a file: files of family reunification"),
    "file_of_totals": d_("a file: totals"),
    "file_of_clients": d_("a file: clients"),
    "file_of_volunteers": d_("a file: team"),
    "file_of_roster": d_("a file: roster"),
    "file_of_views": d_("a file: who looked"),
    "file_of_places": d_("a file: location"),
    "file_of_klantinteracties": d_("a file: klantinteracties"),
    "Mo": d_("Mon"), "Tu": d_("Tue"), "We": d_("Wed"), "Th": d_("Thu"), "Fr": d_("Fri"), "Sa": d_("Sat"), "Su": d_("Sun"),
}

# What a page says after something was done, or was not (`no_…`), by the word in its address.
NOTICES = {
    "taken": d_("This question is yours now."), "freed": d_("The question is free again."), "assigned": d_("Your colleague has the question now."),
    "closed": d_("Closed. The bot talks with the client again."), "noted": d_("The note is kept."), "changed": d_("Changed."),
    "undone": d_("Taken back. Your text stands below again."), "draft": d_("Your text was kept."), "added": d_("Added."), "erased": d_("Erased."),
    "dismissed": d_("Dismissed: this person can no longer come in."), "ended": d_("That login has ended."),
    "calendar_ended": d_("The address of your calendar has ended."),
    "password": d_("Your password is changed."),
    "told": d_("The client is told."), "proposed": d_("Proposed: a second person must agree."),
    "no_second": d_("Not done: it does not wait any more, or you wrote it yourself."),
    "no_not_spoken": d_("This is for those who speak the language."),
    "no_first": d_("Somebody else was just before you."), "no_not_yours": d_("Another colleague has this question. Ask them, or a coordinator."),
    "no_closed": d_("This question is closed already."), "no_no_such": d_("That is not there, or not for you."),
    "no_no_word": d_("Not sent: this phone is shared, and no word opens it. Agree a word with the client, or call."),
    "no_right_word": d_("Choose another word: 4 to 60 letters, no number, and none that means something to the bot, such as stop."),
    "no_full_phone": d_("Not linked: so many share this phone already."),
    "no_unsafe_contact": d_("Not sent: writing to this client is not safe now. Look at 'Safe contact' on the card."),
    "no_stopped": d_("Not sent: this client wants no messages."), "no_wants_woman": d_("This client asks for a woman."),
    "no_days": d_("Not done: say from which day and up to which."),
    "no_no_voice_here": d_("Not sent: this recording does not go out on this channel. Write it, or call."),
    "no_empty": d_("Nothing was written."), "no_too_long": d_("Not sent: the text is longer than 1000 characters. Make it shorter."),
    "no_unreachable": d_("Not sent: this client cannot be reached here. Call them."), "no_undo": d_("Too late: the message has left."),
    "no_easy": d_("Choose a longer password: at least 12 characters, not your name and not an easy word."),
    "no_login_name": d_("A login name has small letters, digits, dots and dashes, at least two."), "no_login_taken": d_("That login name is taken."),
    "no_wrong": d_("That is not right. Try it again."),
    "no_locked": d_("Too many attempts. Wait a quarter of an hour, or ask a coordinator for a new link."),
    "no_gone": d_("This link was used, or is too old. Ask a coordinator for a new one."), "no_own_role": d_("You cannot do this to yourself."),
    "no_last_administrator": d_("There must stay one administrator."), "no_no_name": d_("A name is missing."),
    "no_pin": d_("This is no place in the Netherlands. Write latitude and longitude as: 52.16010, 4.49700"),
    "no_hours": d_("These are no opening hours. Write them as: mo-fr 09:00-17:00; sa 10:00-12:00"),
    "no_talk_day": d_("Choose a day after today, on which this talk is not planned yet."),
    "no_duty": d_("A turn is on a weekday or on a day, and ends after it begins."), "no_number": d_("That is not the number of this client."),
    "no_list": d_("This file cannot be read as a list of clients: save it as .xlsx or .csv, with the headings of the example."),
    "no_too_large": d_("This file is too large for the desk: at most 1 MB and 2000 rows. Split it, or ask for `wegwijs import`."),
    "no_stale_file": d_("That lay too long. Choose the file again."),
    "no_fact": d_("That is not right for this fact. Look at the example beside it."), "no_language": d_("The bot does not speak that language."),
    "booked": d_("The appointment is made, and the client is told."),
    "booked_untold": d_("The appointment is made. The client could not be told here: call them."),
    "cancelled": d_("The appointment is cancelled, and the client is told."),
    "cancelled_untold": d_("The appointment is cancelled. The client could not be told here: call them."),
    "no_full": d_("That time is taken. Choose another one."), "no_no_client": d_("There is no client with this number, or not for you."),
    "logged": d_("Kept. It counts in the report."), "taken_back": d_("Taken back: it does not count."),
    "no_taken_back": d_("Not taken back: that is possible for an hour, by the one who wrote it down."),
    "no_kind": d_("Choose how it was and for which programme."), "no_day": d_("Choose a day that is not in the future, at most a year ago."),
    "no_stale": d_("Not kept yet: this form lay for more than a day. Look at whether it was kept before, and keep it now if not."),
    "no_outgoing": d_("A report to hand out is of one whole quarter or one whole year of the calendar, and of all programmes together."),
    "revised": d_("Changed. What it was is kept."), "same": d_("Nothing is changed."), "withdrawn": d_("Withdrawn: it does not count any more."),
    "no_going_on": d_("This exchange is still going on. Correct it when it is over."),
    "handed_over": d_("Handed over. It stays as it is; what is put right later is listed beside it."),
    "no_early": d_("Not handed over: these days are not over yet."),
    "no_file_day": d_("Choose a day that is not in the future, and from 1 to 20 relatives."),
    "no_file_change": d_("Not changed: a file is closed on or after the day it was opened, and only once."),
    "no_total": d_("Not kept: a total is a whole number, or nothing."),
    "no_line_who": d_("Nobody found here by that name or number. Leave it empty for somebody who stays anonymous."),
    "no_line_which": d_("Several clients are called so: choose one."), "no_line_subject": d_("Choose a subject."),
    "no_line_minutes": d_("Minutes are a whole number, 600 at most."), "no_line_outcome": d_("Choose how it ended."),
    "tried_on": d_("It is on its way to your own Telegram."),
    "sent_off": d_("It is being sent. It begins within a minute, at the hours at which we may write."),
    "paused": d_("Paused: what was on its way still arrives."), "gone_on": d_("It goes on."), "halted": d_("Stopped."),
    "no_nobody": d_("Choose a location."), "no_until": d_("Choose a last day from today to 60 days ahead, and not after the day of which it speaks."),
    "no_nothing_said": d_("Nothing is said yet: the Dutch text, or the sentence, is missing."),
    "no_slot": d_("This sentence lacks a day that is not past, or the address or telephone of the location."),
    "no_changed": d_("Not sent: it was changed meanwhile. Look at it again."), "no_not_draft": d_("Not done: this is no draft any more."),
    "no_own_telegram": d_("Not sent: your own Telegram is not linked. Do that first, under your name at the top."),
    "no_file": d_("Not sent: this is no recording of at most five minutes. Record it with a phone or a browser."),
}

# What is said in the volunteers' Telegram group, in Dutch.
GROUP = {
    "head": d_("Question #{number} · {team} · {language}"), "waits": d_("{urgency} · waiting since {since} · answer by {due}"),
    "free": d_("Nobody has it yet."), "has": d_("With {name}."), "closed": d_("Closed: {outcome}."),
    "talks": d_("📋 Talks of the guidance that are due: {n}. They stand here: {link}"),
    "answered": d_("Last answer: {at}."), "heard": d_("The client wrote again: {at}."),
    "take": d_("I take it"), "seen": d_("I saw it"), "give_back": d_("Give back"), "phrases": d_("Fixed sentences"), "send": d_("Send"),
    "cancel": d_("Cancel"), "back": d_("Back"),
    "alert": d_("⏰ {names}: this question waits for you."), "words": d_("✉️ The client wrote {n} new messages."),
    "word": d_("✉️ The client wrote a new message."), "at_desk": d_("Read it at the desk: {link}"),
    "how": d_("Reply to this message to answer the client. Anything else that is written here stays among us."),
    "sent": d_("Sent to the client."),
    "sent_foreign": d_("Sent to the client. Mind: this is not the language of the client, and nothing is translated."),
    "sent_phrase": d_("Sent to the client: {text}"), "dropped": d_("Not sent."),
    "no_edit": d_("Changing or deleting a message here changes nothing for the client. Send a new answer."),
    "no_voice": d_("This does not go out from here. Do it at the desk: {link}"),
    "stranger": d_("I do not know you yet. Link your Telegram at the desk, under 'My account'."),
    "unknown": d_("I do not know this command. There are /take, /free, /close, /note, /moment and /answer."),
    "no_place": d_("Write this under the question that it is about."),
    "outcomes": d_("Write how it ended: /close answered, referred, appointment, advice or no_contact."),
    "choose": d_("Which sentence? Those with a date or a name to fill in are at the desk: {link}"),
    "preview": d_("This is sent:\n{ours}\n\nThe client reads:\n{theirs}"),
    "how_moment": d_("Write how you spoke and for how many minutes: /moment call 15. There are call, office, mail, visit and video."),
    "kept_moment": d_("Kept with this question. It counts in the report."),
    "noted": d_("The note is kept."), "failed": d_("This did not work. Do it at the desk: {link}"),
    "linked": d_("Hello {name}. I know you now. Questions are in the group; the desk is here: {link}"),
    "old_code": d_("This code does not work any more. Make a new one at the desk, under 'My account'."),
    "private": d_("You are a volunteer: questions are answered in the group or at the desk, not here. The desk: {link}"),
}
