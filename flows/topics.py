"""
What clients ask about: every topic, one line each.
"""

from dataclasses import dataclass
from typing import Literal

from flows.events import Team, Urgency
from flows.node import Choice, _

Group = Literal["legal", "social"]


@dataclass(frozen=True, slots=True)
class Topic:
    """
    One thing clients ask about, whose line of the report it counts in, and who answers when a person must.
    """

    id: str
    emoji: str
    label: str
    group: Group
    team: Team
    urgency: Urgency
    is_always_person: bool = False

    @property
    def choice(self) -> Choice:
        """
        Return the choice that asks about this topic.
        """
        return Choice(self.id, self.label, f"info.{self.id}", emoji=self.emoji)


_ALL = (
    Topic("permit_renewal", "🪪", _("Renew my card"), "legal", "legal", "week"),
    Topic("permit_lost", "🪪", _("Lost card"), "legal", "legal", "week"),
    Topic("family_reunification", "👪", _("Bring my family"), "legal", "legal", "week", is_always_person=True),
    Topic("naturalisation", "📄", _("Becoming Dutch"), "legal", "legal", "normal"),
    Topic("permit_withdrawal", "⏰", _("Permit withdrawn"), "legal", "legal", "today", is_always_person=True),
    Topic("undocumented", "👤", _("Without papers"), "legal", "legal", "today", is_always_person=True),
    Topic("travel_abroad", "🧳", _("Travel abroad"), "legal", "legal", "normal"),
    Topic("tracing_family", "🔎", _("Find lost family"), "legal", "legal", "week"),
    Topic("asylum_procedure", "📄", _("Asylum procedure"), "legal", "legal", "week", is_always_person=True),
    Topic("housing_search", "🏠", _("Find a home"), "social", "housing", "normal"),
    Topic("housing_move_in", "🔑", _("Moving in"), "social", "housing", "week"),
    Topic("rent_problems", "🏠", _("Rent problems"), "social", "social", "today"),
    Topic("energy_internet", "💡", _("Energy, internet"), "social", "social", "normal"),
    Topic("benefits_rent", "💶", _("Rent allowance"), "social", "social", "normal"),
    Topic("benefits_health", "💶", _("Health allowance"), "social", "social", "normal"),
    Topic("benefits_child", "💶", _("Child benefits"), "social", "social", "normal"),
    Topic("local_tax_remission", "💶", _("Local taxes"), "social", "social", "week"),
    Topic("debts_money", "💶", _("Debts, money"), "social", "social", "week"),
    Topic("welfare_benefit", "💶", _("Welfare benefit"), "social", "social", "week"),
    Topic("work", "💼", _("Work"), "social", "social", "normal"),
    Topic("study_duo", "📚", _("Study"), "social", "social", "normal"),
    Topic("inburgering_start", "📚", _("Start integration"), "social", "social", "normal"),
    Topic("inburgering_deadline", "⏰", _("Integration term"), "social", "social", "week"),
    Topic("language_lessons", "📚", _("Dutch lessons"), "social", "social", "normal"),
    Topic("health_care", "🩺", _("Health care"), "social", "social", "week"),
    Topic("school_children", "🎒", _("School"), "social", "social", "week"),
    Topic("parenting", "👪", _("Raising children"), "social", "social", "normal"),
    Topic("letter_check", "📄", _("Check a letter"), "social", "social", "normal", is_always_person=True),
)

TOPICS = {topic.id: topic for topic in _ALL}
