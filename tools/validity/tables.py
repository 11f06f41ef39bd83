"""Tables of scores as people bring them: with the diagonal, and one set listed once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from tests.measures.planted import Tendency
from tests.measures.sets import Rows, half, scores, turned

from fairlineup.measures import (
    Mated,
    Scores,
    Searches,
    cell_rates,
    false_match_rate,
    false_negative_identification_rate,
    false_non_match_rate,
    false_positive_identification_rate,
    mated_searches,
    non_mated_searches,
    student,
)
from fairlineup.records import Measured

from .tally import Family, Judged, ends, share

AT, NEAR, FAR = 0.5, 0.3, 0.9
CHECKED = 10  # one table in so many is measured without its diagonal too


@dataclass(frozen=True, slots=True)
class WithDiagonal:
    """All photographs of a set against all, each with itself among them.

    Attributes:
        people: with two photographs each.
        missed: share of people whose photographs do not match each other; photographs of one person agree.
        expected: pairs of people who match, all their photographs together.
        tendency: how much people differ.
    """

    people: int
    missed: float
    expected: float
    tendency: Tendency

    @property
    def labels(self) -> tuple[str, ...]:
        return f"{self.people}", f"{self.tendency.spread:g}", f"{self.missed:.0%}", f"{self.expected:g}"

    @property
    def base(self) -> float:
        return self.expected / (self.people * (self.people - 1) / 2)

    def judged(self, rng: np.random.Generator) -> Iterator[Judged]:
        i, j, distance = self._rows(rng)
        found = _rates(i, j, distance)
        if rng.integers(CHECKED) == 0:
            real = i != j
            without = _rates(i[real], j[real], distance[real])
            if without != found:
                raise AssertionError(f"the diagonal changes rates: {found} and {without}")
        near = np.count_nonzero((distance <= AT) & (i // 2 != j // 2))
        fmr = near / np.count_nonzero(i // 2 != j // 2)
        yield Judged("FMR", _truth(self), fmr, ends(found["FMR"]), log=True)
        for name, truth in (("FNMR", self.missed), ("FNIR", self.missed), ("FPIR", math.nan)):
            yield share(name, truth, found[name])

    def _rows(self, rng: np.random.Generator) -> tuple[Any, Any, Any]:
        person = np.repeat(np.arange(self.people), 2)
        one = self.tendency.drawn(rng, self.people)
        chance = np.minimum(self.base * np.outer(one, one), 1.0)
        match = np.triu(rng.random(chance.shape) < chance, 1)
        match |= match.T
        match[np.diag_indices(self.people)] = rng.random(self.people) >= self.missed
        i, j = np.indices((len(person), len(person))).reshape(2, -1)
        noise = rng.random((len(person), len(person))) / 100
        noise += noise.T
        distance = np.where(match[person[i], person[j]], NEAR, FAR) + noise[i, j]
        return i, j, np.where(i == j, 0.0, distance)


@cache
def _truth(design: WithDiagonal) -> float:
    values, weights = design.tendency.quadrature()
    return float(weights @ np.minimum(design.base * np.outer(values, values), 1.0) @ weights)


def _rates(i: Any, j: Any, distance: Any) -> dict[str, Measured]:
    table = Scores.of(person_probe=i // 2, person_gallery=j // 2, distance=distance, photos=(i, j))
    present, absent = mated_searches(table), non_mated_searches(table)
    assert isinstance(present, Mated)  # noqa: S101 - for the type checker
    assert isinstance(absent, Searches)  # noqa: S101
    return {
        "FMR": false_match_rate(table.comparisons, AT),
        "FNMR": false_non_match_rate(table.mated, AT),
        "FPIR": false_positive_identification_rate(absent, AT),
        "FNIR": false_negative_identification_rate(present, AT),
    }


@dataclass(frozen=True, slots=True)
class ListedOnce:
    """Pairs of one set, each once, of two groups that match alike and more within than across.

    Attributes:
        people: half of them in each group, sorted by it.
        photos: of each person.
        turned: whether chance says which of a pair stands first.
        part: share of the pairs that is listed.
    """

    people: int
    photos: int = 1
    turned: bool = False
    part: float = 1.0

    @property
    def labels(self) -> tuple[str, ...]:
        order = "by chance" if self.turned else "the first of the list"
        return f"{self.people}", f"{self.photos}", order, f"{self.part:.0%}"

    def judged(self, rng: np.random.Generator) -> Iterator[Judged]:
        rows, person = half(self.people, self.photos, int(rng.integers(2**31)))
        table = scores(self._listed(rows, rng), person)
        cells = cell_rates(table.comparisons, AT, table.probe_grouping("region"))
        rates, given = cells.errors[:, 0] / cells.trials[:, 0], cells.pairs[:, 0].min() >= 10
        log, error, freedom = cells.log_ratio((0, 0), (1, 0)) if given else (0.0, 0.0, 1.0)
        reach = student(freedom, 0.95) * error
        interval = (math.exp(log - reach), math.exp(log + reach)) if given else None
        value = rates[0] / rates[1] if rates[1] else math.inf
        yield Judged("ratio of FMR", 1.0, float(value), interval, log=True)

    def _listed(self, rows: Rows, rng: np.random.Generator) -> Rows:
        if self.turned:
            rows = turned(rows, int(rng.integers(2**31)))
        kept = rng.random(len(rows[0])) < self.part
        return rows[0][kept], rows[1][kept], rows[2][kept]


def diagonals() -> Family:
    designs = [
        WithDiagonal(60, missed, expected, Tendency(spread))
        for spread in (0.0, 0.8)
        for missed, expected in ((0.05, 10), (0.2, 30), (1.0, 100))
    ]
    heads = "people, two photographs each", "people differ", "true FNMR", "false pairs expected"
    return Family("Tables with their diagonal", heads, tuple(designs), portion=0.25, together=True)


def halves() -> Family:
    designs = (
        ListedOnce(70),
        ListedOnce(70, turned=True),
        ListedOnce(70, part=0.5),
        ListedOnce(35, photos=2),
        ListedOnce(200),
    )
    heads = "people", "photographs each", "who stands first", "listed"
    return Family("Half tables of two groups alike", heads, designs, portion=0.5, mean=True)
