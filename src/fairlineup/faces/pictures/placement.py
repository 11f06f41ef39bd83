"""Where one picture might lie in another, and a quick look at whether it does."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.pictures.fingerprint import SIDE_PX, Fingerprint, even_terms, window_boxes

_CELLS = 12
_FIRST = np.array(list(itertools.product((-0.06, 0.0, 0.06), (-0.06, 0.0, 0.06), (-0.05, 0.0, 0.05))))
_SECOND = np.array(list(itertools.product((-0.03, 0.0, 0.03), (-0.03, 0.0, 0.03), (-0.025, 0.0, 0.025))))


@dataclass(frozen=True, slots=True)
class Placement:
    """A guess that the middle of `query` lies in a square of `host`."""

    host: int  #: index of the picture that may contain the other's middle.
    query: int  #: index of the other.
    window: int  #: row of the host's windows.
    mirrored: bool  #: whether the query is a mirror image.


@dataclass(frozen=True, slots=True)
class Fit:
    """A placement tried to all sides: host = scale · point in query + (left, top), in grey pixels."""

    likeness: float  #: correlation of 12 × 12 samples at the best of the tries, contours rather than shades.
    scale: float  #: grey pixels of the host to one of the (mirrored) query.
    left: float  #: x of the query's origin in the host.
    top: float  #: y of it.


def blur(plane: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Gaussian blur; what would lie beyond the edge is left out of the mean."""
    height, width = plane.shape
    return np.asarray(_gaussian(height, sigma) @ plane @ _gaussian(width, sigma).T)


@lru_cache(maxsize=2048)
def _gaussian(pixels: int, sigma: float) -> NDArray[np.float32]:
    """As a matrix: for pictures this small one product is quicker than a filter."""
    apart = np.subtract.outer(np.arange(pixels), np.arange(pixels))
    weights = np.exp(-0.5 * (apart / sigma) ** 2)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


def contours(print_: Fingerprint) -> NDArray[np.float32]:
    """The grey picture without what is fine and what is broad, padded to SIDE_PX × SIDE_PX."""
    grey = print_.grey.astype(np.float32)
    padded = np.zeros((SIDE_PX, SIDE_PX), dtype=np.float32)
    padded[: grey.shape[0], : grey.shape[1]] = blur(grey, 1.5) - blur(grey, 9.0)
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
    """Try each placement at shifts and sizes around it, first widely, then finely about the best of these.

    Args:
        prints: the photographs.
        shapes: their contours, stacked.
        placements: what to try.

    Returns: the best of each placement's tries, in order.
    """
    hosts = np.array([placement.host for placement in placements])
    queries = np.array([placement.query for placement in placements])
    mirrored = np.array([placement.mirrored for placement in placements])
    boxes = np.array([_boxes(prints[p.host])[p.window] for p in placements])
    middles = np.array([_boxes(prints[p.query])[-1] for p in placements])
    wanted = _unit(_patches(prints, shapes, queries, middles[:, None, :]))[:, 0]
    wanted = np.where(mirrored[:, None, None], wanted[..., ::-1], wanted)
    likeness = np.zeros(len(placements))
    for tries in (_FIRST, _SECOND):
        tried = _around(boxes, tries)
        seen = _unit(_patches(prints, shapes, hosts, tried))
        scores = np.einsum("pkij,pij->pk", seen, wanted)
        chosen = scores.argmax(axis=1)
        boxes, likeness = tried[np.arange(len(chosen)), chosen], scores.max(axis=1)
    widths = np.array([prints[query].grey.shape[1] for query in queries])
    lefts = np.where(mirrored, widths - middles[:, 0] - middles[:, 2], middles[:, 0])
    scales = boxes[:, 2] / middles[:, 2]
    origins = boxes[:, :2] - scales[:, None] * np.stack([lefts, middles[:, 1]], axis=1)
    rows = zip(likeness.tolist(), scales.tolist(), origins.tolist(), strict=True)
    return [Fit(score, scale, left, top) for score, scale, (left, top) in rows]


def _around(boxes: NDArray[np.float64], tries: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squares moved and grown about their middles by shares of their side: (n, 3) -> (n, tries, 3)."""
    side = boxes[:, None, 2:]
    grown = side * (1 + tries[:, 2:])
    return np.concatenate([boxes[:, None, :2] + side * tries[:, :2] + (side - grown) / 2, grown], axis=2)


def _boxes(print_: Fingerprint) -> NDArray[np.float64]:
    height, width = print_.grey.shape
    return window_boxes(height, width)


def _patches(
    prints: Sequence[Fingerprint],
    shapes: NDArray[np.float32],
    which: NDArray[np.int64],
    boxes: NDArray[np.float64],
) -> NDArray[np.float32]:
    """Nearest samples of squares (left, top, side), shape (n, tries, 3) -> (n, tries, 12, 12)."""
    steps = (np.arange(_CELLS) + 0.5) / _CELLS
    limit = np.array([prints[index].grey.shape for index in which])[:, None, None, :] - 1
    x = np.clip(boxes[..., 0, None] + boxes[..., 2, None] * steps, 0, limit[..., 1]).astype(np.int64)
    y = np.clip(boxes[..., 1, None] + boxes[..., 2, None] * steps, 0, limit[..., 0]).astype(np.int64)
    start = which.astype(np.int64)[:, None, None, None] * (SIDE_PX * SIDE_PX)
    return np.asarray(shapes.reshape(-1)[start + y[..., :, None] * SIDE_PX + x[..., None, :]])


def _unit(patches: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = patches - patches.mean(axis=(-2, -1), keepdims=True)
    length = np.sqrt(np.einsum("...ij,...ij->...", centred, centred))
    return np.asarray(centred / np.maximum(length, 1.0)[..., None, None], dtype=np.float32)
