"""
The words of the phones' pages, in Dutch and English; what clients read is not here but in `locales/`.
"""

from datetime import datetime

LANGUAGES = ("nl", "en")

_WORDS = {
    "title": ("Wegwijs proberen", "Try Wegwijs"),
    "phones": ("Telefoons", "Phones"),
    "hero": ("Vraag het in uw eigen taal", "Ask in your own language"),
    "lead": (
        "Dit is een proefopstelling met verzonnen mensen. Pak een telefoon, stel een vraag, en zie hiernaast wat Wegwijs opschrijft.",
        "This is a rehearsal with invented people. Pick up a phone, ask a question, and see beside it what Wegwijs writes down.",
    ),
    "new": ("Nieuwe telefoon", "New phone"),
    "new_about": ("Iemand die Wegwijs voor het eerst schrijft", "Someone who writes to Wegwijs for the first time"),
    "phone_number": ("Telefoon {n}", "Phone {n}"),
    "amina": ("Spreekt Arabisch. Haar huur is niet betaald: er staat een dringende vraag open.",
              "Speaks Arabic. Her rent is not paid: an urgent question is open."),
    "yonas": ("Spreekt Tigrinya. Zijn verblijfspas is verlopen.", "Speaks Tigrinya. His residence card has expired."),
    "shared": ("Een gedeelde telefoon: de bot vraagt wie er schrijft. Selams woord is “pomegranate”, dat van Dawit “football”.",
               "A shared phone: the bot asks who writes. Selam's word is “pomegranate”, Dawit's is “football”."),
    "olena": ("Heeft nog niets gekozen. Begin hier.", "Has chosen nothing yet. Begin here."),
    "joke": ("Vrijwilliger die het in het Nederlands probeert.", "Volunteer who tries it in Dutch."),
    "no_messages": ("Nog geen berichten", "No messages yet"),
    "open": ("Open {name}", "Open {name}"),
    "back": ("Alle telefoons", "All phones"),
    "talk": ("Gesprek", "Conversation"),
    "views": ("Weergave", "View"),
    "notes": ("Klok en logboek", "Clock and log"),
    "online": ("Wegwijs · infopunt Leiden", "Wegwijs · info point Leiden"),
    "phone_of": ("Telefoon van {name}", "{name}'s phone"),
    "begin": ("Begin", "Start"),
    "begin_hint": ("Druk op Begin, of typ iets in welke taal ook.", "Press Start, or type anything in any language."),
    "answers": ("Antwoorden", "Answers"),
    "type": ("Typ een bericht", "Type a message"),
    "send": ("Verstuur", "Send"),
    "attach": ("Iets meesturen", "Attach something"),
    "photo": ("Foto", "Photo"),
    "voice": ("Spraakbericht", "Voice note"),
    "place": ("Mijn plek (Leiden Centraal)", "My place (Leiden Centraal)"),
    "send_photo": ("Verstuur foto", "Send photo"),
    "send_voice": ("Verstuur spraak", "Send voice"),
    "place_sent": ("Plek", "Place"),
    "photo_sent": ("Foto van {name}", "Photo from {name}"),
    "refresh": ("Ververs", "Refresh"),
    "no_script": ("Zonder JavaScript ververst deze pagina niet vanzelf.", "Without JavaScript this page does not refresh by itself."),
    "not_received": ("Niet aangekomen. Probeer het nog eens.", "Not received. Try again."),
    "too_large": ("Dat is te groot: hoogstens 5 MB.", "That is too large: 5 MB at most."),
    "clock": ("De klok", "The clock"),
    "clock_hint": ("Zet de tijd vooruit en zie wat er gebeurt.", "Move time forward and see what happens."),
    "hour": ("+1 uur", "+1 hour"),
    "day": ("+1 dag", "+1 day"),
    "week": ("+1 week", "+1 week"),
    "month": ("+30 dagen", "+30 days"),
    "go_to": ("Ga naar", "Go to"),
    "go": ("Ga", "Go"),
    "wrote": ("Wat Wegwijs opschreef", "What Wegwijs wrote down"),
    "tickets": ("Open vragen voor een vrijwilliger", "Open questions for a volunteer"),
    "no_tickets": ("Geen open vragen.", "No open questions."),
    "moments": ("Contactmomenten", "Contact moments"),
    "no_moments": ("Nog niets opgeschreven.", "Nothing written down yet."),
    "client": ("Cliënt {n}", "Client {n}"),
    "due": ("Antwoord voor {at}", "Answer by {at}"),
    "message": ("{n} bericht", "{n} message"), "messages": ("{n} berichten", "{n} messages"),
    "now": ("nu", "now"), "today": ("vandaag", "today"), "this_week": ("deze week", "this week"), "normal": ("gewoon", "normal"),
    "no_topic": ("Nog geen onderwerp", "No topic yet"),
    "by_bot": ("Wegwijs antwoordde", "Wegwijs answered"),
    "by_volunteer": ("vrijwilliger antwoordde", "a volunteer answered"),
    "by_both": ("Wegwijs en vrijwilliger", "Wegwijs and a volunteer"),
    "escalated": ("naar een vrijwilliger", "to a volunteer"),
    "via_call": ("telefoongesprek", "call"), "via_office": ("op kantoor", "at the office"), "via_mail": ("e-mail", "mail"),
    "via_visit": ("huisbezoek", "home visit"), "via_video": ("videogesprek", "video call"),
    "via_phone": ("telefoon", "phone"), "via_whatsapp": ("WhatsApp", "WhatsApp"), "via_telegram": ("Telegram", "Telegram"),
    "report": ("Het rapport", "The report"),
    "report_hint": ("Alles wat hier wordt opgeschreven, telt mee. In een tweede venster:",
                    "All that is written down here counts. In a second terminal:"),
    "being_played": ("Het jaar ervoor wordt gespeeld, door verzonnen mensen en Wegwijs zelf: {n} %. Daarna staat het op het vrijwilligersscherm.",
                     "The year before is being played, by invented people and Wegwijs itself: {n} %. Then it is at the desk."),
    "desk": ("Vrijwilligers antwoorden op het vrijwilligersscherm, /desk/. De links om binnen te komen staan in het venster waarin demo draait.",
             "Volunteers answer at the desk, /desk/. The links to come in are in the terminal where demo runs."),
}
WORDS = {language: {key: both[place] for key, both in _WORDS.items()} for place, language in enumerate(LANGUAGES)}

WEEKDAYS = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "nl": ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
}


def language_of(accept: str) -> str:
    """
    Return nl or en, whichever an Accept-Language header likes best; Dutch when it names neither.
    """
    best, liking = "nl", 0.0
    for item in accept.split(","):
        tag, _, quality = item.strip().lower().partition(";q=")
        language = tag.partition("-")[0]
        try:
            weight = float(quality or 1)
        except ValueError:
            weight = 0.0
        if language in LANGUAGES and weight > liking:
            best, liking = language, weight
    return best


def date_of(at: datetime, language: str) -> str:
    """
    Return a day as "dinsdag 24 november 2026".
    """
    return f"{WEEKDAYS[language][at.weekday()]} {at.day} {MONTHS[language][at.month - 1]} {at.year}"


def short_date_of(at: datetime, language: str) -> str:
    """
    Return a day as "di 24 nov" or "Tue 24 Nov".
    """
    return f"{WEEKDAYS[language][at.weekday()][:3 if language == 'en' else 2]} {at.day} {MONTHS[language][at.month - 1][:3]}"
