"""The keys that stand in the store, unlocked once and kept."""

from __future__ import annotations

import sqlite3
import threading

from fairlineup.service.sealing import Keyring, Sealer, WrappedKey

STORE_SCOPE = "store"
"""Whose keys seal what belongs to no collection: secrets of access keys, replies."""


class Sealers:
    """One sealer a scope; another process may add keys, so the newest one is looked up each time."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        self._lock = threading.Lock()
        self._known: dict[str, tuple[tuple[bytes, ...], Sealer]] = {}

    def of(self, work: sqlite3.Connection, scope: str) -> Sealer:
        """The sealer of a scope whose keys stand in the store."""
        ids = tuple(
            row[0]
            for row in work.execute("SELECT id FROM seal_key WHERE scope = ? ORDER BY made, rowid", (scope,))
        )
        with self._lock:
            known = self._known.get(scope)
            if known is None or known[0] != ids:
                known = ids, self.keyring.unlock(_keys(work, scope))
                self._known[scope] = known
            return known[1]


def keep_key(work: sqlite3.Connection, key: WrappedKey, at: float) -> None:
    """Add a key of a scope."""
    work.execute(
        "INSERT INTO seal_key VALUES (?, ?, ?, ?, ?)", (key.id, key.scope, key.master, key.wrapped, at)
    )


def _keys(work: sqlite3.Connection, scope: str) -> list[WrappedKey]:
    rows = work.execute("SELECT * FROM seal_key WHERE scope = ? ORDER BY made, rowid", (scope,))
    return [WrappedKey(row["id"], row["scope"], row["master"], row["wrapped"]) for row in rows]
