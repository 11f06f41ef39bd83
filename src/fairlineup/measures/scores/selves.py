"""Rows that compare a photograph with itself: by their names, or as a table without names shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.scores.columns import Codes

NEAR = 1e-6  # share of the usual non-mated distance that a perfect score may be off by
NEAR_IN_ONE_SET = 1e-3  # the same where both sides are one set: a distance from a product of floats
PERFECT = (0.0, 1.0, 100.0)  # similarities that scales end at: a distance's negative, cosine, percent
MANY = 10  # people whose every pattern agrees, where not every pair of them is listed
STRAY = 0.02  # of them, other people's rows at a perfect score (one picture under two people)
NEAREST = 0.98  # share of rows with one name on both sides to which nothing is nearer


def named_selves(
    sides: tuple[Codes, Codes], distance: NDArray[np.float64], *, once: bool
) -> NDArray[np.bool_]:
    """Which rows compare a photograph with itself, shape (n,).

    In one set (`once`) a name is one photograph's on both sides. Elsewhere nothing is nearer to a photograph
    than itself: where others are, one name on both sides is that of two photographs, as of files in two
    folders, and no row is taken for such.
    """
    left, right = sides
    same: NDArray[np.bool_] = left == right
    known = same & np.isfinite(distance)
    if once or not known.any():
        return same
    nearest = np.full(int(max(left.max(), right.max())) + 1, np.inf)
    for side in sides:
        np.minimum.at(nearest, side, distance)
    alone = np.mean(distance[known] <= nearest[left[known]])
    return same if alone >= NEAREST else np.zeros_like(same)


@dataclass(frozen=True, slots=True, eq=False)
class Unnamed:
    """A table that tells people apart but not their photographs."""

    probe: Codes  #: Person of each row, shape (n,).
    gallery: Codes  #: Person on the other side, in the same codes, shape (n,).
    distance: NDArray[np.float64]  #: Lower is more alike, shape (n,).
    similar: bool  #: Whether distances are negated similarities, whose perfect score is not known.
    once: bool  #: Whether both sides are one set.

    def selves(self) -> int:
        """How many rows compare a photograph with itself, as it seems; 0 for a sound table.

        A set compared with itself lists k x k rows of a person with k photographs, or k (k + 1) / 2, of which
        k are at the perfect score, which no two photographs of different people reach. If both sides are one
        set and a person has several photographs, the numbers of rows alone say so.
        """
        return self._at_the_perfect_score() or self._by_numbers()

    def _at_the_perfect_score(self) -> int:
        own = (self.probe == self.gallery) & np.isfinite(self.distance)
        others = self.distance[(self.probe != self.gallery) & np.isfinite(self.distance)]
        if not own.any() or not len(others):
            return 0
        perfect = min(0.0, float(self.distance[own].min()))
        if self.similar:
            perfect = float(self.distance[own].min())
        near = max(NEAR_IN_ONE_SET if self.once else NEAR, 4 * float(np.finfo(self.distance.dtype).eps))
        reach = near * (float(np.median(others)) - perfect)
        found = self.distance[own] <= perfect + reach
        if np.count_nonzero(others <= perfect + reach) > max(2, STRAY * np.count_nonzero(found)):
            return 0
        rows = np.bincount(self.probe[own])
        perfects = np.bincount(self.probe[own], found).astype(np.int64)[rows > 0]
        rows = rows[rows > 0]
        if perfects.min() < 1 or not self._is_evidence(len(rows), perfect, reach):
            return 0
        full = (rows % np.maximum(perfects, 1) == 0) & (rows >= perfects**2)
        half = rows == perfects * (perfects + 1) // 2
        return int(perfects.sum()) if bool((full | half).all()) else 0

    def _is_evidence(self, people: int, perfect: float, reach: float) -> bool:
        """Whether enough people share one best score to take it for the score of a photograph with itself."""
        if not self.similar or any(abs(-perfect - best) <= reach for best in PERFECT):
            return people >= MANY or self._is_complete(people)
        return people >= MANY and self.once

    def _is_complete(self, with_own: int) -> bool:
        """Whether everybody is compared with themselves and with everybody else."""
        low, high = np.minimum(self.probe, self.gallery), np.maximum(self.probe, self.gallery)
        people = int(high.max()) + 1
        pairs = len(np.unique(low * people + high))
        return with_own == people > 1 and pairs == people * (people + 1) // 2

    def _by_numbers(self) -> int:
        own = self.probe == self.gallery
        rows = np.bincount(self.probe[own], minlength=int(max(self.probe.max(), self.gallery.max())) + 1)
        if not self.once or rows.min() < 1 or rows.max() < 2:
            return 0
        low, high = np.minimum(self.probe, self.gallery)[~own], np.maximum(self.probe, self.gallery)[~own]
        pairs, times = np.unique(low * len(rows) + high, return_counts=True)
        one, other = pairs // len(rows), pairs % len(rows)
        for photos, each in (
            (np.rint(np.sqrt(rows)).astype(np.int64), 2),
            (np.rint((np.sqrt(1 + 8 * rows) - 1) / 2).astype(np.int64), 1),
        ):
            own_rows = photos**2 if each == 2 else photos * (photos + 1) // 2
            if np.array_equal(own_rows, rows) and np.array_equal(times, each * photos[one] * photos[other]):
                return int(photos.sum())
        return 0
