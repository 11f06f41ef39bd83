"""People searched for more than once, of a planted rate: how often each, and how alike their searches are."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Column = NDArray[np.float64]
Times = Callable[[np.random.Generator, int], Whole]
MOST = 100  # searches of one person


@dataclass(frozen=True, slots=True)
class Repeated:
    """Whom a set of searches is of."""

    name: str  #: Of the design.
    people: int  #: Searched for.
    rate: float  #: Of errors, over searches.
    times: Times  #: How often each is searched for.
    alike: float = 0.0  #: Correlation of two searches of a person (beta-binomial); 1 where all go one way.
    #: Where given, only people searched for at least so often err, all their searches together.
    often: int = 0

    def draw(self, rng: np.random.Generator) -> tuple[Flags, Whole]:
        """Whether each search is an error, and whose it is; shapes (n_searches,)."""
        times = self.times(rng, self.people)
        person = np.repeat(np.arange(self.people), times)
        return rng.random(len(person)) < self._chance(rng, times)[person], person

    def paired(self, rng: np.random.Generator, lower: float = 1.0) -> tuple[Flags, Flags, Whole]:
        """Errors of two systems on the same searches; the second errs `lower` times as often."""
        times = self.times(rng, self.people)
        person = np.repeat(np.arange(self.people), times)
        chance = self._chance(rng, times)[person]
        first = rng.random(len(person)) < chance
        return first, rng.random(len(person)) < lower * chance, person

    def _chance(self, rng: np.random.Generator, times: Whole) -> Column:
        if self.often:
            share = float(times.sum()) / float(times[times >= self.often].sum() or 1)
            return np.where((times >= self.often) & (rng.random(len(times)) < self.rate * share), 1.0, 0.0)
        if self.alike == 0:
            return np.full(len(times), self.rate)
        if self.alike == 1:
            return np.where(rng.random(len(times)) < self.rate, 1.0, 0.0)
        size = 1 / self.alike - 1
        chance: Column = rng.beta(self.rate * size, (1 - self.rate) * size, len(times))
        return chance


def each(times: int) -> Times:
    """Everybody so many times."""
    return lambda rng, people: np.full(people, times)


def nine_of_ten(rng: np.random.Generator, people: int) -> Whole:
    """One in ten nine times, the others once."""
    return np.where(np.arange(people) < people // 10, 9, 1)


def geometric(rng: np.random.Generator, people: int) -> Whole:
    """Four times on average, most of them less."""
    return rng.geometric(0.25, people)


def long_tailed(rng: np.random.Generator, people: int) -> Whole:
    """Most once or twice, some dozens of times, as in photographs gathered from the web."""
    return np.minimum(rng.zipf(1.7, people), MOST)


def one_big(rng: np.random.Generator, people: int) -> Whole:
    """One person half as many times as there are people, all others once."""
    return np.where(np.arange(people) < 1, people // 2, 1)


COUNTS: dict[str, Times] = {
    "5 searches each": each(5),
    "1 to 20 searches, 4 on average": geometric,
    "1 to 100 searches, long-tailed": long_tailed,
    "1 in 10 nine times": nine_of_ten,
    "one person a third of all searches": one_big,
}


def designs(people: int, rates: tuple[float, ...] = (0.05, 0.2, 0.5)) -> list[Repeated]:
    """Every count of searches, likeness and rate; and people whose nine searches fail together."""
    found = [
        Repeated(f"{name}, correlation {alike:g}", people, rate, times, alike)
        for name, times in COUNTS.items()
        for alike in (0.0, 0.2, 0.5, 1.0)
        for rate in rates
    ]
    # nine searches of a tenth of the people are half of all searches
    return found + [
        Repeated("1 in 10 nine times, who alone fail, all nine together", people, rate, nine_of_ten, often=9)
        for rate in rates
        if rate < 0.5
    ]


def needed(rate: float, values: Column) -> float:
    """Independent trials whose rate varies as much as these values of a design do."""
    variance = float(np.var(values))
    return max(rate * (1 - rate) / variance, 1.0) if variance > 0 else math.inf
