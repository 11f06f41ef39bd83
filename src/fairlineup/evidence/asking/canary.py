"""Canary pairs: the same photographs put to a system at begin and end, to see whether it stayed the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from fairlineup.evidence.asking.asking import Asking, rows
from fairlineup.evidence.plan import ENROL_STAGES, SEARCH_STAGES, Entry, Protocol
from fairlineup.evidence.runs import Row, RunDirectory
from fairlineup.records import Outcome
from fairlineup.seals import Plain

PAIRS = 5
FILES = ("canary-begin.json", "canary-end.json")


@dataclass(frozen=True, slots=True)
class Canaries:
    """Photographs that are put to the system twice.

    Attributes:
        references: enrolled into a gallery of their own.
        probes: searched for in it.
    """

    references: tuple[Entry, ...]
    probes: tuple[Entry, ...]

    @classmethod
    def of(cls, protocol: Protocol) -> Canaries:
        """The first few of both sides; mates among them where there are any."""
        probes = (protocol.present or protocol.absent)[:PAIRS]
        people = {entry.person for entry in probes}
        mates = [entry for entry in protocol.mates if entry.person in people]
        return cls((*mates, *protocol.others)[:PAIRS], probes)


def put(asking: Asking, canaries: Canaries, name: str) -> None:
    """Put the canaries to the system and keep what it said, once; their gallery is deleted.

    Args:
        asking: the run's.
        canaries: whom.
        name: one of FILES.
    """
    directory = asking.run.directory
    if directory.has_document(name):
        return
    gallery = f"{asking.gallery}-canary"
    alone = replace(asking, gallery=gallery, rules=replace(asking.rules, enrolled=set(), lost=set()))
    asking.system.delete_gallery(gallery)
    try:
        enrolled = list(rows(alone, ENROL_STAGES[0], canaries.references, keep=False))
        found = {str(row["photo"]) for row in enrolled if row["outcome"] == Outcome.OK.value}
        alone = replace(alone, rules=replace(alone.rules, enrolled=found))
        searched = list(rows(alone, SEARCH_STAGES[0], canaries.probes, keep=False))
    finally:
        asking.system.delete_gallery(gallery)
    directory.write_document(name, {"enrolled": _bare(enrolled), "searched": _bare(searched)})
    directory.events.add("canaries", which=name)


def steadiness(directory: RunDirectory) -> dict[str, Plain] | None:
    """Whether the canaries were answered alike at begin and end; None where none were put.

    Returns: photographs put, those with another outcome or other candidates, the largest change of a score.
    """
    if not all(directory.has_document(name) for name in FILES):
        return None
    begin, end = (cast("dict[str, list[Row]]", directory.read_json(name)) for name in FILES)
    pairs = [
        (one, other)
        for side in ("enrolled", "searched")
        for one, other in zip(begin[side], end[side], strict=False)
    ]
    changed = sum(_kind(one) != _kind(other) for one, other in pairs)
    return {
        "photographs": len(pairs),
        "changed": changed,
        "largest_change": max((_moved(one, other) for one, other in pairs), default=0.0),
    }


def _bare(found: Sequence[Row]) -> list[Plain]:
    """Rows without what no two askings share."""
    return [{key: value for key, value in row.items() if key not in {"seconds", "retries"}} for row in found]


def _kind(row: Row) -> tuple[Plain, list[str]]:
    return row["outcome"], sorted(_scores(row))


def _moved(one: Row, other: Row) -> float:
    before, after = _scores(one), _scores(other)
    return max((abs(before[photo] - after[photo]) for photo in before.keys() & after.keys()), default=0.0)


def _scores(row: Row) -> dict[str, float]:
    return dict(cast("list[tuple[str, float]]", row.get("candidates") or []))
