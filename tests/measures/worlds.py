"""People of planted tendencies to match, and what the truth about them is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import Searches


def log_normal(rng: np.random.Generator, spread: float, people: int) -> NDArray[np.float64]:
    drawn: NDArray[np.float64] = np.exp(rng.normal(-(spread**2) / 2, spread, people))
    return drawn


def searches_of_pairs(
    probe: NDArray[np.int64], gallery: NDArray[np.int64], probes: int, people: int
) -> Searches:
    """One search a probe, distance 0 to everybody matched."""
    pair = np.unique(probe * people + gallery)
    return Searches(
        person=np.arange(probes) + 10_000_000,
        processed=np.ones(probes, np.bool_),
        row=pair // people,
        gallery_person=pair % people,
        distance=np.zeros(len(pair)),
        gallery_people=people,
        gallery_photos=people,
    )


def wolves(
    rng: np.random.Generator, rate: float, spread: float, probes: int = 539, people: int = 25_000
) -> Searches:
    """Matches at `rate` a comparison, tendencies log-normal on both sides."""
    a, b = log_normal(rng, spread, probes), log_normal(rng, spread, people)
    matches = rng.poisson(rate * a.sum() * b.sum())
    i = rng.choice(probes, matches, p=a / a.sum())
    j = rng.choice(people, matches, p=b / b.sum())
    return searches_of_pairs(i.astype(np.int64), j.astype(np.int64), probes, people)


def true_fpir(rate: float, spread: float, people: int) -> float:
    """Over probes and galleries of `people`, by quadrature over both tendencies."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(81)
    weights = weights / weights.sum()
    x = np.exp(nodes * spread - spread**2 / 2)
    match = np.minimum(-np.expm1(-rate * np.outer(x, x)) @ weights, 1 - 1e-12)
    return float(-np.expm1(people * np.log1p(-match)) @ weights)


def rate_for(fpir: float, spread: float, people: int) -> float:
    low, high = 1e-9, 1e-1
    for _ in range(60):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if true_fpir(middle, spread, people) < fpir else (low, middle)
    return low
