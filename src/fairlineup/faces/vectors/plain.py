"""The inner loops over one block in NumPy: the reference the compiled ones equal, bit for bit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.float32]


def count_bins(
    product: Singles,
    probe_squares: Singles,
    reference_squares: Singles,
    scale: tuple[np.float32, bool],
    counts: NDArray[np.uint32],
) -> None:
    """Add the pairs of a block to counts, shape (4, bins + 1), whose last column is beyond the last edge.

    Args:
        product: -2 times the inner products, overwritten.
        probe_squares: squared lengths, shape (probes,).
        reference_squares: squared lengths, shape (references,).
        scale: what makes a bin of a distance (root taken) or of a squared distance (not), and which.
        counts: added to; only its sum over the first axis has a meaning.
    """
    factor, root = scale
    top = counts.shape[1] - 1
    squared = np.add.outer(probe_squares, reference_squares)
    squared += product
    np.maximum(squared, np.float32(0), out=squared)
    if root:
        np.sqrt(squared, out=squared)
    squared *= factor
    np.minimum(squared, np.float32(top), out=squared)
    counts[0] += np.bincount(squared.astype(np.int32).ravel(), minlength=top + 1).astype(np.uint32)


def survivors(
    product: Singles, probe_squares: Singles, reference_squares: Singles, limits: Singles
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of a block whose squared distance in float32 is at or under the probe's limit, in order."""
    squared = np.add.outer(probe_squares, reference_squares)
    squared += product
    rows, columns = np.divmod(np.flatnonzero(squared <= limits[:, None]), max(1, product.shape[1]))
    return rows, columns
