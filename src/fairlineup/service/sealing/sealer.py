"""Sealing and opening within one scope: a collection, or the store as a whole.

A blob is one byte that says so, the id of its key (8 bytes), a nonce (12), the content encrypted, and a tag
(16). AES-256-GCM; key id and context are associated data, so that a blob opens only in its place.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fairlineup.service.sealing.faults import seal_broken
from fairlineup.service.sealing.hashes import derived

FORMAT = b"\x01"
ID_BYTES = 8
NONCE_BYTES = 12
TAG_BYTES = 16
CONTENT_AT = len(FORMAT) + ID_BYTES + NONCE_BYTES
OVERHEAD_BYTES = CONTENT_AT + TAG_BYTES
"""By how many bytes a blob is longer than what is in it."""


@dataclass(frozen=True, slots=True)
class ScopeKey:
    """A key of a scope, unlocked. `root`: what the keys of hashes are derived from."""

    id: bytes
    key: bytes
    root: bytes

    def __repr__(self) -> str:
        return f"ScopeKey({self.id.hex()})"


class Sealer:
    """Seals with the newest key of a scope and opens what any of them sealed. Threads may share one."""

    def __init__(self, scope: str, keys: Sequence[ScopeKey]) -> None:
        self.scope = scope
        self._keys = tuple(keys)
        self._ciphers = {FORMAT + one.id: AESGCM(one.key) for one in keys}
        self._head = FORMAT + keys[-1].id
        self._cipher = self._ciphers[self._head]
        self._derived = lru_cache(maxsize=64)(derived)

    @property
    def newest(self) -> bytes:
        """The id of the key that seals now, as it stands in blobs from their second byte on."""
        return self._keys[-1].id

    @property
    def root(self) -> bytes:
        """What the keys of hashes are derived from: the same under all keys of the scope."""
        return self._keys[-1].root

    def __repr__(self) -> str:
        return f"Sealer({self.scope!r}, {[one.id.hex() for one in self._keys]})"

    def seal(self, content: bytes, context: bytes) -> bytes:
        """A blob that opens with this context alone.

        Not: as many as you like: under one key 2**32 blobs may be sealed, as nonces are random (NIST SP
        800-38D, 8.3).
        """
        nonce = os.urandom(NONCE_BYTES)
        return self._head + nonce + self._cipher.encrypt(nonce, content, self._head + context)

    def open_sealed(self, blob: bytes, context: bytes) -> bytes:
        """What was sealed. Raises: SystemFailed: changed, moved, or sealed with a key that is not here."""
        head = blob[: len(self._head)]
        cipher = self._ciphers.get(head)
        if cipher is None or len(blob) < OVERHEAD_BYTES:
            raise seal_broken(self._named, self._stranger(blob))
        try:
            return cipher.decrypt(blob[len(head) : CONTENT_AT], blob[CONTENT_AT:], head + context)
        except InvalidTag:
            raise seal_broken(self._named, "bytes that were changed, or moved from another place") from None

    def open_all(self, sealed: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
        """What was sealed in each blob, given with its context. Raises: as `open_sealed`."""
        return [self.open_sealed(blob, context) for blob, context in sealed]

    def knows(self, blob: bytes) -> bool:
        """Whether the key that sealed a blob is here; if not, another process may have made a newer one."""
        return blob[: len(self._head)] in self._ciphers

    def keyed_hash(self, content: bytes, purpose: str) -> bytes:
        """HMAC-SHA256 of content, 32 bytes, the same before and after a new key: see `hashes.keyed_hash`."""
        return hmac.digest(self._derived(self.root, purpose), content, "sha256")

    @property
    def _named(self) -> str:
        return f"a part of {self.scope}"

    def _stranger(self, blob: bytes) -> str:
        if len(blob) < OVERHEAD_BYTES or blob[: len(FORMAT)] != FORMAT:
            return "bytes that nobody sealed"
        return f"bytes sealed with the key {key_id_of(blob).hex()}, which is not here"


def key_id_of(blob: bytes) -> bytes:
    """The id of the key that sealed a blob."""
    return blob[len(FORMAT) : len(FORMAT) + ID_BYTES]
