"""The inner loops over one block as numba compiles them; imported only where numba is.

No fastmath: sums keep their order and roundings are NumPy's, so that bins and survivors are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors.plain import Singles

ZERO = np.float32(0)
NONE, ONE = np.int32(0), np.int32(1)
CHUNK = 64
ROOM = 1 << 16
LANE = np.uint64(0xFFFF)


def _count_bins(
    product: Singles,
    probe_squares: Singles,
    reference_squares: Singles,
    scale: tuple[np.float32, bool],
    counts: NDArray[np.uint32],
) -> None:
    factor, root = scale
    rows, columns = product.shape
    top = np.float32(counts.shape[1] - 1)
    words = columns // 4
    bins = np.empty(4 * words + 4, np.uint16)
    packed = bins.view(np.uint64)
    one = np.uint32(1)
    for i in range(rows):
        square = probe_squares[i]
        if root:
            for j in range(columns):
                value = (square + reference_squares[j]) + product[i, j]
                value = value if value > ZERO else ZERO
                value = np.sqrt(value) * factor
                bins[j] = np.uint16(np.int32(value if value < top else top))
        else:
            for j in range(columns):
                value = (square + reference_squares[j]) + product[i, j]
                value = (value if value > ZERO else ZERO) * factor
                bins[j] = np.uint16(np.int32(value if value < top else top))
        # four counters in turn: one alone would wait for its own last store
        for w in range(words):
            word = packed[w]
            counts[0, np.intp(word & LANE)] += one
            counts[1, np.intp((word >> np.uint64(16)) & LANE)] += one
            counts[2, np.intp((word >> np.uint64(32)) & LANE)] += one
            counts[3, np.intp(word >> np.uint64(48))] += one
        for j in range(4 * words, columns):
            counts[0, bins[j]] += one


def _find(
    product: Singles,
    probe_squares: Singles,
    reference_squares: Singles,
    limits: Singles,
    found: NDArray[np.intp],
) -> int:
    """Write surviving pairs to found, shape (2, capacity); the number there are, even if beyond capacity."""
    rows, columns = product.shape
    capacity, n = found.shape[1], 0
    for i in range(rows):
        square, limit = probe_squares[i], limits[i]
        near = NONE  # counted in 32 bits, and at first for the whole row, which runs in vectors
        for j in range(columns):
            near += ONE if (square + reference_squares[j]) + product[i, j] <= limit else NONE
        if near == NONE:
            continue
        for start in range(0, columns, CHUNK):
            stop = min(start + CHUNK, columns)
            near = NONE
            for j in range(start, stop):
                near += ONE if (square + reference_squares[j]) + product[i, j] <= limit else NONE
            if near == NONE:
                continue
            for j in range(start, stop):
                if (square + reference_squares[j]) + product[i, j] <= limit:
                    if n < capacity:
                        found[0, n], found[1, n] = i, j
                    n += 1
    return n


def compile_kernel(function: Callable[..., Any], example: tuple[Any, ...]) -> Callable[..., Any]:
    """Compile a loop and run it once on an example; kept on disk where a cache can be written."""
    try:
        kernel: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
        kernel(*example)
    except (OSError, RuntimeError):
        kernel = numba.njit(nogil=True)(function)
        kernel(*example)
    return kernel


def _example(rows: int) -> tuple[Singles, Singles, Singles]:
    return np.zeros((rows, 5), np.float32), np.zeros(rows, np.float32), np.zeros(5, np.float32)


count_bins = compile_kernel(_count_bins, (*_example(1), (np.float32(1), True), np.zeros((4, 3), np.uint32)))
_found = compile_kernel(_find, (*_example(1), np.zeros(1, np.float32), np.empty((2, 1), np.intp)))


def survivors(
    product: Singles, probe_squares: Singles, reference_squares: Singles, limits: Singles
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """As `plain.survivors`."""
    found = np.empty((2, ROOM), np.intp)
    n = int(_found(product, probe_squares, reference_squares, limits, found))
    if n > found.shape[1]:
        found = np.empty((2, n), np.intp)
        _found(product, probe_squares, reference_squares, limits, found)
    return found[0, :n], found[1, :n]
