"""A data directory opened: its file, its keys, its transactions."""

from __future__ import annotations

import os
import sqlite3
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from fairlineup.files import OWNERS_ALONE, make_folder
from fairlineup.records import BadInput
from fairlineup.service.sealing import KeyFile, Keyring, Sealer
from fairlineup.service.store.connections import Readers, connect
from fairlineup.service.store.faults import named
from fairlineup.service.store.schema import MIGRATIONS
from fairlineup.service.store.sealers import STORE_SCOPE, Sealers, current_master, keep_key
from fairlineup.service.store.writer import Writer

FILE = "fairlineup.sqlite"

Clock = Callable[[], float]
"""Seconds since 1970 in UTC."""


class Store:
    """The record of truth of a data directory, for any thread; several processes may have it open.

    Args:
        folder: the data directory; made, for its owner alone, where it is not there and `make` is on.
        make: whether a directory without a store becomes one.
        new_key: whether the file that the environment names as the key file may be made, where it is missing.
        clock: what tells the time, everywhere in the service.

    Attributes:
        id: of the store, made once; its key file bears it.
        keyring: the master keys, in a file outside the data directory.
        new_key: that file, if it was made just now.

    Raises: BadInput: there is no store, it is damaged, or a later version wrote it; SystemFailed.
    """

    def __init__(
        self, folder: Path, *, make: bool = False, new_key: bool = False, clock: Clock = time.time
    ) -> None:
        self.folder, self.clock = folder, clock
        self.path = folder / FILE
        if not self.path.exists():
            _made(self.path, make=make)
        self.id, key_file = _opened(self.path, clock, new_key=new_key)
        self.keyring = Keyring(key_file)
        self.new_key = key_file.path if key_file.made else None
        self._readers, self._writer = Readers(self.path), Writer(self.path)
        self._sealers = Sealers(self.keyring)

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """A transaction that reads the store as it is at its begin."""
        return self._readers.reading()

    def writing(self, *, wait: bool = True) -> AbstractContextManager[sqlite3.Connection]:
        """A transaction that writes, durable when its block is left: `Writer.writing`."""
        return self._writer.writing(wait=wait)

    def sealer(self, work: sqlite3.Connection, scope: str = STORE_SCOPE) -> Sealer:
        """What seals and opens what belongs to a scope, in a transaction."""
        return self._sealers.of(work, scope)

    def new_scope(self, work: sqlite3.Connection, scope: str) -> None:
        """Make the first key of a scope, in a transaction."""
        keep_key(work, self.keyring.make(scope, current_master(work)), self.clock())

    def close(self) -> None:
        """Let go of the file."""
        self._writer.close()
        self._readers.close()


def store_id(folder: Path) -> str:
    """The id of a data directory's store, which needs no key. Raises: BadInput, SystemFailed."""
    path = folder / FILE
    if not path.exists():
        _made(path, make=False)
    connection = connect(path)
    try:
        with named(path):
            return str(connection.execute("SELECT value FROM fact WHERE name = 'store'").fetchone()[0])
    finally:
        connection.close()


def _made(path: Path, *, make: bool) -> None:
    if not make:
        raise BadInput(
            f"the data directory {path.parent}",
            expected=f"a store, the file {FILE}",
            got="none there",
            remedy="name a data directory that was made before, or make this one",
            code="store-missing",
        )
    if not path.parent.exists():
        make_folder(path.parent)
    _check_private(path.parent)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, OWNERS_ALONE))


def _check_private(folder: Path) -> None:
    mode = folder.stat().st_mode & 0o777
    if os.name == "posix" and mode & 0o077:
        raise BadInput(
            f"the data directory {folder}",
            expected="a folder that its owner alone may enter, mode 0700",
            got=f"mode {mode:04o}",
            remedy="name a folder that is not there yet, or take the rights of others away",
            code="file-unwritable",
        )


def _opened(path: Path, clock: Clock, *, new_key: bool) -> tuple[str, KeyFile]:
    """Bring the schema up to date; the store's id, and its key file, which is made with the store."""
    connection = connect(path)
    try:
        with named(path):
            connection.execute("BEGIN IMMEDIATE")
            new = _migrate(connection, path, clock)
            store = str(connection.execute("SELECT value FROM fact WHERE name = 'store'").fetchone()[0])
            now = datetime.fromtimestamp(clock(), UTC)
            key_file = KeyFile.open(path.parent, store, new=new, now=now, asked=new_key)
            if new:
                keep_key(connection, Keyring(key_file).make(STORE_SCOPE), clock())
            connection.execute("COMMIT")
            return store, key_file
    finally:
        connection.close()


def _migrate(connection: sqlite3.Connection, path: Path, clock: Clock) -> bool:
    """Run the migrations that have not run, in the caller's transaction; whether the store is new."""
    connection.execute("CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, at REAL NOT NULL)")
    version = connection.execute("SELECT coalesce(max(version), 0) FROM migration").fetchone()[0]
    _check_version(path, version)
    for number, step in enumerate(MIGRATIONS[version:], version + 1):
        for statement in _statements(step):
            connection.execute(statement)
        connection.execute("INSERT INTO migration VALUES (?, ?)", (number, clock()))
    if version == 0:
        connection.execute("INSERT INTO fact VALUES ('store', ?)", (str(uuid.uuid4()),))
    return bool(version == 0)


def _check_version(path: Path, version: int) -> None:
    if version > len(MIGRATIONS):
        raise BadInput(
            f"the store {path}",
            expected=f"version {len(MIGRATIONS)} at most",
            got=f"version {version}, which a later Fairlineup wrote",
            remedy="use the version that wrote it, or a later one",
            code="store-of-a-newer-version",
        )


def _statements(script: str) -> list[str]:
    """A script's statements one by one: `executescript` would commit before it begins."""
    found, part = [], ""
    for line in script.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found
