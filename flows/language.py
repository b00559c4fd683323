"""
The languages by their own names, and changing the language at any moment.
"""

from collections.abc import Collection
from dataclasses import replace

from flows.answers import key
from flows.events import Learned
from flows.node import Choice, Flow, Node, _

ROWS = 9            # that one digit chooses from
# What most read besides a language that WhatsApp has no approved texts in: named, asked once, and kept as the fact `second_language`.
SECOND = {"ti": ("ar", "en", "nl"), "am": ("en", "nl"), "so": ("en", "nl"), "om": ("en", "nl"), "kmr": ("ar", "en", "nl"), "ckb": ("ar", "en", "nl")}
OWN_NAMES = {
    "nl": "Nederlands", "en": "English", "ar": "العربية", "ti": "ትግርኛ", "fa": "فارسی", "prs": "دری", "tr": "Türkçe", "uk": "Українська",
    "so": "Soomaali", "fr": "Français", "kmr": "Kurmancî", "ps": "پښتو", "am": "አማርኛ", "ckb": "کوردیی ناوەندی", "ru": "Русский",
}
OTHER_NAMES = {
    "nl": "dutch, nederlands, hollands, holland, هولندي, الهولندية, ሆላንድ, ሆላንድኛ, hollandaca, нідерландська, néerlandais",
    "en": "english, engels, inglizi, الإنجليزية, انجليزي, انكليزي, እንግሊዝኛ, እንግሊዝ, ingilizce, англійська, anglais, انگلیسی",
    "ar": "arabic, arabisch, عربي, عربى, العربي, العربيه, ዓረብኛ, ዓረብ, arapça, арабська, arabe, عربی, 3arabi, arabi",
    "ti": "tigrinya, tigrigna, tigrinja, التغرينية, تغرينيا, التجرينية, ትግርኛ, ትግሪኛ",
    "fa": "farsi, persian, perzisch, الفارسية", "prs": "dari, الدرية", "tr": "turks, turkish, türkçe, "
                                                                             "التركية", "uk": "oekraiens, oekraïens, ukrainian, "
                                                                                              "українська мова",
    "so": "somali, somalisch, af soomaali, الصومالية", "fr": "frans, french, الفرنسية", "kmr": "kurmanci, koerdisch, kurdish, "
                                                                                               "الكردية, kurdî",
    "ps": "pasjtoe, pashto, pashtu", "am": "amharic, amhaars, አማርኛ", "ckb": "sorani, کوردی", "ru": "russisch, russian, русский язык",
}
NAMES = {
    key(name): code for code, own in OWN_NAMES.items() for name in (own, *OTHER_NAMES.get(code, "").split(","))
}


def _choices(then: str) -> tuple[Choice, ...]:
    return (
        *(Choice(code, name, then, Learned("language", code), code) for code, name in OWN_NAMES.items()),
        Choice("other", "Other / أخرى / ካልእ", "welcome.other", language="other"),
    )


CHOICES = _choices("welcome.consent")

LANGUAGE = Flow(
    "language",
    Node("choose", _("Choose your language."), _choices("menu.main"), is_in_all=True),
    Node("second", _("Sometimes we cannot write in your language. Which of these languages do you read too?"),
         tuple(Choice(code, name, "menu.main", Learned("second_language", code), code) for code, name in OWN_NAMES.items())),
    Node("differs", _("You write in another language now. Which language do you want?"), _choices("menu.main")[:-1]),
)


def offered(choices: tuple[Choice, ...], there: Collection[str]) -> tuple[Choice, ...]:
    """
    Return the languages that are there, at most as many as one digit chooses from. What does not fit stands behind "other", which names
    the first of it, and comes first there.
    """
    known = tuple(choice for choice in choices if choice.language in there)
    other = tuple(choice for choice in choices if choice.language == "other")
    first, rest = known[:ROWS - 1], known[ROWS - 1:]
    if not other:
        return (*rest, *first)[:ROWS]
    if not rest:
        return (*known, *other)
    return (*first, replace(other[0], label=f"{rest[0].label}/Other/أخرى"))


def seconds(language: str, there: Collection[str]) -> tuple[str, ...]:
    """
    Return the languages that who chose this one is asked about, best first; nothing where we can always write in it.
    """
    return tuple(code for code in SECOND.get(language, ()) if code in there)


def named(text: str) -> str:
    """
    Return the language that is named by a whole message, in any language, or "".
    """
    return NAMES.get(key(text), "") if len(text) <= 40 else ""
