"""Connections to the store's file, each with the settings that durability and erasure need."""

from __future__ import annotations

import queue
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from fairlineup.service.store.faults import named

BUSY_S = 30.0
_SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "trusted_schema=OFF",
)


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit, for use from any one thread at a time. Raises: SystemFailed, BadInput."""
    with named(path):
        connection = sqlite3.connect(
            path, timeout=BUSY_S, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        connection.row_factory = sqlite3.Row
    return connection


def inserted(work: sqlite3.Connection, sql: str, values: Sequence[object] | Mapping[str, object]) -> int:
    """Insert a row; the number that it got."""
    return int(work.execute(sql, values).lastrowid or 0)


class Readers:
    """Connections to read with, lent one at a time; each reading sees the store as it is at its begin."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A transaction that only reads; keep it short, since erasure waits for it."""
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = connect(self._path)
        with named(self._path):
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")
                self._idle.put(connection)

    def close(self) -> None:
        """Close those that are not lent."""
        while not self._idle.empty():
            self._idle.get_nowait().close()
