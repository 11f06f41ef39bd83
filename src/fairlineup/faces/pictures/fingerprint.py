"""A small record of a photograph by which copies of the same picture are found, cropped or scaled.

No recogniser is asked: whether two files show one picture must not be told by a system under test.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from fairlineup.faces.photos import DEFAULT_LIMITS, Limits, decode_small, open_container, upright_size

SIDE_PX = 96
"""Longer side of the grey picture a fingerprint keeps."""

CELLS = 8
TERMS = 30
_SCALES = tuple(0.9**step for step in range(7))
_QUERY = 0.9
_MIN_SIDE_PX = 16
_FLAT = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """What is kept of one photograph to find its copies; about 25 kB."""

    width_px: int  #: width of the upright photograph.
    height_px: int  #: its height.
    grey: NDArray[np.uint8]  #: the photograph in grey, uint8, longer side `SIDE_PX`.
    #: 30 low-frequency DCT terms of squares of many sizes and places, shape (n_windows + 1, 30), float16,
    #: each of length 1 (0 where a square is flat); the last is the square in the middle that is looked for in
    #: others. Terms even across the picture come first, so that a mirror image changes the sign of the rest.
    windows: NDArray[np.float16]


def fingerprint(content: bytes, *, limits: Limits = DEFAULT_LIMITS, name: str = "photograph") -> Fingerprint:
    """Fingerprint one photograph. Raises: as `decode`."""
    width, height = upright_size(open_container(content, limits, name))
    grey = decode_small(content, side_px=SIDE_PX, limits=limits, name=name)
    return Fingerprint(width, height, grey, _windows(grey))


@lru_cache(maxsize=4096)
def window_boxes(height: int, width: int) -> NDArray[np.float64]:
    """Left, top, side of each window of a grey picture, the query last; shape (n_windows + 1, 3)."""
    boxes = []
    for columns, rows in _grids(height, width):
        tops, lefts = np.mgrid[: rows - CELLS + 1, : columns - CELLS + 1].reshape(2, -1)
        sides = np.full(lefts.size, CELLS * width / columns)
        boxes.append(np.stack([lefts * width / columns, tops * height / rows, sides], axis=1))
    side = _QUERY * min(height, width)
    boxes.append(np.array([[(width - side) / 2, (height - side) / 2, side]]))
    return np.concatenate(boxes)


def even_terms() -> int:
    """How many of the terms are even across the picture."""
    return int(np.sum(_order()[1] % 2 == 0))


def _grids(height: int, width: int) -> list[tuple[int, int]]:
    """Columns and rows the picture is reduced to, for windows of CELLS × CELLS at each scale."""
    short = min(height, width)
    if short < _MIN_SIDE_PX:
        return []
    cells = [CELLS / (scale * short) for scale in _SCALES]
    return [(max(CELLS, round(width * cell)), max(CELLS, round(height * cell))) for cell in cells]


def _windows(grey: NDArray[np.uint8]) -> NDArray[np.float16]:
    height, width = grey.shape
    plane = grey.astype(np.float32)
    parts = []
    for columns, rows in _grids(height, width):
        reduced = _reduction(height, rows, 0, height) @ plane @ _reduction(width, columns, 0, width).T
        parts.append(sliding_window_view(reduced, (CELLS, CELLS)).reshape(-1, CELLS * CELLS) @ _basis())
    left, top, side = window_boxes(height, width)[-1]
    query = _reduction(height, CELLS, top, side) @ plane @ _reduction(width, CELLS, left, side).T
    parts.append(query.reshape(1, -1) @ _basis())
    terms = np.concatenate(parts)
    length = np.linalg.norm(terms, axis=1, keepdims=True)
    return np.where(length >= _FLAT, terms / np.maximum(length, _FLAT), 0.0).astype(np.float16)


@lru_cache(maxsize=8192)
def _reduction(pixels: int, cells: int, start: float, length: float) -> NDArray[np.float32]:
    """Weights of pixels in each cell of a stretch: triangles two cells wide, shape (cells, pixels)."""
    width = length / cells
    centres = start + width * (np.arange(cells) + 0.5)
    reach = max(width, 1.0)
    weights = np.maximum(0, 1 - np.abs(np.arange(pixels) + 0.5 - centres[:, None]) / reach)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


def _order() -> NDArray[np.int64]:
    """Vertical and horizontal frequency of each term, even ones first; shape (2, TERMS)."""
    down, across = np.mgrid[:CELLS, :CELLS].reshape(2, -1)
    lowest = np.argsort(np.hypot(down, across), kind="stable")[1 : TERMS + 1]
    lowest = lowest[np.argsort(across[lowest] % 2, kind="stable")]
    return np.stack([down[lowest], across[lowest]])


@lru_cache(maxsize=1)
def _basis() -> NDArray[np.float32]:
    """DCT-II of a CELLS × CELLS square, orthonormal, shape (CELLS², TERMS)."""
    frequency = np.arange(CELLS)[:, None]
    wave = np.cos(np.pi / CELLS * (np.arange(CELLS) + 0.5) * frequency) * np.sqrt(2 / CELLS)
    wave[0] /= np.sqrt(2)
    down, across = _order()
    return np.asarray(
        (wave[down][:, :, None] * wave[across][:, None, :]).reshape(TERMS, -1).T, dtype=np.float32
    )
