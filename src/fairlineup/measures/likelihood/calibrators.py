"""From distances to log10 likelihood ratios: models fitted on people who are not tested on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import special
from fairlineup.measures.arguments import BadArgument, any_nan, check_columns
from fairlineup.records import NotMeasured

Column = NDArray[np.float64]
LN10 = math.log(10.0)
MIN_LISTED = 10
ROUNDS = 100
BINS = 1024
NEAR = 1e-6  # a step so short that what is left is its square
ROUNDING = 1e-12  # of a loss


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """Distances to fit on; beyond the reach only their number is known.

    Raises: BadInput: the columns do not fit, or a distance listed lies beyond the reach.
    """

    #: Mated distances, shape (n_mated,); beyond the reach (inf) where the mate was not returned.
    mated: Column
    non_mated: Column  #: Non-mated distances within the reach, shape (n_listed,).
    weight: Column  #: Comparisons each non-mated distance stands for, shape (n_listed,).
    beyond: float = 0.0  #: Non-mated comparisons beyond the reach.
    reach: float = math.inf  #: The recording distance; inf where everything was listed.

    def __post_init__(self) -> None:
        check_columns(self, len(self.mated), mated="f")
        check_columns(self, len(self.non_mated), non_mated="f", weight="f")
        fits = (
            not any_nan(self.mated, self.non_mated)
            and self.beyond >= 0
            and bool((self.non_mated <= self.reach).all())
        )
        if math.isinf(self.reach):
            fits = fits and self.beyond == 0 and bool(np.isfinite(self.mated).all())
        if not fits or not bool((self.weight > 0).all() and np.isfinite(self.weight).all()):
            raise BadArgument(
                "the distances to calibrate on do not fit",
                expected=f"numbers, non-mated ones up to {self.reach:g}, weights above 0, a count beyond",
                got="something else",
                remedy="count what lies beyond the reach, do not list it",
            )

    @property
    def mated_within(self) -> Column:
        """Mated distances within the reach."""
        return self.mated[self.mated <= self.reach]

    @property
    def trials(self) -> float:
        """Non-mated comparisons, within the reach and beyond."""
        return float(self.weight.sum()) + self.beyond

    def shares_within(self) -> tuple[float, float]:
        """Shares of mated and of non-mated comparisons within the reach."""
        return len(self.mated_within) / len(self.mated), float(self.weight.sum()) / self.trials

    def beyond_log10_lr(self) -> float:
        """log10 LR of any distance beyond the reach; 0 where no non-mated comparison lies there."""
        mated, non_mated = (1 - share for share in self.shares_within())
        if non_mated <= 0:
            return 0.0
        return math.log10(mated / non_mated) if mated > 0 else -math.inf


class Calibrator(Protocol):
    """What turns distances into log10 likelihood ratios."""

    def log10_lr(self, distance: Column) -> Column:
        """log10 LR of each distance, shape as given; never rises with distance."""
        ...

    def influence(self, training: Training, distance: float) -> tuple[Column, Column]:
        """How log10 LR at a distance within the reach moves with the weight of each comparison fitted on.

        Returns: of each mated comparison, shape (n_mated,), and of each non-mated one listed, (n_listed,).
            What every comparison moves alike, by being counted, is left out.
        """
        ...


@dataclass(frozen=True, slots=True)
class Affine:
    """log10 LR = intercept + slope x distance within the reach, one value beyond it and never below that."""

    intercept: float  #: log10 LR at distance 0.
    slope: float  #: Per unit of distance, at most 0.
    reach: float  #: The recording distance; inf where everything was listed.
    beyond: float  #: log10 LR of every distance beyond the reach; -inf where no mate was beyond.

    def log10_lr(self, distance: Column) -> Column:
        """log10 LR of each distance, shape as given."""
        if math.isinf(self.reach):
            return self.intercept + self.slope * distance
        within = self.intercept + self.slope * np.minimum(distance, self.reach)
        return np.where(distance <= self.reach, np.maximum(within, self.beyond), self.beyond)

    def influence(self, training: Training, distance: float) -> tuple[Column, Column]:
        """How log10 LR at a distance moves with the weight of each comparison: the gradient of the fit."""
        near = training.mated <= training.reach
        kinds = (
            (training.mated[near], np.full(int(near.sum()), 1 / len(training.mated)), 1.0),
            (training.non_mated, training.weight / training.trials, 0.0),
        )
        found, curvature = [], np.zeros((2, 2))
        for x, weight, truth in kinds:
            design = np.stack((np.ones_like(x), x))
            share = special.expit(LN10 * (self.intercept + self.slope * x))
            found.append(design * (weight * (truth - share)))
            curvature += (design * (weight * share * (1 - share))) @ design.T
        direction = np.linalg.pinv(curvature) @ np.array([1.0, distance]) / LN10
        mated = np.zeros(len(training.mated))
        mated[near] = direction @ found[0]
        return mated, np.asarray(direction @ found[1], np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Isotonic:
    """A monotone step function of distance, joined by straight lines in probability between its steps."""

    distance: Column  #: Knots within the reach, ascending, shape (n_knots,).
    probability: Column  #: Of being mated at even odds, at the knots, falling, shape (n_knots,).
    reach: float  #: The recording distance; inf where everything was listed.
    beyond: float  #: log10 LR of every distance beyond the reach.

    def log10_lr(self, distance: Column) -> Column:
        """log10 LR of each distance, shape as given; infinite where one kind alone was seen."""
        share = np.interp(np.minimum(distance, self.distance[-1]), self.distance, self.probability)
        with np.errstate(divide="ignore"):
            within = np.log10(share) - np.log10(1 - share)
        return within if math.isinf(self.reach) else np.where(distance <= self.reach, within, self.beyond)

    def influence(self, training: Training, distance: float) -> tuple[Column, Column]:
        """How log10 LR at a distance moves with the weight of each comparison of its step, the steps held."""
        right = min(int(np.searchsorted(self.distance, distance)), len(self.distance) - 1)
        left = max(0, right - (self.distance[right] > distance))
        least, most = self.probability[right], self.probability[left]

        def inside(x: Column) -> NDArray[np.bool_]:
            share = np.interp(x, self.distance, self.probability)
            found: NDArray[np.bool_] = (x <= self.reach) & (share <= most) & (share >= least)
            return found

        mated, other = inside(training.mated), inside(training.non_mated) * training.weight
        return (
            mated / max(1.0, float(mated.sum())) / LN10,
            -other / max(1.0, float(other.sum())) / LN10,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """What PAV makes of scores: a falling log10 LR for each different distance; both shape (n_distances,)."""

    distance: Column
    log10_lr: Column


def pool_adjacent_violators(mated: Column, non_mated: Column, weight: Column) -> Pooled:
    """The falling function of distance that makes Cllr least, with both kinds counting alike.

    Args:
        mated: distances, shape (n_mated,); infinite ones are allowed.
        non_mated: distances, shape (n_non_mated,).
        weight: comparisons each non-mated distance stands for, shape (n_non_mated,).

    Source: pool adjacent violators, Ayer et al. 1955. Not: a smooth model; its ends are infinite.
    """
    from scipy.optimize import isotonic_regression

    distance, at = np.unique(np.concatenate((mated, non_mated)), return_inverse=True)
    n, m = len(distance), len(mated)
    ours = np.bincount(at[:m], minlength=n) / m
    theirs = np.bincount(at[m:], weights=weight, minlength=n) / weight.sum()
    both = ours + theirs
    first = isotonic_regression(ours / both, weights=both, increasing=False).blocks
    with np.errstate(divide="ignore"):
        levels = np.log10(np.add.reduceat(ours, first[:-1])) - np.log10(np.add.reduceat(theirs, first[:-1]))
    return Pooled(distance, np.repeat(levels, np.diff(first)))


def fit_isotonic(training: Training) -> Isotonic | NotMeasured:
    """PAV on distance, what lies beyond the reach standing as one last distance.

    Source: PAV as a calibrator, Zadrozny and Elkan 2002. Not: to be used without bounds.
    """
    reason = unfit(training)
    if reason is not None:
        return reason
    over = [training.beyond] if training.beyond > 0 else []
    pooled = pool_adjacent_violators(
        np.where(training.mated <= training.reach, training.mated, np.inf),
        np.concatenate((training.non_mated, np.full(len(over), np.inf))),
        np.concatenate((training.weight, over)),
    )
    inside = np.isfinite(pooled.distance)
    steps = pooled.log10_lr[inside]
    ends = np.ones(len(steps), np.bool_)
    ends[1:-1] = (steps[1:-1] != steps[:-2]) | (steps[1:-1] != steps[2:])
    beyond = float(pooled.log10_lr[-1])
    return Isotonic(pooled.distance[inside][ends], special.expit(LN10 * steps[ends]), training.reach, beyond)


def fit_affine(training: Training) -> Affine | NotMeasured:
    """Logistic regression with both kinds counting alike, by Newton's method, without a penalty.

    Within the reach it makes Cllr least among all lines; beyond it the ratio is that of the shares beyond.
    Where the line falls below that it is held there, so that a longer distance is never better evidence.

    Returns: NotMeasured where mated and non-mated distances do not overlap: the slope would be infinite.
    Source: Brümmer and du Preez 2006; Morrison 2013. Not: proof that log LR is a line in distance.
    """
    reason = unfit(training)
    if reason is not None:
        return reason
    mated = training.mated_within
    if mated.max() < training.non_mated.min():
        return NotMeasured("mated and non-mated distances do not overlap, so no slope can be fitted")
    distance = np.concatenate((mated, training.non_mated))
    truth = np.concatenate((np.ones(len(mated)), np.zeros(len(training.non_mated))))
    weight = np.concatenate((np.full(len(mated), 1 / len(training.mated)), training.weight / training.trials))
    centre, spread = float(np.average(distance, weights=weight)), float(distance.std()) or 1.0
    level, tilt = _newton((distance - centre) / spread, truth, weight)
    if tilt > 0:
        inside = training.shares_within()
        level, tilt = math.log(inside[0] / inside[1]), 0.0
    slope = tilt / spread
    return Affine((level - slope * centre) / LN10, slope / LN10, training.reach, training.beyond_log10_lr())


def unfit(training: Training) -> NotMeasured | None:
    """Why nothing can be fitted to these distances, or None."""
    within, listed = len(training.mated_within), len(training.non_mated)
    if min(within, listed) < MIN_LISTED:
        return NotMeasured(
            f"{within} mated and {listed} non-mated distances within the reach; a fit needs {MIN_LISTED} each"
        )
    ours, theirs = training.shares_within()
    if ours < theirs:
        return NotMeasured("mated distances are no closer than non-mated ones")
    return None


def binned(distance: Column, weight: Column) -> tuple[Column, Column]:
    """Distances in narrow bins: the mean of each bin and its weight, so that millions cost no more."""
    low, high = float(distance.min()), float(distance.max())
    place = np.minimum(((distance - low) / ((high - low) or 1.0) * BINS).astype(np.int64), BINS - 1)
    total = np.bincount(place, weights=weight, minlength=BINS).astype(np.float64)
    centre = np.bincount(place, weights=weight * distance, minlength=BINS)
    there = total > 0
    return centre[there] / total[there], total[there]


def _newton(x: Column, truth: Column, weight: Column) -> tuple[float, float]:
    """Level and tilt that make the weighted logistic loss least, from those that do so for narrow bins."""
    ours, theirs = (binned(x[truth == kind], weight[truth == kind]) for kind in (1, 0))
    few, few_weights = (np.concatenate(both) for both in zip(ours, theirs, strict=True))
    begin = _descended(np.zeros(2), few, np.repeat((1.0, 0.0), (len(ours[0]), len(theirs[0]))), few_weights)
    level, tilt = _descended(begin, x, truth, weight)
    return float(level), float(tilt)


def _descended(beta: Column, x: Column, truth: Column, weight: Column) -> Column:
    """Where Newton's steps from `beta` lead; they are halved until they help."""
    design = np.stack((np.ones_like(x), x))
    loss, share = _loss(beta, design, truth, weight)
    for _ in range(ROUNDS):
        gradient = design @ (weight * (share - truth))
        curvature = (design * (weight * share * (1 - share))) @ design.T
        step = np.linalg.solve(curvature + 1e-14 * np.eye(2), gradient)
        found, shares = _loss(beta - step, design, truth, weight)
        while found > loss * (1 + ROUNDING) and np.abs(step).max() > 1e-12:
            step = step / 2
            found, shares = _loss(beta - step, design, truth, weight)
        beta, loss, share = beta - step, found, shares
        if np.abs(step).max() < NEAR:
            break
    return beta


def _loss(beta: Column, design: Column, truth: Column, weight: Column) -> tuple[float, Column]:
    """Weighted logistic loss, and the probability of being mated of each."""
    eta = beta @ design
    small = np.exp(-np.abs(eta))
    share = np.where(eta < 0, small, 1.0) / (1 + small)
    return float(weight @ (np.log(1 + small) + np.maximum(eta, 0) - truth * eta)), share
