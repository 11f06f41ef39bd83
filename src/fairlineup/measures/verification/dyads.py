"""False match rates of groups against groups, with the covariance of comparisons that share people."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.proportions import shares_of, zero_error_bound
from fairlineup.measures.student import student
from fairlineup.measures.verification.comparisons import Comparisons
from fairlineup.measures.verification.layout import laid_out
from fairlineup.measures.verification.resampling import Grouping, check_reach
from fairlineup.measures.verification.tallies import FalsePairs, Tally
from fairlineup.records import Estimate, Measured, NotMeasured

MIN_FALSE_MATCHES = 10
FEWEST_EQUAL = (
    5.0  # equal pairs that false matches must be worth where some pairs have most of the comparisons
)
METHOD = "two-way by person (dyadic variance, Student's t)"
ALL_MATCH = "bound after no comparison without a match, on pairs of people without anyone twice"


@dataclass(frozen=True, slots=True, eq=False)
class CellRates:
    """False match rates of every probe group against every gallery group at one threshold."""

    errors: NDArray[np.int64]  #: False matches, shape (probe groups, gallery groups).
    trials: NDArray[np.int64]  #: Comparisons of photographs, the same shape.
    pairs: NDArray[np.int64]  #: Different pairs of people among the false matches, the same shape.
    #: Of the rates, shape (cells, cells), cells in the order of `errors.ravel()`.
    covariance: NDArray[np.float64]
    #: The same if different pairs of people were independent; no sum of cells varies less.
    of_pairs: NDArray[np.float64]
    #: Least variance of each rate where some pairs were compared far more often than others, in the shape of
    #: `errors`; 0 where none was compared more than once.
    alike: NDArray[np.float64]
    false: FalsePairs  #: Which pairs of people were falsely matched.
    #: Pairs of people without anyone twice that a cell has at least, in the shape of `errors`.
    disjoint: NDArray[np.int64]
    #: People of each probe group who are compared in some cell, shape (probe groups,).
    probe_people: NDArray[np.int64]
    gallery_people: NDArray[np.int64]  #: People of each gallery group who are, shape (gallery groups,).

    @property
    def rates(self) -> NDArray[np.float64]:
        """Point estimates, NaN where nothing was compared."""
        return shares_of(self.errors, self.trials)

    @property
    def standard_errors(self) -> NDArray[np.float64]:
        """Standard errors of the rates, in their shape."""
        errors: NDArray[np.float64] = np.sqrt(np.diag(self.covariance)).reshape(self.errors.shape)
        return errors

    @property
    def freedom(self) -> NDArray[np.float64]:
        """Degrees of freedom of each standard error (Satterthwaite), at least 1, in their shape."""
        cells = range(self.errors.size)
        each = [self.false.only(cell).freedom(np.ones(self.errors.size)) for cell in cells]
        return np.array(each).reshape(self.errors.shape)

    @property
    def design_effects(self) -> NDArray[np.float64]:
        """Variance over that of independent comparisons: trials / design effect are effective.

        NaN where nothing matched, or everything.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            independent = self.rates * (1 - self.rates) / self.trials
            effect: NDArray[np.float64] = self.standard_errors**2 / independent
        return np.where(independent > 0, effect, np.nan)

    def estimate(self, g: int = 0, h: int = 0, level: float = 0.95) -> Measured:
        """The rate of one cell with its interval on the log scale; NotMeasured under 10 pairs of people.

        Where few people have most of the photographs, few pairs have most of the comparisons; the covariance
        lacks those of them that chance did not let match. The interval is then never narrower than that
        of pairs whose comparisons agree as much as these did; it is not given where false matches are worth
        under 5 equal pairs.
        """
        errors, trials, people = int(self.errors[g, h]), int(self.trials[g, h]), int(self.probe_people[g])
        fewest = min(people, int(self.gallery_people[h]))
        reason = ""
        if trials == 0:
            reason = "no comparisons"
        elif errors and fewest < 2:
            reason = "an interval needs at least two people on either side"
        elif int(self.pairs[g, h]) < MIN_FALSE_MATCHES:
            reason = too_few(errors, int(self.pairs[g, h]))
        elif self.worth(g, h) < FEWEST_EQUAL:
            reason = _uneven(errors, self.worth(g, h))
        if reason:
            return NotMeasured(reason, errors, trials, people)
        value = float(self.rates[g, h])
        if errors == trials:
            low = 1 - zero_error_bound(int(self.disjoint[g, h]), level)
            return Estimate(value, low, 1.0, errors, trials, ALL_MATCH, level, people)
        one = np.zeros(self.errors.shape)
        one[g, h] = 1.0
        low, high = log_interval(*self.weighted(one), level)
        if self.alike[g, h] > 0:
            freedom = max(1.0, self.worth(g, h) - 1)
            least = log_interval(value, math.sqrt(self.alike[g, h]), freedom, level)
            low, high = min(low, least[0]), max(high, least[1])
        return Estimate(value, low, min(1.0, high), errors, trials, METHOD, level, people)

    def worth(self, g: int = 0, h: int = 0) -> float:
        """Equal pairs of people that the false matches of a cell are worth, where pairs are very unequal."""
        variance = float(self.alike[g, h])
        return float(self.rates[g, h]) ** 2 / variance if variance > 0 else math.inf

    def weighted(self, weights: NDArray[np.float64]) -> tuple[float, float, float]:
        """A weighted sum of the rates: value, standard error, degrees of freedom of that (Satterthwaite).

        A person's part in the sum is what they add to it in all cells, so what cancels between cells adds
        neither variance nor degrees of freedom.

        Args:
            weights: shape of `rates`; cells of weight 0 need no comparisons.
        """
        w = weights.ravel()
        used = w != 0
        value = float(w[used] @ self.rates.ravel()[used])
        cells = np.ix_(used, used)
        variance, least = (float(w[used] @ one[cells] @ w[used]) for one in (self.covariance, self.of_pairs))
        each = np.divide(w, self.trials.ravel(), out=np.zeros(len(w)), where=used)
        return value, math.sqrt(max(0.0, variance, least)), self.false.freedom(each)

    def combined(self, weights: NDArray[np.float64], level: float = 0.95) -> tuple[float, float, float]:
        """A weighted sum of the rates with a symmetric interval: value, low, high.

        Args:
            weights: shape of `rates`; cells of weight 0 need no comparisons.
            level: two-sided coverage.
        """
        value, error, freedom = self.weighted(weights)
        reach = student(freedom, level) * error
        return value, value - reach, value + reach

    def log_ratio(self, one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float, float]:
        """Log of one cell's rate over another's: value, standard error, degrees of freedom."""
        rates, weights = self.rates, np.zeros(self.errors.shape)
        weights[one] += 1 / rates[one]
        weights[other] -= 1 / rates[other]
        _, error, freedom = self.weighted(weights)
        return math.log(rates[one] / rates[other]), error, freedom


def cell_rates(comparisons: Comparisons, threshold: float, grouping: Grouping | None = None) -> CellRates:
    """False match rates of each probe group against each gallery group, with their covariance.

    Two comparisons vary together if they share a person, on either side. With D_a the residual, errors - rate
    x comparisons, of a pair of people in cell a (in both directions), and T_ia the sum of person i's,
    covariance(a, b) = (sum_i T_ia T_ib - sum_pairs D_a D_b) / apart(a, b). The second sum is what the first
    counts twice; apart(a, b) is how many comparisons in a and in b, each with each, have no person in common.
    (Residuals add up to 0: what comparisons that share a person have over, the others have under. All of them
    in the denominator, trials_a x trials_b, would be too many.) A variance is never less than that of
    independent comparisons, nor of independent pairs of people. Where everything matches it is that of
    independent pairs, nobody in two of them, at the bound on what does not match.

    Raises: BadInput: a threshold beyond the comparisons listed.
    Source: dyadic-robust variance (Fafchamps and Gubert 2007; Aronow et al. 2015), as in Schuckers 2010;
        unbiased where everybody is compared alike, as the variance of a U-statistic (Hoeffding 1948).
    Not: the variance of a comparison; few people carry most false matches.
    """
    (distance,) = check_reach(comparisons, (threshold,))
    layout = laid_out(comparisons)
    grouping, frame = grouping or layout.everyone, layout.frame(grouping)
    tally = Tally(layout.within(distance), frame)
    once, shown = _once(comparisons, grouping), _shown(comparisons, grouping)
    errors, trials, disjoint = tally.errors(), frame.trials, frame.disjoint
    rates = np.divide(errors, trials, out=np.zeros(len(trials)), where=trials > 0)
    every, pairs = np.outer(trials, trials), tally.pair_products(rates)
    of_pairs = np.divide(pairs, every, out=np.zeros(every.shape), where=every > 0)
    covariance = _covariance(tally, rates, every, pairs)
    floor = np.maximum(np.diag(of_pairs), _independent(rates, once * trials, disjoint))
    np.fill_diagonal(covariance, np.maximum(np.diag(covariance), floor))
    shape = (grouping.probe_groups, grouping.gallery_groups)
    probe_people, gallery_people = frame.people
    return CellRates(
        errors=np.rint(shown * errors).astype(np.int64).reshape(shape),
        trials=np.rint(shown * trials).astype(np.int64).reshape(shape),
        pairs=tally.false.by_cell(tally.cells).reshape(shape),
        covariance=covariance,
        of_pairs=of_pairs,
        alike=tally.alike(once=comparisons.once).reshape(shape),
        false=tally.false,
        disjoint=disjoint.reshape(shape),
        probe_people=probe_people,
        gallery_people=gallery_people,
    )


def log_interval(value: float, standard_error: float, freedom: float, level: float) -> tuple[float, float]:
    """Interval of something above 0 that is symmetric on the log scale."""
    factor = math.exp(min(student(freedom, level) * standard_error / value, 700.0))
    return value / factor, value * factor


def too_few(errors: int, pairs: int | None = None) -> str:
    """Why there is no interval, of how many false matches and of how many different pairs of people."""
    if pairs is not None and errors >= MIN_FALSE_MATCHES:
        several = f"{errors} false matches, of only {pairs} pair{'s' * (pairs > 1)} of people"
        return f"{several}; an interval needs {MIN_FALSE_MATCHES} pairs"
    found = {0: "no false match", 1: "only 1 false match"}.get(errors, f"only {errors} false matches")
    return f"{found}; an interval needs {MIN_FALSE_MATCHES}"


def _uneven(errors: int, worth: float) -> str:
    return (
        f"{errors} false matches are worth {worth:.2g} equal pairs, as few people have most photographs; an"
        f" interval needs {FEWEST_EQUAL:g} (take the same few photographs of everybody)"
    )


def _once(comparisons: Comparisons, grouping: Grouping) -> NDArray[np.float64]:
    """Share of each cell's comparisons that are pairs of their own: half where both ways fall in it."""
    cells = grouping.probe_groups, grouping.gallery_groups
    share = np.ones(cells)
    if comparisons.once:
        if cells[0] == cells[1] and np.array_equal(grouping.probe, grouping.gallery):
            np.fill_diagonal(share, 0.5)
        else:
            share[:] = 0.5
    return share.ravel()


def _shown(comparisons: Comparisons, grouping: Grouping) -> NDArray[np.float64]:
    """Share of each cell's comparisons to report: pairs, and of groups against everyone each person's own."""
    everyone = grouping.gallery_groups == 1 < grouping.probe_groups
    once = _once(comparisons, grouping)
    return np.ones_like(once) if everyone else once


def _covariance(
    tally: Tally, rates: NDArray[np.float64], every: NDArray[np.float64], pairs: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Covariance of the rates, before variances are raised to their minimum, shape (cells, cells)."""
    shared = tally.people_products(rates) - pairs
    apart = np.where(
        tally.frame.apart > 0, tally.frame.apart, every
    )  # where all share somebody there is no interval either
    return np.divide(shared, apart, out=np.zeros(every.shape), where=every > 0)


def _independent(
    rates: NDArray[np.float64], trials: NDArray[np.float64], disjoint: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Variance of each rate if comparisons were independent; where all match, if disjoint pairs were."""
    variance = np.divide(rates * (1 - rates), trials, out=np.zeros(len(rates)), where=trials > 0)
    for cell in np.flatnonzero((rates == 1) & (disjoint > 0)):
        rest = zero_error_bound(int(disjoint[cell]))
        variance[cell] = rest * (1 - rest) / disjoint[cell]
    return variance
