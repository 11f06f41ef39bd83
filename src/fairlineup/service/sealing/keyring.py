"""Keys of scopes: made, wrapped by a master key, unwrapped."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fairlineup.service.sealing.contexts import context_of
from fairlineup.service.sealing.faults import seal_broken
from fairlineup.service.sealing.hashes import SECRET_BYTES
from fairlineup.service.sealing.keyfile import KeyFile
from fairlineup.service.sealing.masters import KEY_BYTES, MasterKey
from fairlineup.service.sealing.sealer import ID_BYTES, NONCE_BYTES, ScopeKey, Sealer


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key of a scope as the store keeps it."""

    id: bytes
    scope: str  #: what it seals: "store", "collection/7".
    master: str  #: id of the master key that wraps it.
    wrapped: bytes = field(repr=False)


class Keyring:
    """Makes and unlocks the keys of scopes with the master keys of a file. Threads may share one."""

    def __init__(self, file: KeyFile) -> None:
        self._file = file
        self._lock = threading.Lock()

    @property
    def file(self) -> KeyFile:
        """The key file as it was last read."""
        return self._file

    def make(self, scope: str) -> WrappedKey:
        """The first key of a new scope."""
        return self._made(scope, secrets.token_bytes(SECRET_BYTES))

    def renew(self, sealer: Sealer) -> WrappedKey:
        """A further key of a scope, wrapped by the newest master key; its keyed hashes stay the same."""
        return self._made(sealer.scope, sealer.root)

    def unlock(self, keys: Sequence[WrappedKey]) -> Sealer:
        """What seals with the last of these keys, all of one scope, and opens what any of them sealed.

        Raises: SystemFailed: a key was changed, or is wrapped by a master key that the file lacks.
            BadInput, Refused: the key file, which is read again where it lacks one, cannot be.
        """
        scopes = {one.scope for one in keys}
        if len(scopes) != 1:
            raise ValueError(f"keys of one scope, not of {len(scopes)}")
        return Sealer(scopes.pop(), [self._unwrapped(one) for one in keys])

    def _made(self, scope: str, root: bytes) -> WrappedKey:
        master, identity, nonce = self._file.newest, secrets.token_bytes(ID_BYTES), os.urandom(NONCE_BYTES)
        content = secrets.token_bytes(KEY_BYTES) + root
        sealed = AESGCM(master.key).encrypt(nonce, content, self._context(scope, identity))
        return WrappedKey(identity, scope, master.id, nonce + sealed)

    def _unwrapped(self, one: WrappedKey) -> ScopeKey:
        named = f"the key {one.id.hex()} of {one.scope}"
        master = self._master(one.master)
        if master is None:
            got = f"a key wrapped by the master key {one.master}, which {self._file.path} does not hold"
            raise seal_broken(named, got)
        nonce, sealed = one.wrapped[:NONCE_BYTES], one.wrapped[NONCE_BYTES:]
        try:
            content = AESGCM(master.key).decrypt(nonce, sealed, self._context(one.scope, one.id))
        except (InvalidTag, ValueError):
            raise seal_broken(named, "bytes that were changed, or moved from another place") from None
        return ScopeKey(one.id, content[:KEY_BYTES], content[KEY_BYTES:])

    def _master(self, identity: str) -> MasterKey | None:
        """A master key, from the file as it is now where it was not in it before."""
        found = self._file.master(identity)
        if found is not None:
            return found
        with self._lock:
            if self._file.master(identity) is None:
                self._file = self._file.read_again()
        return self._file.master(identity)

    def _context(self, scope: str, identity: bytes) -> bytes:
        return context_of("key", self._file.store, scope, identity)
