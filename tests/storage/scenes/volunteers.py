"""
Volunteers, their logins, links and what they looked at.
"""

from storage import attempts, feeds, links, logins, views, volunteers
from storage.database import Tx
from tests.storage.lives import NOW


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What the desk asks of these nouns."""
    joke = volunteers.add(tx, "Joke", "volunteer", 1, NOW, ["legal"])
    volunteers.by_id(tx, joke)
    volunteers.at(tx, 1)
    volunteers.everyone(tx)
    volunteers.names(tx)
    volunteers.administrators(tx)
    code = links.make(tx, joke, "invite", NOW)
    links.look(tx, code, "invite", NOW)
    links.use(tx, code, "invite", NOW)
    volunteers.is_taken(tx, "joke", joke)
    volunteers.choose(tx, joke, "joke", "a hash")
    volunteers.set_totp(tx, joke, "a secret", 1)
    volunteers.use_step(tx, joke, 2)
    volunteers.credentials(tx, "joke")
    volunteers.secret_of(tx, joke)
    volunteers.change(tx, joke, teams=["legal", "social"])
    attempts.note(tx, "joke", "127.0.0.1", False, NOW)
    attempts.is_locked(tx, "joke", "127.0.0.1", NOW)
    attempts.is_known(tx, "joke", "127.0.0.1")
    logins.begin(tx, joke, "token", True, NOW)
    logins.find(tx, logins.hash_of("token"), NOW)
    logins.seen(tx, logins.hash_of("token"), NOW)
    logins.of(tx, joke)
    logins.end(tx, logins.hash_of("token"))
    logins.end_all(tx, joke)
    views.look(tx, joke, client_id, 1, "card", NOW)
    views.is_noted(tx, joke, client_id, 1, "card", NOW)
    views.latest(tx, 1, (NOW, 1), 1001)
    views.latest(tx, 1, (NOW, 1), 0, joke)
    feeds.look(tx, feeds.make(tx, joke, NOW))
    feeds.since(tx, joke)
    feeds.end(tx, joke)
    links.end_all(tx, joke)
    volunteers.dismiss(tx, joke, NOW)
