"""
Passwords of volunteers: argon2, off the event loop, two at a time; and which ones are too easy.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200
EASY = ("wachtwoord", "password", "welkom", "welcome", "wegwijs", "vluchteling", "qwerty", "azerty", "12345", "abcdef", "letmein", "geheim")

_workers = ThreadPoolExecutor(2, thread_name_prefix="passwords")        # a crowd that logs in must not take the memory of everything else


class Passwords:
    """
    What is kept of passwords, made with so many rounds and kB of memory: as much work for us once as for each guess of a thief.
    """

    def __init__(self, rounds: int = 3, memory: int = 32 * 1024) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory, parallelism=1)
        self._nobody = ""

    async def make(self, password: str) -> str:
        """
        Return the hash to keep of a password.
        """
        return await asyncio.get_running_loop().run_in_executor(_workers, self._hasher.hash, password)

    async def is_right(self, password: str, kept: str) -> bool:
        """
        Tell whether a password is the one that was kept; where none was, the same work is done, so that nobody learns which names exist.
        """
        return await asyncio.get_running_loop().run_in_executor(_workers, self._verify, password[:LONGEST], kept) and bool(kept)

    async def renewed(self, password: str, kept: str) -> str:
        """
        Return the hash to keep from now on: the same, or a new one where it was made with other parameters than ours of today.
        """
        return await self.make(password) if self._hasher.check_needs_rehash(kept) else kept

    def _verify(self, password: str, kept: str) -> bool:
        self._nobody = self._nobody or self._hasher.hash("nobody has this password")
        try:
            return self._hasher.verify(kept or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False


def is_easy(password: str, *names: str) -> bool:
    """
    Tell whether a password is too short, nearly all one letter, one of those that everybody tries, or made of the own name.
    """
    said = password.casefold()
    own = [part for name in names for part in name.casefold().split() if len(part) > 3]
    rest = said
    for part in (*EASY, *own):
        rest = rest.replace(part, "")
    return len(password) < SHORTEST or len(password) > LONGEST or len(set(said)) < 5 or len("".join(rest.split())) < SHORTEST // 2
