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

from fairlineup.faces.pictures.cells import Cells, Centers, Matrix, Weights
from fairlineup.faces.pictures.fingerprint import Fingerprint
from fairlineup.faces.pictures.kept import kept, loaded, put
from fairlineup.faces.pictures.placement import (
    NEAR,
    ROUGH,
    SKETCH_PX,
    Placement,
    details,
    fits,
    sketches,
    square,
)
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

LIKENESS = 0.86
OUTLINE = 0.5
DETAIL = 0.6
_BLOCK = 4096
_LEAST_BLOCK = 512
_STACK = 32
_FITS = 256
_LEARNED = 1500

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
        search = _Search.at(folder)
        pairs = _agreeing(fingerprints, search.rough(search.likely(fingerprints, hosts)))
        return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)

    return kept(folder / f"candidates-{hosts.start}-{hosts.stop}.npy", searched)


_ARRAYS = ("mean", "spread", "even", "odd", "looks", "rows", "ends", "sizes", "sketches")


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """All photographs, made ready to be looked for in each other."""

    weights: Weights
    cells: Cells
    sizes: NDArray[np.uint8]  #: height and width of each grey picture.
    sketches: NDArray[np.int8]  #: their contours at half size.

    @classmethod
    def of(cls, fingerprints: Sequence[Fingerprint], start: int = 0) -> _Search:
        """Learned from photographs in an order of their own, whatever that in the set."""
        count = len(fingerprints)
        ordered = np.argsort([sha256(print_.grey.tobytes()).digest()[:16] for print_ in fingerprints])
        some = np.sort(np.roll(ordered, -start)[:: -(-count // _LEARNED)])
        sample = dict(_looked_at(fingerprints, some.tolist(), looks_of_middles))
        rank = [index for index in ordered.tolist() if index in sample]
        middles = np.stack([sample[index] for index in rank])
        weights = Weights.of(middles)
        centers = Centers.of(weights.weigh(middles.reshape(-1, ALL_TERMS)), count * MIDDLES)
        sizes, sketched = np.empty((count, 2), np.uint8), np.empty((count, SKETCH_PX, SKETCH_PX), np.int8)
        looks = np.empty((count, MIDDLES, weights.spread.shape[1]), dtype=np.int8)
        for same, greys in _stacks(fingerprints, range(count)):
            seen = looks_of_middles(greys)
            looks[same] = weights.weigh(seen.reshape(-1, ALL_TERMS)).reshape(len(same), MIDDLES, -1)
            sizes[same], sketched[same] = greys.shape[1:], sketches(greys)
        return cls(weights, Cells.of(centers, looks.reshape(count * MIDDLES, -1)), sizes, sketched)

    @classmethod
    def write(cls, fingerprints: Sequence[Fingerprint], folder: Path) -> None:
        """Put it where processes find it, if it is not there or cannot be read."""
        try:
            cls.at(folder)
        except (OSError, ValueError, EOFError):
            made = cls.of(fingerprints)
            weights, centers, cells = made.weights, made.cells.centers, made.cells
            arrays: list[NDArray[Any]] = [weights.mean, weights.spread, centers.even, centers.odd]
            arrays += [cells.looks, cells.rows, cells.ends, made.sizes, made.sketches]
            for name, array in zip(_ARRAYS, arrays, strict=True):
                put(folder / f"{name}.npy", array)

    @classmethod
    def at(cls, folder: Path) -> _Search:
        """What was put there. Raises: OSError, ValueError, EOFError: nothing, or something damaged."""
        return cls.read(folder, tuple((folder / f"{name}.npy").stat().st_mtime_ns for name in _ARRAYS))

    @staticmethod
    @lru_cache(maxsize=1)
    def read(folder: Path, made_ns: tuple[int, ...]) -> _Search:
        """What was put there then, shared with other processes; what was put there since is another."""
        mean, spread, even, odd, looks, rows, ends, sizes, sketched = (
            loaded(folder / f"{name}.npy", mapped=True) for name in _ARRAYS
        )
        cells = Cells(Centers(even, odd), looks, rows, ends)
        return _Search(Weights(mean, spread), cells, sizes, sketched)

    def likely(self, fingerprints: Sequence[Fingerprint], hosts: range) -> list[Placement]:
        """The best square of each host for each photograph whose middle one of its windows resembles."""
        each = [len(window_boxes(*self.sizes[host].tolist())) for host in hosts]
        starts, count = np.cumsum([0, *each]), len(self.cells.looks)
        windows = np.empty((starts[-1], self.cells.looks.shape[1]), dtype=np.int8)
        for host, look in _looked_at(fingerprints, hosts, looks_of_windows):
            begin = starts[host - hosts.start]
            windows[begin : begin + len(look)] = self.weights.weigh(look)
        none = np.empty(0, dtype=np.int64)
        found = list(self.cells.alike(windows, LIKENESS)) or [(none, none, np.empty(0, dtype=np.float32))]
        row, middle, score = (np.concatenate(column) for column in zip(*found, strict=True))
        at = np.searchsorted(starts, row, side="right") - 1
        other = hosts.start + at != middle % count // MIDDLES
        at, row, middle, score = at[other], row[other], middle[other], score[other]
        host, window = hosts.start + at, row - starts[at]
        places = []
        for one in _best_of_each(host, middle % count // MIDDLES, score, window * 2 * count + middle):
            query, turn = divmod(int(middle[one]) % count, MIDDLES)
            box = square(window_boxes(*self.sizes[host[one]].tolist())[window[one]])
            around = square(middle_boxes(*self.sizes[query].tolist())[turn])
            places.append(Placement(int(host[one]), query, box, around, mirrored=bool(middle[one] >= count)))
        return places

    def rough(self, likely: Sequence[Placement]) -> list[Placement]:
        """Those whose contours agree in the gross, which is quickly told."""
        left: list[Placement] = []
        for at in range(0, len(likely), _FITS):
            some = likely[at : at + _FITS]
            tried = fits(self.sizes, self.sketches, some, ROUGH)
            left += [place for fit, place in zip(tried, some, strict=True) if fit.likeness >= OUTLINE]
        return left


def _stacks(
    fingerprints: Sequence[Fingerprint], which: Sequence[int]
) -> Iterator[tuple[list[int], NDArray[np.uint8]]]:
    """Photographs, those of one size together, which is quicker."""
    for begin in range(0, len(which), _LEAST_BLOCK):
        shapes: dict[tuple[int, ...], list[int]] = {}
        greys = {index: fingerprints[index].grey for index in which[begin : begin + _LEAST_BLOCK]}
        for index, grey in greys.items():
            shapes.setdefault(grey.shape, []).append(index)
        for same in shapes.values():
            for at in range(0, len(same), _STACK):
                some = same[at : at + _STACK]
                yield some, np.stack([greys[index] for index in some])


def _looked_at(
    fingerprints: Sequence[Fingerprint],
    which: Sequence[int],
    look: Callable[[NDArray[np.uint8]], Matrix],
) -> Iterator[tuple[int, Matrix]]:
    """Each photograph and its looks."""
    for some, greys in _stacks(fingerprints, which):
        yield from zip(some, look(greys), strict=True)


def _agreeing(fingerprints: Sequence[Fingerprint], likely: Sequence[Placement]) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for at in range(0, len(likely), _FITS):
        some = likely[at : at + _FITS]
        which = {
            index: place for place, index in enumerate(sorted({i for p in some for i in (p.host, p.query)}))
        }
        prints = [fingerprints[index] for index in which]
        sizes = np.array([print_.grey.shape for print_ in prints])
        shapes = np.stack([details(print_) for print_ in prints])
        here = [place.moved(which[place.host], which[place.query]) for place in some]
        for fit, place, there in zip(fits(sizes, shapes, here, NEAR), here, some, strict=True):
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
