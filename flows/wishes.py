"""
Who shall answer: a client asks for a woman, or for nobody of the own community, by button or in own words.
"""

import re

from flows.answers import key
from flows.person import PERSON
from flows.turn import KEPT, Turn
from flows.voice import ASK, VOICE

LONGEST = 15                    # words: a longer text is a question, which may speak of a woman or a country
NOT_BEFORE = 4                  # words before a wish in which a "not" takes it back
NOT = {"niet", "geen", "not", "no", "don", "dont", "لا", "ما", "مو", "مش", "pas"}
NOT_AFTER = ("ኣይደል", "ኣይፈት", "istemiyorum", "نمی")

_WOMAN = """
    (?:praten|spreken) met een vrouw|met een vrouw (?:praten|spreken)|liever (?:met )?een vrouw|alleen met een vrouw|door een vrouw geholpen
    vrouwelijke (?:vrijwilliger|medewerker|hulp|tolk)|een vrouw (?:als|alstublieft|graag)|vrouw als (?:vrijwilliger|tolk)
    (?:talk|speak) (?:to|with) a (?:woman|lady|female)|prefer a (?:woman|female)
    (?:woman|lady) please|(?:female|woman) (?:volunteer|interpreter|helper)
    only with a woman|helped by a woman|want a woman
    (?:اتكلم|اتحدث|احكي|التكلم|التحدث|الكلام|الحديث) مع (?:امراه|سيده)
    متطوعه امراه|(?:اريد|بدي|افضل) (?:امراه|سيده)|امراه (?:من فضلكم|لو سمحتم)
    (?:تساعدني|تجاوبني) امراه|(?:اريد|بدي) متطوعه
    ምስ (?:ሰበይቲ|ጓል ኣንስተይቲ) ክዛረብ|(?:ሰበይቲ|ጓል ኣንስተይቲ) (?:ክትሕግዘኒ|ትሕግዘኒ|እመርጽ|ይመርጽ|ይሕሸኒ|በጃኹም)|ኣንስተይቲ ወለንተኛ
    parler (?:a|avec) une femme|une benevole femme|bir kadinla (?:konusmak|gorusmek)|kadin gonullu|با (?:یک )?(?:زن|خانم) (?:صحبت|حرف)
    (?:говорити|поговорити) з жінкою
"""
_COMMUNITY = """
    (?:niet|geen)(?: \\w+){0,3}? (?:iemand|mensen|mens|persoon|vrijwilliger|tolk|medewerker) (?:uit|van) mijn (?:eigen )?(?:land|gemeenschap)
    niemand (?:uit|van) mijn (?:eigen )?(?:land|gemeenschap|volk)|geen (?:landgenoot|landgenoten)
    ^(?:liever )?niet (?:uit |van )?mijn (?:eigen )?(?:land|gemeenschap)$
    (?:not|don t|dont|no)(?: \\w+){0,3}? (?:some|any)(?:one|body) (?:from|of) my (?:own )?(?:country|community)
    (?:not|don t|dont|no)(?: \\w+){0,3}? (?:person|people|volunteer|interpreter) (?:from|of) my (?:own )?(?:country|community)
    (?:nobody|no one) (?:from|of) my (?:own )?(?:country|community)|^not (?:from )?my (?:own )?(?:country|community)(?: please)?$
    (?:لا|ليس|مو|مش|بدون|ما)(?: \\w+){0,3}? (?:شخص|شخصا|احد|احدا|حدا|متطوع|متطوعه|مترجم|ناس) من (?:بلدي|بلادي|جاليتي)
    ^(?:ليس|مو|مش) من (?:بلدي|جاليتي)$
    (?:ሰብ ዓደይ|ካብ ዓደይ|ካብ ሃገረይ|ካብ ማሕበረሰበይ)(?: \\w+){0,2} (?:ኣይኹን|ኣይደልን|ኣይደሊን)
"""


def _pattern(wordings: str) -> re.Pattern[str]:
    """
    Return the pattern of all wordings, their letters as `key` leaves them.
    """
    lines = (re.sub(r"(?<!\\)[^\W\d_]+", lambda word: key(word.group()), line.strip()) for line in wordings.splitlines() if line.strip())
    return re.compile(rf"(?<!\w)(?:{'|'.join(lines)})(?!\w)")


_ASKED = {"woman": _pattern(_WOMAN), "community": _pattern(_COMMUNITY)}


def wishes(text: str) -> tuple[str, ...]:
    """
    Return what a short text asks of who answers, in any language: "woman", "community", both or nothing.
    """
    said = key(text)
    if len(said.split()) > LONGEST:
        return ()
    return tuple(wish for wish, asked in _ASKED.items() if (found := asked.search(said)) and not (wish == "woman" and _is_taken_back(said, found)))


def _is_taken_back(said: str, found: re.Match[str]) -> bool:
    before, after = said[: found.start()].split()[-NOT_BEFORE:], said[found.end():].split()[:NOT_BEFORE]
    return bool(NOT & set(before)) or any(word.startswith(NOT_AFTER) for word in after)


def take(now: Turn) -> bool:
    """
    Bring who asks for a woman, or for nobody of the own community, to a person with that wish.
    """
    asked = wishes(now.heard.text)
    if asked:
        now.data["asked"] = now.heard.text[:KEPT]
    for wish in asked:
        now.enter(f"person.{wish}")
    return bool(asked)


def note(now: Turn) -> None:
    """
    Keep the wish of who pressed its button while a volunteer has the conversation; the bot stays silent.
    """
    node, _colon, wish = now.heard.choice.removeprefix("person.").partition(":")
    if now.heard.choice.startswith("person.") and node in ("open", "waiting") and wish in _ASKED:
        now.events += PERSON.nodes[wish].does
    elif now.heard.choice == f"person.about:{ASK.id}":
        now.events += VOICE.first.does
