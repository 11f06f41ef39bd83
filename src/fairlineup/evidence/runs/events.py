"""The event log of a run: what happened when, without photographs, names or credentials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fairlineup.files import append
from fairlineup.seals import Plain, canonical_json


@dataclass(frozen=True, slots=True)
class EventLog:
    """Appends one JSON object a line."""

    path: Path  #: the log file.

    def add(self, event: str, **details: Plain) -> None:
        """Record that something happened now. Raises: BadInput, SystemFailed."""
        row: dict[str, Plain] = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event}
        append(self.path, canonical_json({**row, **details}) + b"\n")
