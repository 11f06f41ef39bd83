"""Galleries of planted unevenness: a few hubs whom many probes match, or people who differ very much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import Searches

from .worlds import log_normal, searches_of_pairs

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(121)


@dataclass(frozen=True, slots=True)
class WithHubs:
    """A gallery in which some are hubs; each draw is another gallery; chance sets how many hubs."""

    probes: int  #: Searched for once each.
    gallery: int  #: People enrolled.
    share: float  #: Of gallery people who are hubs.
    matched: float  #: Share of probes whom a hub matches.
    others: float = 0.0  #: Matches of a search with gallery people who are none, on average.

    @property
    def fpir(self) -> float:
        """Over all such galleries."""
        none: float = np.exp(-self.others) * (1 - self.share * self.matched) ** self.gallery
        return 1 - none

    def draw(self, rng: np.random.Generator) -> tuple[Searches, int]:
        """Searches of a gallery, and how many hubs it has."""
        hubs = int(rng.binomial(self.gallery, self.share))
        probe, hub = np.nonzero(rng.random((self.probes, hubs)) < self.matched)
        more = rng.poisson(self.others * self.probes)
        chance = rng.integers(0, self.probes, more), rng.integers(hubs, self.gallery, more)
        pairs = [np.concatenate(both).astype(np.int64) for both in ((probe, chance[0]), (hub, chance[1]))]
        return searches_of_pairs(pairs[0], pairs[1], self.probes, self.gallery), hubs


@dataclass(frozen=True, slots=True)
class Uneven:
    """A gallery whose people differ log-normally in how often they are matched."""

    probes: int  #: Searched for once each.
    gallery: int  #: People enrolled.
    base: float  #: Chance of a pair of mean tendency to match.
    spread: float  #: Standard deviation of the logarithm of gallery people's tendencies.
    of_probes: float = 0.0  #: That of probe people's.

    @classmethod
    def at(cls, fpir: float, probes: int, gallery: int, spread: float, of_probes: float = 0.0) -> Uneven:
        """The one with this FPIR over all such galleries."""
        low, high = 1e-9, 0.5
        for _ in range(60):
            middle = (low * high) ** 0.5
            below = cls(probes, gallery, middle, spread, of_probes).fpir < fpir
            low, high = (middle, high) if below else (low, middle)
        return cls(probes, gallery, low, spread, of_probes)

    @property
    def fpir(self) -> float:
        """Over all such galleries."""
        wolves, lambs = (np.exp(NODES * one - one**2 / 2) for one in (self.of_probes, self.spread))
        weights = WEIGHTS / WEIGHTS.sum()
        chance = np.minimum(np.minimum(self.base * np.outer(wolves, lambs), 1.0) @ weights, 1 - 1e-12)
        return float(-np.expm1(self.gallery * np.log1p(-chance)) @ weights)

    def draw(self, rng: np.random.Generator) -> Searches:
        """Searches of a gallery."""
        wolf = log_normal(rng, self.of_probes, self.probes)
        lamb = log_normal(rng, self.spread, self.gallery)
        i, j = np.nonzero(rng.random((self.probes, self.gallery)) < self.base * np.outer(wolf, lamb))
        columns: list[NDArray[np.int64]] = [one.astype(np.int64) for one in (i, j)]
        return searches_of_pairs(columns[0], columns[1], self.probes, self.gallery)
