"""A calibration from everybody, with tables of both halves, each held against pairs that it has not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from fairlineup.evidence.calibration.agreement import held_against
from fairlineup.evidence.calibration.calibration import (
    TOO_FEW_TO_SHOW,
    CalibrationSubject,
    RowCheck,
    build,
    check_pairs,
)
from fairlineup.evidence.calibration.compared import Compared
from fairlineup.evidence.calibration.settledpeople import SettledPeople
from fairlineup.evidence.plan import Half, half_of
from fairlineup.faces.scale import Calibration, similarity_of
from fairlineup.measures import Comparisons
from fairlineup.records import NotMeasured, Progress, no_progress

HALVES: tuple[Half, Half] = ("even", "odd")
COLUMNS = (
    *("distance", "similarity", "fmr", "low", "high", "model"),
    *("measured", "measured_low", "measured_high", "errors", "expected", "found"),
)


def build_cross_fitted(
    people: SettledPeople, subject: CalibrationSubject, progress: Progress = no_progress
) -> Calibration:
    """The table of everybody, with those of both halves, and what each half's table is worth on other pairs.

    Somebody whom both halves know is in neither: by ids that a label error showed to be one person's, by ids
    that differ in form only, or by one photograph.

    Args: as of `build`; the subject is about all people.
    Raises: BadInput: too few people for a table of each half.
    """
    whole = build(people, subject, progress)
    parted = people.in_both_halves(subject.digests)
    halves = [
        build(
            people.half(half, parted),
            replace(subject, name=f"{subject.name}, {half} half", half=half),
            progress,
        )
        for half in HALVES
    ]
    held = [_held(table, *pairs) for table, pairs in zip(halves, _unseen(people.right, parted), strict=True)]
    about = {**whole.about, "cross_fit": {"columns": list(COLUMNS), "tables": [*held[0], *held[1]]}}
    return replace(whole, halves=tuple(halves), about=about)


def _unseen(right: Compared, parted: frozenset[str]) -> Iterator[tuple[Comparisons, Comparisons]]:
    """For the table of each half: pairs within the other half, and pairs across both."""
    every = right.comparisons()
    even, odd = (
        np.array([half_of(one) == half and one not in parted for one in right.people]) for half in HALVES
    )
    across = every.both_ways().between(even, odd)
    yield every.between(odd, odd), across
    yield every.between(even, even), across


def _held(table: Calibration, other: Comparisons, across: Comparisons) -> list[dict[str, Any]]:
    return [_on(table, "the other half", other), _on(table, "pairs across both halves", across)]


def _on(table: Calibration, where: str, pairs: Comparisons) -> dict[str, Any]:
    checked = [one for one in check_pairs(table, pairs) if one.row.low is not None]
    rows = [_cells(one) for one in checked]
    return {"table": table.about["split"]["half"], "on": where, "pairs": pairs.trials, "rows": rows}


def _cells(one: RowCheck) -> list[Any]:
    row, measured = one.row, one.measured
    rate = (
        (None, None, None)
        if isinstance(measured, NotMeasured)
        else (measured.value, measured.low, measured.high)
    )
    errors = (measured.errors or 0) if (measured.errors or 0) >= TOO_FEW_TO_SHOW else None
    promised = (row.distance, similarity_of(row.fmr), row.fmr, row.low, row.high, row.model)
    return [*promised, *rate, errors, one.expected, held_against(row, measured)]
