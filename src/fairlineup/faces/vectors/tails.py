"""All pairs at or under a distance, exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors.backend import kernels
from fairlineup.faces.vectors.blocks import Multiplier
from fairlineup.faces.vectors.templates import (
    Metric,
    PreparedTemplates,
    check_comparable,
    exact_distances,
    margin,
)
from fairlineup.records import BadInput, Progress, no_progress

BLOCK_PAIRS = 1 << 20
FARTHEST = 1e38  # squared; no two templates of the longest allowed are so far apart


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """Pairs at or under a distance, ordered by probe, then distance, then reference; shapes (n_pairs,)."""

    probe_index: NDArray[np.int64]  #: row among the probes.
    reference_index: NDArray[np.int64]  #: row among the references.
    distance: NDArray[np.float64]  #: in float64.

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.distance)


def tail(
    probes: PreparedTemplates,
    references: PreparedTemplates,
    threshold: float,
    block_pairs: int = BLOCK_PAIRS,
    progress: Progress = no_progress,
) -> Tail:
    """All pairs with distance <= threshold, mated ones too, with their exact distances.

    A float32 product with room for its error finds the candidates; each is then computed on its own in
    float64. So the answer is the same for every block size, number of threads, and with or without numba.

    Args:
        probes: from `prepare`.
        references: from `prepare` or a gallery's snapshot.
        threshold: on the metric's scale; none pass below 0.
        block_pairs: pairs in memory at once.
        progress: told of probes done.

    Raises: BadInput: templates that cannot be compared, or a threshold that is not a number.
    """
    if math.isnan(threshold):
        raise BadInput(
            "no threshold",
            expected="a distance",
            got="NaN",
            remedy="use infinity for all pairs",
            code="argument-unusable",
        )
    check_comparable(probes, references)
    multiplier, loops = Multiplier(probes, references, block_pairs), kernels()
    within = squared_of(np.full(multiplier.rows, threshold), probes.metric)
    limits = single_above(within + margin(probes, references))
    parts = []
    for run in multiplier.probe_blocks(slice(0, len(probes) if threshold >= 0 else 0)):
        for block in multiplier.blocks(run, slice(0, len(references))):
            rows = limits[: len(block.product)]
            i, j = loops.survivors(block.product, block.probe_squares, block.reference_squares, rows)
            i, j = i + run.start, j + block.references.start
            parts.append(_within(probes, references, i, j, threshold))
        progress("compare", run.stop, len(probes))
    return _ordered(parts, references)


def squared_of(distance: NDArray[np.float64], metric: Metric) -> NDArray[np.float64]:
    """The squared difference of the multiplied rows that belongs to each distance."""
    return distance * distance if metric == "euclidean" else 2 * distance


def single_above(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """For each value a float32 that is no less, and finite, so that no removed template is within it."""
    return np.nextafter(np.minimum(values, FARTHEST).astype(np.float32), np.float32(np.inf))


def _within(
    p: PreparedTemplates, r: PreparedTemplates, i: NDArray[np.intp], j: NDArray[np.intp], threshold: float
) -> Tail:
    distance = exact_distances(p, r, i, j)
    keep = distance <= threshold
    return Tail(i[keep].astype(np.int64), j[keep].astype(np.int64), distance[keep])


def _ordered(parts: list[Tail], references: PreparedTemplates) -> Tail:
    none = Tail(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    i = np.concatenate([part.probe_index for part in (none, *parts)])
    j = np.concatenate([part.reference_index for part in (none, *parts)])
    distance = np.concatenate([part.distance for part in (none, *parts)])
    order = np.lexsort((references.ties(j), distance, i))
    return Tail(i[order], j[order], distance[order])
