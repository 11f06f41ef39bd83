"""What SQLite says, as an error that says what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fairlineup.records import BadInput, FairlineupError, SystemFailed

_FULL = (sqlite3.SQLITE_FULL,)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_READ_ONLY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Raise what SQLite raises as an error of ours. Raises: SystemFailed, BadInput."""
    try:
        yield
    except sqlite3.Error as error:
        raise fault(error, path) from error


def fault(error: sqlite3.Error, path: Path) -> FairlineupError:
    """An error of ours for one of SQLite's."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    got = str(error)
    if code in _FULL:
        return SystemFailed(
            f"the disk of {path}",
            expected="room to write",
            got=got,
            remedy="make room; nothing that was acknowledged is lost",
            code="disk-failed",
        )
    if code in _BUSY:
        return SystemFailed(
            f"the store {path}",
            expected="to be able to write to it",
            got=f"another process writes for a long time ({got})",
            remedy="try again",
            code="store-busy",
        )
    if code in _READ_ONLY:
        return SystemFailed(
            f"the store {path}",
            expected="a file and a folder that may be written to",
            got=got,
            remedy="give this user the right to write there",
            code="file-unwritable",
        )
    if code in _DAMAGED:
        return BadInput(
            f"the store {path}",
            expected="the file as it was written",
            got=got,
            remedy="keep the file as it is, and restore the last backup",
            code="store-damaged",
        )
    return SystemFailed(
        f"the store {path}",
        expected="SQLite to do its part",
        got=got,
        remedy="report it",
        code="system-failed",
    )
