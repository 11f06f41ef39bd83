"""False match rates of groups against groups, with the covariance of comparisons that share people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.comparing.comparisons import Comparisons
from fairlineup.measures.comparing.resampling import Grouping, check_reach
from fairlineup.measures.proportions import clopper_pearson
from fairlineup.measures.student import student
from fairlineup.records import Estimate, Measured, NotMeasured

MIN_FALSE_MATCHES = 10
ALL = "Clopper-Pearson on pairs of people without anyone twice"
METHOD = "two-way by person (dyadic variance, Student's t)"


@dataclass(frozen=True, slots=True, eq=False)
class CellRates:
    """False match rates of every probe group against every gallery group at one threshold.

    Attributes:
        errors: false matches, shape (probe groups, gallery groups).
        trials: comparisons of photographs, the same shape.
        pairs: different pairs of people among the false matches, the same shape.
        covariance: of the rates, shape (cells, cells), cells in the order of `errors.ravel()`.
        freedom: degrees of freedom of each cell's standard error (Satterthwaite), the lesser of both sides.
        probe_people: people of each probe group, shape (probe groups,).
        gallery_people: people of each gallery group, shape (gallery groups,).
    """

    errors: NDArray[np.int64]
    trials: NDArray[np.int64]
    pairs: NDArray[np.int64]
    covariance: NDArray[np.float64]
    freedom: NDArray[np.float64]
    probe_people: NDArray[np.int64]
    gallery_people: NDArray[np.int64]

    @property
    def rates(self) -> NDArray[np.float64]:
        """Point estimates, NaN where nothing was compared."""
        with np.errstate(invalid="ignore", divide="ignore"):
            rates: NDArray[np.float64] = np.where(self.trials > 0, self.errors / self.trials, np.nan)
        return rates

    @property
    def standard_errors(self) -> NDArray[np.float64]:
        """Of the rates, in their shape."""
        errors: NDArray[np.float64] = np.sqrt(np.diag(self.covariance)).reshape(self.errors.shape)
        return errors

    @property
    def design_effects(self) -> NDArray[np.float64]:
        """Variance over that of independent comparisons: trials / design effect are effective.

        NaN without errors.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            effect: NDArray[np.float64] = self.standard_errors**2 / (
                self.rates * (1 - self.rates) / self.trials
            )
        return effect

    def estimate(self, g: int = 0, h: int = 0, level: float = 0.95) -> Measured:
        """The rate of one cell with its interval on the log scale; NotMeasured under 10 pairs of people."""
        errors, trials, people = int(self.errors[g, h]), int(self.trials[g, h]), int(self.probe_people[g])
        fewest = min(people, int(self.gallery_people[h]))
        reason = ""
        if trials == 0:
            reason = "no comparisons"
        elif errors and fewest < 2:
            reason = "an interval needs at least two people on either side"
        elif int(self.pairs[g, h]) < MIN_FALSE_MATCHES:
            reason = too_few(errors, int(self.pairs[g, h]))
        if reason:
            return NotMeasured(reason, errors, trials, people)
        value, error = float(self.rates[g, h]), float(self.standard_errors[g, h])
        if errors == trials:  # no spread to be seen: as after no error, over pairs without anyone twice
            pairs = max(1, fewest // 2)
            return Estimate(
                value, clopper_pearson(pairs, pairs, level)[0], 1.0, errors, trials, ALL, level, people
            )
        low, high = log_interval(value, error, float(self.freedom[g, h]), level)
        return Estimate(value, low, min(1.0, high), errors, trials, METHOD, level, people)

    def combined(self, weights: NDArray[np.float64], level: float = 0.95) -> tuple[float, float, float]:
        """A weighted sum of the rates with a symmetric interval: value, low, high.

        Args:
            weights: shape of `rates`; cells of weight 0 need no comparisons.
            level: two-sided coverage.
        """
        w = weights.ravel()
        used = w != 0
        value = float(w[used] @ self.rates.ravel()[used])
        spread = math.sqrt(max(0.0, float(w[used] @ self.covariance[np.ix_(used, used)] @ w[used])))
        freedom = float(self.freedom.ravel()[used].min(initial=np.inf))
        reach = student(freedom, level) * spread
        return value, value - reach, value + reach

    def log_ratio(self, one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float, float]:
        """Log of one cell's rate over another's: value, standard error, degrees of freedom."""
        a, b = (int(np.ravel_multi_index(cell, self.errors.shape)) for cell in (one, other))
        rates = self.rates.ravel()
        variance = (
            self.covariance[a, a] / rates[a] ** 2
            + self.covariance[b, b] / rates[b] ** 2
            - 2 * self.covariance[a, b] / (rates[a] * rates[b])
        )
        freedom = min(float(self.freedom[one]), float(self.freedom[other]))
        return math.log(rates[a] / rates[b]), math.sqrt(max(0.0, float(variance))), freedom


def cell_rates(comparisons: Comparisons, threshold: float, grouping: Grouping | None = None) -> CellRates:
    """False match rates of each probe group against each gallery group, with their covariance.

    Two comparisons vary together if they share a person, on either side. With T_ia the residual, errors -
    rate x trials, of all comparisons of person i in cell a, and D_a that of a pair of people, covariance(a,
    b) = sum_i T_ia T_ib - sum_pairs D_a D_b: the second sum is what the first counts twice. Each person's
    part is taken n / (n - 1) times, n the size of their group. A variance is never less than that of
    independent comparisons.

    Raises: BadInput: a threshold beyond the comparisons listed.
    Source: dyadic-robust variance (Fafchamps and Gubert 2007; Aronow et al. 2015), as in Schuckers 2010.
    Not: the variance of a comparison; few people carry most false matches.
    """
    check_reach(comparisons, (threshold,))
    grouping = grouping or Grouping.everyone(comparisons.people)
    near = comparisons.both_ways().within(threshold)
    tally = _Tally(near, grouping)
    once, told = _once(comparisons, grouping), _told(comparisons, grouping)
    errors, trials = tally.errors(), tally.trials()
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = np.where(trials > 0, errors / trials, 0.0)
        binomial = np.where(trials > 0, rates * (1 - rates) / (once * trials), 0.0)
        covariance = tally.covariance(rates) / np.outer(trials, trials)
    covariance = np.where(np.isfinite(covariance), covariance, 0.0)
    floor = np.maximum(np.diag(covariance), binomial)
    np.fill_diagonal(covariance, floor)
    shape = (grouping.probe_groups, grouping.gallery_groups)
    return CellRates(
        errors=np.rint(told * errors).astype(np.int64).reshape(shape),
        trials=np.rint(told * trials).astype(np.int64).reshape(shape),
        pairs=tally.pairs().reshape(shape),
        covariance=covariance,
        freedom=tally.freedom().reshape(shape),
        probe_people=_people(grouping.probe, near.probe_side, grouping.probe_groups),
        gallery_people=_people(grouping.gallery, near.gallery_side, grouping.gallery_groups),
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


class _Tally:
    """Sums over comparisons, by cell and person."""

    def __init__(self, near: Comparisons, grouping: Grouping) -> None:
        self.near, self.grouping = near, grouping
        self.cells = grouping.probe_groups * grouping.gallery_groups
        g, h = grouping.probe[near.probe], grouping.gallery[near.gallery]
        self.inside = (g >= 0) & (h >= 0)
        self.cell = (g * grouping.gallery_groups + h)[self.inside]
        self.i, self.j = near.probe[self.inside], near.gallery[self.inside]

    def errors(self) -> NDArray[np.float64]:
        """False matches, shape (cells,)."""
        return np.bincount(self.cell, minlength=self.cells).astype(np.float64)

    def pairs(self) -> NDArray[np.int64]:
        """Different pairs of people among the false matches, either way round, shape (cells,)."""
        n = self.near.people
        dyad = np.minimum(self.i, self.j) * n + np.maximum(self.i, self.j)
        dyads, at = np.unique(dyad, return_inverse=True)
        seen = np.unique(at * self.cells + self.cell) % self.cells if len(dyads) else self.cell
        return np.bincount(seen, minlength=self.cells).astype(np.int64)

    def trials(self) -> NDArray[np.float64]:
        """Comparisons, shape (cells,)."""
        trials: NDArray[np.float64] = self._by_probe().sum(axis=0)
        return trials

    def covariance(self, rates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of the numbers of false matches, shape (cells, cells)."""
        rows = self._errors(self.i) - rates * self._by_probe()
        columns = self._errors(self.j) - rates * self._by_gallery()
        people = (rows + columns) * np.sqrt(self._small_sample())[:, None]
        twice = self._dyads(rates)
        total: NDArray[np.float64] = people.T @ people - twice
        np.fill_diagonal(total, np.maximum(np.diag(total), np.diag(twice)))
        return total

    def freedom(self) -> NDArray[np.float64]:
        """Satterthwaite's degrees of freedom by cell, the lesser of probe and gallery side, at least 1."""
        probes, gallery = self.near.probe_side, self.near.gallery_side
        one_set = bool(2 * (probes & gallery).sum() > (probes | gallery).sum())
        rows, columns = self._errors(self.i), self._errors(self.j)
        sides: Sequence[NDArray[np.float64]] = (rows + columns,) if one_set else (rows, columns)
        lesser: NDArray[np.float64] = np.minimum.reduce([_satterthwaite(side) for side in sides])
        return np.maximum(1.0, lesser)

    def _errors(self, person: NDArray[np.int64]) -> NDArray[np.float64]:
        """False matches of each person on one side, shape (people, cells)."""
        counts = np.bincount(person * self.cells + self.cell, minlength=self.near.people * self.cells)
        return counts.reshape(-1, self.cells).astype(np.float64)

    def _by_probe(self) -> NDArray[np.float64]:
        return self._compared(probe=True)

    def _by_gallery(self) -> NDArray[np.float64]:
        return self._compared(probe=False)

    def _compared(self, *, probe: bool) -> NDArray[np.float64]:
        """Comparisons of each person on one side, by cell, shape (people, cells)."""
        grouping, people = self.grouping, self.near.people
        total = np.zeros((people, grouping.probe_groups, grouping.gallery_groups))
        g, h = np.flatnonzero(grouping.probe >= 0), np.flatnonzero(grouping.gallery >= 0)
        for block in self.near.blocks:
            m, n = block.probe_photos, block.gallery_photos
            if probe:
                others = _sums(grouping.gallery, n, grouping.gallery_groups)
                total[g, grouping.probe[g], :] += m[g, None] * others
            else:
                others = _sums(grouping.probe, m, grouping.probe_groups)
                total[h, :, grouping.gallery[h]] += n[h, None] * others
            own = np.flatnonzero((m > 0) & (n > 0) & (grouping.probe >= 0) & (grouping.gallery >= 0))
            total[own, grouping.probe[own], grouping.gallery[own]] -= (m * n)[own]
        counted = self.near.counted
        cells = grouping.probe[counted.probe], grouping.gallery[counted.gallery]
        inside = (cells[0] >= 0) & (cells[1] >= 0)
        person = (counted.probe if probe else counted.gallery)[inside]
        np.add.at(total, (person, cells[0][inside], cells[1][inside]), counted.times[inside])
        return total.reshape(people, self.cells)

    def _small_sample(self) -> NDArray[np.float64]:
        """N / (n - 1) of each person's group, shape (people,)."""
        sides = np.stack((self.near.probe_side, self.near.gallery_side)).astype(np.int64)
        groups = np.stack((self.grouping.probe, self.grouping.gallery)) * sides
        _, stratum, size = np.unique(
            np.concatenate((sides, groups)), axis=1, return_inverse=True, return_counts=True
        )
        n = size[stratum.ravel()].astype(np.float64)
        return np.where(n > 1, n / np.maximum(n - 1, 1), 1.0)

    def _dyads(self, rates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum over pairs of people of their residuals' products, by two cells, shape (cells, cells)."""
        n = self.near.people
        low, high = np.minimum(self.i, self.j), np.maximum(self.i, self.j)
        at = np.unique(low * n + high, return_inverse=True)[1]
        key, times = np.unique(at * self.cells + self.cell, return_counts=True)
        pair_of, cell = key // self.cells, key % self.cells
        total = np.zeros((self.cells, self.cells))
        np.add.at(total, (cell, cell), times.astype(np.float64) ** 2)
        self._across(total, pair_of, cell, times)
        compared = np.bincount(self.cell, weights=self._times(), minlength=self.cells)
        diagonal = np.diag(total) - 2 * rates * compared + rates**2 * self._squared_times()
        np.fill_diagonal(total, np.maximum(diagonal, 0.0))
        return total

    def _times(self) -> NDArray[np.float64]:
        """How often the two people of each false match were compared, shape (false matches,)."""
        times = np.zeros(len(self.cell))
        for block in self.near.blocks:
            times += block.probe_photos[self.i] * block.gallery_photos[self.j]
        counted, n = self.near.counted, self.near.people
        if len(counted.times):
            keys = counted.probe * n + counted.gallery
            order = np.argsort(keys)
            wanted = self.i * n + self.j
            at = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)]
            times += np.where(keys[at] == wanted, counted.times[at], 0)
        return times

    def _squared_times(self) -> NDArray[np.float64]:
        """Sum over pairs of people of the square of how often they were compared, shape (cells,)."""
        grouping = self.grouping
        total = np.zeros((grouping.probe_groups, grouping.gallery_groups))
        for block in self.near.blocks:
            m, n = block.probe_photos**2, block.gallery_photos**2
            total += np.outer(
                _sums(grouping.probe, m, grouping.probe_groups),
                _sums(grouping.gallery, n, grouping.gallery_groups),
            )
            own = np.flatnonzero((m > 0) & (n > 0) & (grouping.probe >= 0) & (grouping.gallery >= 0))
            np.subtract.at(total, (grouping.probe[own], grouping.gallery[own]), (m * n)[own])
        counted = self.near.counted
        g, h = grouping.probe[counted.probe], grouping.gallery[counted.gallery]
        inside = (g >= 0) & (h >= 0)
        np.add.at(total, (g[inside], h[inside]), counted.times[inside].astype(np.float64) ** 2)
        return total.ravel()

    def _across(
        self,
        total: NDArray[np.float64],
        pair_of: NDArray[np.int64],
        cell: NDArray[np.int64],
        times: NDArray[np.int64],
    ) -> None:
        """Add the pairs of people who stand in two cells, once this way round and once the other."""
        same = np.flatnonzero(pair_of[1:] == pair_of[:-1])
        product = (times[same] * times[same + 1]).astype(np.float64)
        np.add.at(total, (cell[same], cell[same + 1]), product)
        np.add.at(total, (cell[same + 1], cell[same]), product)


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


def _told(comparisons: Comparisons, grouping: Grouping) -> NDArray[np.float64]:
    """Share of each cell's comparisons to report: pairs, and of groups against everyone each person's own."""
    everyone = grouping.gallery_groups == 1 < grouping.probe_groups
    once = _once(comparisons, grouping)
    return np.ones_like(once) if everyone else once


def _satterthwaite(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    squares = errors**2
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = squares.sum(axis=0) ** 2 / (squares**2).sum(axis=0) - 1
    found: NDArray[np.float64] = np.where(np.isfinite(freedom), freedom, 1.0)
    return found


def _sums(group: NDArray[np.int64], values: NDArray[np.float64], groups: int) -> NDArray[np.float64]:
    inside = group >= 0
    return np.bincount(group[inside], weights=values[inside], minlength=groups).astype(np.float64)


def _people(group: NDArray[np.int64], there: NDArray[np.bool_], groups: int) -> NDArray[np.int64]:
    return np.bincount(group[there & (group >= 0)], minlength=groups).astype(np.int64)
