"""People made of numbers, and their distances by the definition."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors import PreparedTemplates, prepare


def people(
    seed: int, count: int, photos: int = 1, dimension: int = 16
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Templates and person codes of `count` people with `photos` photographs each."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(count), photos)
    centres = 0.2 + rng.normal(0, 0.2, (count, dimension))
    templates = centres[person] + rng.normal(0, 0.05, (len(person), dimension))
    return templates.astype(np.float32), person


def sides(
    one: NDArray[np.float32], other: NDArray[np.float32], metric: str = "euclidean"
) -> tuple[PreparedTemplates, PreparedTemplates]:
    """Both prepared."""
    return prepare(one, metric), prepare(other, metric)


def distances(
    probes: NDArray[np.float32], references: NDArray[np.float32], metric: str
) -> NDArray[np.float64]:
    """Every distance from its definition in float64, shape (probes, references)."""
    a, b = probes.astype(np.float64), references.astype(np.float64)
    if metric == "cosine":
        lengths = [np.array([math.sqrt(math.fsum(row * row)) for row in side]) for side in (a, b)]
        found: NDArray[np.float64] = 1 - (a / lengths[0][:, None]) @ (b / lengths[1][:, None]).T
    else:
        found = np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))
    return found
