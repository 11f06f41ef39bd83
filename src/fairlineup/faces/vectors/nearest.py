"""The k nearest references of each probe, exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors.backend import Kernels, kernels
from fairlineup.faces.vectors.blocks import Block, Multiplier
from fairlineup.faces.vectors.tails import BLOCK_PAIRS, single_above, squared_of
from fairlineup.faces.vectors.templates import Metric, Prepared, exact_distances, margin, prepare_pair
from fairlineup.records import BadInput, Progress, no_progress


def nearest(
    probes: NDArray[np.float32],
    references: NDArray[np.float32],
    k: int,
    metric: Metric = "euclidean",
    block_pairs: int = BLOCK_PAIRS,
    progress: Progress = no_progress,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The k nearest references of each probe, nearest first, ties by order of the references.

    Exact as `tail` is: the same for every block size and number of threads, with or without numba.

    Args:
        probes: float32, shape (n_probes, d).
        references: float32, shape (n_references, d).
        k: how many, 1 or more; all if there are fewer references.
        metric: "euclidean", or "cosine" for 1 - cos.
        block_pairs: pairs in memory at once.
        progress: told of probes done.

    Returns: indices and distances, both of shape (n_probes, min(k, n_references)).
    Raises: BadInput: templates that cannot be compared, or a k under 1.
    """
    if k < 1:
        raise BadInput("no neighbours asked for", expected="k of 1 or more", got=str(k), remedy="raise k")
    p, r = prepare_pair(probes, references, metric)
    width = min(k, len(r))
    indices, distances = np.zeros((len(p), width), np.int64), np.zeros((len(p), width))
    multiplier, search = Multiplier(p, r, block_pairs), _Search(p, r, width, metric)
    for run in multiplier.probe_blocks(slice(0, len(p) if width else 0)):
        search.start(run)
        for block in multiplier.blocks(run, slice(0, len(r))):
            search.add(block)
        indices[run], distances[run] = search.found()
        progress("search", run.stop, len(p))
    return indices, distances


class _Search:
    """The nearest of one run of probes so far: pairs by row, distance and reference."""

    def __init__(self, probes: Prepared, references: Prepared, width: int, metric: Metric) -> None:
        self.probes, self.references, self.width, self.metric = probes, references, width, metric
        self.margin = margin(probes, references)
        self.kernels: Kernels = kernels()

    def start(self, run: slice) -> None:
        """Begin a run of probes."""
        self.run = run
        self.row, self.reference = np.zeros(0, np.intp), np.zeros(0, np.intp)
        self.distance = np.zeros(0)
        self.limits = np.full(run.stop - run.start, np.inf, np.float32)

    def add(self, block: Block) -> None:
        """Take in one block of references, which come after all those before it."""
        if np.isinf(self.limits).any():
            self._limit_by(block)
        squares = block.probe_squares, block.reference_squares
        row, column = self.kernels.survivors(block.product, *squares, self.limits)
        if not len(row):
            return
        reference = column + block.references.start
        distance = exact_distances(self.probes, self.references, row + self.run.start, reference)
        self._merge(row, reference, distance)

    def found(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """References and distances of the run, shapes (probes, width)."""
        shape = len(self.limits), self.width
        return self.reference.reshape(shape).astype(np.int64), self.distance.reshape(shape)

    def _limit_by(self, block: Block) -> None:
        """A first limit: the width-th least of this block, with room for the error on either side."""
        if block.product.shape[1] < self.width:
            return
        squared = np.add.outer(block.probe_squares, block.reference_squares) + block.product
        least = np.partition(squared, self.width - 1, axis=1)[:, self.width - 1].astype(np.float64)
        self.limits = np.minimum(self.limits, single_above(least + 2 * self.margin))

    def _merge(
        self, row: NDArray[np.intp], reference: NDArray[np.intp], distance: NDArray[np.float64]
    ) -> None:
        """Keep the nearest of each row, and let the last of them be its limit from now on."""
        row = np.concatenate((self.row, row))
        reference = np.concatenate((self.reference, reference))
        distance = np.concatenate((self.distance, distance))
        order = np.lexsort((distance, row))  # stable, and references come in order
        first = np.searchsorted(row[order], np.arange(len(self.limits)))
        place = np.arange(len(order)) - first[row[order]]
        kept = order[place < self.width]
        self.row, self.reference, self.distance = row[kept], reference[kept], distance[kept]
        last = order[place == self.width - 1]
        self.limits[row[last]] = single_above(squared_of(distance[last], self.metric) + self.margin)
