"""
The beginning: a language, consent in three sentences, and who we are.
"""

from flows.answers import any_text
from flows.events import Learned
from flows.language import CHOICES
from flows.node import Choice, Escalation, Flow, Node, _

_YES = Choice("yes", _("Yes"), "menu.main", Learned("consent", "yes"), emoji="✅")
_NO = Choice("no", _("No"), "refused", Learned("consent", "no"), emoji="❌")
_OLDER = Choice("older", _("I am 16 or older"), "consent", Learned("under_16", "no"), emoji="✅")
_YOUNG = Choice("young", _("I am younger than 16"), "young", Learned("under_16", "yes"), emoji="🧒")

WELCOME = Flow(
    "welcome",
    Node("language", _("Welcome to Wegwijs. Choose your language."), CHOICES, is_in_all=True),
    Node("other", _("Write your language and your question here. A person reads it."), CHOICES[:-1],
         hear=any_text, next="other_read", is_in_all=True),
    Node("other_read", _("Thank you. A person reads this."), next="language", is_in_all=True, escalate=Escalation("social", "normal")),
    Node("consent", _("This is Wegwijs of {place}: not the police, not the *IND*, not the *gemeente* (town hall). "
                      "We keep your messages for 12 months, and only our team reads them. Is that good?"),
         (_YES, _NO, _YOUNG, Choice("more", _("➕ More"), "more"))),
    Node("more", _(
        "Who we are: *VluchtelingenWerk*, an organisation that helps refugees. "
        "We are not the police, not the *IND*, not the *gemeente* (town hall).\n\n"
        "What we keep: how to reach you, your language, your questions and our answers. After 12 months we erase the texts.\n\n"
        "Who reads it: only our own team, volunteers too. The *gemeente* gets numbers only (how many questions), never names.\n\n"
        "It is free and voluntary. Write *forget me*, and we erase everything.\n\nIs that good?"),
         (_YES, _NO, _YOUNG, Choice("real", _("Is this real?"), "real", emoji="❓"))),
    Node("real", _("Yes, this is real. You can check it: visit us or call us.\n\n{place}\n{address}\n{phone}\n{hours}\n\n"
                   "We never ask for your *BSN*, your *DigiD* code or money.")),
    Node("visit", _("Here you find us:\n\n{place}\n{address}\n{phone}\n{hours}")),
    Node("refused", _("That is fine. I make no file about you.\n\nIn danger: call 112.\nYou do not want to live: call 113.\n\n"
                      "You can always visit or call us:\n{address}\n{phone}\n{hours}\n\nDo you want a person?"),
         (Choice("person", _("👤 A volunteer"), "person.open"),
          Choice("yes", _("Yes, I agree"), "menu.main", Learned("consent", "yes"), emoji="✅"))),
    Node("young", _("Good that you write. I bring you to a person. You get an answer before {time} on {day}.\n\n"
                    "You can also talk now: call the *Kindertelefoon*, *0800-0432*, free. In danger: call 112."),
         escalate=Escalation("social", "today"), next="young_more"),
    Node("young_more", _("You can write more here. A person reads it."), (_OLDER,), hear=any_text, next="young_read"),
    Node("young_read", _("Thank you. The person reads this too."), escalate=Escalation("social", "today"), next="young_more"),
)

# What is said of the code that a client brings.
INVITES = {
    "valid": _("Your code is right. Now I know who you are."),
    "second": _("You use a second phone. A volunteer checks this first."),
    "shared": _("A volunteer checks this first."),
    "used": _("This code was used before. You can use Wegwijs without a code."),
    "expired": _("This code is too old. You can use Wegwijs without a code."),
    "unknown": _("I do not know this code. You can use Wegwijs without a code."),
}
