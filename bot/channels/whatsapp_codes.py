"""
What Twilio's and WhatsApp's error codes mean for a message: the decision table, one line a code.

The same codes come at the call (with an HTTP status) and later, in a status callback.
"""

import aiohttp

from bot.channels import Accepted, Closed, Halted, Later, Outcome, Pin, Refused, Unknown

NOBODY = frozenset(("21211", "63003", "63024"))                             # no such person on WhatsApp
OPTED_OUT = frozenset(("21610", "63014"))                                   # said STOP, or blocked us
HALTED = frozenset(("20003", "20005", "21212", "21606", "63007", "63051"))  # our login, account or sender
CONTENT = frozenset(("63013", "63021", "21617", "21655", "21656", *map(str, range(63020, 63031)), *map(str, range(63040, 63050)))) - NOBODY
TROUBLE = frozenset(("63010", "63012", "63019", "30008", "failed", "undelivered"))
PAUSE = 2.0             # seconds: too many requests
RATE = 300.0            # this person got too many in a row
TIER = 3600.0           # the account's cap of the day: asked again every hour
AGAIN = 1200.0          # trouble at a provider: three times in an hour


def verdict(code: str) -> Outcome:
    """
    Say what an error code means for the message it came with.

    `Later` with a code of `CONTENT`: our content was refused, and the next attempt goes as plain text.
    """
    if code in NOBODY:
        return Refused(code, is_unreachable=True)
    if code in OPTED_OUT:
        return Refused(code, has_opted_out=True)
    if code == "63016":
        return Closed(code)
    if code in HALTED:
        return Halted(code)
    if code in ("429", "20429"):
        return Later(PAUSE, is_channel=True, error=code)
    if code == "63038":
        return Later(TIER, is_channel=True, error=code)
    if code == "63018":
        return Later(RATE, error=code)
    if code in CONTENT:
        return Later(1.0, error=code)
    if code in TROUBLE or (len(code) == 3 and code.startswith("5")):
        return Later(AGAIN, error=code)
    return Refused(code or "failed")


def refusal(status: int, code: str) -> Outcome:
    """
    Say what an HTTP error at the call means: after a 5xx nobody knows whether the message was taken.
    """
    if not 400 <= status < 500 or status == 408:
        return Unknown(code)
    known = verdict(code)
    if not isinstance(known, Refused) or known.is_unreachable or known.has_opted_out:
        return known
    if status == 429:
        return Later(PAUSE, is_channel=True, error=code)
    return Halted(code) if status in (401, 403, 404) and code not in ("21408",) else known


def outcome_of(error: Exception) -> Outcome:
    """
    Say what an exception of the twilio client (each of its families has a status) or of its transport means for the message.
    """
    status = getattr(error, "status", None)
    if isinstance(status, int) and not isinstance(error, aiohttp.ClientError):
        return refusal(status, str(getattr(error, "code", "") or status))
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Later(PAUSE, is_channel=True, error=type(error).__name__)
    return Unknown(name_of(error))


def status_of(error: Exception) -> int:
    """
    Return the HTTP status behind an exception of the twilio client, or 0; where it reads lists it hides the answer among its arguments.
    """
    told = getattr(error, "status", None) or next((one.status_code for one in error.args if hasattr(one, "status_code")), 0)
    return told if isinstance(told, int) else 0


def name_of(error: Exception) -> str:
    """
    Return what an exception may be called in a log: its code or its kind, never its words, which hold numbers.
    """
    return str(getattr(error, "code", "") or type(error).__name__)


def state_of(status: str) -> str:
    """
    Return our word for a status of Twilio's, or "" for one that tells nothing (queued, sending, a word of tomorrow).
    """
    if status in ("failed", "undelivered", "canceled"):
        return "failed"
    return status if status in ("sent", "delivered", "read") else ""


def standing(external_id: str, status: str, error: str) -> Outcome:
    """
    Say how a message stands that Twilio has.
    """
    state = state_of(status)
    return verdict(error or status) if state == "failed" else Accepted(external_id, state or "sent")


def action(pin: Pin) -> str:
    """
    Return a place as what Twilio calls a persistent action: a pin with a label, in which no line ends and nothing is parted.
    """
    label = " ".join(f"{pin.name} {pin.address}".replace("|", " ").split())
    return f"geo:{pin.latitude:.6f},{pin.longitude:.6f}|{label}"
