"""
Unsettled: what changes every year, or on which sources differ or the law is moving, each with where it was read, and when.

Every year somebody reads it again: a test fails when one is older than 13 months, and when an answer of the info point says another
number than stands here, in any language. Amounts are not said to clients at all: the answers send to the official page for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Unsettled:
    """
    A value that may be another next year.
    """

    value: str
    source: str
    read_on: date


RENEWAL_WINDOW = Unsettled(                     # how long before the end of a card its renewal can be asked for
    "3m", "ind.nl, Renew asylum residence document (2026): 3 months; until June 2026 it was 6 for asylum. Regular: 3, ind.nl", date(2026, 11, 24))

TOESLAGEN_CLAIM = {                             # the last month and day of the next year to ask for a year's toeslagen, from that year on
    2000: Unsettled("09-01", "rijksoverheid.nl, 16 July 2025; a bill of June 2025 says 31 December, not known to be in force", date(2026, 11, 24)),
}

# What a message on WhatsApp costs, in euros: an ESTIMATE, for Meta's list was not at hand; dollars are counted as euros, and Twilio's $ 0.005
# for each message, out and in, is in it. Whether a text is "utility" or "marketing" Meta decides.
WHATSAPP_UTILITY = Unsettled(
    "0.06", "guides to WhatsApp's prices: € 0.0456 in Germany (hello-charles.com, 2025), at most $ 0.055 (formbeep, 1 Apr 2026)", date(2026, 11, 26))
WHATSAPP_MARKETING = Unsettled("0.18", "the same: $ 0.1597 in the Netherlands (formbeep, 1 April 2026)", date(2026, 11, 26))
WHATSAPP_WORDS = Unsettled(
    "0.06", "since 1 October 2026 free text costs as utility does, after 1,000 a month (YCloud, WhaTools)", date(2026, 11, 26))
PRICES = (WHATSAPP_UTILITY, WHATSAPP_MARKETING, WHATSAPP_WORDS)

_READ_ON = date(2026, 11, 24)
_OURS = "the topics page of the organisation; its {} team ticks it"

NAMED: Mapping[str, tuple[Unsettled, ...]] = {      # by topic: the numbers that its answers name
    "permit_renewal": (Unsettled(RENEWAL_WINDOW.value.rstrip("m"), RENEWAL_WINDOW.source, RENEWAL_WINDOW.read_on),),
    "permit_lost": (Unsettled("6", "ind.nl, Lost or stolen residence document, 14 Dec 2023: under 6 months left, renew at once", _READ_ON),),
    "family_reunification": (
        Unsettled("3", "ind.nl, Nareizigers, 13 June 2022: within 3 months of the decision", _READ_ON),
        Unsettled("2026", "ind.nl, IND assessing new family reunification rules in practice, 13 June 2026: other rules since 12 June", _READ_ON)),
    "asylum_procedure": (Unsettled("2026", "ind.nl news, June 2026: the pact and the two-status act apply since 12 June", _READ_ON),),
    "naturalisation": (Unsettled("5", "vluchtelingenwerk.nl, naturalisation: 5 years; a bill says 10, not in force", _READ_ON),),
    "travel_abroad": (Unsettled("90", _OURS.format("legal"), _READ_ON), Unsettled("180", _OURS.format("legal"), _READ_ON),
                      Unsettled("4", _OURS.format("social"), _READ_ON)),
    "benefits_rent": (Unsettled("2026", _OURS.format("social") + ": no maximum rent any more", _READ_ON),
                      Unsettled("21", _OURS.format("social") + ": full rules from 21 since 2026", _READ_ON)),
    "benefits_child": (Unsettled("3", "belastingdienst.nl, kinderopvangtoeslag (2019 example): within 3 months", _READ_ON),),
    "local_tax_remission": (Unsettled("3", "bsgr.nl, kwijtschelding: within 3 months after paying", _READ_ON),),
    "rent_problems": (Unsettled("6", _OURS.format("social") + ": Huurcommissie after 6 weeks", _READ_ON),),
    "debts_money": (Unsettled("4", _OURS.format("social") + ": first talk, weeks", _READ_ON),
                    Unsettled("3", _OURS.format("social") + ": where home or health is in danger, working days", _READ_ON)),
    "inburgering_start": (Unsettled("10", "Besluit inburgering 2021: the PIP within 10 weeks", _READ_ON),
                          Unsettled("3", "Wet inburgering 2021, article 11: 3 years from the day after the PIP", _READ_ON)),
    "inburgering_deadline": (Unsettled("8", "inburgeren.nl as compiled on 28 July and 19 Aug 2026: marks take 8 to 16 weeks", _READ_ON),
                             Unsettled("16", "the same", _READ_ON)),
}


def everything() -> tuple[Unsettled, ...]:
    """
    Return all that must be read again within 13 months of the day it was read.
    """
    return (RENEWAL_WINDOW, *TOESLAGEN_CLAIM.values(), *PRICES, *(one for named in NAMED.values() for one in named))


def claimable(today: date) -> tuple[int, date]:
    """
    Return the earliest year whose toeslagen can still be asked for, and the last day for it.
    """
    year = today.year - 1 if today <= toeslagen_claim(today.year - 1) else today.year
    return year, toeslagen_claim(year)


def toeslagen_claim(year: int) -> date:
    """
    Return the last day on which the toeslagen of a year can still be asked for.
    """
    first = max(known for known in TOESLAGEN_CLAIM if known <= year)
    return date.fromisoformat(f"{year + 1}-{TOESLAGEN_CLAIM[first].value}")
