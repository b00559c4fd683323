"""
Agree: the word by which a client is known on a phone that several share; and taking a client off such a phone.
"""

import logging

from bot.app import App
from flows import answers, sharing
from flows.emergency import alarm
from storage import phones, seats, sessions
from storage.database import Tx

log = logging.getLogger("wegwijs")
SHORTEST, LONGEST = 4, 60       # letters of a word


class WrongWord(ValueError):
    """
    Too short, too long, or a word that means something at any moment, such as *stop* or *fire*.
    """


async def agree(app: App, client_id: int, word: str) -> None:
    """
    Keep the word agreed with a client, or none for ""; what was tried before counts no more. Raise `WrongWord`.
    """
    kept = sharing.normal(word)
    is_taken = answers.number(word) is not None or answers.anywhere(word) or answers.yes_or_no(word, "") or alarm(word, app.tongues.phrases)
    if word and (is_taken or not SHORTEST <= len(kept) <= LONGEST):
        raise WrongWord(word)
    await app.database.write(lambda tx: phones.set_word(tx, client_id, kept))
    log.info("word_agreed is_set=%s", bool(kept))


async def take_off(app: App, client_id: int, address_id: int) -> bool:
    """
    Take a client off a phone that they share; False if that address is not theirs, or not on such a phone.
    """
    def run(tx: Tx) -> bool:
        doors = phones.doors_of(tx, client_id)
        theirs = {one.address_id for people in phones.sharers(tx, doors).values() for one in people if one.client_id == client_id}
        if address_id in theirs:
            sessions.hold(tx, [address_id])
            seats.unbind(tx, address_id, app.now())
        return address_id in theirs

    return await app.database.write(run)
