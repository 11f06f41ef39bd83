"""One connection to write with: transactions of several threads share one commit, and so one fsync."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fairlineup.records import FairlineupError
from fairlineup.service.store.connections import connect
from fairlineup.service.store.fairlock import FairLock
from fairlineup.service.store.faults import fault, named

SOON_S = 0.005
"""How long a work that nobody waits for may stay open: others of its kind join it meanwhile."""


@dataclass(slots=True, eq=False)
class _Group:
    """Works that are committed together."""

    ended: bool = False
    error: FairlineupError | None = None


class Writer:
    """Writes to the store, each work whole or not at all; several threads may."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = connect(path)
        self._lock = FairLock()
        self._group: _Group | None = None
        self._soon, self._closing = threading.Event(), threading.Event()
        self._later = threading.Thread(target=self._commit_soon, name="fairlineup-commit", daemon=True)
        self._later.start()

    @contextmanager
    def writing(self, *, wait: bool = True) -> Iterator[sqlite3.Connection]:
        """A work, durable when the block is left.

        Works that wait for their turn meanwhile are committed together. With `wait` off the block is left at
        once: the work is durable with the next one that waits, or a moment later. Should the disk fail in
        that moment it is gone, and nobody is told.

        Raises: SystemFailed, BadInput: the disk is full or fails, or the file is damaged; the work is undone.
        """
        with self._lock, named(self._path):
            group = self._begun()
            try:
                yield self._connection
            except BaseException:
                self._undone()
                self._ended(group)  # what others did before stays
                raise
            self._connection.execute("RELEASE work")
        if wait:
            self._durable(group)
        else:
            self._soon.set()

    def close(self) -> None:
        """Commit what waits, and close."""
        self._closing.set()
        self._soon.set()
        self._later.join()
        with self._lock:
            if self._group is not None:
                self._ended(self._group)
            self._connection.close()

    def _commit_soon(self) -> None:
        """Commit what nobody waits for, so that other processes may write: until the end, in a thread."""
        while self._soon.wait() and not self._closing.is_set():
            self._soon.clear()
            self._closing.wait(SOON_S)
            with self._lock:
                if self._group is not None:
                    self._ended(self._group)

    def _begun(self) -> _Group:
        if self._group is None:
            self._connection.execute("BEGIN IMMEDIATE")
            self._group = _Group()
        self._connection.execute("SAVEPOINT work")
        return self._group

    def _undone(self) -> None:
        if self._connection.in_transaction:  # SQLite itself undoes all of it when the disk is full
            self._connection.execute("ROLLBACK TO work")
            self._connection.execute("RELEASE work")
        elif self._group is not None:
            self._group.error = self._group.error or fault(sqlite3.OperationalError("undone"), self._path)

    def _durable(self, group: _Group) -> None:
        with self._lock:
            self._ended(group)
        if group.error is not None:
            raise group.error

    def _ended(self, group: _Group) -> None:
        """Commit a group, unless another thread did."""
        if group.ended:
            return
        group.ended, self._group = True, None
        try:
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            group.error = fault(error, self._path)
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
