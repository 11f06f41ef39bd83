"""A calibration made from settled people, and checked on others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.calibration.agreement import held_against
from fairlineup.evidence.calibration.compared import Compared
from fairlineup.evidence.calibration.doubts import Doubt
from fairlineup.evidence.calibration.settledpeople import SettledPeople
from fairlineup.evidence.calibration.split import key_of, split_of
from fairlineup.evidence.plan import Dataset, Half, Kind
from fairlineup.faces.kinds import KINDS, KindsSeen, kinds_seen
from fairlineup.faces.scale import (
    Calibration,
    CalibrationRow,
    GroupCurve,
    fmr_of,
    people_inside,
    similarity_of,
)
from fairlineup.labels import PEOPLE, Decision
from fairlineup.measures import (
    MIN_PEOPLE_PER_GROUP,
    Comparisons,
    RateTable,
    false_match_rate,
    false_non_match_rate_of_people,
    group_rates,
    rate_table,
)
from fairlineup.records import BadInput, Estimate, NotMeasured, Progress, no_progress

STEP = 0.0025
EACH_TO = 1e-4  # rows are a step apart up to this rate
FINE_TO = 0.02  # two up to this one, then eight
MARKS = (33.0, 49.5, 66.0, 82.5, 90.0, 95.0, 99.0)
MEASURED = "measured on the photographs"
TOO_FEW = "too few errors to tell"
TOO_FEW_TO_SHOW = 10  # counts below this would tell where single pairs lie


@dataclass(frozen=True, slots=True)
class CalibrationSubject:
    """What a calibration says it is about."""

    name: str  #: what it is called.
    population: str  #: who the people are.
    capture: str  #: what kind of photographs they are.
    half: Half  #: which half of the people, by `half_of`.
    manifest_digest: str  #: of the data set's manifest.
    digests: Mapping[str, str]  #: of the photographs' bytes, by photograph.
    facts: Mapping[str, Any]  #: further facts for the file: model, engine, dates, photographs offered.


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A calibration's row held against other people."""

    row: CalibrationRow  #: of the calibration.
    #: the rate of the other people at its distance; NotMeasured under 10 errors.
    measured: Estimate | NotMeasured
    expected: float  #: errors the row's rate leads to expect among them.
    #: whether their rate lies within the row's interval; NotMeasured where it has none, or errors are few.
    inside: bool | NotMeasured


def build(
    people: SettledPeople, subject: CalibrationSubject, progress: Progress = no_progress
) -> Calibration:
    """The table, with and without the pairs that were found to be label errors.

    Raises: BadInput: too few people for one row, or photographs whose kind was not measured.
    """
    compared, right = people.compared, people.right
    table, rows, comparisons = _table(right, progress)
    every = rows if right is compared else _table(compared, progress)[1]
    same = frozenset(frozenset(f.photos) for f in people.findings if f.kind is Kind.SAME_PICTURE)
    groups, ungrouped = _groups(right, people.dataset, comparisons, rows)
    made_by = str(subject.facts["model"].get("pipeline") or subject.facts["model"]["digest"])
    digests = [subject.digests.get(entry.photo, "") for entry in compared.entries]
    draft = Calibration(
        name=subject.name,
        made_by=made_by,
        population=subject.population,
        capture=subject.capture,
        rows=rows,
        every_pair=every,
        groups=groups,
        ungrouped=ungrouped,
        kinds=_kinds(compared),
        kind_rates=_kind_rates(right, rows),
        inside=people_inside(
            key_of(subject.half, made_by, digests),
            {entry.person for entry in compared.entries},
            digests,
        ),
        about={},
    )
    about = {
        **subject.facts,
        "people": table.people,
        "photographs": len(right.entries),
        "pairs": table.pairs,
        "errors": draft.counted.errors,
        "design_effect": table.design_effect,
        "split": split_of(subject.half, subject.manifest_digest),
        "settled": settled_counts(people.settled),
        "support": _support(draft),
        "tail": _tail_facts(table),
        "misses": _misses(right, draft, same),
    }
    return replace(draft, about=about)


def check(
    calibration: Calibration, compared: Compared, progress: Progress = no_progress
) -> tuple[RowCheck, ...]:
    """Each row of a calibration up to a rate of 0.1 held against people it was not made from."""
    return check_pairs(calibration, compared.comparisons(progress))


def check_pairs(calibration: Calibration, comparisons: Comparisons) -> tuple[RowCheck, ...]:
    """Each row of a calibration up to a rate of 0.1 held against pairs it was not made from."""
    found = []
    for row in calibration.rows:
        if row.distance > comparisons.reach or row.fmr > 0.1:
            break
        measured = false_match_rate(comparisons, row.distance)
        errors = int(np.count_nonzero(comparisons.distance <= row.distance))
        if isinstance(measured, NotMeasured):
            measured = replace(measured, errors=errors, trials=comparisons.trials)
        found.append(RowCheck(row, measured, row.fmr * comparisons.trials, _inside(row, measured)))
    return tuple(found)


def _inside(row: CalibrationRow, measured: Estimate | NotMeasured) -> bool | NotMeasured:
    """Whether a row's interval holds the others' rate; one just outside it may be chance."""
    if row.low is None or row.high is None:
        return NotMeasured("the row has no interval")
    if isinstance(measured, Estimate) and row.low <= measured.value <= row.high:
        return True
    return False if held_against(row, measured) in ("more", "less") else NotMeasured(TOO_FEW)


def _kinds(compared: Compared) -> KindsSeen:
    seen = kinds_seen(compared.qualities, compared.cuts)
    if seen is None or seen.photographs != len(compared.entries):
        raise BadInput(
            "the kinds of these photographs are not known",
            expected="each photograph measured",
            got=f"{len(compared.qualities)} of {len(compared.entries)}",
            remedy="give what the engine measured with each template",
            code="argument-unusable",
        )
    return seen


def _kind_rates(compared: Compared, rows: Sequence[CalibrationRow]) -> tuple[GroupCurve, ...]:
    """The rate among the photographs of each kind that 30 people have, where 10 errors stand behind it."""
    found = []
    for kind in KINDS:
        own = compared.of_kind(kind)
        if own is None or len(own.people) < MIN_PEOPLE_PER_GROUP:
            continue
        comparisons = own.comparisons()
        distances = [r.distance for r in rows if r.low is not None and r.distance <= comparisons.reach]
        everyone = np.ones(len(own.people), bool)
        found.append(_curve(comparisons, everyone, ("kind", kind, MEASURED), distances))
    return tuple(found)


def settled_counts(settled: Sequence[tuple[Doubt, Decision]]) -> dict[str, int]:
    """How many pairs were asked about, why, and how they were settled."""
    counts = {"asked": len(settled)}
    for why in ("near", "one name", "one picture"):
        counts[why.replace(" ", "_")] = sum(why in doubt.why for doubt, _ in settled)
    for decision in PEOPLE:
        counts[decision] = sum(one.decision == decision for _, one in settled)
    return counts


def _table(
    compared: Compared, progress: Progress
) -> tuple[RateTable, tuple[CalibrationRow, ...], Comparisons]:
    comparisons = compared.comparisons(progress)
    listed = np.isfinite(comparisons.reach)
    top = compared.farthest if listed else float(comparisons.distance.max())
    edges = [round(STEP * step, 6) for step in range(math.ceil(round(top / STEP, 6)) + 1)]
    counts = compared.counts(edges) if listed else _at_or_below(comparisons.distance, edges)
    wanted = [
        edge
        for step, (edge, count) in enumerate(zip(edges, counts, strict=True))
        if step and (step % _apart(count / comparisons.trials) == 0 or edge == edges[-1])
    ]
    table = rate_table(comparisons, [edge for edge in wanted if edge <= comparisons.reach])
    beyond = dict(zip(edges, counts, strict=True))
    far = [_uncounted(edge, beyond[edge] / table.pairs) for edge in wanted if edge > comparisons.reach]
    rows = tuple(_row(row.distance, row.fmr, row) for row in table.rows)
    return table, _to_one((*rows, *far)), comparisons


def _apart(rate: float) -> int:
    """How many steps rows are apart, around a rate."""
    return 1 if rate <= EACH_TO else 2 if rate <= FINE_TO else 8


def _at_or_below(distances: NDArray[np.float64], edges: Sequence[float]) -> list[int]:
    return [int(n) for n in np.searchsorted(np.sort(distances), edges, side="right")]


def _row(distance: float, fmr: float, row: Any) -> CalibrationRow:
    errors = row.errors if row.errors >= TOO_FEW_TO_SHOW else None
    return CalibrationRow(distance, fmr, row.low, row.high, errors, row.effective, row.model)


def _uncounted(distance: float, fmr: float) -> CalibrationRow:
    return CalibrationRow(distance, fmr, None, None)


def _to_one(rows: Sequence[CalibrationRow]) -> tuple[CalibrationRow, ...]:
    """Rows up to the first at which every pair matches."""
    last = next((index for index, row in enumerate(rows) if row.fmr >= 1), len(rows) - 1)
    return tuple(rows[: last + 1])


def _groups(
    compared: Compared, dataset: Dataset, comparisons: Comparisons, rows: Sequence[CalibrationRow]
) -> tuple[tuple[GroupCurve, ...], dict[str, str]]:
    distances = [row.distance for row in rows if row.low is not None]
    curves: list[GroupCurve] = []
    why = dict.fromkeys(dataset.unknown_columns, "no source is cited for it")
    for label, source in dataset.label_sources.items():
        if not source.strip():
            why[label] = "no source is cited for it"
            continue
        values, group = _labelled(compared, dataset, label)
        large = [g for g in range(len(values)) if np.count_nonzero(group == g) >= MIN_PEOPLE_PER_GROUP]
        if not large:
            why[label] = f"no group of it has {MIN_PEOPLE_PER_GROUP} people"
        curves += [_curve(comparisons, group == g, (label, values[g], source), distances) for g in large]
    if not dataset.label_sources and not dataset.unknown_columns:
        why[""] = "the people carry no labels"
    return tuple(curves), why


def _curve(
    comparisons: Comparisons,
    inside: NDArray[np.bool_],
    name: tuple[str, str, str],
    distances: Sequence[float],
) -> GroupCurve:
    measured = group_rates(comparisons, np.where(inside, 0, -1), 1, distances)[0]
    rows = tuple(
        CalibrationRow(distance, one.value, one.low, one.high, one.errors)
        for distance, one in zip(distances, measured, strict=True)
        if isinstance(one, Estimate)
    )
    pairs = comparisons.between(inside, inside).trials
    return GroupCurve(*name, people=int(inside.sum()), pairs=pairs, rows=rows)


def _labelled(compared: Compared, dataset: Dataset, label: str) -> tuple[list[str], NDArray[np.int64]]:
    """Values of a label, and each person's; -1 for those with none or with two."""
    found: dict[str, set[str]] = {}
    for entry in dataset.entries:
        if label in entry.labels:
            found.setdefault(compared.joined.get(entry.person, entry.person), set()).add(entry.labels[label])
    values = sorted({value for own in found.values() for value in own})
    codes = [
        values.index(next(iter(own))) if len(own := found.get(person, set())) == 1 else -1
        for person in compared.people
    ]
    return values, np.array(codes, np.int64)


def _support(calibration: Calibration) -> dict[str, Any]:
    counted, end = calibration.counted, calibration.end
    share = 1 - similarity_of(counted.fmr) / similarity_of(end.fmr) if end.fmr < 1 else 0.0
    modelled = sum(row.model for row in calibration.rows)
    return {
        "counted_to": {
            "distance": counted.distance,
            "fmr": counted.fmr,
            "similarity": similarity_of(counted.fmr),
        },
        "end": {"distance": end.distance, "fmr": end.fmr, "similarity": similarity_of(end.fmr)},
        "tail_model_share_of_scale": share,
        "tail_model_rows": modelled,
        "counted_rows": len(calibration.rows) - modelled,
    }


def _tail_facts(table: RateTable) -> dict[str, Any]:
    if isinstance(table.tail, NotMeasured):
        return {"not_measured": table.tail.reason}
    tail = table.tail
    return {
        "distribution": "generalised Pareto",
        "threshold": tail.threshold,
        "excesses": tail.excesses,
        "shape": tail.shape,
        "scale": tail.scale,
        "joined_at": tail.joined_at,
    }


def _misses(
    compared: Compared, calibration: Calibration, same: frozenset[frozenset[str]]
) -> list[dict[str, Any]]:
    """FNMR at marks of the scale: one mated pair a person, no picture with its copy."""
    person, distance = compared.mated(same)
    end = calibration.end.fmr
    similarities = [mark for mark in MARKS if fmr_of(mark) >= end]
    places = [(mark, calibration.distance_at(mark)) for mark in similarities]
    places += [(similarity_of(row.fmr), row.distance) for row in (calibration.counted, calibration.end)]
    found = []
    for similarity, threshold in sorted(set(places)):
        measured = false_non_match_rate_of_people(person, distance, threshold)
        row: dict[str, Any] = {"similarity": similarity, "distance": threshold}
        if isinstance(measured, NotMeasured):
            row["not_measured"] = measured.reason
        else:
            row |= {"fnmr": measured.value, "low": measured.low, "high": measured.high}
            row |= {"misses": measured.errors, "people": measured.trials}
        found.append(row)
    return found
