"""False matches per comparison of two photographs, with both people in the variance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from fairlineup.measures.proportions import zero_error_bound
from fairlineup.measures.searches import Searches, require_non_mated
from fairlineup.records import Estimate, Measured, NotMeasured

MIN_FALSE_MATCHES = 10


@dataclass(frozen=True, slots=True)
class TwoWay:
    """A false match rate with the variance that comes of people being compared many times.

    Attributes:
        rate: share of comparisons that match.
        errors: false matches.
        trials: comparisons of photographs.
        standard_error: of the rate.
        degrees_of_freedom: of that standard error (Satterthwaite), the lesser of the two sides.
        design_effect: variance over that of independent comparisons; trials / design_effect are effective.
        probe_people: people searched for.
        gallery_people: people in the gallery.
    """

    rate: float
    errors: int
    trials: int
    standard_error: float
    degrees_of_freedom: float
    design_effect: float
    probe_people: int
    gallery_people: int


def two_way_variance(searches: Searches, threshold: float) -> TwoWay | NotMeasured:
    """Variance of the false match rate from rows (probe people) and columns (gallery people).

    Var = sum_i (r_i - p)^2 / n_p^2 + sum_j (c_j - p)^2 / n_g^2 - the part counted twice, each sum with its
    n / (n - 1), and never less than that of independent pairs of people. Several photographs of a person are
    added up before squaring; gallery people are taken to have equally many photographs, since those without
    a match are known only by their number.

    Raises: MatedCandidateError: a candidate is the probe's own person.
    Source: dyadic (U-statistic) variance, as in Schuckers 2010 and Owen 2007.
    """
    require_non_mated(searches)
    used = searches.only(searches.processed)
    near = used.distance <= threshold
    errors, trials, people = int(np.count_nonzero(near)), len(used) * used.gallery_photos, used.people
    if trials == 0:
        return NotMeasured("no comparisons", errors, trials, people)
    if errors == 0:
        return NotMeasured(_too_few(errors), errors, trials, people)
    if min(people, used.gallery_people) < 2:
        return NotMeasured("an interval needs at least two people on either side", errors, trials, people)
    rate = errors / trials
    variance, freedom = _variance_of_errors(used, near, rate)
    binomial = trials * rate * (1 - rate)
    variance = max(variance, binomial)
    return TwoWay(
        rate=rate,
        errors=errors,
        trials=trials,
        standard_error=math.sqrt(variance) / trials,
        degrees_of_freedom=max(1.0, freedom),
        design_effect=variance / binomial if binomial > 0 else 1.0,
        probe_people=people,
        gallery_people=used.gallery_people,
    )


def false_match_rate(searches: Searches, threshold: float, level: float = 0.95) -> Measured:
    """Share of non-mated comparisons of photographs that the threshold accepts.

    The interval is on the log scale with Student's t, because few people carry most false matches: with the
    normal quantile a nominal 95 % covers about 90 % when people differ much, with these degrees of freedom
    94 % and more (tests/measures/test_verification.py). Clopper-Pearson on comparisons would cover far less.

    Args:
        searches: non-mated searches with every candidate at or below the threshold listed.
        threshold: a comparison matches when distance <= threshold.
        level: two-sided coverage.

    Returns: rate in [0, 1] over processed searches x enrolled photographs; NotMeasured under 10 errors.
    Raises: MatedCandidateError: a candidate is the probe's own person.
    Source: ISO/IEC 19795-1, false match rate. Not: a probability that a given match is wrong.
    """
    found = two_way_variance(searches, threshold)
    if isinstance(found, NotMeasured):
        return found
    if found.errors < MIN_FALSE_MATCHES:
        return NotMeasured(_too_few(found.errors), found.errors, found.trials, found.probe_people)
    quantile = -float(special.stdtrit(found.degrees_of_freedom, (1 - level) / 2))
    factor = math.exp(min(quantile * found.standard_error / found.rate, 700.0))
    return Estimate(
        found.rate,
        found.rate / factor,
        min(1.0, found.rate * factor),
        found.errors,
        found.trials,
        "two-way by person (analytic)",
        level,
        found.probe_people,
    )


def zero_false_match_bound(searches: Searches, level: float = 0.95) -> float | NotMeasured:
    """One-sided upper bound of the false match rate for a threshold that accepted nothing.

    It counts as many independent comparisons as there are pairs of people without anyone twice: the lesser of
    probe people and gallery people. The rule of three on all comparisons would claim far more than was seen.

    Source: rule of three on disjoint pairs. Not: an estimate; the rate may be far lower.
    """
    disjoint = min(searches.only(searches.processed).people, searches.gallery_people)
    return zero_error_bound(disjoint, level) if disjoint else NotMeasured("no comparisons", 0, 0, disjoint)


def implied_false_match_rate(fpir: float, gallery_people: int) -> float:
    """The false match rate that independent comparisons would need to give this FPIR: 1 - (1 - FPIR)^(1/N).

    Source: binomial model, FPIR = 1 - (1 - FMR)^N. Not: a measured FMR; people differ and the model does not.
    """
    return 1.0 if fpir >= 1 else -math.expm1(math.log1p(-fpir) / gallery_people)


def implied_false_positive_identification_rate(fmr: float, gallery_people: int) -> float:
    """The FPIR at N people if all comparisons were independent and alike: 1 - (1 - FMR)^N.

    Not: a forecast; the ladder of measured gallery sizes bends away from it.
    """
    return 1.0 if fmr >= 1 else -math.expm1(math.log1p(-fmr) * gallery_people)


def _variance_of_errors(searches: Searches, near: NDArray[np.bool_], rate: float) -> tuple[float, float]:
    """Variance of the number of false matches, and its degrees of freedom."""
    people, times = np.unique(searches.person, return_counts=True)
    n_p, n_g, photos = len(people), searches.gallery_people, searches.gallery_photos
    i = np.searchsorted(people, searches.person[searches.row[near]])
    j = np.unique(searches.gallery_person[near], return_inverse=True)[1]
    rows, columns = np.bincount(i, minlength=n_p), np.bincount(j)
    pairs, cells = np.unique(i * len(columns) + j, return_counts=True)
    by_row = float(((rows - rate * times * photos) ** 2).sum())
    column_mean = rate * len(searches) * photos / n_g
    by_column = float(((columns - column_mean) ** 2).sum()) + (n_g - len(columns)) * column_mean**2
    cell_mean = rate * times * photos / n_g
    twice = float((cells**2 - 2 * cells * cell_mean[pairs // len(columns)]).sum())
    twice += n_g * float((cell_mean**2).sum())
    variance = by_row * n_p / (n_p - 1) + by_column * n_g / (n_g - 1) - twice
    return max(variance, twice), min(_freedom(rows), _freedom(columns))


def _freedom(counts: NDArray[np.int64]) -> float:
    """Satterthwaite's degrees of freedom of a sum of squared counts."""
    squares = counts.astype(np.float64) ** 2
    return float(squares.sum() ** 2 / (squares**2).sum()) - 1


def _too_few(errors: int) -> str:
    found = {0: "no false match", 1: "only 1 false match"}.get(errors, f"only {errors} false matches")
    return f"{found}; an interval needs {MIN_FALSE_MATCHES}"
