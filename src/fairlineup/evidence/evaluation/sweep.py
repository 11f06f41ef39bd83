"""The same rates at many thresholds, so that a reader can move the threshold and see every number move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from fairlineup.evidence.evaluation.contrasts import group_contrasts
from fairlineup.evidence.evaluation.matrices import matrices
from fairlineup.evidence.evaluation.measured_run import MeasuredRun, Part, RunAtThreshold, once
from fairlineup.evidence.evaluation.rates import Measures, everyone, of_groups
from fairlineup.records import Estimate, Measured, decimals
from fairlineup.results import (
    GroupContrast,
    GroupPoints,
    LabelMatrix,
    Points,
    RatePoints,
    Sweep,
    SweepPoint,
    UnmeasuredPoint,
    significant,
)

STEPS = 40


def sweep(run: MeasuredRun) -> Sweep:
    """Rates of everyone and of each group at thresholds over all of the recorded range.

    The declared thresholds are among them; contrasts and matrices stand at each as at a declared one, but for
    tests.
    """
    reasons = _Reasons()
    for_groups: dict[tuple[str, str], list[Measures]] = {}
    points = [point(run, distance) for distance in run.sections.each("sweep", _distances(run))]
    for one in points:
        reasons.note(one.everyone)
        for label, value, rates in one.groups:
            for_groups.setdefault((label, value), []).append(rates)
            reasons.note(rates)
    return Sweep(
        scores=tuple(one.score for one in points),
        everyone=reasons.rate_points([one.everyone for one in points]),
        groups=tuple(
            GroupPoints(label, value, reasons.rate_points(rates), reasons.points("fta", rates))
            for (label, value), rates in for_groups.items()
        ),
        reasons=tuple(reasons.places),
        contrasts=tuple(one.contrasts for one in points),
        matrices=tuple(one.matrices for one in points),
    )


def sweep_parts(run: MeasuredRun) -> list[Part]:
    """The rates of each threshold by themselves."""
    return [(point, (distance,)) for distance in _distances(run)]


@dataclass(frozen=True, slots=True)
class Point:
    """All that is measured at one threshold of the sweep."""

    score: float  #: the threshold, on the system's scale.
    everyone: Measures  #: rates of everyone.
    groups: tuple[tuple[str, str, Measures], ...]  #: label, value and rates of each group.
    contrasts: tuple[GroupContrast, ...]  #: declared contrasts, without tests.
    matrices: tuple[LabelMatrix, ...]  #: the cross-group matrix of each label.


@once
def point(run: MeasuredRun, distance: float) -> Point:
    """All that is measured at one threshold; what leads there is not kept, unless it was declared."""
    declared = any(at.threshold == distance for _, at in run.declared)
    at = run.at(distance) if declared else RunAtThreshold(run, distance)
    groups = [(label, group.value, rates) for label in run.labels for group, rates in of_groups(at, label)]
    return Point(at.score, everyone(at), tuple(groups), group_contrasts(at), matrices(at))


def _distances(run: MeasuredRun) -> list[float]:
    """Declared thresholds, and even steps from before the first false match to the weakest score recorded."""
    declared = [at.threshold for _, at in run.declared]
    found = run.answers.absent.distance
    last = max(*declared, run.scale.to_distance(run.frozen.plan.search.record_to))
    first = min([*declared, *([float(found.min())] if len(found) else [])])
    steps = np.round(np.linspace(first - 0.02 * (last - first), last, STEPS), decimals(declared) - 1).tolist()
    return sorted({*declared, *(step for step in steps if step <= last)})


class _Reasons:
    """Reasons kept apart from the points that have them, since few recur often."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def note(self, rates: Measures) -> None:
        """Give each reason a place, in the order they are met."""
        for rate in rates.values():
            if not isinstance(rate, Estimate):
                self.places.setdefault(rate.reason, len(self.places))

    def rate_points(self, rates: Sequence[Measures]) -> RatePoints:
        """Points of each rate."""
        names = (one.name for one in fields(RatePoints))
        return RatePoints(**{name: self.points(name, rates) for name in names})

    def points(self, name: str, rates: Sequence[Measures]) -> Points:
        """Points of one rate."""
        return tuple(self._point(one[name]) for one in rates)

    def _point(self, measured: Measured) -> SweepPoint | UnmeasuredPoint:
        if not isinstance(measured, Estimate):
            return UnmeasuredPoint(self.places[measured.reason], measured.errors, measured.trials)
        value, low, high = (significant(end) for end in (measured.value, measured.low, measured.high))
        return SweepPoint(value, low, high, measured.errors, measured.trials)
