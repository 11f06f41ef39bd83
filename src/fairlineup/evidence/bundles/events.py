"""The events of a run held against the run: what a log of it says that the plan says too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from fairlineup.evidence.asking import gallery_of
from fairlineup.evidence.bundles.differences import Difference
from fairlineup.evidence.runs import FrozenRun
from fairlineup.foreign import decode_json
from fairlineup.seals import canonical_json

NAME = "events.jsonl"
KNOWN: Mapping[str, Mapping[str, type]] = {
    "stage begun": {"stage": str, "photographs": int, "already_done": int},
    "no answer": {"stage": str, "position": int, "attempt": int},
    "asked for less": {"stage": str, "attempt": int},
    "canaries": {"which": str},
    "gallery deleted": {"gallery": str, "seen_gone": bool},
    "label decisions read": {"decisions": int},
    "measured": {},
}
"""Events by name, with what each may say beside when it was."""


def events_apart(content: bytes, run: FrozenRun) -> Iterator[Difference]:
    """Where a log says something else than the run, or what no run says."""
    stages = {stage: len(entries) for stage, entries in run.protocol.stages}
    begun = set()
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        row = _row(line)
        if row is None:
            yield Difference(f"{NAME}[{number}]", repr(line[:80])[1:], "an event as a run records it")
            continue
        expected = _expected(row, run, stages)
        for key in expected:
            if row[key] != expected[key]:
                yield Difference(f"{NAME}[{number}].{key}", str(row[key])[:80], str(expected[key]))
        if row["event"] == "stage begun":
            begun.add(row["stage"])
    if content[-1:] not in (b"", b"\n"):
        yield Difference(NAME, "a line that is cut off", "whole lines")
    for stage in stages:
        if stage not in begun:
            yield Difference(NAME, "nothing", f"that {stage} was begun")


def _expected(row: Mapping[str, Any], run: FrozenRun, stages: Mapping[str, int]) -> dict[str, Any]:
    """What an event must say of this run."""
    if row["event"] == "gallery deleted":
        return {"gallery": gallery_of(run)}
    if row["event"] != "stage begun":
        return {}
    total = stages.get(row["stage"])
    if total is None:
        return {"stage": f"one of {', '.join(stages)}"}
    return {"photographs": total, "already_done": max(0, min(row["already_done"], total))}


def _row(line: bytes) -> dict[str, Any] | None:
    """The event in a line; None where it is none that a run records."""
    try:
        row = decode_json(line)
        kinds = KNOWN[row["event"]]
        datetime.fromisoformat(row["at"])
        said = {key: value for key, value in row.items() if key not in ("event", "at")}
        if canonical_json(row) != line or not all(type(said[key]) is kinds[key] for key in said):
            return None
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return dict(row)
