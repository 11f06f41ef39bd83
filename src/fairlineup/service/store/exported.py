"""Whether somebody has an export of the keys that the store is sealed with now."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

LAST = "seal-export"


@dataclass(frozen=True, slots=True)
class ExportState:
    """When the keys were last exported, and whether that export opens all there is now."""

    at: float | None  #: seconds since 1970; None for never.
    covers: bool
    masters: tuple[str, ...]  #: ids of the master keys that wrap something, oldest first.


def export_state(reading: sqlite3.Connection) -> ExportState:
    """How it stands."""
    rows = reading.execute("SELECT master FROM seal_key GROUP BY master ORDER BY min(number)")
    masters = tuple(row[0] for row in rows)
    said = reading.execute("SELECT value FROM fact WHERE name = ?", (LAST,)).fetchone()
    if said is None:
        return ExportState(None, covers=False, masters=masters)
    last = json.loads(said[0])
    return ExportState(last["at"], set(masters) <= set(last["masters"]), masters)


def record_export(work: sqlite3.Connection, masters: tuple[str, ...], at: float) -> None:
    """Keep that an export of these master keys was made."""
    value = json.dumps({"at": at, "masters": list(masters)})
    work.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (LAST, value))
