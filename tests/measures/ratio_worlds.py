"""Distances of planted densities, for likelihood ratios that are known."""

from __future__ import annotations

import math

import numpy as np

from fairlineup.measures import Pairs, crossed

APART, SPREAD = 0.35, 0.1


def drawn(probes: int, gallery: int, seed: int, reach: float, lambs: float) -> Pairs:
    """Mated distances moved by their person, non-mated ones by both; listed up to the reach."""
    rng = np.random.default_rng(seed)
    one, other = rng.normal(0, lambs, probes), rng.normal(0, lambs, gallery)
    distance = rng.normal(0.4 + APART, SPREAD, (probes, gallery)) + one[:, None] + other
    mated = rng.normal(0.4, SPREAD, probes) + one
    i, j = np.nonzero(distance <= reach)
    photos = np.repeat([1.0, 0.0], [probes, gallery])
    listed = crossed(
        i, j + probes, distance[i, j], probe_photos=photos, gallery_photos=1 - photos, reach=reach
    )
    people = tuple(str(n) for n in range(probes + gallery))
    return Pairs(np.arange(probes), np.where(mated <= reach, mated, np.inf), listed, people)


def true_log10_lr(x: np.ndarray, lambs: float) -> np.ndarray:
    ours, theirs = math.hypot(SPREAD, lambs), math.hypot(SPREAD, lambs, lambs)
    logs = ((x - 0.4 - APART) / theirs) ** 2 / 2 - ((x - 0.4) / ours) ** 2 / 2 + math.log(theirs / ours)
    return np.asarray(logs / math.log(10))
