"""The middles of many pictures in cells of those that look alike, so that a window meets few of them.

A middle goes into three cells and a window looks into three: two that are alike mostly meet. Some do not.
That is why each picture has 27 middles and some 300 windows, and is looked for in the other and the other in
it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.pictures.squares import ALL_TERMS, even_terms

IN_A_CELL = 128
"""Middles, upright and mirrored, to one cell."""
PROBES = 3
"""Cells that a middle goes into, and that a window looks into."""

_WHITEN_FROM = 5_000
_LEARN_FROM = 16
_ROUNDS = 4
_AT_ONCE = 1 << 14
_UNIT = 127
EVEN = even_terms(ALL_TERMS)

Matrix = NDArray[np.float32]
Small = NDArray[np.int8]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What is common to many pictures of a set (a head before a flag) counts for less than what is rare.

    Even and odd terms are never mixed, so that a mirror image still only changes the sign of the odd ones.
    """

    mean: Matrix  #: of the set's windows, shape (terms,).
    spread: Matrix  #: a matrix that halves, in logarithm, the differences in their spread.

    @classmethod
    def of(cls, sample: Matrix) -> Weights:
        """Weights from some of a set's windows; of few they are nearly none."""
        terms, count = sample.astype(np.float64), max(1, len(sample))
        mean, weights = np.zeros(ALL_TERMS), np.zeros((ALL_TERMS, ALL_TERMS))
        trust = len(terms) / (len(terms) + _WHITEN_FROM)
        mean[:EVEN] = terms[:, :EVEN].sum(axis=0) / count * trust
        for part in (slice(0, EVEN), slice(EVEN, ALL_TERMS)):
            spread = terms[:, part].T @ terms[:, part] / count - np.outer(mean[part], mean[part])
            values, vectors = np.linalg.eigh(trust * spread + (1 - trust) / ALL_TERMS * np.eye(len(spread)))
            weights[part, part] = (vectors * np.maximum(values, 1e-5) ** -0.25) @ vectors.T
        return cls(mean.astype(np.float32), weights.astype(np.float32))

    def weigh(self, looks: Matrix) -> Small:
        """Looks so weighed, each of length 127; 0 where the square is flat."""
        weighed = (looks - self.mean) @ self.spread
        length = np.maximum(np.sqrt(np.einsum("ij,ij->i", weighed, weighed)), 1e-6)
        weighed *= (looks.any(axis=1) * _UNIT / length)[:, None].astype(np.float32)
        return np.rint(weighed).astype(np.int8)


def mirrored(looks: Small) -> Small:
    """The same of the mirror image."""
    turned = looks.copy()
    turned[:, EVEN:] *= -1
    return turned


@dataclass(frozen=True, slots=True, eq=False)
class Centers:
    """Centers of cells, in groups: of the groups that are nearest, the nearest cell of each."""

    groups: Matrix  #: shape (n_groups, terms).
    cells: Matrix  #: shape (n_groups, cells of each, terms).

    @staticmethod
    def places(of: int, count: int, start: int = 0) -> Rows:
        """Which of so many looks are taken to learn `count` centers: even steps, from `start` on."""
        some = min(of, _LEARN_FROM * _side(count) ** 2)
        return np.asarray((np.arange(some) * of // max(1, some) + start) % of)

    @classmethod
    def of(cls, looks: Small, count: int) -> Centers:
        """Some `count` centers learned from looks, the same from the same."""
        side, some = _side(count), looks.astype(np.float32)
        groups = _means(some, side)
        nearest = (some @ groups.T).argmax(axis=1)
        own = [some[nearest == group] for group in range(side)]
        return cls(groups, np.stack([_means(part if len(part) >= side else some, side) for part in own]))

    @property
    def count(self) -> int:
        """Cells in all."""
        return len(self.groups) * len(self.cells[0])

    def nearest(self, looks: Small) -> NDArray[np.int32]:
        """The nearest cell of each of the nearest groups; shape (len(looks), PROBES or fewer)."""
        probes = min(PROBES, len(self.groups))
        cell = np.empty((len(looks), probes), dtype=np.int32)
        for at in range(0, len(looks), _AT_ONCE):
            some = looks[at : at + _AT_ONCE].astype(np.float32)
            near = some @ self.groups.T
            for probe in range(probes):
                group = near.argmax(axis=1)
                near[np.arange(len(some)), group] = -np.inf
                for one, rows in grouped(group, len(self.groups)):
                    found = (some[rows] @ self.cells[one].T).argmax(axis=1)
                    cell[at + rows, probe] = one * self.cells.shape[1] + found
        return cell


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Middles, upright and mirrored, in cells."""

    centers: Centers
    looks: Small  #: of the middles, upright, shape (n_middles, terms).
    rows: NDArray[np.int32]  #: middles cell by cell; beyond n_middles, those of mirror images.
    ends: Rows  #: where each cell begins in rows, and where the last ends.

    @classmethod
    def of(cls, centers: Centers, looks: Small) -> Cells:
        """The cells of these middles."""
        cell = np.concatenate([centers.nearest(looks), centers.nearest(mirrored(looks))])
        order = np.argsort(cell.ravel(), kind="stable")
        ends = np.searchsorted(cell.ravel()[order], np.arange(centers.count + 1))
        return cls(centers, looks, (order // cell.shape[1]).astype(np.int32), ends)

    def alike(self, windows: Small, least: float) -> Iterator[tuple[Rows, Rows, Matrix]]:
        """Windows and middles of one cell that are alike by `least` or more.

        Yields: rows of windows, rows of middles (beyond n_middles, of mirror images), and the cosines.
        """
        near, count = self.centers.nearest(windows), len(self.looks)
        for one, seen in grouped(near.ravel(), self.centers.count):
            held = self.rows[self.ends[one] : self.ends[one + 1]]
            if len(held):
                looks = self.looks[held % count].astype(np.float32)
                looks[held >= count, EVEN:] *= -1
                some = seen // near.shape[1]
                score = windows[some].astype(np.float32) @ looks.T
                found = np.flatnonzero(score >= least * _UNIT**2)
                here, there = np.divmod(found, len(held))
                yield some[here], held[there].astype(np.int64), score.ravel()[found] / _UNIT**2


def grouped(group: NDArray[np.integer], count: int) -> Iterator[tuple[int, Rows]]:
    """The rows of each group that has any."""
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(count + 1))
    for one in np.flatnonzero(np.diff(ends)).tolist():
        yield one, order[ends[one] : ends[one + 1]]


def _side(count: int) -> int:
    """Groups, and cells of each, for so many cells in all."""
    return max(1, round(float(np.sqrt(count))))


def _means(looks: Matrix, count: int) -> Matrix:
    """Some rounds of spherical k-means from an even start."""
    centers = np.zeros((count, looks.shape[1]), dtype=np.float32)
    begun = looks[np.arange(min(count, len(looks))) * len(looks) // min(count, max(1, len(looks)))]
    centers[: len(begun)] = begun / _UNIT
    for _ in range(_ROUNDS):
        nearest = (looks @ centers.T).argmax(axis=1)
        sums = np.zeros_like(centers)
        np.add.at(sums, nearest, looks)
        length = np.linalg.norm(sums, axis=1, keepdims=True)
        centers = np.where(length > 0, sums / np.maximum(length, 1e-9), centers)
    return centers
