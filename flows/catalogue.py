"""
Every conversation and every topic, one line each.
"""

from flows.appointment import APPOINTMENT
from flows.checkin import CHECKIN
from flows.helped import HELPED
from flows.hour import HOUR
from flows.info import INFO
from flows.language import LANGUAGE
from flows.letter import LETTER
from flows.menu import MENU
from flows.node import Flow, Node
from flows.permit import PERMIT
from flows.person import PERSON
from flows.remind import REMIND
from flows.safety import SAFETY
from flows.sharing import SHARING
from flows.stop import STOP
from flows.topics import TOPICS, Topic
from flows.voice import VOICE
from flows.welcome import WELCOME

__all__ = ["FLOWS", "TOPICS", "Topic", "node"]

FLOWS: dict[str, Flow] = {
    "welcome": WELCOME,      # a language, consent, who we are
    "menu": MENU,            # the choices, and what follows an answer
    "info": INFO,            # what clients ask most
    "letter": LETTER,        # check a letter
    "permit": PERMIT,        # until when the card is valid
    "person": PERSON,        # a volunteer, please
    "appointment": APPOINTMENT,  # come to the office: a day, a time, an interpreter
    "safety": SAFETY,        # is it safe to write here
    "helped": HELPED,        # did it help, once a volunteer has finished
    "remind": REMIND,        # what is due, and what the client says of it
    "hour": HOUR,            # when the client wants our reminders
    "checkin": CHECKIN,      # how is it going
    "language": LANGUAGE,    # another language
    "sharing": SHARING,      # one phone, several people
    "stop": STOP,            # no more reminders, and forget me
    "voice": VOICE,          # our texts spoken too, or no more
}


def node(name: str) -> Node | None:
    """
    Return the node of this full name (`flow.node`), or None if there is none.
    """
    flow, _, place = name.partition(".")
    return FLOWS[flow].nodes.get(place) if flow in FLOWS else None
