"""
Remarks: what is wrong with a list that was brought, in the language of the desk.
"""

from bot.web.desk.visit import Visit
from bot.web.desk.words import d_
from flows.remarks import Remark

# Every remark that reading a list can make; a test holds this to `flows/cells.py`, `bot/decipher.py` and `bot/match.py`.
REMARKS = (
    d_("{found} is not a day"), d_("{found} is not a day of our time"), d_("a value that cannot be"), d_("a number of {n} digits"),
    d_("a number of {n} digits that cannot be"), d_("a text of {n} signs"), d_("write a day that exists, such as {day}"),
    d_("write the year in four digits, such as {day}"), d_("the year is from {first} to {last}"), d_("did you mean {word}?"),
    d_("choose from {words}"), d_("there are: {words}"), d_("write ja or nee"), d_("write a whole number"),
    d_("write a whole number from {first} to {last}"), d_("part what belongs to the list by semicolons"),
    d_('write it as "{example}"; the next child after a semicolon'), d_('"{word}" twice'), d_("part two children by a semicolon"),
    d_('"{heading}" means the same as "{other}"'), d_("leave one of the two out"), d_('there is no column "{heading}"'),
    d_("a heading we do not know"), d_("leave this column out, or head it as in the example"), d_("this column has no heading that we know"),
    d_("neither client number nor phone"), d_("write one of them, by which we know the client again"), d_("something else than a client number"),
    d_("something that is no name"), d_("write a first name of at most {n} letters"), d_("write a language as Arabisch, or as {words}"),
    d_("write it as 06 12345678 or +31 6 12345678"), d_("a number that is no mobile one"),
    d_("WhatsApp needs a mobile number; leave the phone empty where there is none"), d_("a location we do not have"),
    d_("the client number of row {n}"), d_("a client stands in one row"), d_("the phone of row {n}"),
    d_("leave the phone of one of them empty and link a shared phone at the desk"), d_("a client of another location"),
    d_("only clients of your own location can be imported here"), d_("a client whom we know by another name"),
    d_("look at the desk who has this number, and mend the row or the record"),
    d_("the client number of somebody who wrote to us, whose name we do not know"), d_("look at the desk who it is, and write their name there"),
    d_("a phone that several clients share"), d_("write the client number of a client whom we know"),
    d_("the phone of a client with another number"), d_("mend the row, or link a shared phone at the desk"),
)


def told(visit: Visit, remark: Remark) -> str:
    """
    Return a remark in the language of whoever comes; what goes into it, if it is a remark itself, likewise.
    """
    slots = {name: told(visit, slot) if isinstance(slot, Remark) else slot for name, slot in remark.slots.items()}
    return visit.say(remark.text, **slots) if remark.text in REMARKS else str(remark)
