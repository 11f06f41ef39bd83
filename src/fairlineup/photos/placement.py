"""Where one picture might lie in another, and a quick look at whether it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from fairlineup.photos.fingerprint import SIDE_PX, Fingerprint, even_terms, window_boxes

_CELLS = 12
_SHIFTS = np.linspace(-0.0625, 0.0625, 5)
_STRETCHES = (0.95, 1.0, 1.05)
_ZOOMS = [(shift_x, shift_y, zoom) for zoom in _STRETCHES for shift_y in _SHIFTS for shift_x in _SHIFTS]
_TRIES = np.array(_ZOOMS, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Placement:
    """A guess that the middle of `query` lies in a square of `host`.

    Attributes:
        host: index of the picture that may contain the other's middle.
        query: index of the other.
        window: row of the host's windows.
        mirrored: whether the query is a mirror image.
    """

    host: int
    query: int
    window: int
    mirrored: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """A placement tried a little to all sides: point in host = scale · point in query + (left, top), in grey pixels.

    Attributes:
        likeness: correlation of 12 × 12 samples at the best of the tries, contours rather than shades.
        scale: grey pixels of the host to one of the (mirrored) query.
        left: x of the query's origin in the host.
        top: y of it.
    """

    likeness: float
    scale: float
    left: float
    top: float


def contours(print_: Fingerprint) -> NDArray[np.float32]:
    """The grey picture without what is fine and what is broad, padded to SIDE_PX × SIDE_PX."""
    grey = print_.grey.astype(np.float32)
    padded = np.zeros((SIDE_PX, SIDE_PX), dtype=np.float32)
    padded[: grey.shape[0], : grey.shape[1]] = gaussian_filter(grey, 1.5) - gaussian_filter(grey, 9.0)
    return padded


def guesses(prints: tuple[Fingerprint, Fingerprint], best: int = 2) -> list[Placement]:
    """The likeliest placements of each of two pictures in the other, upright and mirrored."""
    found = []
    even = even_terms()
    for host, query in ((0, 1), (1, 0)):
        windows = prints[host].windows.astype(np.float32)
        looked_for = prints[query].windows[-1].astype(np.float32)
        upright = windows[:, :even] @ looked_for[:even]
        odd = windows[:, even:] @ looked_for[even:]
        for mirrored, score in ((False, upright + odd), (True, upright - odd)):
            rows = np.argsort(-score, kind="stable")[:best]
            found += [Placement(host, query, int(row), mirrored) for row in rows]
    return found


def fits(
    prints: Sequence[Fingerprint], shapes: NDArray[np.float32], placements: Sequence[Placement]
) -> list[Fit]:
    """Try each placement at 25 shifts and 3 sizes. `shapes` are the contours of `prints`, stacked."""
    hosts = np.array([placement.host for placement in placements])
    queries = np.array([placement.query for placement in placements])
    mirrored = np.array([placement.mirrored for placement in placements])
    inside = np.array([_boxes(prints[p.host])[p.window] for p in placements], dtype=np.float32)
    middle = np.array([_boxes(prints[p.query])[-1] for p in placements], dtype=np.float32)
    tried = inside[:, None, :] * np.ones((1, len(_TRIES), 1), dtype=np.float32)
    side = inside[:, None, 2]
    tried[..., 2] = side * _TRIES[:, 2]
    tried[..., :2] += side[..., None] * _TRIES[:, :2] + (side - tried[..., 2])[..., None] / 2
    wanted = _patches(prints, shapes, queries, middle[:, None, :])
    wanted = np.where(mirrored[:, None, None, None], wanted[..., ::-1], wanted)
    seen = _patches(prints, shapes, hosts, tried)
    likeness = np.einsum("pkij,pij->pk", _unit(seen), _unit(wanted)[:, 0])
    chosen = likeness.argmax(axis=1)
    found = []
    for row, (pick, placement) in enumerate(zip(chosen, placements, strict=True)):
        left, top, width = (float(value) for value in tried[row, pick])
        scale = width / float(middle[row, 2])
        query_left = float(middle[row, 0])
        query_top = float(middle[row, 1])
        if placement.mirrored:
            query_left = prints[placement.query].grey.shape[1] - query_left - float(middle[row, 2])
        found.append(
            Fit(float(likeness[row, pick]), scale, left - scale * query_left, top - scale * query_top)
        )
    return found


def _boxes(print_: Fingerprint) -> NDArray[np.float64]:
    height, width = print_.grey.shape
    return window_boxes(height, width)


def _patches(
    prints: Sequence[Fingerprint],
    shapes: NDArray[np.float32],
    which: NDArray[np.int64],
    boxes: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Nearest samples of squares (left, top, side), shape (n, tries, 3) -> (n, tries, 12, 12)."""
    steps = (np.arange(_CELLS, dtype=np.float32) + 0.5) / _CELLS
    limit = np.array([prints[index].grey.shape for index in which], dtype=np.float32)[:, None, None, :] - 1
    x = np.clip(boxes[..., 0, None] + boxes[..., 2, None] * steps, 0, limit[..., 1]).astype(np.int64)
    y = np.clip(boxes[..., 1, None] + boxes[..., 2, None] * steps, 0, limit[..., 0]).astype(np.int64)
    start = which.astype(np.int64)[:, None, None, None] * (SIDE_PX * SIDE_PX)
    return shapes.reshape(-1)[start + y[..., :, None] * SIDE_PX + x[..., None, :]]


def _unit(patches: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = patches - patches.mean(axis=(-2, -1), keepdims=True)
    length = np.sqrt(np.einsum("...ij,...ij->...", centred, centred))
    return np.asarray(centred / np.maximum(length, 1.0)[..., None, None], dtype=np.float32)
