"""
Show: a person's own data, as text that can be read out or printed for them.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from storage import clients, phones, records
from storage.database import Tx
from storage.records import Record


class UnknownClient(Exception):
    """
    Nobody has this client number or address: one line that shows how one is written.
    """


def find(tx: Tx, client: str) -> int:
    """
    Return the id of the client meant by a number or an address; raise `UnknownClient`.
    """
    client_id = records.find(tx, client.strip())
    if client_id is None:
        raise UnknownClient("no client has this number or address; write it as 1001, telegram:5 or whatsapp:+31612345678")
    people = [one for theirs in phones.sharers(tx, phones.doors_of(tx, client_id)).values() for one in theirs]
    if people and not client.strip().isdigit() and client_id not in {one.client_id for one in people}:      # the phone's own, nameless record
        numbers = [*(one.number for one in people), clients.number_of(tx, client_id)]
        raise UnknownClient(f"clients {', '.join(map(str, numbers))} share this phone: write the number of one of them")
    return client_id


def show(tx: Tx, client: str, timezone: ZoneInfo) -> str:
    """
    Return everything we hold about a client, in the office's time; raise `UnknownClient`.
    """
    record = records.of_client(tx, find(tx, client))
    if record is None:
        raise UnknownClient("this client has just been erased")
    return "\n".join(_lines(record, timezone)) + "\n"


def _lines(record: Record, timezone: ZoneInfo) -> Iterator[str]:
    def at(moment: datetime | None) -> str:
        return f"{moment.astimezone(timezone):%Y-%m-%d %H:%M}" if moment else "no"

    yield f"Client {record.number}"
    yield f"  name         {record.name or 'not known'}"
    yield f"  language     {record.language or 'not chosen yet'}"
    yield f"  location     {record.location}"
    yield f"  consent      {record.consent or 'not asked yet'}" + (f", {at(record.consented_at)}" if record.consented_at else "")
    yield f"  under 16     {'yes' if record.is_under_16 else 'no'}"
    yield f"  stopped      {at(record.stopped_at)}"
    yield f"  known since  {at(record.created_at)}"
    yield from _section("Addresses", [
        f"{one.channel}  {one.external_id}" + (f"  cannot be reached since {at(one.unreachable_at)}" if one.unreachable_at else "")
        for one in record.addresses])
    yield from _section("What we know", [f"{name}  {value}" for name, value in sorted(record.facts.items())])
    yield from _section("Contact moments", [
        f"{at(moment.began_at)}  {moment.channel}  {', '.join(moment.topics) or 'no topic'}  {moment.outcome}".rstrip()
        for moment in record.moments])
    yield from _section("Questions for a volunteer", [
        f"{at(ticket.opened_at)}  {ticket.state}  {', '.join(ticket.topics) or 'no topic'}  {_indented(ticket.question)}".rstrip()
        for ticket in record.tickets])
    yield from _section("What our volunteers noted", [f"{at(noted_at)}  {_indented(text)}" for noted_at, text in record.notes])
    yield from _section("Looks at the domains of life", [
        f"{at(one.at)}  {domain}  {how}  {_indented(note)}".rstrip() for one in record.looks for domain, (how, note) in one.domains.items()])
    yield from _section("Messages", [
        f"{at(line.at)}  {'us    ' if line.is_ours else 'client'}  {_indented(' '.join((line.text or line.kind, *line.media)))}"
        for line in record.messages])


def _section(title: str, rows: list[str]) -> Iterator[str]:
    yield ""
    yield f"{title} ({len(rows)})"
    yield from (f"  {row}" for row in rows)


def _indented(text: str) -> str:
    return text.replace("\n", "\n      ")
