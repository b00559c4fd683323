"""
The menu: four choices and more, and what to do after an answer or when we do not understand.
"""

from flows.hour import ANOTHER
from flows.node import Choice, Flow, Node, _

PERSON = Choice("person", _("👤 A volunteer"), "person.open")
HOME = Choice("menu", _("↩ Menu"), "main")

MENU = Flow(
    "menu",
    Node("main", _("What is your question? Choose, or write it in your own words."), (
        Choice("housing", _("🏠 Housing"), "info.housing_search"),
        Choice("money", _("💶 Money"), "money"),
        Choice("permit", _("🪪 My card"), "info.permit_renewal"),
        PERSON,
        Choice("more", _("➕ More"), "more"),
    )),
    Node("money", _("What is it about?"), (
        Choice("benefits", _("🏠 Rent allowance"), "info.benefits_rent"),
        Choice("debts", _("💶 Debts"), "info.debts_money"),
        PERSON,
        HOME,
    )),
    Node("more", _("What do you need?"), (
        Choice("letter", _("📄 A letter"), "letter.photo"),
        Choice("inburgering", _("📚 Inburgering"), "info.inburgering_deadline"),
        Choice("language", _("🌐 Language"), "language.choose"),
        Choice("data", _("⚙ My data"), "data"),
        HOME,
    )),
    Node("data", _("What do you want to do with your messages and data?"), (
        Choice("real", _("Is this real?"), "welcome.real", emoji="❓"),
        Choice("stop", _("⏸ No more reminders"), "stop.stopped"),
        Choice("start", _("▶ Reminders again"), "stop.started"),
        Choice("forget", _("🗑 Forget me"), "stop.forget"),
        ANOTHER,
        HOME,
    )),
    Node("after", _("Do you have another question? Write it here."), (PERSON, HOME)),
    Node("choose", _("Which of these do you mean?"), (PERSON,)),
    Node("lost", _("I still do not understand you. Do you want a volunteer?"), (Choice("yes", _("👤 A volunteer"), "person.open"), HOME)),
)
