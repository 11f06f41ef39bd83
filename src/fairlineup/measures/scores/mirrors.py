"""Rows of a table of scores that list one comparison again: repeated, or from the other side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.scores.columns import Codes, Photos

SAME_SCORE = 1e-6  # share of the range of scores by which the two sides of one comparison may differ
BOTH_WAYS = 0.5  # share of pairs on both sides that are listed both ways where the sides are two roles
BOTH_WAYS_REPEATED = 0.75  # where rows repeat: by chance alone up to three in eight are


def sides_of(probe: Codes, gallery: Codes, photos: Photos | None) -> tuple[Codes, Codes]:
    """What is compared with what, in codes common to both sides: photographs, or people without any."""
    if photos is None:
        return probe, gallery
    several = 1 + max((int(side.max(initial=0)) for side in photos), default=0)
    both = np.concatenate((probe * several + photos[0], gallery * several + photos[1]))
    codes = np.unique(both, return_inverse=True)[1].astype(np.int64)
    return codes[: len(probe)], codes[len(probe) :]


def first_repeat(left: Codes, right: Codes) -> tuple[int, int] | None:
    """The first row that compares the same two things the same way round as one before it, with that one."""
    keys, at = np.unique(_keys(left, right), return_inverse=True)
    if len(keys) == len(left):
        return None
    order = np.argsort(at, kind="stable")
    again = np.flatnonzero(at[order][1:] == at[order][:-1])
    found = again[np.argmin(order[again + 1])]
    return int(order[found]), int(order[found + 1])


def mirror_of(left: Codes, right: Codes) -> Codes:
    """The row that compares the same two things the other way round, -1 for none, shape (n,).

    In a table that repeats rows they cannot be told apart, so all are -1.
    """
    none = np.full(len(left), -1, np.int64)
    if first_repeat(left, right) is not None or not len(left):
        return none
    keys, wanted = _keys(left, right), _keys(right, left)
    order = np.argsort(keys)
    at = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)]
    return np.where((keys[at] == wanted) & (left != right), at, none)


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """How a table lists its comparisons of two people."""

    mirrored: NDArray[np.bool_]  #: Rows also listed the other way round at the same distance, shape (n,).
    #: Rows to count, shape (n,): in one set the first of two mirrored rows; elsewhere both, where each way is
    #: a comparison of its own.
    counted: NDArray[np.bool_]
    #: Whether both sides are one set of which each pair is compared once, so that neither side is the
    #: probe's: every row is mirrored, or the pairs of those on both sides are listed one way only.
    once: bool

    @classmethod
    def of(
        cls, sides: tuple[Codes, Codes], distance: NDArray[np.float64], mated: NDArray[np.bool_]
    ) -> Listing:
        """The listing of rows, of which some are mated: those count as they stand."""
        left, right = sides
        if _is_symmetric(left[~mated], right[~mated], distance[~mated]):
            return cls(~mated, mated | (left < right), once=True)
        mirror = mirror_of(left, right)
        both_ways = (mirror >= 0) & ~mated
        mirrored = both_ways & _same(distance[mirror], distance)
        once = is_one_set(left[~mated], right[~mated])
        again = mirrored & (mirror < np.arange(len(mirror)))
        return cls(mirrored, ~again if once else np.ones(len(mirror), np.bool_), once)


def is_one_set(left: Codes, right: Codes) -> bool:
    """Whether both sides are one set whose pairs are listed once, so that which stands first says nothing.

    It is one where things stand on both sides, and of their pairs fewer are listed both ways than one way.
    Probes compared with a gallery list every such pair both ways: here is the probe of one, there of the
    other. Where none of their pairs is listed, it is one unless every probe is compared with all the gallery.
    """
    both = np.intersect1d(left, right)
    if not len(both):
        return False
    low, high = np.minimum(left, right), np.maximum(left, right)
    pairs, first, at = np.unique(_keys(low, high), return_index=True, return_inverse=True)
    forth = np.bincount(at, left < right, len(pairs))
    back = np.bincount(at, left > right, len(pairs))
    inside = np.isin(low[first], both) & np.isin(high[first], both)
    if not inside.any():
        things, sides = len(np.union1d(left, right)), (len(np.unique(left)), len(np.unique(right)))
        rectangle = sides[0] * sides[1] - len(both)
        return len(pairs) == things * (things - 1) // 2 or len(pairs) < rectangle
    repeated = max(forth.max(), back.max()) > 1
    enough = BOTH_WAYS_REPEATED if repeated else BOTH_WAYS
    return bool(np.mean((forth == back)[inside]) < enough)


def _is_symmetric(left: Codes, right: Codes, distance: NDArray[np.float64]) -> bool:
    """Whether each row has its own mirror image at the same distance, repeated rows too."""
    if not len(left):
        return False
    forth, back = _keys(left, right), _keys(right, left)
    one, other = np.lexsort((distance, forth)), np.lexsort((distance, back))
    same_pairs = np.array_equal(forth[one], back[other])
    return same_pairs and bool(_same(distance[one], distance[other]).all())


def _same(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether two distances are one score, which may differ in the last digits by the order of the sides."""
    known = one[np.isfinite(one)]
    reach = SAME_SCORE * float(np.ptp(known)) if len(known) else 0.0
    with np.errstate(invalid="ignore"):  # inf less inf
        same: NDArray[np.bool_] = (one == other) | (np.abs(one - other) <= reach)
    return same


def _keys(left: Codes, right: Codes) -> Codes:
    several = 1 + max(int(left.max(initial=0)), int(right.max(initial=0)))
    keys: Codes = left * several + right
    return keys
