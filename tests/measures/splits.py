"""Two groups on either side, of planted rates between them, for gaps and what they are made of."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import CellRates, ComparedBlock, Comparisons, Grouping, cell_rates

Column = NDArray[np.float64]
FEW, TIMES = 0.02, 15.0
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(121)
SPREADS = (0.0, 0.8, 1.2, math.inf)  # of the log of people's tendencies; infinity for few who match most


@dataclass(frozen=True, slots=True)
class Design:
    """Two groups on either side."""

    probes: tuple[int, int]  #: People of each probe group.
    gallery: tuple[int, int] | None  #: People of each gallery group; none where the probes are the gallery.
    #: Chance that two people of mean tendency match, by probe and gallery group.
    rates: tuple[tuple[float, float], tuple[float, float]]
    strangers: int = 0  #: Enrolled people of no group.
    #: Coverage that even the worst part must have, where people differ by up to 0.8, and by more.
    least: tuple[float, float] = (0.93, 0.91)


DESIGNS = {
    "two sets": Design((150, 150), (600, 150), ((4e-3, 1e-3), (1e-3, 2e-3))),
    "two sets, few": Design((100, 100), (250, 50), ((4e-3, 1e-3), (1e-3, 2e-3))),
    "one set": Design((106, 267), None, ((1.8e-2, 4e-4), (4e-4, 9e-3)), least=(0.92, 0.88)),
    "one set among others": Design((106, 267), None, ((1.8e-2, 4e-4), (4e-4, 9e-3)), 1000, (0.92, 0.88)),
}


def drawn(rng: np.random.Generator, spread: float, people: int) -> Column:
    if math.isinf(spread):
        return np.where(rng.random(people) < FEW, TIMES, (1 - FEW * TIMES) / (1 - FEW))
    return np.exp(rng.normal(-(spread**2) / 2, spread, people))


def true_rates(design: Design, spread: float) -> Column:
    """Over all people there could be."""
    if math.isinf(spread):
        values, weights = np.array([TIMES, (1 - FEW * TIMES) / (1 - FEW)]), np.array([FEW, 1 - FEW])
    else:
        values, weights = np.exp(NODES * spread - spread**2 / 2), WEIGHTS / WEIGHTS.sum()
    chance = np.minimum(np.multiply.outer(np.array(design.rates), np.outer(values, values)), 1.0)
    rates: Column = np.einsum("i,ghij,j->gh", weights, chance, weights)
    return rates


def cells_of(design: Design, spread: float, rng: np.random.Generator) -> CellRates:
    """Pairs of one set are searched for both ways; in half of them both ways agree."""
    one_set, rates = design.gallery is None, np.array(design.rates)
    g, h = np.repeat([0, 1], design.probes), np.repeat([0, 1], design.gallery or design.probes)
    wolf = drawn(rng, spread, len(g))
    lamb = wolf if one_set else drawn(rng, spread, len(h))
    match = rng.random((len(g), len(h))) < rates[np.ix_(g, h)] * np.outer(wolf, lamb)
    if one_set:
        once, agree = np.triu(match, 1), np.triu(rng.random(match.shape) < 0.5, 1)
        match = np.where(agree | agree.T, once | once.T, match) & ~np.eye(len(g), dtype=bool)
    i, j = np.nonzero(match)
    others = design.strangers if one_set else len(h)
    lured = rng.random((len(g), design.strangers)) < rates.mean() * wolf[:, None]
    more = np.nonzero(lured)
    probes, enrolled = (
        np.repeat(photos, (len(g), others)).astype(float) for photos in ((1, 0), (int(one_set), 1))
    )
    listed = np.concatenate((i, more[0])), np.concatenate((j if one_set else j + len(g), len(g) + more[1]))
    comparisons = Comparisons(
        *listed, np.zeros(len(listed[0])), len(probes), (ComparedBlock(probes, enrolled),)
    )
    nobody = np.full(others, -1)
    gallery = (g, nobody) if one_set else (np.full(len(g), -1), h)
    return cell_rates(comparisons, 0.0, Grouping(np.concatenate((g, nobody)), np.concatenate(gallery), 2, 2))
