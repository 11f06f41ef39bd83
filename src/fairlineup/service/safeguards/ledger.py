"""The ledger: what was done and refused, in order, only ever added to. Opaque ids and decisions; no names."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fairlineup.seals import Plain, canonical_json
from fairlineup.service.store import inserted


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger."""

    number: int
    at: float  #: seconds since 1970 in UTC.
    kind: str
    body: dict[str, Any]


def append(work: sqlite3.Connection, kind: str, body: dict[str, Plain], at: float) -> int:
    """Add an entry in a transaction of the store; its number."""
    text = canonical_json(body).decode()
    return inserted(work, "INSERT INTO ledger (at, kind, body) VALUES (?, ?, ?)", (at, kind, text))


def entries(reading: sqlite3.Connection, after: int = 0) -> Iterator[Entry]:
    """The entries after a number, oldest first."""
    for row in reading.execute("SELECT * FROM ledger WHERE number > ? ORDER BY number", (after,)):
        yield Entry(row["number"], row["at"], row["kind"], json.loads(row["body"]))
