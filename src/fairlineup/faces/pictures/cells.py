"""The middles of many pictures in cells of those that look alike, so that a window meets few of them.

A cell is two centers: the nearest to a look's even terms, and the nearest to its odd terms whatever their
sign, so that a picture and its mirror image share their cells. A middle goes into six cells and a window
looks into two: two that are alike mostly meet. Some do not. That is why each picture has 27 middles and some
300 windows, and is looked for in the other and the other in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.pictures.squares import ALL_TERMS, even_terms

IN_A_CELL = 128
"""Places of middles to one cell."""

_KEPT = 24
_COARSE = 12
_HELD = 6
_SEEN = 2
_POWER = -0.4
_WHITEN_FROM = 50
_ROUNDS = 4
_AT_ONCE = 1 << 13
_UNIT = 127
_EVEN = even_terms(ALL_TERMS)

Matrix = NDArray[np.float32]
Small = NDArray[np.int8]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What is common to many pictures of a set (a head before a flag) counts for less than what is rare.

    Even and odd terms are never mixed, so that a mirror image still only changes the sign of the odd ones.
    """

    mean: Matrix  #: of the set's middles, shape (terms,).
    spread: Matrix  #: what makes their differences nearly alike in all directions, most even terms first.

    @classmethod
    def of(cls, middles: Matrix) -> Weights:
        """Weights from the middles of some of a set's pictures; from few they are nearly none.

        Args:
            middles: shape (pictures, middles of each, terms).
        """
        terms, trust = (
            middles.reshape(-1, ALL_TERMS).astype(np.float64),
            len(middles) / (len(middles) + _WHITEN_FROM),
        )
        mean, weights = np.zeros(ALL_TERMS), np.zeros((ALL_TERMS, 2 * _KEPT))
        mean[:_EVEN] = terms[:, :_EVEN].mean(axis=0) * trust
        for part, to in ((slice(0, _EVEN), slice(0, _KEPT)), (slice(_EVEN, ALL_TERMS), slice(_KEPT, None))):
            spread = terms[:, part].T @ terms[:, part] / len(terms) - np.outer(mean[part], mean[part])
            values, vectors = np.linalg.eigh(trust * spread + (1 - trust) / ALL_TERMS * np.eye(len(spread)))
            weights[part, to] = (vectors * np.maximum(values, 1e-5) ** _POWER)[:, ::-1][:, :_KEPT]
        return cls(mean.astype(np.float32), weights.astype(np.float32))

    def weigh(self, looks: Matrix) -> Small:
        """Looks so weighed, each of length 127; 0 where the square is flat."""
        weighed = (looks - self.mean) @ self.spread
        length = np.maximum(np.sqrt(np.einsum("ij,ij->i", weighed, weighed)), 1e-6)
        weighed *= (looks.any(axis=1) * _UNIT / length)[:, None].astype(np.float32)
        return np.rint(weighed).astype(np.int8)


@dataclass(frozen=True, slots=True, eq=False)
class Centers:
    """Centers of the broadest of the even terms, and of the odd ones; each pair of them is a cell."""

    even: Matrix  #: shape (n_even, coarse terms).
    odd: Matrix  #: shape (n_odd, coarse terms); each stands for its opposite too.

    @classmethod
    def of(cls, looks: Small, middles: int) -> Centers:
        """Centers learned from some looks, for so many middles; the same from the same."""
        side = max(1, round(float(np.sqrt(middles * _HELD / IN_A_CELL / 2))))
        even, odd = _coarse(looks)
        return cls(_means(even, 2 * side, signed=True), _means(odd, side, signed=False))

    @property
    def count(self) -> int:
        """Cells in all."""
        return len(self.even) * len(self.odd)

    def held(self, middles: Small) -> NDArray[np.int32]:
        """The cells that each middle goes into."""
        return self._near(middles, 3, _HELD)

    def seen(self, windows: Small) -> NDArray[np.int32]:
        """The cells that each window looks into, of which a middle like it is in one or more."""
        return self._near(windows, 2, _SEEN)

    def _near(self, looks: Small, each: int, most: int) -> NDArray[np.int32]:
        """The nearest of the cells made of the `each` nearest centers of either kind; shape (n, most)."""
        parts = [
            np.empty((0, min(most, min(each, len(self.even)) * min(each, len(self.odd)))), dtype=np.int32)
        ]
        for at in range(0, len(looks), _AT_ONCE):
            some = _coarse(looks[at : at + _AT_ONCE])
            even, by_even = _nearest(some[0], self.even, each, signed=True)
            odd, by_odd = _nearest(some[1], self.odd, each, signed=False)
            cells = (even[:, :, None] * len(self.odd) + odd[:, None, :]).reshape(len(even), -1)
            score = (by_even[:, :, None] + by_odd[:, None, :]).reshape(len(even), -1)
            order = np.argsort(-score, axis=1, kind="stable")[:, :most]
            parts.append(np.take_along_axis(cells, order, axis=1).astype(np.int32))
        return np.concatenate(parts)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Middles in cells."""

    centers: Centers
    looks: Small  #: of the middles, shape (n_middles, terms).
    rows: NDArray[np.int32]  #: middles cell by cell.
    ends: Rows  #: where each cell begins in rows, and where the last ends.

    @classmethod
    def of(cls, centers: Centers, looks: Small) -> Cells:
        """The cells of these middles."""
        cell = centers.held(looks)
        order = np.argsort(cell.ravel(), kind="stable")
        ends = np.concatenate([[0], np.cumsum(np.bincount(cell.ravel(), minlength=centers.count))])
        return cls(centers, looks, (order // cell.shape[1]).astype(np.int32), ends)

    def alike(self, windows: Small, least: float) -> Iterator[tuple[Rows, Rows, Matrix]]:
        """Windows and middles of one cell that are alike by `least` or more, mirrored or not.

        Yields: rows of windows, rows of middles (of mirror images n_middles more), and the cosines.
        """
        near, count = self.centers.seen(windows), len(self.looks)
        order = np.argsort(near.ravel(), kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(near.ravel(), minlength=self.centers.count))])
        busy = np.flatnonzero((np.diff(starts) > 0) & (np.diff(self.ends) > 0))
        for one in busy.tolist():
            some = order[starts[one] : starts[one + 1]] // near.shape[1]
            held = self.rows[self.ends[one] : self.ends[one + 1]]
            seen, looks = windows[some].astype(np.float32), self.looks[held].astype(np.float32)
            odd = seen[:, _KEPT:] @ looks[:, _KEPT:].T
            score = np.abs(odd)
            score += seen[:, :_KEPT] @ looks[:, :_KEPT].T
            found = np.flatnonzero(score >= least * _UNIT**2)
            if len(found):
                here, there = np.divmod(found, len(held))
                turned = held[there] + count * (odd.ravel()[found] < 0)
                yield some[here], turned, score.ravel()[found] / _UNIT**2


def _coarse(looks: Small) -> tuple[Matrix, Matrix]:
    """The broadest of the even terms, and of the odd ones."""
    return (
        looks[:, :_COARSE].astype(np.float32),
        looks[:, _KEPT : _KEPT + _COARSE].astype(np.float32),
    )


def _nearest(terms: Matrix, centers: Matrix, most: int, *, signed: bool) -> tuple[Rows, Matrix]:
    """The nearest centers, at most so many, and a score that falls with the square of the distance."""
    score = terms @ centers.T
    if not signed:
        np.abs(score, out=score)
    score -= 0.5 * np.einsum("ij,ij->i", centers, centers)
    every, most = np.arange(len(terms)), min(most, len(centers))
    which, value = (
        np.empty((len(terms), most), dtype=np.int64),
        np.empty((len(terms), most), dtype=np.float32),
    )
    for place in range(most):
        which[:, place] = score.argmax(axis=1)
        value[:, place] = score[every, which[:, place]]
        score[every, which[:, place]] = -np.inf
    return which, value


def _means(terms: Matrix, count: int, *, signed: bool) -> Matrix:
    """Some rounds of k-means from an even start; unsigned, of lines rather than points."""
    centers = terms[np.arange(min(count, len(terms))) * len(terms) // max(1, min(count, len(terms)))]
    for _ in range(_ROUNDS):
        nearest = _nearest(terms, centers, 1, signed=signed)[0][:, 0]
        sign = 1 if signed else np.where(np.einsum("ij,ij->i", terms, centers[nearest]) < 0, -1, 1)[:, None]
        sums = np.zeros_like(centers)
        np.add.at(sums, nearest, terms * sign)
        number = np.bincount(nearest, minlength=len(centers))[:, None]
        centers = np.where(number > 0, sums / np.maximum(number, 1), centers).astype(np.float32)
    return centers
