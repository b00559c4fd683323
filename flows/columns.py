"""
Columns: what a list of clients has, a line each: its name, how it is headed in English and in Dutch, and what else people write above it.
Headings are for files; what volunteers read is `bot/web/desk/told.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flows.facts import readers
from flows.spelling import normalise

Kind = Literal["number", "name", "language", "phone", "location", "day", "truth", "word", "count", "years", "days", "decisions", "children", "done"]


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column. `also` are other headings it is known by; `words` what may stand in it, by what it means.
    """

    name: str
    english: str
    dutch: str
    kind: Kind = "day"
    also: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] | None = None


KINDS_OF_PERMIT = {
    "asylum": ("asiel", "asiel bepaalde tijd", "asylum temporary", "nareis"), "regular": ("regulier", "regulier bepaalde tijd", "gezin"),
    "permanent": ("onbepaalde tijd", "asiel onbepaalde tijd", "permanente", "permanent verblijf"), "ukraine": ("oekraïne", "oekraine"),
}
LAWS = {"wi2013": ("2013", "wi 2013", "wet 2013"), "wi2021": ("2021", "wi 2021", "wet 2021")}
ROUTES = {"b1": ("b1-route", "b1 route"), "onderwijs": ("onderwijsroute", "education"), "z": ("z-route", "z route", "zelfredzaamheidsroute")}

COLUMNS = (
    Column("client number", "client number", "cliëntnummer", "number", ("clientnummer", "nummer", "number", "client", "cliënt", "client no")),
    Column("first name", "first name", "voornaam", "name", ("name", "naam", "roepnaam", "given name")),
    Column("language", "language", "taal", "language", ("voorkeurstaal", "spreektaal", "preferred language")),
    Column("second_language", "second language", "tweede taal", "language", ("reads also", "leest ook")),
    Column("phone", "phone", "telefoon", "phone", ("telefoonnummer", "mobiel", "mobile", "phone number", "telephone", "06", "whatsapp", "tel")),
    Column("location", "location", "locatie", "location", ("vestiging", "office", "kantoor")),
    Column("permit_kind", "kind of permit", "soort vergunning", "word", ("soort verblijfsvergunning", "permit kind"), KINDS_OF_PERMIT),
    Column("permit_expires_on", "permit valid until", "geldig tot", also=(
        "vergunning geldig tot", "verblijfsvergunning geldig tot", "pas geldig tot", "valid until", "card valid until", "expires on",
        "permit expires on", "einddatum vergunning")),
    Column("permit_applied_on", "renewal requested on", "verlenging aangevraagd op", also=("permit applied on", "verlenging aangevraagd")),
    Column("asylum_granted_on", "asylum granted on", "asielbesluit op", also=("datum beschikking", "beschikking op", "asiel verleend op")),
    Column("family_abroad", "family abroad", "gezin in het buitenland", "truth", ("familie in het buitenland",)),
    Column("nareis_applied_on", "family reunification requested on", "nareis aangevraagd op", also=("nareis aangevraagd", "nareis applied on")),
    Column("lawful_residence_since_on", "permit without a gap since", "vergunning zonder gat sinds", also=(
        "rechtmatig verblijf sinds", "lawful residence since")),
    Column("naturalisation_applied_on", "naturalisation requested on", "naturalisatie aangevraagd op", also=("naturalisatie aangevraagd",)),
    Column("travel_document_expires_on", "travel document valid until", "reisdocument geldig tot", also=("paspoort geldig tot",)),
    Column("inburgering_law", "inburgering law", "inburgeringswet", "word", ("wet inburgering", "wet"), LAWS),
    Column("duo_letter_on", "DUO letter of", "brief van DUO op", also=("brief duo", "duo brief", "duo letter")),
    Column("municipality_registered_on", "registered in the BRP on", "ingeschreven in de BRP op", also=("inschrijving brp", "brp sinds")),
    Column("pip_on", "PIP dated", "datum PIP", also=("pip", "pip datum", "pip op")),
    Column("inburgering_started_on", "inburgering began on", "inburgering begonnen op", also=("start inburgering",)),
    Column("inburgering_ends_on", "inburgering ends on", "inburgering eindigt op", also=("einde inburgering", "inburgeringstermijn tot")),
    Column("inburgering_extra_months", "extra months of inburgering", "extra maanden inburgering", "count", ("verlenging maanden",)),
    Column("inburgering_extra_weeks", "extra weeks of inburgering", "extra weken inburgering", "count", ("verlenging weken",)),
    Column("inburgering_route", "inburgering route", "inburgeringsroute", "word", ("route", "leerroute"), ROUTES),
    Column("pvt_done_on", "PVT done on", "PVT gedaan op", also=("pvt", "participatieverklaring op")),
    Column("map_done_on", "MAP done on", "MAP gedaan op", also=("map",)),
    Column("inburgering_done_on", "inburgering done on", "ingeburgerd op", also=("inburgering gehaald op", "diploma op")),
    Column("decisions", "decisions", "besluiten", "decisions", ("beschikkingen",)),
    Column("letters", "days named in letters", "dagen uit brieven", "days", ("brieven", "letters")),
    Column("insurance_duty_on", "must be insured since", "verzekeringsplicht sinds", also=("verzekeringsplicht",)),
    Column("health_insured_on", "health insured on", "zorgverzekerd op", also=("zorgverzekering op", "verzekerd sinds")),
    Column("toeslagen_unclaimed_years", "years without toeslagen", "jaren zonder toeslagen", "years"),
    Column("childcare_started_on", "childcare began on", "kinderopvang begonnen op", also=("start kinderopvang",)),
    Column("childcare_claimed_on", "childcare allowance requested on", "kinderopvangtoeslag aangevraagd op"),
    Column("bsgr_bill_on", "BSGR bill of", "aanslag BSGR op", also=("bsgr aanslag",)),
    Column("bsgr_paid_on", "BSGR paid on", "BSGR betaald op"),
    Column("remission_requested_on", "remission requested on", "kwijtschelding aangevraagd op", also=("kwijtschelding gevraagd op",)),
    Column("tax_return_years", "years of a tax return", "jaren van aangifte", "years", ("aangiftejaren",)),
    Column("moved_on", "moved on", "verhuisd op", also=("verhuisdatum",)),
    Column("address_reported_on", "new address reported on", "nieuw adres gemeld op", also=("verhuizing gemeld op",)),
    Column("guidance_started_on", "guidance began on", "begeleiding begonnen op", also=("start begeleiding", "start traject")),
    Column("guidance_ended_on", "guidance ended on", "begeleiding geëindigd op", also=("einde begeleiding", "einde traject")),
    Column("children", "children", "kinderen", "children"),
    Column("done", "done already", "al gedaan", "done"),
)
BY_NAME = {column.name: column for column in COLUMNS}
FACTS = tuple(column.name for column in COLUMNS if column.name in readers())


def plain(heading: str) -> str:
    """
    Return a heading as it is compared: one case, spaces for every other sign.
    """
    return " ".join("".join(sign if sign.isalnum() else " " for sign in normalise(heading)).split())


HEADINGS = {plain(text): column for column in COLUMNS for text in (*column.also, column.dutch, column.english, column.name)}
