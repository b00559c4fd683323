"""
The encrypted columns: AES-256-GCM bound to column and row, keyed hashes where a look-up is needed, and the key ring.

A sealed value is `0x01 | key id (4) | nonce (12) | ciphertext and tag`; its associated data is `table.column:row`, so a value
that is moved to another row or column does not open. The first key of the ring seals; every key opens.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MARK = b"\x01"


class WrongKey(Exception):
    """
    A stored value opens with none of the keys: another WEGWIJS_SECRET_KEY, or a value that was tampered with.
    """


def derive(secret: str, purpose: str) -> bytes:
    """
    Return the 32-byte key of one purpose (RFC 5869, HKDF-SHA256).
    """
    return HKDF(algorithm=SHA256(), length=32, salt=b"wegwijs", info=purpose.encode()).derive(secret.encode())


def key_id(key: bytes) -> bytes:
    """
    Return the four bytes by which a key is known beside what it sealed.
    """
    return hashlib.sha256(key).digest()[:4]


class Keys:
    """
    The key ring, made from the secrets of WEGWIJS_SECRET_KEY (the current first, then older ones).
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or any(len(secret) < 16 for secret in secrets):
            raise ValueError("a secret key needs at least 16 characters")
        self._secrets = tuple(secrets)
        self._ciphers: dict[bytes, AESGCM] = {}
        self._hashing = [hmac.new(derive(secret, "look-up"), digestmod="sha256") for secret in secrets]
        for secret in secrets:
            key = derive(secret, "columns")
            self._ciphers[key_id(key)] = AESGCM(key)
        self._current = next(iter(self._ciphers))
        self._seal = self._ciphers[self._current].encrypt
        self._head = MARK + self._current

    def seal(self, column: str, row: int | str, value: str | bytes) -> bytes:
        """
        Return `value` encrypted for this column ("messages.body") and row id.
        """
        nonce = os.urandom(12)
        data = value.encode() if isinstance(value, str) else value
        return self._head + nonce + self._seal(nonce, data, f"{column}:{row}".encode())

    def open(self, column: str, row: int | str, sealed: bytes) -> bytes:
        """
        Return what was sealed for this column and row; `WrongKey` if it was not sealed there or with these keys.
        """
        cipher = self._ciphers.get(bytes(sealed[1:5]))
        if cipher is None or sealed[:1] != MARK:
            raise WrongKey(f"{column} was sealed with another key: is WEGWIJS_SECRET_KEY the one this database was made with?")
        try:
            return cipher.decrypt(bytes(sealed[5:17]), bytes(sealed[17:]), f"{column}:{row}".encode())
        except InvalidTag:
            raise WrongKey(f"a value of {column} does not belong to its row, or was changed") from None

    def text(self, column: str, row: int | str, sealed: bytes) -> str:
        """
        Return what was sealed, as text.
        """
        return self.open(column, row, sealed).decode()

    def has(self, sealed: bytes) -> bool:
        """
        Tell whether a key of this ring sealed this value, by its first bytes.
        """
        return bytes(sealed[1:5]) in self._ciphers

    @property
    def head(self) -> bytes:
        """
        The first bytes of every value that the current key sealed.
        """
        return self._head

    def ring(self, purpose: str) -> dict[bytes, bytes]:
        """
        Return the keys of another purpose by their ids, the current first.
        """
        keys = [derive(secret, purpose) for secret in self._secrets]
        return {key_id(key): key for key in keys}

    def hash(self, purpose: str, value: str) -> str:
        """
        Return the keyed hash of a value for look-ups, with the current key.
        """
        return _hash(self._hashing[0], purpose, value)

    def hashes(self, purpose: str, value: str) -> list[str]:
        """
        Return the keyed hash under every key of the ring, the current first.
        """
        return [_hash(key, purpose, value) for key in self._hashing]


def _hash(keyed: hmac.HMAC, purpose: str, value: str) -> str:
    one = keyed.copy()              # taking the key in anew would cost twice the hash
    one.update(f"{purpose}:{value}".encode())
    return one.digest()[:20].hex()
