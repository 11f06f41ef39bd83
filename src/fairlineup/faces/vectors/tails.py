"""All pairs at or under a distance, exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors.backend import kernels
from fairlineup.faces.vectors.blocks import Multiplier
from fairlineup.faces.vectors.templates import Metric, Prepared, exact_distances, margin, prepare_pair
from fairlineup.records import BadInput, Progress, no_progress

BLOCK_PAIRS = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """Pairs at or under a distance, ordered by probe, then distance, then reference; shapes (n_pairs,).

    Attributes:
        probe_index: row among the probes.
        reference_index: row among the references.
        distance: in float64.
    """

    probe_index: NDArray[np.int64]
    reference_index: NDArray[np.int64]
    distance: NDArray[np.float64]

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.distance)


def tail(
    probes: NDArray[np.float32],
    references: NDArray[np.float32],
    threshold: float,
    metric: Metric = "euclidean",
    block_pairs: int = BLOCK_PAIRS,
    progress: Progress = no_progress,
) -> Tail:
    """All pairs with distance <= threshold, mated ones too, with their exact distances.

    A float32 product with room for its error finds the candidates; each is then computed on its own in
    float64. So the answer is the same for every block size, number of threads, and with or without numba.

    Args:
        probes: float32, shape (n_probes, d).
        references: float32, shape (n_references, d).
        threshold: on the metric's scale; none pass below 0.
        metric: "euclidean", or "cosine" for 1 - cos.
        block_pairs: pairs in memory at once.
        progress: told of probes done.

    Raises: BadInput: templates that cannot be compared, or a threshold that is not a number.
    """
    if math.isnan(threshold):
        raise BadInput("no threshold", expected="a distance", got="NaN", remedy="use infinity for all pairs")
    p, r = prepare_pair(probes, references, metric)
    multiplier, loops = Multiplier(p, r, block_pairs), kernels()
    limits = single_above(squared_of(np.full(multiplier.rows, threshold), metric) + margin(p, r))
    parts = []
    for run in multiplier.probe_blocks(slice(0, len(p) if threshold >= 0 else 0)):
        for block in multiplier.blocks(run, slice(0, len(r))):
            rows = limits[: len(block.product)]
            i, j = loops.survivors(block.product, block.probe_squares, block.reference_squares, rows)
            parts.append(_within(p, r, i + run.start, j + block.references.start, threshold))
        progress("compare", run.stop, len(p))
    return _ordered(parts)


def squared_of(distance: NDArray[np.float64], metric: Metric) -> NDArray[np.float64]:
    """The squared difference of the multiplied rows that belongs to each distance."""
    return distance * distance if metric == "euclidean" else 2 * distance


def single_above(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """For each value a float32 that is no less."""
    with np.errstate(over="ignore"):
        return np.nextafter(values.astype(np.float32), np.float32(np.inf))


def _within(p: Prepared, r: Prepared, i: NDArray[np.intp], j: NDArray[np.intp], threshold: float) -> Tail:
    distance = exact_distances(p, r, i, j)
    keep = distance <= threshold
    return Tail(i[keep].astype(np.int64), j[keep].astype(np.int64), distance[keep])


def _ordered(parts: list[Tail]) -> Tail:
    none = Tail(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    i = np.concatenate([part.probe_index for part in (none, *parts)])
    j = np.concatenate([part.reference_index for part in (none, *parts)])
    distance = np.concatenate([part.distance for part in (none, *parts)])
    order = np.lexsort((j, distance, i))
    return Tail(i[order], j[order], distance[order])
