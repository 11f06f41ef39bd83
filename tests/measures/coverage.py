"""How often intervals hold the planted truth, for our measures and for what is done elsewhere."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from fairlineup.measures import (
    Counts,
    Resampling,
    ZeroBounds,
    cell_rates,
    clopper_pearson,
    crossed,
    false_positive_identification_rate,
    fpir_for_galleries_like_it,
    resample,
    risk_ratio,
    student,
    zero_false_match_bounds,
)
from fairlineup.records import Estimate, Measured

from .planted import Drawn, World, draw

FMR, RATIO = "FMR", "ratio of two groups' FMR"
HERE, LIKE = "FPIR, this gallery", "FPIR, galleries like it"
OURS = "ours"
ROWS = "comparisons resampled"
PAIRS = "Clopper-Pearson on comparisons"
BOTH = "both sides resampled, percentile"
KATZ = "log-normal on comparisons"
PEOPLE = "Clopper-Pearson on probe people"
LEVEL = 0.95
TAILS = np.array([(1 - LEVEL) / 2, (1 + LEVEL) / 2])

Interval = tuple[float, float]
Kind = tuple[str, str]  # the quantity, and how its interval was made


@dataclass(slots=True)
class Tally:
    """Of data sets: all, those with an interval, and those whose interval lies beside the truth."""

    drawn: int = 0
    measured: int = 0
    below: int = 0
    above: int = 0

    def add(self, interval: Interval | None, truth: float) -> None:
        self.drawn += 1
        if interval is not None:
            self.measured += 1
            self.below += interval[1] < truth
            self.above += interval[0] > truth

    @property
    def covered(self) -> float:
        """Share of the intervals that hold the truth."""
        return 1 - (self.below + self.above) / self.measured if self.measured else math.nan

    @property
    def not_measured(self) -> float:
        """Share of data sets without an interval."""
        return 1 - self.measured / self.drawn


def study(world: World, replicates: int, seed: int, *, draws: int = 400) -> dict[Kind, Tally]:
    """Intervals of so many data sets of a world, tallied."""
    tallies: dict[Kind, Tally] = {}
    truths = _truths(world)
    for replicate in range(replicates):
        data = draw(world, _random(world, seed, replicate))
        for kind, interval in _intervals(data, replicate, draws):
            truth = data.fpir if kind[0] == HERE else truths[kind[0]]
            tallies.setdefault(kind, Tally()).add(interval, truth)
    return tallies


def _random(world: World, seed: int, replicate: int) -> np.random.Generator:
    return np.random.default_rng([seed, replicate, zlib.crc32(repr(world).encode())])


def _truths(world: World) -> dict[str, float]:
    rate = world.false_match_rate()
    like_it = world.fpir_like_it() if world.gallery else math.nan
    return {FMR: rate, RATIO: world.false_match_rate(2.0) / rate, LIKE: like_it}


def _intervals(data: Drawn, seed: int, draws: int) -> Iterator[tuple[Kind, Interval | None]]:
    cells = cell_rates(data.comparisons, 0.0, data.grouping)
    measured = [cells.estimate(g) for g in range(min(2, data.world.groups))]
    fmr = measured[0]
    yield (FMR, OURS), _ends(fmr)
    known = isinstance(fmr, Estimate)
    counts = [Counts(int(x), int(n)) for x, n in zip(cells.errors[:, 0], cells.trials[:, 0], strict=True)]
    if data.world.groups > 1:
        both = known and isinstance(measured[1], Estimate)
        yield (RATIO, OURS), _log_ends(*cells.log_ratio((1, 0), (0, 0))) if both else None
        yield (RATIO, KATZ), _ends(risk_ratio(counts[1], counts[0])) if both else None
        return
    errors, trials = counts[0].errors, counts[0].people
    yield (FMR, ROWS), _rows(errors, trials) if known else None
    yield (FMR, PAIRS), clopper_pearson(errors, trials) if known else None
    yield (FMR, BOTH), _percentile(data, seed, draws) if known else None
    if data.searches is not None:
        here = _ends(false_positive_identification_rate(data.searches, 0.0))
        like_it = _ends(fpir_for_galleries_like_it(data.searches, 0.0))
        yield (HERE, OURS), here
        yield (LIKE, OURS), like_it
        yield (LIKE, PEOPLE), here if like_it else None


def _rows(errors: int, trials: int) -> Interval:
    """Percentiles of endless draws of comparisons: each draw is binomial."""
    low, high = stats.binom.ppf(TAILS, trials, errors / trials) / trials
    return float(low), float(high)


def _percentile(data: Drawn, seed: int, draws: int) -> Interval:
    rates = resample(data.comparisons, (0.0,), None, Resampling(draws, seed)).rates
    low, high = np.quantile(rates, TAILS)
    return float(low), float(high)


def _ends(measured: Measured) -> Interval | None:
    return (measured.low, measured.high) if isinstance(measured, Estimate) else None


def _log_ends(log_ratio: float, error: float, freedom: float) -> Interval:
    reach = student(freedom, LEVEL) * error
    return math.exp(log_ratio - reach), math.exp(log_ratio + reach)


# --- bounds after no error ---------------------------------------------------------------------------

JUST_ABOVE = 1 + 1e-9
RATES = np.array([JUST_ABOVE, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0])  # true ones, over the least bound


@dataclass(frozen=True, slots=True)
class BoundCoverage:
    """How often each bound held, at the true rate where it held least; NaN where it was not tried."""

    naive: float
    adjusted: float
    disjoint: float


def bounds_study(world: World, replicates: int, seed: int) -> BoundCoverage:
    """Bounds of data sets without a false match at a strict threshold, at a range of true rates.

    A data set with a false match needs no bound and counts as held. The listed comparisons of `world` are
    those at a loose threshold; a stricter one keeps a share of them.
    """
    rate = world.false_match_rate()
    failures = np.zeros((len(RATES), 3))
    for replicate in range(replicates):
        rng = _random(world, seed, replicate)
        data = draw(world, rng)
        distance = rng.random(len(data.comparisons))
        bounds = zero_false_match_bounds(replace(data.comparisons, distance=distance))
        assert isinstance(bounds, ZeroBounds)
        assert isinstance(bounds.adjusted, float)
        held = bounds.naive, bounds.adjusted, bounds.disjoint
        for at, true in enumerate(bounds.naive * RATES):
            if distance.min(initial=1.0) > true / rate:  # no false match at the threshold of this rate
                failures[at] += [one < true for one in held]
    return BoundCoverage(*(1 - (failures / replicates).max(axis=0)).tolist())


def wolves_study(probes: int, gallery: int, replicates: int, seed: int) -> BoundCoverage:
    """The same where a few probe people match everybody and the others nobody."""
    sides = np.repeat([1.0, 0.0], [probes, gallery])
    none = np.zeros(0, np.int64)
    nothing = crossed(none, none, np.zeros(0), probe_photos=sides, gallery_photos=1 - sides)
    bounds = zero_false_match_bounds(nothing)
    assert isinstance(bounds, ZeroBounds)
    held = []
    for bound in (bounds.naive, bounds.disjoint):
        share = bound * JUST_ABOVE  # of people who match everybody: the true rate
        met = np.random.default_rng(seed).binomial(probes, share, replicates)
        held.append(float(1 - (met == 0).mean()))
    return BoundCoverage(held[0], math.nan, held[1])
