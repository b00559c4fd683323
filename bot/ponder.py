"""
Ponder: free text is understood before its turn, in a thread of its own and outside any transaction, while nobody else waits.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from threading import Lock

from bot.recognise import Recogniser, load
from flows.answers import anywhere
from flows.guess import Guess
from flows.language import named
from flows.understand import Phrases, emergency, is_far, is_known, split
from storage.messages import Waiting

log = logging.getLogger("wegwijs")
AT_ONCE = 16                            # texts that wait for the model; under more than that turns go on without it
PATIENCE = timedelta(seconds=2)         # after which a turn goes on without the model
KEPT = 1024                             # guesses kept for turns to come; they hold no text


class Ponder:
    """
    The guesses of this process, by message. Turns ask `must_wait`; when a guess is there, they are woken.

    The model is loaded when the first text needs it: who never writes freely costs neither its memory nor its time.
    """

    def __init__(self, phrases: Phrases, wake: Callable[[str], None], open_recogniser: Callable[[], Recogniser] = load) -> None:
        self._phrases, self._wake, self._open_recogniser = phrases, wake, open_recogniser
        self._thread = ThreadPoolExecutor(1, "ponder")
        self._lock = Lock()
        self._recogniser: Recogniser | None = None
        self._guesses: dict[int, Guess | None] = {}
        self._asked: dict[int, tuple[datetime, Future[None]]] = {}
        self.asked = 0                  # texts given to the model since the start
        self._opening: Future[None] | None = None
        self._is_without = False        # it could not be loaded

    def guess_of(self, message_id: int) -> Guess | None:
        """
        Return what the model made of a message, or None if it did not read it.
        """
        return self._guesses.get(message_id)

    def must_wait(self, messages: Sequence[Waiting], language: str, now: datetime) -> bool:
        """
        Tell whether a client's turns wait for the model, and let it read what it has not. Called from within the transaction: it asks
        and returns at once.
        """
        if self._is_without:
            return False
        return sum(self._is_awaited(message, language, now) for message in messages) > 0     # all are asked

    def settle(self) -> None:
        """
        Return when the model has read all it was given: for `talk` and for tests.
        """
        wait([future for _at, future in list(self._asked.values())])

    def close(self) -> None:
        """
        Let the thread end; what it has not read is read after the next start.
        """
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _is_awaited(self, message: Waiting, language: str, now: datetime) -> bool:
        if message.id in self._guesses or message.kind != "text" or message.choice:
            return False
        if asked := self._asked.get(message.id):
            return now - asked[0] < PATIENCE
        if len(self._asked) >= AT_ONCE or not self._is_for_model(message.text, language):
            return False
        self.asked += 1
        self._opening = self._opening or self._thread.submit(self._open)
        with self._lock:                # or it may be read before we wrote down that we asked
            self._asked[message.id] = now, self._thread.submit(self._read, message.id, message.text, language)
        return True

    def _is_for_model(self, text: str, language: str) -> bool:
        """
        Tell whether a text is more than a word or phrase that we know, and no danger that we know: these are answered at once. Of danger that
        may be far the model is asked; when it does not answer in time, it is danger.
        """
        if sum(letter.isalpha() for letter in text) <= 3 or text.startswith("/") or anywhere(text) or named(text):
            return False
        return not is_known(text, language, self._phrases) and (not emergency(text, self._phrases) or is_far(text, self._phrases))

    def _open(self) -> None:
        try:
            self._recogniser = self._open_recogniser()
        except Exception as error:
            self._is_without = True
            log.error("recogniser_not_loaded error=%s", type(error).__name__)

    def _read(self, message_id: int, text: str, language: str) -> None:
        guess = None
        try:
            if self._recogniser is not None:
                guess = self._recogniser.guess(text, language, split(text, self._phrases))
        except Exception as error:
            log.error("not_recognised message=%s error=%s", message_id, type(error).__name__)
        self._guesses[message_id] = guess
        while len(self._guesses) > KEPT:
            self._guesses.pop(next(iter(self._guesses)))
        with self._lock:
            self._asked.pop(message_id, None)
        self._wake("turns")
