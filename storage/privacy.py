"""
The one map of what is known of people: for every column what *forget me* does to it, and why it may stay readable on the disk.

`storage/erasures.py` erases by this map, so that it cannot say one thing and the program do another; a test fails for a column
without a rule and for a rule without a column. Media live in the column `media.content` alone, sealed like every text: there is
no other media store. Copies at the platforms are deleted by the rows of `deletions`; a backup is sealed as a whole, and restoring
one erases again whoever was erased since.
"""

from dataclasses import dataclass
from typing import Literal

Erasing = Literal["row", "null", "kept"]


@dataclass(frozen=True, slots=True)
class Rule:
    """
    What *forget me* does to a column: its row is deleted ("row"), it is emptied ("null"), or it is "kept"; and why it is kept or
    may stay readable. A sealed column that is erased needs no reason.
    """

    erasing: Erasing
    why: str = ""


# How a row belongs to a client: by a column that holds the client's id, or that of a row which belongs to the client.
OWNERS: dict[str, tuple[tuple[str, str], ...]] = {
    "clients": (("id", ""),),
    "addresses": (("client_id", ""),),
    "sessions": (("address_id", "addresses"),),
    "moments": (("client_id", ""),),
    "messages": (("address_id", "addresses"),),
    "statuses": (("message_id", "messages"),),
    "media": (("message_id", "messages"),),
    "facts": (("client_id", ""),),
    "tickets": (("client_id", ""), ("address_id", "addresses")),
    "invites": (("client_id", ""),),
    "bindings": (("client_id", ""), ("address_id", "addresses")),
    "notes": (("client_id", ""), ("ticket_id", "tickets")),
    "drafts": (("ticket_id", "tickets"),),
    "postings": (("ticket_id", "tickets"),),
    "views": (("client_id", ""),),
    "files": (("client_id", ""),),
    "search_keys": (("client_id", ""),),
}

_OFFICE = "of our office, and public"
_NUMBER = "a number drawn by us, meaningless outside this database"
_COUNT = "counted in the reports; tells of no person once the client is gone from it"
_WORK = "how the work goes on; says nothing of a person's question"
_HASH = "a keyed hash: without the key it can be neither read nor guessed"
_PLATFORM = "the platform's own numbering or code; says nothing without its account"
_TIME = "a time, needed in an index or to compare"
_TEAM = "of our own team, who see each other's names and turns; it says nothing of a client"
_RANDOM = "a hash of a random code, which it cannot be guessed from"
_TEXT = "of our own texts, the same for every client"
_SUM = "a sum over many people, typed in for the report"

RULES: dict[str, Rule] = {
    "locations.id": Rule("kept", _OFFICE),
    "locations.name": Rule("kept", _OFFICE),
    "locations.municipality": Rule("kept", _OFFICE),
    "locations.address": Rule("kept", _OFFICE),
    "locations.phone": Rule("kept", _OFFICE),
    "locations.hours": Rule("kept", _OFFICE),
    "locations.shows_text": Rule("kept", _WORK),

    "clients.id": Rule("row", _NUMBER),
    "clients.number": Rule("row", "the number staff say aloud; the name behind it is sealed"),
    "clients.name": Rule("row"),
    "clients.language": Rule("row", "one of a dozen languages, shared by thousands; texts are queued in it"),
    "clients.location_id": Rule("row", "the office; tickets and reports go by it"),
    "clients.consent": Rule("row", "yes or no: the proof that we may keep the rest"),
    "clients.consented_at": Rule("row", _TIME),
    "clients.is_under_16": Rule("row", "read before every turn, so that no profile is kept of a child"),
    "clients.stopped_at": Rule("row", _TIME),
    "clients.created_at": Rule("row", _TIME),
    "clients.safe_contact": Rule("row"),
    "clients.wants_woman": Rule("row", "read whenever a volunteer is sought; says nothing of why"),
    "clients.avoids_community": Rule("row", "read whenever a volunteer is sought; says nothing of why"),

    "addresses.id": Rule("row", _NUMBER),
    "addresses.client_id": Rule("row", _NUMBER),
    "addresses.channel": Rule("row", "whatsapp or telegram"),
    "addresses.external_key": Rule("row", _HASH),
    "addresses.external_id": Rule("row"),
    "addresses.alias_key": Rule("row", _HASH),
    "addresses.alias": Rule("row"),
    "addresses.unreachable_at": Rule("row", _TIME),
    "addresses.created_at": Rule("row", _TIME),

    "sessions.address_id": Rule("row", _NUMBER),
    "sessions.state": Rule("row"),
    "sessions.moment_id": Rule("row", _NUMBER),
    "sessions.heard_at": Rule("row", _TIME),
    "sessions.said_id": Rule("row", _NUMBER),
    "sessions.pace": Rule("row", _WORK),
    "sessions.paced_at": Rule("row", _TIME),
    "sessions.paced_until": Rule("row", _TIME),

    "moments.id": Rule("kept", _NUMBER),
    "moments.client_id": Rule("null", _NUMBER),
    "moments.location_id": Rule("kept", _COUNT),
    "moments.municipality": Rule("kept", _COUNT),
    "moments.channel": Rule("kept", _COUNT),
    "moments.began_by": Rule("kept", _COUNT),
    "moments.began_at": Rule("kept", _COUNT),
    "moments.began_on": Rule("kept", _COUNT),
    "moments.last_at": Rule("kept", _COUNT),
    "moments.languages": Rule("kept", _COUNT),
    "moments.topics": Rule("kept", _COUNT),
    "moments.programme": Rule("kept", _COUNT),
    "moments.answered_by": Rule("kept", _COUNT),
    "moments.outcome": Rule("kept", _COUNT),
    "moments.is_reached": Rule("kept", _COUNT),
    "moments.inbound": Rule("kept", _COUNT),
    "moments.outbound": Rule("kept", _COUNT),
    "moments.minutes": Rule("kept", _COUNT),
    "moments.volunteer_id": Rule("kept", _TEAM),
    "moments.logged_at": Rule("kept", _COUNT),

    "messages.id": Rule("row", _NUMBER),
    "messages.address_id": Rule("row", _NUMBER),
    "messages.moment_id": Rule("row", _NUMBER),
    "messages.ticket_id": Rule("row", _NUMBER),
    "messages.direction": Rule("row", "in or out"),
    "messages.channel": Rule("row", "whatsapp or telegram"),
    "messages.external_id": Rule("row", _PLATFORM),
    "messages.kind": Rule("row", "text, photo, reply …: not what is in it"),
    "messages.state": Rule("row", _WORK),
    "messages.body": Rule("row"),
    "messages.sequence": Rule("row", _PLATFORM),
    "messages.priority": Rule("row", _WORK),
    "messages.ready_at": Rule("row", _TIME),
    "messages.at": Rule("row", _TIME),
    "messages.attempt_at": Rule("row", _TIME),
    "messages.attempts": Rule("row", _WORK),
    "messages.process": Rule("row", _WORK),
    "messages.status_at": Rule("row", _TIME),
    "messages.error": Rule("row", _PLATFORM),
    "messages.volunteer_id": Rule("row", _TEAM),

    "statuses.id": Rule("row", _NUMBER),
    "statuses.message_id": Rule("row", _NUMBER),
    "statuses.state": Rule("row", _WORK),
    "statuses.external_id": Rule("row", _PLATFORM),
    "statuses.error": Rule("row", _PLATFORM),
    "statuses.at": Rule("row", _TIME),

    "media.id": Rule("row", _NUMBER),
    "media.message_id": Rule("row", _NUMBER),
    "media.state": Rule("row", _WORK),
    "media.reference": Rule("row"),
    "media.content_type": Rule("row", "picture, sound or document: not what is in it"),
    "media.size": Rule("row", _WORK),
    "media.content": Rule("row"),
    "media.refusal": Rule("row", _WORK),
    "media.attempts": Rule("row", _WORK),
    "media.ready_at": Rule("row", _TIME),

    "facts.client_id": Rule("row", _NUMBER),
    "facts.name": Rule("row", "which fact is known; what it says is sealed"),
    "facts.said_by": Rule("row", "client or staff"),
    "facts.value": Rule("row"),
    "facts.said_at": Rule("row", _TIME),

    "tickets.id": Rule("kept", _NUMBER),
    "tickets.client_id": Rule("null", _NUMBER),
    "tickets.address_id": Rule("null", _NUMBER),
    "tickets.moment_id": Rule("kept", "the moment it led to is anonymous too"),
    "tickets.message_id": Rule("null", _NUMBER),
    "tickets.location_id": Rule("kept", _COUNT),
    "tickets.team": Rule("kept", _COUNT),
    "tickets.topics": Rule("kept", _COUNT),
    "tickets.urgency": Rule("kept", "urgent work that is open stays as a task without a name"),
    "tickets.language": Rule("kept", _COUNT),
    "tickets.state": Rule("kept", "urgent work that is open stays as a task without a name; other work is closed, for nobody waits for it"),
    "tickets.reason": Rule("kept", _COUNT),
    "tickets.question": Rule("null"),
    "tickets.opened_at": Rule("kept", _COUNT),
    "tickets.due_at": Rule("kept", "urgent work that is open stays as a task without a name"),
    "tickets.closed_at": Rule("kept", _COUNT),
    "tickets.outcome": Rule("kept", _COUNT),
    "tickets.number": Rule("kept", "the number volunteers say aloud; nothing stands behind it once the client is gone"),
    "tickets.volunteer_id": Rule("kept", _TEAM),
    "tickets.taken_at": Rule("kept", _COUNT),
    "tickets.heard_at": Rule("kept", _COUNT),
    "tickets.said_at": Rule("kept", _COUNT),
    "tickets.answered_at": Rule("kept", _COUNT),
    "tickets.alert_level": Rule("kept", _WORK),
    "tickets.alert_at": Rule("kept", _WORK),
    "tickets.wants_woman": Rule("kept", "a wish about who answers; says nothing of why"),
    "tickets.avoids_community": Rule("kept", "a wish about who answers; says nothing of why"),
    "tickets.interpreter": Rule("kept", _COUNT),
    "tickets.helped": Rule("kept", _COUNT),

    "invites.code_key": Rule("row", _HASH),
    "invites.code": Rule("row"),
    "invites.client_id": Rule("row", _NUMBER),
    "invites.created_at": Rule("row", _TIME),
    "invites.expires_at": Rule("row", _TIME),
    "invites.used_at": Rule("row", _TIME),

    "bindings.id": Rule("row", _NUMBER),
    "bindings.client_id": Rule("row", _NUMBER),
    "bindings.address_id": Rule("row", _NUMBER),
    "bindings.asked_at": Rule("row", _TIME),
    "bindings.decided_at": Rule("row", _TIME),
    "bindings.is_allowed": Rule("row", _WORK),

    "channels.name": Rule("kept", _WORK),
    "channels.paused_until": Rule("kept", _WORK),
    "channels.halted": Rule("kept", _WORK),
    "channels.reconciled_at": Rule("kept", _WORK),
    "channels.tokens": Rule("kept", _WORK),
    "channels.refilled_at": Rule("kept", _WORK),

    "contents.hash": Rule("kept", "of our own texts, the same for every client"),
    "contents.external_id": Rule("kept", _PLATFORM),
    "contents.created_at": Rule("kept", _WORK),

    "erasures.client_id": Rule("kept", "a number without a person behind it: restoring a backup erases by it again"),
    "erasures.asked_at": Rule("kept", "the proof that it was asked and done"),
    "erasures.done_at": Rule("kept", "the proof that it was asked and done"),

    "deletions.id": Rule("kept", _NUMBER),
    "deletions.channel": Rule("kept", _WORK),
    "deletions.reference": Rule("kept", "sealed, and gone once the platform has deleted what it names"),
    "deletions.attempts": Rule("kept", _WORK),
    "deletions.ready_at": Rule("kept", _TIME),

    "volunteers.id": Rule("kept", _NUMBER),
    "volunteers.name": Rule("kept", _TEAM),
    "volunteers.login": Rule("kept", _TEAM),
    "volunteers.role": Rule("kept", _TEAM),
    "volunteers.location_id": Rule("kept", _TEAM),
    "volunteers.teams": Rule("kept", _TEAM),
    "volunteers.languages": Rule("kept", _TEAM),
    "volunteers.communities": Rule("kept", _TEAM),
    "volunteers.is_woman": Rule("kept", _TEAM),
    "volunteers.is_interpreter": Rule("kept", _TEAM),
    "volunteers.reads": Rule("kept", _TEAM),
    "volunteers.password": Rule("kept", "an argon2 hash: slow to guess"),
    "volunteers.totp": Rule("kept", "sealed; the second factor of one of us"),
    "volunteers.totp_step": Rule("kept", _TEAM),
    "volunteers.telegram_key": Rule("kept", _HASH),
    "volunteers.telegram_id": Rule("kept", "sealed; whom to remove from the group after a dismissal"),
    "volunteers.created_at": Rule("kept", _TEAM),
    "volunteers.dismissed_at": Rule("kept", _TEAM),

    "logins.token_hash": Rule("kept", _RANDOM),
    "logins.volunteer_id": Rule("kept", _TEAM),
    "logins.is_whole": Rule("kept", _TEAM),
    "logins.created_at": Rule("kept", _TEAM),
    "logins.seen_at": Rule("kept", _TEAM),
    "logins.expires_at": Rule("kept", _TEAM),

    "attempts.id": Rule("kept", _NUMBER),
    "attempts.login_key": Rule("kept", _HASH),
    "attempts.source_key": Rule("kept", _HASH),
    "attempts.at": Rule("kept", _WORK),
    "attempts.is_right": Rule("kept", _WORK),

    "links.code_hash": Rule("kept", _RANDOM),
    "links.kind": Rule("kept", _TEAM),
    "links.volunteer_id": Rule("kept", _TEAM),
    "links.made_by": Rule("kept", _TEAM),
    "links.created_at": Rule("kept", _TEAM),
    "links.expires_at": Rule("kept", _TEAM),
    "links.used_at": Rule("kept", _TEAM),

    "duties.id": Rule("kept", _NUMBER),
    "duties.location_id": Rule("kept", _TEAM),
    "duties.volunteer_id": Rule("kept", _TEAM),
    "duties.team": Rule("kept", _TEAM),
    "duties.weekday": Rule("kept", _TEAM),
    "duties.on_day": Rule("kept", _TEAM),
    "duties.starts": Rule("kept", _TEAM),
    "duties.ends": Rule("kept", _TEAM),

    "alerts.id": Rule("kept", _NUMBER),
    "alerts.ticket_id": Rule("kept", _NUMBER),
    "alerts.volunteer_id": Rule("kept", _TEAM),
    "alerts.level": Rule("kept", _TEAM),
    "alerts.at": Rule("kept", _TEAM),
    "alerts.seen_at": Rule("kept", _TEAM),

    "notes.id": Rule("row", _NUMBER),
    "notes.ticket_id": Rule("row", _NUMBER),
    "notes.client_id": Rule("row", _NUMBER),
    "notes.volunteer_id": Rule("row", _TEAM),
    "notes.body": Rule("row"),
    "notes.at": Rule("row", _TIME),
    "notes.moment_id": Rule("row", _NUMBER),

    "drafts.ticket_id": Rule("row", _NUMBER),
    "drafts.volunteer_id": Rule("row", _TEAM),
    "drafts.body": Rule("row"),
    "drafts.at": Rule("row", _TIME),

    "views.id": Rule("kept", _NUMBER),
    "views.volunteer_id": Rule("kept", "the proof of who looked; names no client once the client is gone"),
    "views.client_id": Rule("null", _NUMBER),
    "views.location_id": Rule("kept", "the proof of who looked; names no client once the client is gone"),
    "views.what": Rule("kept", "the proof of who looked; names no client once the client is gone"),
    "views.at": Rule("kept", "the proof of who looked; names no client once the client is gone"),

    "search_keys.client_id": Rule("row", _NUMBER),
    "search_keys.key": Rule("row", _HASH),

    "corrections.id": Rule("kept", _TEXT),
    "corrections.language": Rule("kept", _TEXT),
    "corrections.text_hash": Rule("kept", _TEXT),
    "corrections.source": Rule("kept", _TEXT),
    "corrections.said": Rule("kept", _TEXT),
    "corrections.state": Rule("kept", _TEXT),
    "corrections.is_reviewed": Rule("kept", _TEXT),
    "corrections.volunteer_id": Rule("kept", _TEXT),
    "corrections.at": Rule("kept", _TEXT),
    "corrections.second_id": Rule("kept", _TEXT),
    "corrections.second_at": Rule("kept", _TEXT),

    "recordings.id": Rule("kept", _TEXT),
    "recordings.language": Rule("kept", _TEXT),
    "recordings.text_hash": Rule("kept", _TEXT),
    "recordings.content_type": Rule("kept", _TEXT),
    "recordings.seconds": Rule("kept", _TEXT),
    "recordings.content": Rule("kept", _TEXT),
    "recordings.volunteer_id": Rule("kept", _TEXT),
    "recordings.at": Rule("kept", _TEXT),

    "threads.ticket_id": Rule("kept", "which topic of the group must be deleted"),
    "threads.external_id": Rule("kept", "which topic of the group must be deleted"),
    "threads.head_id": Rule("kept", _PLATFORM),
    "threads.shown": Rule("kept", _WORK),
    "threads.heard_at": Rule("kept", _WORK),
    "threads.alerted_id": Rule("kept", _WORK),
    "threads.state": Rule("kept", "which topic of the group must be deleted"),
    "threads.ready_at": Rule("kept", _WORK),
    "threads.attempts": Rule("kept", _WORK),

    "postings.id": Rule("row", "drawn by us, or Telegram's number of an update; meaningless elsewhere"),
    "postings.ticket_id": Rule("row", _NUMBER),
    "postings.message_id": Rule("row", _NUMBER),
    "postings.external_id": Rule("row", _PLATFORM),
    "postings.kind": Rule("row", _WORK),
    "postings.body": Rule("row"),
    "postings.state": Rule("row", _WORK),
    "postings.ready_at": Rule("row", _WORK),
    "postings.attempts": Rule("row", _WORK),

    "templates.name": Rule("kept", _TEXT),
    "templates.language": Rule("kept", _TEXT),
    "templates.hash": Rule("kept", _TEXT),
    "templates.external_id": Rule("kept", _TEXT),
    "templates.state": Rule("kept", _TEXT),
    "templates.reason": Rule("kept", _TEXT),
    "templates.checked_at": Rule("kept", _TEXT),

    "files.id": Rule("kept", _NUMBER),
    "files.person": Rule("kept", "a number drawn for the files of one client; nobody stands behind it once the client is gone"),
    "files.client_id": Rule("null", _NUMBER),
    "files.location_id": Rule("kept", _COUNT),
    "files.municipality": Rule("kept", _COUNT),
    "files.opened_on": Rule("kept", _COUNT),
    "files.closed_on": Rule("kept", _COUNT),
    "files.outcome": Rule("kept", _COUNT),
    "files.volunteer_id": Rule("kept", _TEAM),

    "totals.from_on": Rule("kept", _SUM),
    "totals.to_on": Rule("kept", _SUM),
    "totals.location_id": Rule("kept", _SUM),
    "totals.name": Rule("kept", _SUM),
    "totals.value": Rule("kept", _SUM),
    "totals.volunteer_id": Rule("kept", _TEAM),
    "totals.at": Rule("kept", _SUM),
}
