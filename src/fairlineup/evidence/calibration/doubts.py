"""Pairs of people to be settled before a calibration: too near, one name, or one picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from fairlineup.evidence.calibration.compared import Compared
from fairlineup.evidence.plan import Dataset, Finding, Kind
from fairlineup.files import csv_of
from fairlineup.labels import PEOPLE, Decision, read_sheet
from fairlineup.seals import digest_of

NEAREST_SHARE = 1e-5
NEAREST_LEAST = 10
COLUMNS = (
    *("pair", "person_a", "person_b", "name_a", "name_b", "photos", "distance", "why"),
    *("decision", "reason", "who"),
)
Why = Literal["near", "one name", "one picture", "one id in two forms"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two people who may be one."""

    people: tuple[str, str]  #: their ids, sorted.
    names: tuple[str, str]  #: as the manifest has them.
    photos: tuple[str, ...]  #: the photographs it is about.
    distance: float | None  #: of their nearest photographs where those are near, else None.
    why: tuple[Why, ...]  #: what raised it, joined by "; ".

    @property
    def pair(self) -> str:
        """A short name that stays the same while the two ids do."""
        return digest_of(list(self.people)).removeprefix("sha256:")[:8]


@dataclass(slots=True)
class _Gathered:
    photos: dict[str, None] = field(default_factory=dict)
    distance: float | None = None
    why: dict[Why, None] = field(default_factory=dict)


def doubts_of(dataset: Dataset, findings: Sequence[Finding], compared: Compared) -> tuple[Doubt, ...]:
    """Pairs of people among the nearest 1 in 100,000 comparisons (10 at least), or of one name or picture.

    In face data the closest "different" people are label errors first and look-alikes second, and they
    decide every small rate. Nearest first; those that are not near follow.
    """
    gathered: dict[tuple[str, str], _Gathered] = {}
    count = max(NEAREST_LEAST, -int(-NEAREST_SHARE * compared.pairs // 1))
    for i, j, distance in compared.nearest(count):
        a, b = compared.entries[i], compared.entries[j]
        doubt = gathered.setdefault(_pair(a.person, b.person), _Gathered())
        doubt.distance = distance if doubt.distance is None else doubt.distance
        doubt.photos.update(dict.fromkeys((a.photo, b.photo)))
        doubt.why["near"] = None
    reasons: dict[Kind, Why] = {
        Kind.ONE_NAME_TWO_PEOPLE: "one name",
        Kind.ONE_PICTURE_TWO_PEOPLE: "one picture",
        Kind.IDS_DIFFER_IN_FORM: "one id in two forms",
    }
    for finding in findings:
        if finding.kind in reasons:
            for one, other in combinations(finding.people, 2):
                doubt = gathered.setdefault(_pair(one, other), _Gathered())
                doubt.photos.update(dict.fromkeys(finding.photos))
                doubt.why[reasons[finding.kind]] = None
    name = {entry.person: entry.name for entry in reversed(dataset.entries)}
    return tuple(
        Doubt(pair, (name[pair[0]], name[pair[1]]), tuple(g.photos), g.distance, tuple(g.why))
        for pair, g in gathered.items()
    )


def doubts_csv(doubts: Iterable[Doubt], decisions: Mapping[str, Decision]) -> bytes:
    """The list to be filled in, with what is decided already."""
    rows = []
    for doubt in doubts:
        d = decisions.get(doubt.pair, Decision(doubt.pair))
        far = "" if doubt.distance is None else f"{doubt.distance:.4f}"
        cells = (*doubt.people, *doubt.names, " ".join(doubt.photos), far, "; ".join(doubt.why))
        rows.append([doubt.pair, *cells, d.decision, d.reason, d.reviewer])
    return csv_of([COLUMNS, *rows]).encode()


def read_decisions(text: bytes, name: str, doubts: Sequence[Doubt] | None = None) -> dict[str, Decision]:
    """Decisions from a filled list, by pair; those left blank are not among them.

    Raises: BadInput: see `labels.read_sheet`; with `doubts`, also a pair that is not one of them.
    """
    known = None if doubts is None else {doubt.pair for doubt in doubts}
    return {one.pair: one for _, one in read_sheet(text, name, PEOPLE, known).decisions}


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
