"""Pairs of people to be settled before a calibration: too near, one name, or one picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, zip_longest
from typing import Literal

from fairlineup.evidence.calibration.compared import Compared
from fairlineup.evidence.plan import Dataset, Finding, Kind
from fairlineup.files import NotDelimitedError, decoded, head_of, named_columns, rows_of
from fairlineup.records import BadInput
from fairlineup.seals import digest_of

NEAREST_SHARE = 1e-5
NEAREST_LEAST = 10
COLUMNS = (
    *("pair", "person_a", "person_b", "name_a", "name_b", "photos", "distance", "why"),
    *("decision", "reason", "who"),
)
LABEL_ERROR, LOOK_ALIKE = "label_error", "look_alike"
Why = Literal["near", "one name", "one picture", "one id in two forms"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two people who may be one.

    Attributes:
        people: their ids, sorted.
        names: as the manifest has them.
        photos: the photographs it is about.
        distance: of their nearest photographs where those are near, else None.
        why: what raised it, joined by "; ".
    """

    people: tuple[str, str]
    names: tuple[str, str]
    photos: tuple[str, ...]
    distance: float | None
    why: tuple[Why, ...]

    @property
    def pair(self) -> str:
        """A short name that stays the same while the two ids do."""
        return digest_of(list(self.people)).removeprefix("sha256:")[:8]


@dataclass(frozen=True, slots=True)
class Decision:
    """How a doubt is settled.

    Attributes:
        decision: "label_error" (they are counted as one person) or "look_alike" (kept), "" for open.
        reason: why; a label error needs one.
        who: who decided.
    """

    decision: str = ""
    reason: str = ""
    who: str = ""


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
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for doubt in doubts:
        d = decisions.get(doubt.pair, Decision())
        far = "" if doubt.distance is None else f"{doubt.distance:.4f}"
        cells = (*doubt.people, *doubt.names, " ".join(doubt.photos), far, "; ".join(doubt.why))
        writer.writerow([doubt.pair, *cells, d.decision, d.reason, d.who])
    return text.getvalue().encode()


def read_decisions(text: bytes, name: str, doubts: Sequence[Doubt] | None = None) -> dict[str, Decision]:
    """Decisions from a filled list, by pair.

    Args:
        text: CSV with columns pair, decision, reason, who.
        name: what messages call it.
        doubts: the pairs there are; None to take any.

    Raises: BadInput: not such a list, a pair that is not asked about, or a decision that is none.
    """
    rows = _rows(text, name)
    known = None if doubts is None else {doubt.pair for doubt in doubts}
    found: dict[str, Decision] = {}
    for line, row in rows:
        cells = {key: row.get(key, "") for key in ("pair", "decision", "reason", "who")}
        place = f"{name}, row {line}"
        if known is not None and cells["pair"] not in known:
            raise _bad(place, "a pair that the list asks about", repr(cells["pair"]))
        if cells["pair"] in found:
            raise _bad(place, "each pair once", f"{cells['pair']} a second time")
        found[cells["pair"]] = _decision(place, cells)
    return found


def _rows(text: bytes, name: str) -> list[tuple[int, dict[str, str]]]:
    try:
        file = io.StringIO(decoded(text), newline=None)
        head = head_of(file)
        rows = list(rows_of(file, head))
    except NotDelimitedError as error:
        raise _bad(name, "a CSV file in UTF-8", str(error)) from error
    columns = [column.casefold() for column in head.columns]
    if rows and not {"pair", "decision", "reason"} <= set(columns):
        raise _bad(name, "columns pair, decision, reason", named_columns(head.columns))
    return [(line, dict(zip_longest(columns, cells[: len(columns)], fillvalue=""))) for line, cells in rows]


def _decision(place: str, cells: Mapping[str, str]) -> Decision:
    decision = cells["decision"]
    if decision not in ("", LABEL_ERROR, LOOK_ALIKE):
        raise _bad(place, f"a decision of {LABEL_ERROR} or {LOOK_ALIKE}, or a blank", repr(decision))
    if decision == LABEL_ERROR and not cells["reason"]:
        raise _bad(place, "a reason for every label error", "a blank")
    return Decision(decision, cells["reason"], cells["who"])


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _bad(what: str, expected: str, got: str) -> BadInput:
    return BadInput(what, expected=expected, got=got, remedy="correct it and give the command again")
