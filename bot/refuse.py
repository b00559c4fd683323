"""
Refuse: the one line for each error that can be expected; any other error is ours, and shows where it happened.
"""

import errno

from bot.enrol import NotEnrolled
from bot.given import WrongSetting
from bot.import_ import WrongList
from bot.invite import WrongInvite
from bot.locate import UnknownPlace
from bot.report import UnknownLocation
from bot.show import UnknownClient
from bot.simulate import NotEmpty, NotWanted
from bot.talk import UnknownLanguage
from bot.triage import UnknownTicket
from bot.unpack import WrongFile
from flows.hours import WrongHours
from storage.database import is_away
from storage.dump import Damaged
from storage.locks import Busy
from storage.secrets import WrongKey

EXPECTED = (WrongSetting, WrongKey, WrongHours, Busy, Damaged, UnknownClient, UnknownLanguage, UnknownLocation, UnknownPlace, UnknownTicket,
            WrongInvite, WrongFile, WrongList, NotEnrolled, NotEmpty,
            NotWanted)


def reason(error: Exception) -> str:
    """
    Return why a command is refused, or "" for an error of ours. Never holds a client's text, name or number.
    """
    if isinstance(error, EXPECTED):
        return str(error).replace("\n", " ")
    if is_away(error):
        return "the database does not answer: is it running, and is WEGWIJS_DATABASE_URL right?"
    if isinstance(error, OSError):
        return _of_system(error)
    return ""


def _of_system(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "another program listens at WEGWIJS_HOST and WEGWIJS_PORT: stop it, or set another WEGWIJS_PORT"
    if error.errno in (errno.EADDRNOTAVAIL, errno.EACCES) and not error.filename:
        return "WEGWIJS_HOST and WEGWIJS_PORT cannot be listened at here: try WEGWIJS_HOST=127.0.0.1 and WEGWIJS_PORT=8080"
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)
