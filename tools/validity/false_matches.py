"""False match rates, ratios of two groups' and FPIR: ours, and what is done elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from scipy import stats
from tests.measures.planted import FEW, TIMES, Drawn, Tendency, World, draw

from fairlineup.measures import (
    Counts,
    Resampling,
    cell_rates,
    clopper_pearson,
    false_positive_identification_rate,
    fpir_for_galleries_like_it,
    resample,
    risk_ratio,
    student,
)
from fairlineup.records import Estimate, Measured

from .tally import LEAST, TAILS, Family, Interval, Judged, ends, share

FMR, RATIO = "FMR", "Ratio of the FMR of two groups"
HERE, LIKE = "FPIR of this gallery", "FPIR of galleries like it"
ROWS = "comparisons resampled"
PAIRS = "Clopper-Pearson on comparisons"
BOTH = "both sides resampled, percentile"
KATZ = "log-normal on comparisons"
PEOPLE = "Clopper-Pearson on probe people"
EXPECTED = (10, 30, 100, 300)
MANY = (30, 300, 3000, 10_000)  # where few have most photographs
TENDENCIES = {
    "not at all": Tendency(),
    "0.8": Tendency(0.8),
    "1.2": Tendency(1.2),
    f"{FEW:.0%} match {TIMES:.0f} times": Tendency(few=True),
}
MUCH = ("0.8", "1.2")


@dataclass(frozen=True, slots=True)
class FalseMatches:
    """One of the designs.

    Attributes:
        world: whom data sets are drawn from.
        draws: of the bootstrap drawn beside, which costs most of the time.
        resampled: share of data sets that it is made for.
    """

    world: World
    draws: int = 200
    resampled: float = 0.25

    @property
    def labels(self) -> tuple[str, ...]:
        world = self.world
        return world.name, _differ(world), f"{world.expected:g}"

    def judged(self, rng: np.random.Generator) -> Iterator[Judged]:
        data = draw(self.world, rng)
        cells = cell_rates(data.comparisons, 0.0, data.grouping)
        counts = [Counts(int(x), int(n)) for x, n in zip(cells.errors[:, 0], cells.trials[:, 0], strict=True)]
        measured = [cells.estimate(g) for g in range(len(counts))]
        rate, doubled, like_it = _truths(self.world)
        fmr, first = measured[0], counts[0].errors / counts[0].people
        yield Judged(FMR, rate, first, ends(fmr), log=True)
        if len(counts) > 1:
            truth = doubled / rate
            both = isinstance(fmr, Estimate) and isinstance(measured[1], Estimate)
            value = counts[1].errors / counts[1].people / first if first else math.inf
            ours = _log_ends(*cells.log_ratio((1, 0), (0, 0))) if both else None
            yield Judged(RATIO, truth, value, ours, log=True)
            katz = ends(risk_ratio(counts[1], counts[0])) if both else None
            yield Judged(RATIO, truth, value, katz, KATZ, log=True)
            return
        for method, interval in self._others(data, counts[0], fmr, rng):
            yield Judged(FMR, rate, first, interval, method, log=True)
        if data.searches is not None:
            yield from self._searches(data, like_it)

    def _others(
        self, data: Drawn, counts: Counts, fmr: Measured, rng: np.random.Generator
    ) -> Iterator[tuple[str, Interval | None]]:
        known = isinstance(fmr, Estimate)
        errors, trials = counts.errors, counts.people
        yield PAIRS, clopper_pearson(errors, trials) if known else None
        yield ROWS, _rows(errors, trials) if known else None
        if rng.random() < self.resampled:
            seed = int(rng.integers(2**31))
            yield BOTH, _percentile(data, seed, self.draws) if known else None

    def _searches(self, data: Drawn, truth: float) -> Iterator[Judged]:
        assert data.searches is not None  # noqa: S101 - for the type checker
        once = self.world.photographs == 1
        found = false_positive_identification_rate(data.searches, 0.0)
        here = share(HERE, data.fpir, found, 0.95 if once else LEAST)
        like_it = ends(fpir_for_galleries_like_it(data.searches, 0.0))
        yield here
        yield Judged(LIKE, truth, here.value, like_it, ideal=here.ideal)
        yield Judged(LIKE, truth, here.value, here.interval if like_it else None, PEOPLE)


def family() -> Family:
    every = [FalseMatches(world) for world in sorted(_worlds(), key=lambda world: world.name)]
    return Family(
        "False match rates, and FPIR",
        ("design", "people differ", "errors expected"),
        tuple(every),
    )


def long_tails() -> Family:
    """Photographs as gathered from the web: they take more of everything, and twice the time."""
    every = [
        FalseMatches(World(name, *sides, expected, TENDENCIES[words], photographs=100, tail=True), 100)
        for name, sides in (("150 × 300", (150, 300)), ("one set of 200", (200, 0)))
        for words in MUCH
        for expected in MANY
    ]
    heads = "design", "people differ", "errors expected"
    return Family("Long-tailed numbers of photographs", heads, tuple(every), 0.25)


def _worlds() -> Iterator[World]:
    """Every design, amount of difference between people, and number of errors to expect."""
    for (words, tendency), expected in product(TENDENCIES.items(), EXPECTED):
        yield World("150 × 300", 150, 300, expected, tendency)
        if words in MUCH:
            yield World("539 × 2,000", 539, 2000, expected, tendency)
            yield World("150 × 300, 1 to 3 photographs", 150, 300, expected, tendency, photographs=3)
            yield World("150 × 300, 100 people on both sides", 150, 300, expected, tendency, shared=100)
            yield World("one set of 200", 200, 0, expected, tendency)
            yield World("one set of 200, 1 to 3 photographs", 200, 0, expected, tendency, photographs=3)
            yield World("8 groups of 60 × 1,000", 480, 1000, expected, tendency, groups=8)


@cache
def _truths(world: World) -> tuple[float, float, float]:
    """FMR, that of a group that matches twice as often, and FPIR of galleries like it."""
    like_it = world.fpir_like_it() if world.gallery else math.nan
    return world.false_match_rate(), world.false_match_rate(2.0), like_it


def _differ(world: World) -> str:
    return next(words for words, tendency in TENDENCIES.items() if tendency == world.tendency)


def _rows(errors: int, trials: int) -> Interval:
    """Percentiles of endless draws of comparisons: each draw is binomial."""
    low, high = stats.binom.ppf(np.array(TAILS), trials, errors / trials) / trials
    return float(low), float(high)


def _percentile(data: Drawn, seed: int, draws: int) -> Interval:
    rates = resample(data.comparisons, (0.0,), None, Resampling(draws, seed)).rates
    low, high = np.quantile(rates, TAILS)
    return float(low), float(high)


def _log_ends(log_ratio: float, error: float, freedom: float) -> Interval:
    reach = student(freedom, 0.95) * error
    return math.exp(log_ratio - reach), math.exp(log_ratio + reach)
