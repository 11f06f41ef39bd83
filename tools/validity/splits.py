"""A gap between two groups, split into the algorithm's part and the gallery's; ratios of two cells."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from tests.measures.splits import DESIGNS, SPREADS, cells_of, true_rates

from fairlineup.measures import decompose_gap, student
from fairlineup.measures.differentials.decomposition import Decomposition

from .tally import Family, Judged, ends

Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Split:
    """Two groups of probes and of gallery people, of a design by name."""

    name: str
    spread: float

    @property
    def labels(self) -> tuple[str, ...]:
        design = DESIGNS[self.name]
        sides = " + ".join(map(str, design.probes))
        if design.gallery:
            sides += " × " + " + ".join(map(str, design.gallery))
        return self.name, sides, "2% match 15 times" if math.isinf(self.spread) else f"{self.spread:g}"

    def judged(self, rng: np.random.Generator) -> Iterator[Judged]:
        design = DESIGNS[self.name]
        cells, true = cells_of(design, self.spread, rng), _truth(self)
        photos = np.array(design.gallery or design.probes)
        found, rates = decompose_gap(cells, 0, 1, photos), cells.errors / cells.trials
        for name, weights in _parts(photos).items():
            interval = ends(getattr(found, name)) if isinstance(found, Decomposition) else None
            truth, value = (float(weights @ (table[0] - table[1])) for table in (true, rates))
            yield Judged(name, truth, value, interval)
        given = cells.pairs[[0, 1], [0, 1]].min() >= 10
        log, error, freedom = cells.log_ratio((0, 0), (1, 1)) if given else (0.0, 0.0, 1.0)
        reach = student(freedom, 0.95) * error
        interval = (math.exp(log - reach), math.exp(log + reach)) if given else None
        value = float(rates[0, 0] / rates[1, 1]) if rates[1, 1] else math.inf
        yield Judged("ratio of the cells within groups", true[0, 0] / true[1, 1], value, interval, log=True)


@cache
def _truth(split: Split) -> Weights:
    return true_rates(DESIGNS[split.name], split.spread)


def _parts(photos: NDArray[np.int64]) -> dict[str, Weights]:
    real = photos.astype(np.float64)
    balanced = np.full(len(photos), real.mean())
    return {"gap": real, "algorithm": balanced, "gallery": real - balanced}


def family() -> Family:
    designs = tuple(Split(name, spread) for name in DESIGNS for spread in SPREADS)
    heads = "design", "people of two groups", "people differ"
    return Family("Gaps between groups, and what they are made of", heads, designs, 0.5, together=True)
