"""Pairs of photographs worth registering, out of all pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.pictures.cells import IN_A_CELL, Cells, Centers, Matrix, Weights, mirrored
from fairlineup.faces.pictures.fingerprint import Fingerprint
from fairlineup.faces.pictures.kept import kept, put
from fairlineup.faces.pictures.placement import NEAR, Placement, details, fits, square
from fairlineup.faces.pictures.registration import roughly_alike
from fairlineup.faces.pictures.squares import (
    ALL_TERMS,
    MIDDLES,
    looks_of_middles,
    looks_of_windows,
    middle_boxes,
    window_boxes,
)
from fairlineup.files import temporary_folder
from fairlineup.records import Progress, no_progress
from fairlineup.workers import WorkerPool, one_blas_thread

LIKENESS = 0.91
DETAIL = 0.6
_BLOCK = 4096
_LEAST_BLOCK = 512
_STACK = 32
_FITS = 256
_WEIGHED = 600

Rows = NDArray[np.int64]


def same_picture_candidates(
    fingerprints: Sequence[Fingerprint],
    *,
    pool: WorkerPool | None = None,
    progress: Progress = no_progress,
    folder: Path | None = None,
) -> list[tuple[int, int]]:
    """Pairs that may be one picture, cropped, scaled or mirrored; to be settled by `register`.

    The middle of each photograph is looked for among those windows of the others that look roughly alike.
    What is common to many photographs of the set (a head before a flag) counts for less than what is rare in
    it. The likely places are then tried with finer steps, and stay if what is fine in both agrees.

    Args:
        fingerprints: of all photographs.
        pool: where the work is done; None for this process. The answer does not depend on it.
        progress: told of photographs searched in.
        folder: where what is found is kept until all is: a search that was killed goes on from there. For
            these fingerprints alone. None for a temporary folder.

    Returns: pairs of indices, the lower first, sorted.
    """
    count = len(fingerprints)
    if count < 2:
        return []
    if folder is None:
        with temporary_folder() as own:
            return same_picture_candidates(fingerprints, pool=pool, progress=progress, folder=own)
    size = min(_BLOCK, max(_LEAST_BLOCK, -(-count // 4)))
    blocks = [range(at, min(at + size, count)) for at in range(0, count, size)]

    def report(blocks_done: int) -> None:
        progress("candidates", min(count, blocks_done * size), count)

    with one_blas_thread():
        _Search.write(fingerprints, folder)
        work = partial(_block, folder, fingerprints)
        found = (pool or WorkerPool(0)).each(work, blocks, report, step=1)
    return sorted({(a, b) for pairs in found for a, b in pairs.tolist()})


def _block(folder: Path, fingerprints: Sequence[Fingerprint], hosts: range) -> Rows:
    """Pairs found with any photograph inside one of these; shape (n, 2)."""

    def searched() -> Rows:
        pairs = _agreeing(fingerprints, _Search.at(folder).likely(fingerprints, hosts))
        return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)

    return kept(folder / f"candidates-{hosts.start}-{hosts.stop}.npy", searched)


_ARRAYS = ("mean", "spread", "groups", "cells", "looks", "rows", "ends")


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """All photographs, made ready to be looked for in each other."""

    weights: Weights
    cells: Cells

    @classmethod
    def of(cls, fingerprints: Sequence[Fingerprint], start: int = 0) -> _Search:
        """Learned from photographs in an order of their own, whatever that in the set."""
        ordered = np.argsort([sha256(print_.grey.tobytes()).digest()[:16] for print_ in fingerprints])
        some = np.sort(ordered[:: -(-len(ordered) // _WEIGHED)])
        sample = dict(_looked_at(fingerprints, some.tolist(), looks_of_windows))
        rank = [index for index in ordered.tolist() if index in sample]
        weights = Weights.of(np.concatenate([sample[index][::4] for index in rank]))
        looks = np.empty((len(fingerprints), MIDDLES, ALL_TERMS), dtype=np.int8)
        for at in range(0, len(fingerprints), _LEAST_BLOCK):
            part = range(at, min(at + _LEAST_BLOCK, len(fingerprints)))
            for index, look in _looked_at(fingerprints, part, looks_of_middles):
                looks[index] = weights.weigh(look)
        flat = looks.reshape(-1, ALL_TERMS)
        count = max(1, 2 * len(flat) // IN_A_CELL)
        learned = Centers.places(len(flat), count, start)
        taken = looks[ordered[learned // MIDDLES], learned % MIDDLES]
        taken[1::2] = mirrored(taken[1::2])
        return cls(weights, Cells.of(Centers.of(taken, count), flat))

    @classmethod
    def write(cls, fingerprints: Sequence[Fingerprint], folder: Path) -> None:
        """Put it where processes find it, if it is not there or cannot be read."""
        paths = [folder / f"{name}.npy" for name in _ARRAYS]
        try:
            cls.at(folder)
        except (OSError, ValueError, EOFError):
            made = cls.of(fingerprints)
            weights, centers, cells = made.weights, made.cells.centers, made.cells
            learned = (weights.mean, weights.spread, centers.groups, centers.cells)
            arrays: list[NDArray[Any]] = [*learned, cells.looks, cells.rows, cells.ends]
            for path, array in zip(paths, arrays, strict=True):
                put(path, array)

    @classmethod
    def at(cls, folder: Path) -> _Search:
        """What was put there. Raises: OSError, ValueError, EOFError: nothing, or something damaged."""
        return cls.read(folder, tuple((folder / f"{name}.npy").stat().st_mtime_ns for name in _ARRAYS))

    @staticmethod
    @lru_cache(maxsize=1)
    def read(folder: Path, made_ns: tuple[int, ...]) -> _Search:
        """What was put there then, shared with other processes; what was put there since is another."""
        mean, spread, groups, cells, looks, rows, ends = (
            np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _ARRAYS
        )
        return _Search(Weights(mean, spread), Cells(Centers(groups, cells), looks, rows, ends))

    def likely(self, fingerprints: Sequence[Fingerprint], hosts: range) -> list[Placement]:
        """The best square of each host for each photograph whose middle one of its windows resembles."""
        looks = {
            at: self.weights.weigh(look) for at, look in _looked_at(fingerprints, hosts, looks_of_windows)
        }
        windows = [looks.pop(host) for host in hosts]
        starts, count = np.cumsum([0, *map(len, windows)]), len(self.cells.looks)
        found = [np.empty((3, 0))]
        for rows, middles, score in self.cells.alike(np.concatenate(windows), LIKENESS):
            host = hosts.start + np.searchsorted(starts, rows, side="right") - 1
            other = host != middles % count // MIDDLES
            found.append(np.stack([rows, middles, score])[:, other])
        rows, middles, score = np.concatenate(found, axis=1)
        row, middle = rows.astype(np.int64), middles.astype(np.int64)
        host = np.searchsorted(starts, row, side="right") - 1
        shapes = {
            index: fingerprints[index].grey.shape
            for index in {*hosts, *np.unique(middle % count // MIDDLES).tolist()}
        }
        places = []
        for at in _best_of_each(host, middle % count // MIDDLES, score, row * 2 * count + middle):
            here, (query, turn) = int(host[at]), divmod(int(middle[at]) % count, MIDDLES)
            box = square(window_boxes(*shapes[hosts[here]])[row[at] - starts[here]])
            around = square(middle_boxes(*shapes[query])[turn])
            places.append(Placement(hosts[here], query, box, around, mirrored=bool(middle[at] >= count)))
        return places


def _looked_at(
    fingerprints: Sequence[Fingerprint],
    which: Sequence[int],
    look: Callable[[NDArray[np.uint8], int], Matrix],
) -> Iterator[tuple[int, Matrix]]:
    """Each photograph and its looks, those of one size together, which is quicker."""
    shapes: dict[tuple[int, ...], list[int]] = {}
    greys = {index: fingerprints[index].grey for index in which}
    for index, grey in greys.items():
        shapes.setdefault(grey.shape, []).append(index)
    for same in shapes.values():
        for at in range(0, len(same), _STACK):
            some = same[at : at + _STACK]
            yield from zip(some, look(np.stack([greys[index] for index in some]), ALL_TERMS), strict=True)


def _agreeing(fingerprints: Sequence[Fingerprint], likely: Sequence[Placement]) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for at in range(0, len(likely), _FITS):
        some = likely[at : at + _FITS]
        which = {
            index: place for place, index in enumerate(sorted({i for p in some for i in (p.host, p.query)}))
        }
        prints = [fingerprints[index] for index in which]
        shapes = np.stack([details(print_) for print_ in prints])
        here = [place.moved(which[place.host], which[place.query]) for place in some]
        for fit, place, there in zip(fits(prints, shapes, here, NEAR), here, some, strict=True):
            pair = min(there.host, there.query), max(there.host, there.query)
            if fit.likeness >= DETAIL and pair not in found and roughly_alike(prints, fit, place):
                found.add(pair)
    return found


def _best_of_each(host: Rows, query: Rows, score: NDArray[np.float64], place: Rows) -> list[int]:
    """The row with the highest score of each host and query; of equal ones that of the lowest place."""
    order = np.lexsort((place, -score, query, host))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(host[order]) != 0) | (np.diff(query[order]) != 0)
    return [int(row) for row in order[first]]
