"""Operating points: every system at its own threshold, and all at thresholds of one false match rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from fairlineup import measures
from fairlineup.evidence.versus.searches import PairedSearches
from fairlineup.evidence.versus.side import Side
from fairlineup.measures import Rechosen, Resampling
from fairlineup.records import BadInput, Measured, NotMeasured
from fairlineup.results import (
    ChosenThreshold,
    ChosenWithoutInterval,
    GivenThreshold,
    Share,
    ThresholdAt,
    significant,
)

DECADES = (0.01, 0.001, 0.0001, 0.00001, 0.000001)


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Where systems are compared."""

    kind: Literal["own", "equal_fmr"]  #: "own" or "equal_fmr".
    fmr: float | None  #: the common false match rate; None at their own thresholds.
    thresholds: tuple[float | NotMeasured, ...]  #: of each run, as a distance, or why there is none.
    #: how the thresholds would have been with other people; None where they were given.
    chosen: Rechosen | None = None


def own_point(sides: Sequence[Side]) -> Point:
    """Every system at the threshold it is used at if nobody sets another."""
    return Point("own", None, tuple(_own(side) for side in sides))


def equal_points(
    sides: Sequence[Side], searches: PairedSearches, wanted: Sequence[float], resampling: Resampling
) -> tuple[Point, ...]:
    """All systems at equal false match rates: those wanted, or every decade that all of them support.

    Raises: BadInput: a rate outside (0, 1).
    """
    check_rates(wanted)
    if not searches.comparisons:
        return ()
    found = [_equal(sides, searches, fmr, resampling) for fmr in (wanted or _supported(searches))]
    return tuple(found)


def check_rates(wanted: Sequence[float]) -> None:
    """Raise BadInput for a number that is no such rate, or one named twice."""
    wrong = [fmr for fmr in wanted if not 0 < fmr < 1]
    if wrong or len(set(wanted)) < len(wanted):
        raise BadInput(
            "the false match rates to compare at",
            expected="numbers above 0 and under 1, each of them once",
            got=", ".join(f"{fmr:g}" for fmr in wrong or wanted),
            remedy="name 0.0001 for one false match in 10,000 comparisons, or none",
            code="argument-unusable",
            facts={"fmr": ", ".join(f"{fmr:g}" for fmr in wrong or wanted)},
        )


def threshold_at(
    side: Side, system: int, searches: PairedSearches, point: Point, level: float
) -> ThresholdAt:
    """The threshold of a run on its own scale, with its interval where it was chosen, and FMR there."""
    threshold = point.thresholds[system]
    if isinstance(threshold, NotMeasured):
        return threshold
    fmr: Measured = NotMeasured("no target-absent searches")
    if searches.comparisons:
        fmr = searches.false_match_rate(system, threshold, level)
    score, rate = significant(side.scale.to_score(threshold)), Share.of(fmr)
    if point.chosen is None:
        return GivenThreshold(score, rate, side.own.source, side.own.is_default)
    between = point.chosen.threshold(system, level)
    if isinstance(between, NotMeasured):
        return ChosenWithoutInterval(score, rate, between)
    low, high = sorted(side.scale.to_score(end) for end in (between.low, between.high))
    return ChosenThreshold(score, rate, significant(low), significant(high))


def _own(side: Side) -> float | NotMeasured:
    own = side.own
    if side.scale.accepts(own.score, side.record_to):
        return side.scale.to_distance(own.score)
    reason = f"run {side.key} recorded scores only as far as {side.record_to:g}, not to {own.score:g}"
    return NotMeasured(f"{reason}: record further out (search.record_to)")


def _supported(searches: PairedSearches) -> list[float]:
    return [
        fmr
        for fmr in DECADES
        if not any(
            isinstance(measures.threshold_at_fmr(one, fmr), NotMeasured) for one in searches.comparisons
        )
    ]


def _equal(sides: Sequence[Side], searches: PairedSearches, fmr: float, resampling: Resampling) -> Point:
    thresholds = tuple(_at_fmr(side, searches, n, fmr) for n, side in enumerate(sides))
    able = [n for n, one in enumerate(thresholds) if not isinstance(one, NotMeasured)]
    if not able:
        return Point("equal_fmr", fmr, thresholds)
    chosen = measures.rechosen([searches.comparisons[n] for n in able], fmr, resampling)
    if isinstance(chosen, NotMeasured):
        return Point("equal_fmr", fmr, tuple(chosen for _ in sides))
    return Point("equal_fmr", fmr, thresholds, _in_place(chosen, able, len(sides)))


def _in_place(chosen: Rechosen, able: Sequence[int], runs: int) -> Rechosen:
    """Thresholds of some runs at the places of those runs; the others have none in any replicate."""
    points, draws = np.full(runs, np.inf), np.full((runs, chosen.draws.shape[1]), np.inf)
    points[list(able)], draws[list(able)] = chosen.points, chosen.draws
    return replace(chosen, points=points, draws=draws)


def _at_fmr(side: Side, searches: PairedSearches, system: int, fmr: float) -> float | NotMeasured:
    found = measures.threshold_at_fmr(searches.comparisons[system], fmr)
    if isinstance(found, NotMeasured):
        reason = found.reason
        if searches.comparisons[system].reach < side.evidence.among_others.reach:
            cut = f"{side.scale.to_score(searches.comparisons[system].reach):.5g}"
            reason += f"; the system cut lists, so that nothing beyond {cut} is known in full"
        return replace(found, reason=f"run {side.key}: {reason}")
    return found
