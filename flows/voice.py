"""
Voice: who reads little asks once to hear our texts too, and can take it back.
"""

from flows.events import Learned
from flows.node import Choice, Flow, Node, _

FACT = "voice"
VOICED, WRITTEN = Learned(FACT, "yes"), Learned(FACT, "no")
ASK = Choice("voice", _("🔊 Voice, please"), "voice.on")

VOICE = Flow(
    "voice",
    Node("on", _("🔊 Good. I also send you my texts as a voice message, if I have one. The volunteer sees that you like voice.\n\n"
                 "No more voice? Write: text"), does=(VOICED,)),
    Node("off", _("Good. I send you text only. Voice again? Write: voice"), does=(WRITTEN,)),
)
