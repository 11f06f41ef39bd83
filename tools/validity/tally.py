"""What one data set says of a quantity, and what many of them say of its interval."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import clopper_pearson, newcombe_paired
from fairlineup.measures.proportions import garwood
from fairlineup.records import Estimate, Measured

OURS = "ours"
LEVEL = 0.95
TAILS = (1 - LEVEL) / 2, (1 + LEVEL) / 2
LEAST, WIDEST = 0.93, 2.0
JUDGED = 0.2  # share of data sets that must be given an interval before it is judged

SOME = 300  # data sets that exact intervals are made of

Column = NDArray[np.float64]
Interval = tuple[float, float]
Kind = tuple[str, str]  # the quantity, and how its interval was made


class Ideal(Protocol):
    """How an estimate's interval would be made by one who knew how much the estimate varies."""

    def unit(self, truth: float) -> float:
        """Variance of the estimate from a single independent trial."""

    def width(self, trials: float) -> float:
        """Of the interval if this estimate were of so many independent trials."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share, and Clopper-Pearson."""

    value: float

    def unit(self, truth: float) -> float:
        return truth * (1 - truth)

    def width(self, trials: float) -> float:
        low, high = clopper_pearson(self.value * trials, trials)
        return high - low


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of counts, and Garwood."""

    value: float

    def unit(self, truth: float) -> float:
        return truth

    def width(self, trials: float) -> float:
        low, high = garwood(self.value * trials)
        return (high - low) / trials


@dataclass(frozen=True, slots=True)
class Difference:
    """Shares of searches with both, second only, first only and neither wrong; and Newcombe."""

    shares: tuple[float, float, float, float]
    of_one: float

    def unit(self, truth: float) -> float:
        return self.of_one

    def width(self, trials: float) -> float:
        low, high = newcombe_paired(np.array(self.shares) * trials)
        return high - low


@dataclass(frozen=True, slots=True)
class Judged:
    """A quantity of one data set.

    Attributes:
        what: the quantity.
        truth: as planted; NaN where it is the mean of the values of all data sets.
        value: as estimated, in every data set, with or without an interval.
        interval: None where none is given.
        method: how the interval was made.
        log: whether widths are of the logarithm.
        least: share of intervals that must hold the truth.
        ideal: for what jumps from one error to the next where few are expected.
    """

    what: str
    truth: float
    value: float
    interval: Interval | None
    method: str = OURS
    log: bool = False
    least: float = LEAST
    ideal: Ideal | None = None


class Design(Protocol):
    """How data sets are drawn."""

    @property
    def labels(self) -> tuple[str, ...]:
        """What sets it apart from the family's others."""

    def judged(self, rng: np.random.Generator) -> Iterable[Judged]:
        """Draw a data set and measure it."""


@dataclass(frozen=True, slots=True)
class Family:
    """Designs that share a table.

    Attributes:
        title: of the section.
        heads: of the designs' labels.
        designs: every one.
        portion: of the replicates asked for that it takes.
        group: rows of the table are of designs that share so many labels; 0 where each has its own.
        together: whether all quantities stand in one table.
        mean: whether the mean of the estimates is told.
    """

    title: str
    heads: tuple[str, ...]
    designs: tuple[Design, ...]
    portion: float = 1.0
    group: int = 0
    together: bool = False
    mean: bool = False


@dataclass(slots=True)
class Tally:
    """Of data sets: all, and those with an interval."""

    log: bool = False
    least: float = LEAST
    truth: list[float] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    ideal: list[Ideal] = field(default_factory=list)

    def add(self, one: Judged) -> None:
        if one.ideal and len(self.ideal) < SOME:
            self.ideal.append(one.ideal)
        low, high = one.interval or (math.nan, math.nan)
        for column, number in zip(
            (self.truth, self.value, self.low, self.high), (one.truth, one.value, low, high), strict=True
        ):
            column.append(number)

    def counted(self) -> Result:
        truth, value, low, high = map(np.array, (self.truth, self.value, self.low, self.high))
        if math.isnan(truth[0]):
            truth = np.full(len(value), value.mean())
        given, exact = ~np.isnan(low), self._exact(truth, value)
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.log:
                truth, value, low, high = map(np.log, (truth, value, low, high))
            error, width = value - truth, (high - low)[given]
        error = error[np.isfinite(error)]
        needed = float(np.subtract(*np.quantile(error, TAILS[::-1]))) if len(error) else 0.0
        needed = max(needed, exact)
        measured = int(given.sum())
        return Result(
            drawn=len(value),
            measured=measured,
            below=int((high[given] < truth[given]).sum()),
            above=int((low[given] > truth[given]).sum()),
            width=float(width.mean()) / needed if measured and needed > 0 else math.nan,
            mean=float(np.mean(self.value)),
            least=self.least,
        )

    def _exact(self, truth: Column, value: Column) -> float:
        """Mean width of the exact interval of as many independent trials as vary as much; 0 without one."""
        variance = float(np.var(value - truth)) if self.ideal else 0.0
        if variance == 0:
            return 0.0
        trials = max(self.ideal[0].unit(float(truth.mean())) / variance, 1.0)
        return float(np.mean([one.width(trials) for one in self.ideal]))


@dataclass(frozen=True, slots=True)
class Result:
    """How the intervals of one quantity did.

    Attributes:
        drawn: data sets.
        measured: those with an interval.
        below: intervals that lie below the truth.
        above: that lie above it.
        width: mean width over the width it needs, which is that of the central 95 % of the estimate's errors,
            or, where that is more, of the exact interval of as many independent trials as vary as much.
        mean: of the estimates.
        least: share that must hold the truth.
    """

    drawn: int
    measured: int
    below: int
    above: int
    width: float
    mean: float
    least: float = LEAST

    @property
    def covered(self) -> float:
        """Share of the intervals that hold the truth."""
        return 1 - (self.below + self.above) / self.measured if self.measured else math.nan

    @property
    def not_measured(self) -> float:
        """Share of data sets without an interval."""
        return 1 - self.measured / self.drawn

    @property
    def judged(self) -> bool:
        return self.measured >= JUDGED * self.drawn

    @property
    def noise(self) -> float:
        """Two standard errors of a coverage as it should be."""
        return 2 * math.sqrt(self.least * (1 - self.least) / max(self.measured, 1))

    @property
    def faults(self) -> Iterator[str]:
        """What it falls short of by more than chance."""
        if self.judged and self.covered < self.least - self.noise:
            yield f"covers {100 * self.covered:.1f} %"
        if self.judged and self.width > WIDEST:
            yield f"{self.width:.2f} times the width it needs"


def tallied(design: Design, replicates: int, seed: int) -> dict[Kind, Result]:
    """Intervals of so many data sets of a design."""
    tallies: dict[Kind, Tally] = {}
    for replicate in range(replicates):
        rng = np.random.default_rng([seed, replicate, zlib.crc32(repr(design).encode())])
        for one in design.judged(rng):
            tallies.setdefault((one.what, one.method), Tally(one.log, one.least)).add(one)
    return {kind: tally.counted() for kind, tally in tallies.items()}


def ends(measured: Measured) -> Interval | None:
    """The interval of what was measured."""
    return (measured.low, measured.high) if isinstance(measured, Estimate) else None


def share(what: str, truth: float, measured: Measured, least: float = LEAST) -> Judged:
    """A share, which always has an interval."""
    assert isinstance(measured, Estimate)  # noqa: S101 - for the type checker
    return Judged(what, truth, measured.value, ends(measured), least=least, ideal=Share(measured.value))
