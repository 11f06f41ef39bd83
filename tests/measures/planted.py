"""People of planted tendencies to match, photographed and compared, with the truth about them.

Wolves match others more often than most when searched for, lambs when enrolled. Two people match with chance
`base x wolf x lamb`; of pairs with several photographs, half agree in all of them and half in none more than
chance has it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import ComparedBlock, Comparisons, Grouping, Searches, crossed

Column = NDArray[np.float64]
AGREE = 0.5  # share of pairs of people whose photographs all match or all do not
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(81)
Whole = NDArray[np.int64]
TAIL = 1.7  # exponent of long-tailed numbers of photographs
FEW, TIMES = 0.02, 15.0  # so many people match so many times as often as the mean


@dataclass(frozen=True, slots=True)
class Tendency:
    """How much people differ: log-normal of this spread, or a few who match far more often; mean 1."""

    spread: float = 0.0
    few: bool = False

    def drawn(self, rng: np.random.Generator, people: int) -> Column:
        if self.few:
            return np.where(rng.random(people) < FEW, TIMES, (1 - FEW * TIMES) / (1 - FEW))
        return np.exp(rng.normal(-(self.spread**2) / 2, self.spread, people))

    def quadrature(self) -> tuple[Column, Column]:
        """Values and their weights."""
        if self.few:
            return np.array([TIMES, (1 - FEW * TIMES) / (1 - FEW)]), np.array([FEW, 1 - FEW])
        return np.exp(NODES * self.spread - self.spread**2 / 2), WEIGHTS / WEIGHTS.sum()


@dataclass(frozen=True, slots=True)
class World:
    """Whom a data set is drawn from."""

    name: str  #: Of the design.
    probes: int  #: People searched for; a set's people where there is no gallery.
    gallery: int  #: People enrolled; 0 for one set in which all are compared with all.
    expected: float  #: False matches to expect (of the first group).
    tendency: Tendency = Tendency(0.8)  #: How much people differ, on both sides alike.
    photographs: int = 1  #: Each person has from 1 to this many.
    groups: int = 1  #: Probe people stand in so many equal groups; those of the second match twice as often.
    shared: int = 0  #: So many people are both searched for and enrolled.
    #: Numbers of photographs have a long tail, as those gathered from the web: most people have one or two,
    #: few have dozens; `photographs` is then the most.
    tail: bool = False

    @property
    def photo_counts(self) -> tuple[Whole, Column]:
        """Numbers of photographs there can be, and how often each is."""
        counts = np.arange(1, self.photographs + 1)
        often = counts**-TAIL if self.tail else np.ones(len(counts))
        return counts, often / often.sum()

    def photos_of(self, rng: np.random.Generator, people: int) -> Whole:
        """Photographs of each of some people."""
        counts, often = self.photo_counts
        if self.tail:
            return rng.choice(counts, people, p=often)
        return rng.integers(1, self.photographs + 1, people)

    @property
    def base(self) -> float:
        """Chance that two people of mean tendency match, in the first group."""
        pairs = self.probes // self.groups * self.gallery - self.shared or self.probes * (self.probes - 1) / 2
        counts, often = self.photo_counts
        return float(self.expected / pairs / (counts @ often) ** 2)

    def false_match_rate(self, factor: float = 1.0) -> float:
        """Of comparisons of photographs, over all people there could be."""
        values, weights = self.tendency.quadrature()
        chance = np.minimum(factor * self.base * np.outer(values, values), 1.0)
        return float(weights @ chance @ weights)

    def chance_of_flag(self, probe: Column, lamb: Column, photos: NDArray[np.int64]) -> Column:
        """Chance that a photograph of a probe matches any of a gallery person, shape (probes, gallery)."""
        chance = np.minimum(self.base * np.outer(probe, lamb), 1 - 1e-12)
        separate = -np.expm1(photos * np.log1p(-chance))
        flagged: Column = AGREE * chance + (1 - AGREE) * separate
        return flagged

    def fpir_like_it(self) -> float:
        """FPIR over probes and galleries of this size."""
        values, weights = self.tendency.quadrature()
        counts, often = self.photo_counts
        each = [self.chance_of_flag(values, values, np.full(len(values), k)) @ weights for k in counts]
        flagged = often @ np.array(each)
        return float(-np.expm1(self.gallery * np.log1p(-flagged)) @ weights)

    def fpir_of(self, lamb: Column, photos: NDArray[np.int64]) -> float:
        """FPIR of this very gallery, over probes."""
        values, weights = self.tendency.quadrature()
        flagged = self.chance_of_flag(values, lamb, photos)
        return float(-np.expm1(np.log1p(-flagged).sum(axis=1)) @ weights)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A data set, and what is true of its gallery."""

    world: World  #: Whom it was drawn from.
    comparisons: Comparisons  #: All made, the false matches listed at distance 0.
    grouping: Grouping  #: Probe groups.
    searches: Searches | None  #: Each probe photograph searched for; None where people stand on both sides.
    fpir: float  #: Of this gallery, in the first group; NaN without searches.


def draw(world: World, rng: np.random.Generator) -> Drawn:
    """A data set of a world."""
    return _two_sides(world, rng) if world.gallery else _one_set(world, rng)


def _one_set(world: World, rng: np.random.Generator) -> Drawn:
    n = world.probes
    person = world.tendency.drawn(rng, n)
    photos = world.photos_of(rng, n)
    chance = np.triu(np.minimum(world.base * np.outer(person, person), 1.0), 1)
    times = _matched(rng, chance, np.outer(photos, photos))
    i, j = np.nonzero(times)
    count = times[i, j]
    block = ComparedBlock(photos.astype(np.float64), photos.astype(np.float64), once=True)
    listed = np.repeat(i, count), np.repeat(j, count), np.zeros(int(count.sum()))
    return Drawn(world, Comparisons(*listed, n, (block,)), Grouping.everyone(n), None, math.nan)


def _two_sides(world: World, rng: np.random.Generator) -> Drawn:
    probes, gallery = world.probes, world.gallery
    group = np.arange(probes) * world.groups // probes
    factor = np.where((group == 1) & (world.groups > 1), 2.0, 1.0)
    wolf, lamb = world.tendency.drawn(rng, probes), world.tendency.drawn(rng, gallery)
    lamb[: world.shared] = wolf[: world.shared]
    photos = world.photos_of(rng, probes), world.photos_of(rng, gallery)
    chance = np.minimum(world.base * np.outer(factor * wolf, lamb), 1.0)
    chance[np.arange(world.shared), np.arange(world.shared)] = 0.0
    row, j = (_sparsely_listed if world.tail else _listed)(rng, chance, photos)
    person = np.repeat(np.arange(probes), photos[0])
    enrolled = np.concatenate((np.arange(world.shared), np.arange(probes, probes + gallery - world.shared)))
    everyone = probes + gallery - world.shared
    sides = np.zeros((2, everyone))
    sides[0, :probes], sides[1, enrolled] = photos
    distance = np.zeros(len(j))
    comparisons = crossed(person[row], enrolled[j], distance, probe_photos=sides[0], gallery_photos=sides[1])
    grouping = Grouping.of_probes(
        np.where(np.arange(everyone) < probes, np.resize(group, everyone), -1), world.groups
    )
    if world.shared:
        return Drawn(world, comparisons, grouping, None, math.nan)
    processed = np.ones(len(person), np.bool_)
    searches = Searches(person, processed, row, enrolled[j], distance, gallery, int(photos[1].sum()))
    return Drawn(world, comparisons, grouping, searches, world.fpir_of(lamb, photos[1]))


def _listed(
    rng: np.random.Generator, chance: Column, photos: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Probe photograph and gallery person of each false match, sorted by photograph."""
    if max(int(one.max()) for one in photos) == 1:
        found = np.nonzero(rng.random(chance.shape) < chance)
        return found[0], found[1]
    together = np.where(rng.random(chance.shape) < chance, 1.0, 0.0)
    each = np.where(rng.random(chance.shape) < AGREE, together, chance)
    row, column = (np.repeat(np.arange(len(one)), one) for one in photos)
    by_photograph = each[row][:, column]
    found = np.nonzero(rng.random(by_photograph.shape) < by_photograph)
    return found[0], column[found[1]]


def _sparsely_listed(
    rng: np.random.Generator, chance: Column, photos: tuple[Whole, Whole]
) -> tuple[Whole, Whole]:
    """The same without a table of all photographs, where some people have very many."""
    times = _matched(rng, chance, np.outer(*photos))
    i, j = np.nonzero(times)
    cells = [
        rng.choice(photos[0][a] * photos[1][b], times[a, b], replace=False) for a, b in zip(i, j, strict=True)
    ]
    many = times[i, j]
    within = np.concatenate([np.zeros(0, np.int64), *cells]) // np.repeat(photos[1][j], many)
    first = np.cumsum(photos[0]) - photos[0]
    row, column = np.repeat(first[i], many) + within, np.repeat(j, many)
    order = np.argsort(row, kind="stable")
    return row[order], column[order]


def _matched(rng: np.random.Generator, chance: Column, times: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many comparisons of each pair of people match."""
    agree = rng.random(chance.shape) < AGREE
    together = np.where(rng.random(chance.shape) < chance, times, 0)
    if times.max() == 1:
        return together
    return np.where(agree, together, rng.binomial(times, chance))
