"""How good likelihood ratios are: Cllr, empirical bounds, Tippett and ECE curves; log10 throughout."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import special
from fairlineup.measures.arguments import any_nan, check_column, check_columns, check_faults
from fairlineup.measures.likelihood.calibrators import pool_adjacent_violators

Column = NDArray[np.float64]
LN10 = math.log(10.0)
LN2 = math.log(2.0)
FINEST = 0.01  # of log10 LR, in the search for bounds
FARTHEST = 9.0  # log10 LR taken for one that is infinite, in the search for bounds


@dataclass(frozen=True, slots=True, eq=False)
class LogRatios:
    """log10 likelihood ratios of comparisons whose truth is known.

    Raises: BadInput: a side is empty, a ratio is not a number, or a weight is not above 0.
    """

    mated: Column  #: log10 LR of mated comparisons, shape (n_mated,); may be infinite.
    non_mated: Column  #: log10 LR of non-mated comparisons, shape (n_non_mated,); may be infinite.
    #: Comparisons each non-mated one stands for, shape (n_non_mated,); None if each stands for one.
    weight: Column | None = None

    def __post_init__(self) -> None:
        check_columns(self, len(self.mated), mated="f")
        check_columns(self, len(self.non_mated), non_mated="f")
        weight = self.weights
        check_column("weight", weight, len(self.non_mated), "f")
        sound = len(self.mated) and len(weight) and np.isfinite(weight).all() and weight.min() > 0
        check_faults(
            "the likelihood ratios cannot be judged",
            (
                (any_nan(self.mated, self.non_mated), "a ratio that is not a number"),
                (not sound, "an empty side, or a weight of 0 or less"),
            ),
            expected="log10 ratios of mated and of non-mated comparisons, weights above 0",
            remedy="give at least one comparison of either kind",
        )

    @property
    def weights(self) -> Column:
        """Comparisons each non-mated ratio stands for, shape (n_non_mated,)."""
        return np.ones(len(self.non_mated)) if self.weight is None else self.weight

    @property
    def trials(self) -> float:
        """How many non-mated comparisons these stand for."""
        return float(self.weights.sum())


@dataclass(frozen=True, slots=True)
class Bounds:
    """Empirical lower and upper bound of log10 LR; a ratio beyond is stated as the bound."""

    lower: float
    upper: float

    def applied(self, log10_lr: Column) -> Column:
        """The ratios, clipped to the bounds."""
        return np.clip(log10_lr, self.lower, self.upper)


@dataclass(frozen=True, slots=True, eq=False)
class Tippett:
    """Shares of comparisons with at least a given log10 LR."""

    log10_lr: Column  #: Ascending, shape (n,).
    mated: Column  #: Share of mated comparisons at or above it, shape (n,).
    non_mated: Column  #: Share of non-mated comparisons at or above it, shape (n,).


@dataclass(frozen=True, slots=True, eq=False)
class CrossEntropy:
    """Empirical cross-entropy in bits, against log10 prior odds; all of shape (n,)."""

    log10_prior_odds: Column  #: Of the comparison being mated.
    system: Column  #: With these ratios.
    calibrated: Column  #: With the same ratios after PAV: what discrimination alone would give.
    uninformative: Column  #: With LR = 1 throughout: what is lost without any comparison.


def cllr(ratios: LogRatios) -> float:
    """Log likelihood ratio cost: 0 bits if perfect, 1 if LR is always 1, more if it misleads.

    Cllr = 1/2 [mean over mated log2(1 + 1/LR) + mean over non-mated log2(1 + LR)].

    Returns: at least 0; infinite where LR is 0 for a mated comparison or infinite for a non-mated one.
    Source: Brümmer and du Preez 2006. Not: an error rate; it has no threshold.
    """
    mated, non_mated = penalties(ratios)
    return float(mated.mean() + np.average(non_mated, weights=ratios.weights)) / 2


def penalties(ratios: LogRatios) -> tuple[Column, Column]:
    """log2(1 + 1/LR) of each mated and log2(1 + LR) of each non-mated comparison, in bits."""
    return np.logaddexp(0, -LN10 * ratios.mated) / LN2, np.logaddexp(0, LN10 * ratios.non_mated) / LN2


def cllr_min(ratios: LogRatios) -> float:
    """Cllr after the best monotone recalibration on these same comparisons: the loss in discrimination.

    Returns: from 0 to 1, never above Cllr; Cllr - Cllr_min is the loss in calibration (Cllr_cal).
    Source: PAV, Brümmer and du Preez 2006. Not: what a calibration fitted on other people would reach.
    """
    return cllr(recalibrated(ratios))


def recalibrated(ratios: LogRatios) -> LogRatios:
    """The ratios after PAV on themselves, so that both kinds count alike; order is kept, ties stay ties."""
    pooled = pool_adjacent_violators(-ratios.mated, -ratios.non_mated, ratios.weights)
    return LogRatios(
        pooled.log10_lr[np.searchsorted(pooled.distance, -ratios.mated)],
        pooled.log10_lr[np.searchsorted(pooled.distance, -ratios.non_mated)],
        ratios.weight,
    )


def empirical_bounds(ratios: LogRatios) -> Bounds:
    """ELUB: how far from 1 these comparisons let a likelihood ratio go.

    A decision taken at LR > t costs (1 - share of mated above t) + t (share of non-mated above t). Outside
    the bounds that is more than deciding without the ratios costs, once one mated comparison with LR 0 and
    one non-mated with LR infinite are added to what was seen.

    Returns: log10 bounds, lower <= 0 <= upper; never beyond -log10(n_mated + 1) and log10(n_non_mated + 1).
    Source: Vergeer et al. 2016, Science & Justice 56, 482-491. Not: an interval of any one ratio; it takes
        comparisons as independent.
    """
    mated = np.sort(np.clip(ratios.mated, -FARTHEST, FARTHEST))
    order = np.argsort(ratios.non_mated)
    non_mated = np.clip(ratios.non_mated[order], -FARTHEST, FARTHEST)
    least = max(min(mated[0], non_mated[0]), -math.log10(len(mated) + 1))
    most = min(max(mated[-1], non_mated[-1]), math.log10(ratios.trials + 1))
    steps = np.arange(min(0, math.floor(least / FINEST)), max(0, math.floor(most / FINEST) + 1) + 1)
    worse = _worse_than_nothing(mated, non_mated, ratios.weights[order], steps * FINEST)
    left, right = steps[(steps <= 0) & worse], steps[(steps >= 0) & worse]
    lower = min(0, int(np.max(left + 1, initial=steps[0])))
    upper = max(0, int(np.min(right - 1, initial=steps[-1])))
    cap_low, cap_high = -math.log10(len(mated) + 1), math.log10(ratios.trials + 1)
    return Bounds(max(round(lower * FINEST, 9), cap_low), min(round(upper * FINEST, 9), cap_high))


def tippett(ratios: LogRatios, at: Column) -> Tippett:
    """Cumulative shares of both kinds at the ascending log10 LRs `at`, for a Tippett plot.

    Not: error rates of a threshold in use; the mated share at 0 still holds weak evidence.
    """
    order = np.argsort(ratios.non_mated)
    above = _weight_above(ratios.non_mated[order], ratios.weights[order], at, side="left")
    mated = np.searchsorted(np.sort(ratios.mated), at, side="left")
    return Tippett(at, 1 - mated / len(ratios.mated), above / ratios.trials)


def empirical_cross_entropy(ratios: LogRatios, log10_prior_odds: Column) -> CrossEntropy:
    """Bits still missing after the ratios are used, whatever the prior; at prior odds 1 it is Cllr.

    ECE(P) = P mean over mated log2(1 + 1/(LR O)) + (1 - P) mean over non-mated log2(1 + LR O), O = P/(1 - P).

    Source: Ramos and Gonzalez-Rodriguez 2013. Not: a choice of prior; that is the court's.
    """
    check_column("log10_prior_odds", log10_prior_odds, len(log10_prior_odds), "f")
    best = recalibrated(ratios)
    neutral = LogRatios(np.zeros(1), np.zeros(1))
    kinds = [_distinct(one) for one in (ratios, best, neutral)]
    curves = [np.array([_entropy(one, x) for x in log10_prior_odds]) for one in kinds]
    return CrossEntropy(log10_prior_odds, *curves)


def _distinct(ratios: LogRatios) -> LogRatios:
    """The same with each ratio of non-mated comparisons once, and how many it stands for."""
    values, at = np.unique(ratios.non_mated, return_inverse=True)
    return LogRatios(ratios.mated, values, np.bincount(at, ratios.weights).astype(np.float64))


def _entropy(ratios: LogRatios, prior: float) -> float:
    share = float(special.expit(LN10 * prior))
    shifted = LogRatios(ratios.mated + prior, ratios.non_mated + prior, ratios.weight)
    mated, non_mated = penalties(shifted)
    return float(share * mated.mean() + (1 - share) * np.average(non_mated, weights=shifted.weights))


def _worse_than_nothing(mated: Column, non_mated: Column, weight: Column, at: Column) -> NDArray[np.bool_]:
    """Whether deciding at LR > 10^at costs more than at LR 1, with two misleading comparisons added."""
    odds = 10.0**at
    missed = (np.searchsorted(mated, at, side="right") + 1) / (len(mated) + 1)
    accepted = (_weight_above(non_mated, weight, at, side="right") + 1) / (weight.sum() + 1)
    worse: NDArray[np.bool_] = missed + odds * accepted > np.where(at < 0, odds, 1.0)
    return worse


def _weight_above(values: Column, weight: Column, at: Column, side: str) -> Column:
    """Weight of sorted values above `at` ("right"), or at and above it ("left")."""
    left = np.concatenate((np.cumsum(weight[::-1])[::-1], [0.0]))
    above: Column = left[np.searchsorted(values, at, side="right" if side == "right" else "left")]
    return above
