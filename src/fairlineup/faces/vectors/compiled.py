"""The inner loops over one block as numba compiles them; imported only where numba is.

No fastmath: sums keep their order and roundings are NumPy's, so that bins and survivors are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors.codes import Coded, CodedProbe
from fairlineup.faces.vectors.plain import Singles
from fairlineup.faces.vectors.templates import read_only

ZERO = np.float32(0)
NONE, ONE = np.int32(0), np.int32(1)
CHUNK = 64
ROOM = 1 << 16
FEWEST, SHARE = 4096, 32  # how many rows a pass over codes may leave
Doubles = NDArray[np.float64]
Found = tuple[NDArray[np.intp], Doubles]
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


def _scan(
    coded: Coded, words: NDArray[np.int16], terms: tuple[float, ...], heap: Doubles, found: Found
) -> int:
    """Write to found the rows whose squared distance may be among the len(heap) least; how many, or -1.

    `heap` holds the least upper bounds so far, the largest on top; a row is passed over if its lower bound is
    above that. Removed rows have infinite squares and are always passed over.
    """
    codes, scales, squares = coded
    square, factor, spread, margin = terms
    rows, lows = found
    n, dimension = codes.shape
    count, limit = 0, heap[0]
    for r in range(n):
        total = NONE
        for j in range(dimension):
            total = np.int32(total + np.int32(np.int32(codes[r, j]) * np.int32(words[j])))
        scale = np.float64(scales[r])
        middle = square + np.float64(squares[r]) + scale * factor * total
        room = scale * spread + margin
        if middle - room > limit:
            continue
        if count == len(rows):
            count = _kept(rows, lows, count, limit)
            if 2 * count > len(rows):
                return -1
        rows[count], lows[count] = r, middle - room
        count += 1
        if middle + room < limit:
            _replace_top(heap, middle + room)
            limit = heap[0]
    return _kept(rows, lows, count, limit)


def _kept(rows: NDArray[np.intp], lows: Doubles, count: int, limit: float) -> int:
    kept = 0
    for at in range(count):
        if lows[at] <= limit:
            rows[kept], lows[kept] = rows[at], lows[at]
            kept += 1
    return kept


def _replace_top(heap: Doubles, value: float) -> None:
    at, size = 0, len(heap)
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and heap[below + 1] > heap[below]:
            below += 1
        if heap[below] <= value:
            break
        heap[at] = heap[below]
        at = below
    heap[at] = value


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


def _scan_example() -> tuple[Any, ...]:
    coded = tuple(read_only(a) for a in (np.zeros((1, 5), np.int8), *_example(1)[1:2], *_example(1)[1:2]))
    return coded, np.zeros(5, np.int16), (0.0,) * 4, np.zeros(1), (np.empty(1, np.intp), np.empty(1))


count_bins = compile_kernel(_count_bins, (*_example(1), (np.float32(1), True), np.zeros((4, 3), np.uint32)))
_found = compile_kernel(_find, (*_example(1), np.zeros(1, np.float32), np.empty((2, 1), np.intp)))


_kept, _replace_top = numba.njit(nogil=True)(_kept), numba.njit(nogil=True)(_replace_top)
_scanned = compile_kernel(_scan, _scan_example())


def scan(coded: Coded, probe: CodedProbe, width: int, margin: float) -> NDArray[np.intp] | None:
    """Rows among which the `width` nearest of a probe are, in order; None if they are too many to tell.

    Args:
        coded: codes, scales and squared lengths of the references; `width` of them at least are present.
        probe: see `codes`.
        width: how many, 1 or more.
        margin: how far squared distances from squared lengths in float32 may be from the truth.
    """
    room = max(FEWEST, 16 * width, len(coded[0]) // SHARE)
    rows, lows = np.empty(room, np.intp), np.empty(room)
    terms = probe.square, probe.factor, probe.spread, margin
    count = int(_scanned(coded, probe.words, terms, np.full(width, np.finfo(np.float64).max), (rows, lows)))
    return None if count < 0 else rows[:count]


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
