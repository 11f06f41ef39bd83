"""Rows of a table of scores that say one comparison over again: repeated, or listed from the other side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.tables.columns import Codes, Photos


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

    In a table that repeats rows no row is told from another, so there none has one.
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
    """How a table lists its comparisons of two people.

    Attributes:
        mirrored: rows also listed the other way round at the same distance, shape (n,).
        counted: rows to count, shape (n,): of two mirrored rows the first; both in a table that lists most
            pairs both ways and some with two distances, where each way is a comparison of its own.
        once: whether all of them are mirrored, so that neither side is the probe's.
    """

    mirrored: NDArray[np.bool_]
    counted: NDArray[np.bool_]
    once: bool

    @classmethod
    def of(
        cls, sides: tuple[Codes, Codes], distance: NDArray[np.float64], mated: NDArray[np.bool_]
    ) -> Listing:
        """The listing of rows, of which some are mated: those count as they stand."""
        mirror = mirror_of(*sides)
        both_ways = (mirror >= 0) & ~mated
        mirrored = both_ways & (distance[mirror] == distance)
        once = bool(mirrored[~mated].all())
        one_way = 2 * int(both_ways.sum()) < int((~mated).sum())
        again = mirrored & (mirror < np.arange(len(mirror)))
        return cls(mirrored, ~again if once or one_way else np.ones(len(mirror), np.bool_), once)


def _keys(left: Codes, right: Codes) -> Codes:
    several = 1 + max(int(left.max(initial=0)), int(right.max(initial=0)))
    keys: Codes = left * several + right
    return keys
