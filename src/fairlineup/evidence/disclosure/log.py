"""The record as a file: one act a line, each with the digest of the line before it; only ever added to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from fairlineup.evidence.disclosure.clock import Act, Kind, check_act
from fairlineup.files import append, content_of
from fairlineup.foreign import MisfitError, decode_json
from fairlineup.records import BadInput
from fairlineup.seals import Plain, canonical_json, digest

FILE = "disclosure.jsonl"


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the record."""

    act: Kind
    on: date
    who: str
    due: date | None
    note: str
    at: str
    before: str


def read_acts(folder: Path) -> tuple[Act, ...]:
    """Every act recorded in a run, oldest first. Raises: BadInput (the record is damaged or edited)."""
    return _parse(content_of(folder / FILE) or b"", folder / FILE)


def record(folder: Path, act: Act, today: date) -> Act:
    """Add an act to a run's record; what stands there stays.

    Args:
        folder: of the run.
        act: as asked; `check_act` decides whether it may be.
        today: the last day that is not to come.
    Returns: the act as written down.
    Raises:
        BadInput: it cannot be, or the record is damaged.
        SystemFailed: the disk is full or failed.
    """
    path = folder / FILE
    content = content_of(path) or b""
    act = check_act(act, _parse(content, path), today)
    last = content.splitlines(keepends=True)[-1:]
    row: dict[str, Plain] = {
        "act": act.kind,
        "on": act.on.isoformat(),
        "who": act.who,
        "due": act.due.isoformat() if act.due else None,
        "note": act.note,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "before": digest(last[0]) if last else "",
    }
    append(path, canonical_json(row) + b"\n", flushed=True)
    return act


def _parse(content: bytes, path: Path) -> tuple[Act, ...]:
    acts, before = [], ""
    for number, line in enumerate(content.splitlines(keepends=True), start=1):
        try:
            row = decode_json(line, _Row)
        except MisfitError as error:
            raise _damaged(path, f"line {number}: {error}") from error
        if row.before != before or not line.endswith(b"\n"):
            raise _damaged(path, f"line {number} that does not follow on the line before it")
        acts.append(Act(row.act, row.on, row.who, row.due, row.note, row.at))
        before = digest(line)
    return tuple(acts)


def _damaged(path: Path, got: str) -> BadInput:
    return BadInput(
        f"{path} cannot be read",
        expected="the record as it was written, no line of it changed or taken out",
        got=got,
        remedy="restore it; a last line without an end may be taken out",
        code="file-malformed",
    )
