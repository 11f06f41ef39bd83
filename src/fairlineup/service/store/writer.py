"""One connection to write with: transactions of several threads share one commit, and so one fsync."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fairlineup.records import FairlineupError
from fairlineup.service.store.connections import connect
from fairlineup.service.store.faults import fault, named
from fairlineup.service.store.turns import Turns


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
        self._turns = Turns()
        self._group: _Group | None = None

    @contextmanager
    def writing(self, *, wait: bool = True) -> Iterator[sqlite3.Connection]:
        """A work, durable when the block is left.

        Works that wait for their turn meanwhile are committed together. With `wait` off the block is left at
        once: the work is durable no later than the next one that waits, and the caller must make one soon.

        Raises: SystemFailed, BadInput: the disk is full or fails, or the file is damaged; the work is undone.
        """
        with self._turns, named(self._path):
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

    def close(self) -> None:
        """Commit what waits, and close."""
        with self._turns:
            if self._group is not None:
                self._ended(self._group)
            self._connection.close()

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
        with self._turns:
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
