"""
The menu: four choices and more, each a group of topics, and what to do after an answer or when we do not understand.

Every topic is reached by at most three presses, or digits. What is asked most about a home and about the card is answered at
once, and what else there is about it comes behind that answer, as *more*.
"""

from flows.hour import ANOTHER
from flows.node import Choice, Flow, Node, _
from flows.topics import TOPICS

PERSON = Choice("person", _("👤 A volunteer"), "person.open")
HOME = Choice("menu", _("↩ Menu"), "main")
GROUPS = {
    "home": ("housing_search", "housing_move_in", "rent_problems", "energy_internet", "benefits_rent"),
    "money": ("benefits_rent", "benefits_health", "benefits_child", "welfare_benefit", "local_tax_remission", "debts_money"),
    "papers": ("permit_renewal", "permit_lost", "travel_abroad", "naturalisation", "asylum_procedure", "permit_withdrawal", "undocumented"),
    "family": ("family_reunification", "tracing_family", "benefits_child", "parenting"),
    "health": ("health_care", "benefits_health", "school_children"),
    "learning": ("work", "study_duo", "language_lessons", "inburgering_start", "inburgering_deadline"),
}

MENU = Flow(
    "menu",
    Node("main", _("What is your question? Choose, or write it in your own words."), (
        Choice("housing", _("🏠 Housing"), "info.housing_search"),
        Choice("money", _("💶 Money"), "money"),
        Choice("permit", _("🪪 My card"), "info.permit_renewal"),
        PERSON,
        Choice("more", _("➕ More"), "more"),
    )),
    Node("more", _("What do you need?"), (
        Choice("letter", _("📄 A letter"), "letter.photo"),
        Choice("family", _("👪 Family, children"), "family"),
        Choice("health", _("🩺 Health, school"), "health"),
        Choice("learning", _("📚 Work, integration"), "learning"),
        Choice("language", _("🌐 Language"), "language.choose"),
        Choice("data", _("⚙ My data"), "data"),
        HOME,
    )),
    *(Node(group, _("What is it about?"), (*(TOPICS[topic].choice for topic in topics), PERSON, HOME)) for group, topics in GROUPS.items()),
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
