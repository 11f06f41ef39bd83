"""People searched for more than once: shares of searches, people listed, two systems on the same searches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from tests.measures.repeated import COUNTS, Repeated, designs

from fairlineup.measures import Searches, paired_difference, paired_ratio, selectivity, share_of_searches
from fairlineup.records import Estimate

from .tally import Difference, Family, Judged, Mean, ends, share

LOWER = 0.7  # the second system's rate over the first's
RATES = (0.01, 0.05, 0.2, 0.5)
MANY = 10_000  # enrolled


@dataclass(frozen=True, slots=True)
class Shares:
    """Two systems on the same searches."""

    people: int
    rate: float
    counts: str
    alike: str
    of: Repeated

    @property
    def labels(self) -> tuple[str, ...]:
        return f"{self.people}", self.counts, f"{self.rate:.0%}", self.alike

    def __repr__(self) -> str:
        return ", ".join(self.labels)  # that of functions has an address, which seeds must not hang on

    def judged(self, rng: np.random.Generator) -> Iterator[Judged]:
        first, second, person = self.of.paired(rng, LOWER)
        yield share("Share of searches (FPIR, FNIR, FNMR)", self.rate, share_of_searches(first, person, 0.95))
        difference = paired_difference(first, second, person)
        assert isinstance(difference, Estimate)  # noqa: S101 - for the type checker
        both, more, less = (float(one.mean()) for one in (first & second, second & ~first, first & ~second))
        ideal = Difference((both, more, less, 1 - both - more - less), self._of_one)
        truth = (LOWER - 1) * self.rate
        yield Judged("Paired difference", truth, difference.value, ends(difference), ideal=ideal)
        value = second.sum() / first.sum() if first.any() else np.inf
        yield Judged("Paired ratio", LOWER, value, ends(paired_ratio(first, second, person)), log=True)

    @property
    def _of_one(self) -> float:
        """Variance of the difference of a single search."""
        rate, alike = self.rate, 1.0 if self.of.often else self.of.alike
        square = rate**2 + alike * rate * (1 - rate)  # of a person's chance, on average
        return (1 + LOWER) * rate - 2 * LOWER * square - ((1 - LOWER) * rate) ** 2


@dataclass(frozen=True, slots=True)
class Lists:
    """People listed in each search.

    Attributes:
        people: searched for.
        counts: how often each.
        mean: people listed in a search.
        differ: standard deviation of people's own means over the mean of all.
    """

    people: int
    counts: str
    mean: float
    differ: float

    @property
    def labels(self) -> tuple[str, ...]:
        return f"{self.people}", self.counts, f"{self.differ:g}", f"{self.mean:g}"

    def judged(self, rng: np.random.Generator) -> Iterator[Judged]:
        times = COUNTS[self.counts](rng, self.people)
        own = np.ones(self.people)
        if self.differ:
            own = rng.gamma(self.differ**-2, self.differ**2, self.people)
        person = np.repeat(np.arange(self.people), times)
        listed = rng.poisson(self.mean * own[person])
        row = np.repeat(np.arange(len(person)), listed)
        nth = np.arange(len(row)) - np.repeat(np.cumsum(listed) - listed, listed)
        processed = np.ones(len(person), np.bool_)
        enrolled = self.people + nth
        searches = Searches(person, processed, row, enrolled, np.zeros(len(row)), MANY, MANY)
        found = selectivity(searches, 0.0)
        assert isinstance(found, Estimate)  # noqa: S101 - for the type checker
        yield Judged("Selectivity", self.mean, found.value, ends(found), ideal=Mean(found.value))


def shares() -> Family:
    every = [
        Shares(people, one.rate, *_named(one), one)
        for people in (30, 100, 500)
        for one in designs(people, RATES)
    ]
    every.sort(key=lambda one: (one.people, one.counts, one.rate))
    heads = "people", "searches", "rate", "two searches of a person"
    return Family("Repeated searches", heads, tuple(every), group=3)


def lists() -> Family:
    every = [
        Lists(people, counts, mean, differ)
        for people in (100, 500)
        for counts in COUNTS
        for differ in (0.0, 1.0)
        for mean in (0.1, 1.0)
    ]
    return Family(
        "People listed in repeated searches", ("people", "searches", "differ", "mean"), tuple(every), group=2
    )


def _named(design: Repeated) -> tuple[str, str]:
    """How often people are searched for, and how alike their searches are."""
    if design.often:
        return "1 in 10 nine times, who alone fail", "all nine together"
    counts, alike = design.name.split(", correlation ")
    return counts, f"correlation {alike}"
