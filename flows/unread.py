"""
What we cannot read ourselves: voice, pictures and documents go to a volunteer, a letter by way of its questions.
"""

from flows.emergency import UNREADABLE
from flows.letter import LETTER
from flows.node import full
from flows.turn import Turn

MEDIA = {"voice", "photo", "document"}


def take_media(now: Turn) -> bool:
    """
    Take a voice message, a picture or a document; in case somebody is in danger, say the number first.
    """
    if now.language:
        now.call(UNREADABLE)
    else:
        now.say_in_all(UNREADABLE.text)
        now.texts[-1] = f"{UNREADABLE.number}\n{now.texts[-1]}"
    now.note_asked()
    if now.is_young:
        now.enter("welcome.young_read")
    elif now.heard.kind == "voice" or not now.is_welcomed:
        now.enter("person.media")
    elif now.flow is LETTER and now.node is not LETTER.first:       # the next page: the question is asked once more
        now.tell(LETTER.nodes["got"])
        now.enter(f"{LETTER.name}.{now.node.id}", is_back=True)
    else:
        now.enter(full(now.flow.name, now.node.picture) if now.node.picture else "letter.got")
    return True
