"""
The official pages that our texts name, each in the languages it exists in; nothing else may stand in a text, in any language.

A text in English names a page, a translation names the page of its own row. Who has no page in their own language gets the English
one where there is one: a phone reads it to them better. Pages begin with the site or its part in that language, read on
2026-11-26: what lies deeper moves too often.
"""

ENGLISH = "en"
_TAX = "https://www.belastingdienst.nl/wps/wcm/connect/en/individuals/individuals"
_IND = {"nl": "https://ind.nl/nl"}
_PAGES: dict[str, dict[str, str]] = {
    "https://ind.nl/en": _IND,
    "https://ind.nl/en/residence-permits/asylum/renew-asylum-residence-document": _IND,
    "https://www.inburgeren.nl": {"en": "https://www.inburgeren.nl/en"},
    "https://www.toeslagen.nl": {"en": _TAX},
    "https://www.belastingdienst.nl": {"en": _TAX},
    "https://www.svb.nl": {"en": "https://www.svb.nl/en"},
    "https://www.rijksoverheid.nl": {"en": "https://www.government.nl"},
    "https://www.werk.nl": {"en": "https://www.uwv.nl/en"},                     # werk.nl is UWV's
    "https://www.rodekruis.nl": {"en": "https://familylinks.icrc.org"},         # the Red Cross' own site for who is missing
    "https://www.duo.nl": {}, "https://www.bsgr.nl": {}, "https://www.huurcommissie.nl": {}, "https://www.consuwijzer.nl": {},
    "https://gemeente.leiden.nl": {}, "https://www.hureninhollandrijnland.nl": {},
}


def link(page: str, language: str) -> str:
    """
    Return the page that a text of this language names where the English text names this one; the same if we know no other.
    """
    known = _PAGES.get(page, {})
    return known.get(language) or (known.get(ENGLISH) if language != "nl" else None) or page


def sites(page: str) -> frozenset[str]:
    """
    Return the sites to which a text may lead where the English text names this page; none if the page is not an official one.
    """
    return frozenset(_site(one) for one in (page, *_PAGES[page].values())) if page in _PAGES else frozenset()


def _site(page: str) -> str:
    return page.split("/")[2]
