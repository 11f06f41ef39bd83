"""Where one picture might lie in another, and a quick look at whether it does."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.pictures.fingerprint import SIDE_PX, Fingerprint
from fairlineup.faces.pictures.squares import (
    FEW_TERMS,
    even_terms,
    look_of_middle,
    looks_of_windows,
    middle_box,
    reduction,
    window_boxes,
)

SKETCH_PX = 48
_NOISE = 2.0
_SKETCHED = 32


@dataclass(frozen=True, slots=True)
class Step:
    """How finely placements are tried."""

    cells: int  #: samples across a square.
    shift: float  #: how far it is moved to each side, as a share of its side.
    size: float  #: how much it grows and shrinks.


WIDE = (Step(12, 0.06, 0.05), Step(12, 0.03, 0.025))
ROUGH = (Step(16, 0.03, 0.025),)
NEAR = (Step(24, 0.03, 0.025), Step(24, 0.012, 0.01))


@dataclass(frozen=True, slots=True)
class Placement:
    """A guess that a square of `query` lies in one of `host`; each is left, top, side in grey pixels."""

    host: int  #: index of the picture that may contain the other's middle.
    query: int  #: index of the other.
    box: tuple[float, float, float]  #: the square of the host.
    middle: tuple[float, float, float]  #: the square of the query, in its middle or nearly so.
    mirrored: bool  #: whether the query is a mirror image.

    def moved(self, host: int, query: int) -> Placement:
        """The same of the same photographs, which stand at other places."""
        return replace(self, host=host, query=query)


@dataclass(frozen=True, slots=True)
class Fit:
    """A placement tried to all sides: host = scale · point in query + (left, top), in grey pixels."""

    likeness: float  #: correlation of samples at the best of the tries, contours rather than shades.
    scale: float  #: grey pixels of the host to one of the (mirrored) query.
    left: float  #: x of the query's origin in the host.
    top: float  #: y of it.


def blur(plane: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Gaussian blur; what would lie beyond the edge is left out of the mean."""
    height, width = plane.shape[-2:]
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
    return _padded(blur(grey, 1.5) - blur(grey, 9.0))


def details(print_: Fingerprint) -> NDArray[np.float32]:
    """Its fine contours, padded alike."""
    return _padded(evened(blur(print_.grey.astype(np.float32), 0.7)))


def evened(plane: NDArray[np.float32], scale: float = 1.0) -> NDArray[np.float32]:
    """Contours, the strong and the weak made alike: else a frame or a lapel would outweigh a face."""
    found = plane - blur(plane, 3.0 * scale)
    strength = np.sqrt(blur(found * found, 4.0 * scale))
    return np.asarray(found / (strength + _NOISE), dtype=np.float32)


def sketches(greys: NDArray[np.uint8]) -> NDArray[np.int8]:
    """The same at half size in a byte each, of pictures of one size; shape (n, SKETCH_PX, SKETCH_PX)."""
    height, width = greys.shape[1:]
    rows, columns = (max(1, round(pixels * SKETCH_PX / SIDE_PX)) for pixels in (height, width))
    reduced = (
        reduction(height, rows, 0, height) @ greys.astype(np.float32) @ reduction(width, columns, 0, width).T
    )
    found = np.zeros((len(greys), SKETCH_PX, SKETCH_PX), dtype=np.int8)
    found[:, :rows, :columns] = np.clip(np.rint(_SKETCHED * evened(reduced, 0.65)), -127, 127)
    return found


def _padded(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    padded = np.zeros((SIDE_PX, SIDE_PX), dtype=np.float32)
    padded[: plane.shape[0], : plane.shape[1]] = plane
    return padded


def guesses(prints: tuple[Fingerprint, Fingerprint], best: int = 2) -> list[Placement]:
    """The likeliest placements of each of two pictures in the other, upright and mirrored."""
    found = []
    even = even_terms(FEW_TERMS)
    for host, query in ((0, 1), (1, 0)):
        boxes = window_boxes(*prints[host].grey.shape)
        windows = looks_of_windows(prints[host].grey[None], FEW_TERMS)[0]
        middle = square(middle_box(*prints[query].grey.shape))
        looked_for = look_of_middle(prints[query].grey, FEW_TERMS)
        upright = windows[:, :even] @ looked_for[:even]
        odd = windows[:, even:] @ looked_for[even:]
        for mirrored, score in ((False, upright + odd), (True, upright - odd)):
            rows = np.argsort(-score, kind="stable")[:best].tolist()
            found += [Placement(host, query, square(boxes[row]), middle, mirrored) for row in rows]
    whole = (0.0, 0.0, float(SIDE_PX))
    return found or [Placement(0, 1, whole, whole, mirrored=False)]


def square(box: NDArray[np.float64]) -> tuple[float, float, float]:
    """Left, top and side of one box."""
    left, top, side = box.tolist()
    return left, top, side


def fits(
    sizes: NDArray[np.integer],
    shapes: NDArray[np.floating | np.integer],
    placements: Sequence[Placement],
    steps: Sequence[Step] = WIDE,
) -> list[Fit]:
    """Try each placement at shifts and sizes around it, first widely, then finely about the best of these.

    Args:
        sizes: height and width of each grey picture, shape (n, 2).
        shapes: their contours, details or sketches, stacked.
        placements: what to try.
        steps: how finely, one after the other.

    Returns: the best of each placement's tries, in order.
    """
    hosts = np.array([placement.host for placement in placements])
    queries = np.array([placement.query for placement in placements])
    mirrored = np.array([placement.mirrored for placement in placements])
    boxes = np.array([placement.box for placement in placements])
    middles = np.array([placement.middle for placement in placements])
    likeness = np.zeros(len(placements))
    for step in steps:
        wanted = _unit(_patches(shapes, sizes, queries, middles[:, None, :], step.cells))[:, 0]
        wanted = np.where(mirrored[:, None, None], wanted[..., ::-1], wanted)
        tried = _around(boxes, _tries(step))
        seen = _unit(_patches(shapes, sizes, hosts, tried, step.cells))
        scores = np.einsum("pkij,pij->pk", seen, wanted)
        chosen = scores.argmax(axis=1)
        boxes, likeness = tried[np.arange(len(chosen)), chosen], scores.max(axis=1)
    lefts = np.where(mirrored, sizes[queries, 1] - middles[:, 0] - middles[:, 2], middles[:, 0])
    scales = boxes[:, 2] / middles[:, 2]
    origins = boxes[:, :2] - scales[:, None] * np.stack([lefts, middles[:, 1]], axis=1)
    rows = zip(likeness.tolist(), scales.tolist(), origins.tolist(), strict=True)
    return [Fit(score, scale, left, top) for score, scale, (left, top) in rows]


@lru_cache(maxsize=8)
def _tries(step: Step) -> NDArray[np.float64]:
    """Every way to move and grow a square, none of it too; shape (27, 3)."""
    shift, size = (-step.shift, 0.0, step.shift), (-step.size, 0.0, step.size)
    return np.array(list(itertools.product(shift, shift, size)))


def _around(boxes: NDArray[np.float64], tries: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squares moved and grown about their middles by shares of their side: (n, 3) -> (n, tries, 3)."""
    side = boxes[:, None, 2:]
    grown = side * (1 + tries[:, 2:])
    return np.concatenate([boxes[:, None, :2] + side * tries[:, :2] + (side - grown) / 2, grown], axis=2)


def _patches(
    shapes: NDArray[np.floating | np.integer],
    sizes: NDArray[np.integer],
    which: NDArray[np.int64],
    boxes: NDArray[np.float64],
    cells: int,
) -> NDArray[np.float32]:
    """Nearest samples of squares (left, top, side), shape (n, tries, 3) -> (n, tries, cells, cells)."""
    side = shapes.shape[-1]
    boxes, steps = boxes * (side / SIDE_PX), (np.arange(cells) + 0.5) / cells
    limit = np.rint(sizes[which] * (side / SIDE_PX))[:, None, None, :] - 1
    x = np.clip(boxes[..., 0, None] + boxes[..., 2, None] * steps, 0, limit[..., 1]).astype(np.int64)
    y = np.clip(boxes[..., 1, None] + boxes[..., 2, None] * steps, 0, limit[..., 0]).astype(np.int64)
    start = which.astype(np.int64)[:, None, None, None] * side**2
    seen = shapes.reshape(-1)[start + y[..., :, None] * side + x[..., None, :]]
    return np.asarray(seen, dtype=np.float32)


def _unit(patches: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = patches - patches.mean(axis=(-2, -1), keepdims=True)
    length = np.sqrt(np.einsum("...ij,...ij->...", centred, centred))
    return np.asarray(centred / np.maximum(length, 1.0)[..., None, None], dtype=np.float32)
