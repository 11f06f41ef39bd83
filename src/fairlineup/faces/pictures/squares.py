"""Squares of a picture, of many sizes and places, and what each looks like in a few numbers.

Terms even across the picture come first, so that a mirror image changes the sign of the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

CELLS = 8
FEW_TERMS = 30
"""Terms that tell where in a picture another may lie."""
ALL_TERMS = CELLS * CELLS - 1
"""Terms that tell a picture from all others."""

_SCALES = tuple(0.9**step for step in range(7))
_MIDDLE = 0.9
_SIZES = (0.84, 0.87, 0.9)
_SHIFTS = (-1 / 24, 0.0, 1 / 24)
MIDDLES = len(_SIZES) * len(_SHIFTS) ** 2
_MIN_SIDE_PX = 16
_FLAT = 4.0

Greys = NDArray[np.uint8]
Matrix = NDArray[np.float32]
Boxes = NDArray[np.float64]


@lru_cache(maxsize=4096)
def window_boxes(height: int, width: int) -> Boxes:
    """Left, top and side of squares all over a grey picture, at seven sizes; shape (n_windows, 3)."""
    boxes = [np.empty((0, 3))]
    for columns, rows in _grids(height, width):
        tops, lefts = np.mgrid[: rows - CELLS + 1, : columns - CELLS + 1].reshape(2, -1)
        sides = np.full(lefts.size, CELLS * width / columns)
        boxes.append(np.stack([lefts * width / columns, tops * height / rows, sides], axis=1))
    return np.concatenate(boxes)


def middle_box(height: int, width: int) -> Boxes:
    """Left, top and side of the square in the middle; shape (3,)."""
    side = _MIDDLE * min(height, width)
    return np.array([(width - side) / 2, (height - side) / 2, side])


@lru_cache(maxsize=4096)
def middle_boxes(height: int, width: int) -> Boxes:
    """The same, moved and grown by a third of a step between windows, so that one fits; shape (27, 3)."""
    sides = [size * min(height, width) for size in _SIZES]
    return np.array(
        [
            ((width - side) / 2 + across * side, (height - side) / 2 + down * side, side)
            for side in sides
            for down in _SHIFTS
            for across in _SHIFTS
        ]
    )


def looks_of_windows(greys: Greys, terms: int = ALL_TERMS) -> Matrix:
    """What each window looks like: low frequencies of its DCT, of length 1 (0 where it is flat).

    Args:
        greys: pictures of one size, shape (n, height, width).
        terms: how many.

    Returns: shape (n, n_windows, terms), float32, in the order of `window_boxes`.
    """
    planes = greys.astype(np.float32)
    parts = [np.empty((len(greys), 0, terms), dtype=np.float32)]
    for down, across in _over_all(*greys.shape[1:]):
        reduced = np.asarray(down @ planes @ across, dtype=np.float32)
        squares = sliding_window_view(reduced, (CELLS, CELLS), axis=(1, 2))
        parts.append(_looks(squares, terms))
    return np.concatenate(parts, axis=1)


def looks_of_middles(greys: Greys, terms: int = ALL_TERMS) -> Matrix:
    """The same of the squares in `middle_boxes`; shape (n, 27, terms)."""
    planes, each = greys.astype(np.float32), len(_SHIFTS)
    parts = []
    for down, across in _over_middles(*greys.shape[1:]):
        reduced = np.asarray(down @ planes @ across, dtype=np.float32)
        blocks = reduced.reshape(len(greys), each, CELLS, each, CELLS)
        parts.append(_looks(blocks.swapaxes(2, 3), terms))
    return np.concatenate(parts, axis=1)


def look_of_middle(grey: Greys, terms: int) -> Matrix:
    """The same of the square in `middle_box`; shape (terms,)."""
    left, top, side = middle_box(*grey.shape).tolist()
    down, across = (
        reduction(pixels, CELLS, at, side) for pixels, at in zip(grey.shape, (top, left), strict=True)
    )
    reduced = np.asarray(down @ grey.astype(np.float32) @ across.T, dtype=np.float32)
    return np.asarray(_looks(reduced[None, None, None], terms)[0, 0])


def even_terms(terms: int) -> int:
    """How many of the terms are even across the picture."""
    return int(np.sum(_order(terms)[1] % 2 == 0))


def _looks(squares: Matrix, terms: int) -> Matrix:
    """(n, rows, columns, CELLS, CELLS) -> (n, rows · columns, terms)."""
    found = squares.reshape(-1, CELLS * CELLS) @ _basis(terms)
    length = np.sqrt(np.einsum("ij,ij->i", found, found))[:, None]
    found *= np.where(length >= _FLAT, 1 / np.maximum(length, _FLAT), 0.0).astype(np.float32)
    return found.reshape(len(squares), -1, terms)


def _grids(height: int, width: int) -> list[tuple[int, int]]:
    """Columns and rows the picture is reduced to, for windows of CELLS × CELLS at each scale."""
    short = min(height, width)
    if short < _MIN_SIDE_PX:
        return []
    cells = [CELLS / (scale * short) for scale in _SCALES]
    return [(max(CELLS, round(width * cell)), max(CELLS, round(height * cell))) for cell in cells]


@lru_cache(maxsize=512)
def _over_all(height: int, width: int) -> list[tuple[Matrix, Matrix]]:
    return [
        (reduction(height, rows, 0, height), np.ascontiguousarray(reduction(width, columns, 0, width).T))
        for columns, rows in _grids(height, width)
    ]


@lru_cache(maxsize=512)
def _over_middles(height: int, width: int) -> list[tuple[Matrix, Matrix]]:
    each = len(_SHIFTS)
    boxes = middle_boxes(height, width).reshape(len(_SIZES), each, each, 3)
    return [
        (_stretches(height, box[:, 0, 1], box[0, 0, 2]), _stretches(width, box[0, :, 0], box[0, 0, 2]).T)
        for box in boxes
    ]


def _stretches(pixels: int, starts: Sequence[float] | Boxes, length: float) -> Matrix:
    return np.concatenate([reduction(pixels, CELLS, float(start), float(length)) for start in starts])


@lru_cache(maxsize=8192)
def reduction(pixels: int, cells: int, start: float, length: float) -> Matrix:
    """Weights of pixels in each cell of a stretch: triangles two cells wide, shape (cells, pixels)."""
    width = length / cells
    centres = start + width * (np.arange(cells) + 0.5)
    reach = max(width, 1.0)
    weights = np.maximum(0, 1 - np.abs(np.arange(pixels) + 0.5 - centres[:, None]) / reach)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


def _order(terms: int) -> NDArray[np.int64]:
    """Vertical and horizontal frequency of each term, even ones first; shape (2, terms)."""
    down, across = np.mgrid[:CELLS, :CELLS].reshape(2, -1)
    lowest = np.argsort(np.hypot(down, across), kind="stable")[1 : terms + 1]
    lowest = lowest[np.argsort(across[lowest] % 2, kind="stable")]
    return np.stack([down[lowest], across[lowest]])


@lru_cache(maxsize=2)
def _basis(terms: int) -> Matrix:
    """DCT-II of a CELLS × CELLS square, orthonormal, shape (CELLS², terms)."""
    frequency = np.arange(CELLS)[:, None]
    wave = np.cos(np.pi / CELLS * (np.arange(CELLS) + 0.5) * frequency) * np.sqrt(2 / CELLS)
    wave[0] /= np.sqrt(2)
    down, across = _order(terms)
    return np.asarray(
        (wave[down][:, :, None] * wave[across][:, None, :]).reshape(terms, -1).T, dtype=np.float32
    )
