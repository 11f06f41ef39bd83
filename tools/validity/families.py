"""Every family of designs, and how each is studied in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cache

from tests.measures.planted import World

from . import false_matches, galleries, likelihood, repeats, splits, strangers, tables
from .bounds import BoundCoverage, bounds_study, wolves_study
from .false_matches import TENDENCIES
from .page import Studied
from .tally import Family, Kind, Result, tallied


@cache
def families() -> dict[str, Family]:
    """By title."""
    every = (
        false_matches.family(),
        false_matches.long_tails(),
        tables.diagonals(),
        tables.halves(),
        repeats.shares(),
        repeats.lists(),
        galleries.family(),
        strangers.family(),
        splits.family(),
        likelihood.family(),
    )
    return {family.title: family for family in every}


@dataclass(frozen=True, slots=True)
class Task:
    """A design by its place, so that it is made where it is studied."""

    title: str
    place: int
    replicates: int
    seed: int

    def __call__(self) -> dict[Kind, Result]:
        return tallied(families()[self.title].designs[self.place], self.replicates, self.seed)


def studied(pool: Executor, family: Family, replicates: int, seed: int) -> Studied:
    """Each design of a family, with what its data sets said."""
    each = max(round(replicates * family.portion), 1)
    tasks = [Task(family.title, place, each, seed) for place in range(len(family.designs))]
    return list(zip(family.designs, pool.map(Task.__call__, tasks), strict=True))


def bounds(pool: Executor, replicates: int, seed: int) -> Iterator[BoundCoverage]:
    """One of each way people differ, and where few probes match all."""
    worlds = [World("150 × 300", 150, 300, 300, tendency) for tendency in TENDENCIES.values()]
    count = len(worlds)
    yield from pool.map(bounds_study, worlds, [replicates] * count, [seed] * count)
    yield wolves_study(150, 300, 10 * replicates, seed)
