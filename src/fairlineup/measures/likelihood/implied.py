"""Whether likelihood ratios agree with what was counted: the false match rates they imply."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fairlineup.measures.likelihood.calibrators import Calibrator, Column
from fairlineup.measures.likelihood.influence import dyadic_errors
from fairlineup.measures.likelihood.pairs import Pairs
from fairlineup.measures.student import student

STEPS = (10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)
TOLERATED = 1.5  # an implied rate off by no more than this factor is no misfit
CONFIDENCE = 0.99


@dataclass(frozen=True, slots=True)
class ImpliedRate:
    """The false match rate that ratios imply at one distance, and the one that was counted."""

    distance: float  #: Comparisons at or below it match.
    implied: float  #: Mean over mated comparisons of 1 / LR, those beyond the distance counting 0.
    counted: float  #: Share of non-mated comparisons at or below the distance.
    low: float  #: Lower end of the 99 % interval of implied / counted.
    high: float  #: Its upper end.

    @property
    def misfit(self) -> bool:
        """Whether the two differ by more than a factor of 1.5, with 99 % confidence."""
        return self.low > TOLERATED or self.high < 1 / TOLERATED


def implied_rates(pairs: Pairs, model: Calibrator) -> tuple[ImpliedRate, ...]:
    """Implied and counted false match rates at the distance of the 10th, 30th, 100th … non-mated comparison.

    Where LR(x) = f(x | mated) / f(x | non-mated), the mated mean of 1 / LR over distances up to d is the
    share of non-mated comparisons up to d. A model whose ratios break this identity is wrong there, whatever
    its Cllr: at even odds Cllr hardly sees by how much strong evidence is too weak or too strong.

    Args:
        pairs: comparisons to hold the model against.
        model: unbounded ratios.

    Returns: one for each step that has as many comparisons; empty under 10.
    Source: Good 1985, "Weight of evidence": the mated mean of 1 / LR is 1; here up to a distance.
    Not: a test on people the model has not seen, unless `pairs` are of such people.
    """
    listed = pairs.non_mated
    order = np.argsort(listed.distance)
    ordered, weights = listed.distance[order], np.cumsum(pairs.weights[order])
    inverse = _inverse(model, pairs.mated_distance)
    trials = float(weights[-1] if len(weights) else 0) + pairs.beyond
    found = []
    for step in STEPS:
        if step > len(ordered):
            break
        distance = float(ordered[step - 1])
        counted = float(weights[np.searchsorted(ordered, distance, side="right") - 1])
        found.append(_at(pairs, inverse, (distance, counted, trials)))
    return tuple(one for one in found if one is not None)


def _at(pairs: Pairs, inverse: Column, place: tuple[float, float, float]) -> ImpliedRate | None:
    distance, counted, trials = place
    parts = inverse * (pairs.mated_distance <= distance)
    total = float(parts.sum())
    if not 0 < total < math.inf:
        return None
    shares = parts / total - 1 / len(parts)
    own = np.bincount(pairs.mated_person, shares, pairs.non_mated.people).astype(np.float64)
    others = -pairs.weights * (pairs.non_mated.distance <= distance) / counted
    errors, freedom = dyadic_errors(pairs.non_mated, [(others, own)])
    reach = student(float(freedom[0]), CONFIDENCE) * float(errors[0])
    implied, rate = total / len(parts), counted / trials
    ratio = implied / rate
    return ImpliedRate(distance, implied, rate, ratio * math.exp(-reach), ratio * math.exp(min(reach, 700.0)))


def _inverse(model: Calibrator, distance: Column) -> Column:
    with np.errstate(over="ignore"):
        return np.asarray(10.0 ** -model.log10_lr(distance), np.float64)
