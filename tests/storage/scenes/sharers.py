"""
A phone that several share.
"""

from datetime import timedelta

from storage import addresses, clients, invites, messages, phones, seats, sessions
from storage.addresses import Sender
from storage.database import Tx
from tests.storage.lives import NOW


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """Two share it, speak in turn, say their word, and one is taken off; the other has it alone again."""
    sender = Sender("telegram", "shared")
    first = addresses.resolve(tx, [sender], NOW)[sender]
    owner = addresses.client_of(tx, first) or 0
    [second] = clients.add(tx, 1, NOW, "Dawit")
    seat = seats.share(tx, first, second, NOW)
    door = addresses.resolve(tx, [sender], NOW)[sender]
    phones.of(tx, [door, seat])
    phones.is_shared(tx, seat)
    phones.whole(tx, [seat])
    phones.choose(tx, door, seat, NOW + timedelta(hours=4))
    phones.go_on(tx, [(door, seat, NOW, NOW + timedelta(hours=4))])
    phones.set_word(tx, second, "word")
    phones.word_of(tx, second)
    phones.proved(tx, seat, second, False, NOW)
    phones.proved(tx, seat, second, True, NOW)
    phones.said_since(tx, door, NOW)
    [id] = messages.record(tx, [messages.Received(door, "telegram", "t1", "text", 1, NOW, "hello")]).values()
    messages.press(tx, id, "sharing.who:1")
    phones.move(tx, [id], seat, NOW)
    sessions.stand(tx, door, "{}")
    phones.give_up(tx, [id for id, _seat in phones.withheld(tx, door)], "why")
    phones.withdraw(tx, [door])
    phones.hush(tx, [door])
    phones.sharers(tx, phones.doors_of(tx, second))
    invites.shared(tx, client_id)
    seats.forget_names(tx, [door])
    seats.leave(tx, addresses.client_of(tx, door) or 0, NOW)
    seats.unbind(tx, seat, NOW)
    seats.settle(tx, door, NOW)
    assert addresses.client_of(tx, addresses.resolve(tx, [sender], NOW)[sender]) == owner
