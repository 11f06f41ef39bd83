"""Comparisons in the order of who was compared with whom: what the tallies of all thresholds share.

Sorting a million comparisons takes longer than counting them, and how many were made does not hang on the
threshold. So both are done once, and each threshold takes what lies within it, in order.

A cell is a probe group against a gallery group, numbered in the order of a table's rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.verification.comparisons import ComparedBlock, Comparisons
from fairlineup.measures.verification.resampling import Grouping

Column = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Near:
    """Who matched whom at one threshold, each direction of a pair once, in order of the two people."""

    layout: Layout  #: What it was taken from.
    probe: Codes  #: Person on the probe side, shape (rows,).
    gallery: Codes  #: Person on the gallery side, shape (rows,).
    matched: Column  #: Comparisons of the two that matched, shape (rows,).

    @cached_property
    def pair(self) -> Codes:
        """Which pair of people each is, from 0, whichever is the probe, shape (rows,)."""
        low, high = self.low, self.high
        other = np.ones(len(low), np.int64)
        other[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
        found: Codes = np.cumsum(other) - 1
        return found

    @property
    def low(self) -> Codes:
        """The person with the lower code, shape (rows,)."""
        return np.minimum(self.probe, self.gallery)

    @property
    def high(self) -> Codes:
        """The person with the higher code, shape (rows,)."""
        return np.maximum(self.probe, self.gallery)

    @cached_property
    def both_ways(self) -> bool:
        """Whether any of these pairs was compared in both directions."""
        return bool(self.times_back.any())

    @property
    def once(self) -> bool:
        """Whether no pair matched in both directions."""
        return not len(self.pair) or int(self.pair[-1]) + 1 == len(self.pair)

    @cached_property
    def times(self) -> Column:
        """How often these probe people were compared with these gallery people, shape (rows,)."""
        return self.layout.times(self.probe, self.gallery)

    @property
    def times_back(self) -> Column:
        """How often these gallery people, as probes, were compared with these probe people, shape (rows,)."""
        return self.layout.times(self.gallery, self.probe)


@dataclass(frozen=True, eq=False)
class Layout:
    """Comparisons by who was compared with whom."""

    people: int  #: How many person codes there are.
    blocks: tuple[ComparedBlock, ...]  #: Full rectangles of comparisons made.
    counted: tuple[Codes, Codes, Column]  #: Further ones: probe, gallery and how many, each pair once.
    distance: Column  #: Of each comparison listed, shape (n_listed,).
    place: NDArray[np.int32]  #: Row of `probe` that each is of, ascending, shape (n_listed,).
    probe: NDArray[np.int32]  #: Different (probe, gallery) by the two people, then the probe, shape (rows,).
    gallery: NDArray[np.int32]  #: The other side, shape (rows,).
    #: What lies within the last threshold asked for.
    kept: dict[float, Near] = field(default_factory=dict, repr=False)
    frames: WeakKeyDictionary[Grouping, Frame] = field(default_factory=WeakKeyDictionary, repr=False)

    @classmethod
    def of(cls, comparisons: Comparisons) -> Layout:
        """Comparisons laid out; pairs compared once stand in both directions."""
        both = comparisons.both_ways()
        people, probe, gallery = both.people, both.probe, both.gallery
        key = np.minimum(probe, gallery) * people + np.maximum(probe, gallery)
        key = 2 * key + (probe > gallery)
        order = np.argsort(key)
        key = key[order]
        first = np.ones(len(key), np.bool_)
        first[1:] = key[1:] != key[:-1]
        some = order[first]
        return cls(
            people,
            both.blocks,
            _merged(both),
            both.distance[order],
            np.cumsum(first, dtype=np.int32) - np.int32(1),
            probe[some].astype(np.int32),
            gallery[some].astype(np.int32),
        )

    def within(self, distance: float) -> Near:
        """Who matched whom at or below a distance."""
        if distance not in self.kept:
            place = self.place[self.distance <= distance]
            first = np.flatnonzero(np.diff(place, prepend=-1))
            rows = place[first]
            matched = np.diff(first, append=len(place)).astype(np.float64)
            probe, gallery = (side[rows].astype(np.int64) for side in (self.probe, self.gallery))
            self.kept.clear()
            self.kept[distance] = Near(self, probe, gallery, matched)
        return self.kept[distance]

    @cached_property
    def everyone(self) -> Grouping:
        """One group on either side."""
        return Grouping.everyone(self.people)

    def frame(self, grouping: Grouping | None) -> Frame:
        """What was compared in each cell of a grouping, or of everyone together; kept as long as it is."""
        grouping = grouping or self.everyone
        if grouping not in self.frames:
            self.frames[grouping] = Frame(self, grouping)
        return self.frames[grouping]

    def times(self, i: Codes, j: Codes) -> Column:
        """How often probe persons i were compared with gallery persons j."""
        return self.in_blocks(i, j) + self.counted_one_by_one(i, j)

    def in_blocks(self, i: Codes, j: Codes) -> Column:
        """How often they were in full rectangles."""
        times = np.zeros(len(i))
        for block in self.blocks:
            times += block.probe_photos[i] * block.gallery_photos[j]
        return times

    def counted_one_by_one(self, i: Codes, j: Codes) -> Column:
        """How often they were in pairs counted one by one."""
        probe, gallery, times = self.counted
        if not len(times):
            return np.zeros(len(i))
        keys, wanted = probe * self.people + gallery, i * self.people + j
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[at] == wanted, times[at], 0.0)


class Frame:
    """Sums over all comparisons by cell, person and pair; pairs compared once stand in both directions."""

    def __init__(self, layout: Layout, grouping: Grouping) -> None:
        self.probe, self.gallery = grouping.probe, grouping.gallery
        self.shape = grouping.probe_groups, grouping.gallery_groups
        self.cells = self.shape[0] * self.shape[1]
        self._row = np.where(self.probe >= 0, self.probe * self.shape[1], -self.cells)
        self._column = np.where(self.gallery >= 0, self.gallery, -self.cells)
        self.by_probe, self.by_gallery = (
            self._compared(layout, probe=True),
            self._compared(layout, probe=False),
        )
        self.taken = self.by_probe + self.by_gallery
        self.trials: Column = self.by_probe.sum(axis=0)  #: Comparisons, shape (cells,).
        self.squares = self._squares(layout)
        #: Comparisons of two cells, each with each, that have no person in common, shape (cells, cells).
        self.apart: Column = np.outer(self.trials, self.trials) - self.taken.T @ self.taken + self.squares

    def cell(self, probe: Codes, gallery: Codes) -> Codes:
        """Cell of a probe person against a gallery person; -1 if either has no group."""
        found: Codes = np.maximum(self._row[probe] + self._column[gallery], -1)
        return found

    @cached_property
    def people(self) -> tuple[Codes, Codes]:
        """People who are compared in any cell of a row, and of a column: probe groups, gallery groups."""
        shape = -1, *self.shape
        rows = self.by_probe.reshape(shape).sum(axis=2) > 0
        columns = self.by_gallery.reshape(shape).sum(axis=1) > 0
        return rows.sum(axis=0, dtype=np.int64), columns.sum(axis=0, dtype=np.int64)

    @cached_property
    def disjoint(self) -> Codes:
        """Least number of pairs with nobody in two of them, in each cell, shape (cells,)."""
        probes, gallery = self.by_probe > 0, self.by_gallery > 0
        lesser = np.minimum(probes.sum(axis=0), gallery.sum(axis=0))
        both = (probes & gallery).any(axis=0)
        half = (probes | gallery).sum(axis=0) // 2
        found: Codes = np.where(both, np.minimum(lesser, half), lesser)
        return found

    def _compared(self, layout: Layout, *, probe: bool) -> Column:
        """Comparisons of each person on one side, by cell, shape (people, cells)."""
        people, (probes, galleries) = layout.people, self.shape
        total = np.zeros((people, probes, galleries))
        g, h = np.flatnonzero(self.probe >= 0), np.flatnonzero(self.gallery >= 0)
        for block in layout.blocks:
            m, n = block.probe_photos, block.gallery_photos
            if probe:
                others = _sums(self.gallery, n, galleries)
                total[g, self.probe[g], :] += m[g, None] * others
            else:
                others = _sums(self.probe, m, probes)
                total[h, :, self.gallery[h]] += n[h, None] * others
            own = np.flatnonzero((m > 0) & (n > 0) & (self.probe >= 0) & (self.gallery >= 0))
            total[own, self.probe[own], self.gallery[own]] -= (m * n)[own]
        i, j, times = layout.counted
        cell = self.cell(i, j)
        inside = cell >= 0
        made: Column = total.reshape(people, self.cells)
        np.add.at(made, ((i if probe else j)[inside], cell[inside]), times[inside])
        return made

    def _squares(self, layout: Layout) -> Column:
        """Sum over pairs of people of comparisons in one cell times those in another, (cells, cells)."""
        g, h = self.shape
        total, straight = np.zeros((g, h, g, h)), np.zeros((g, h))
        kind = self.cell(np.arange(layout.people), np.arange(layout.people))
        for one in layout.blocks:
            for other in layout.blocks:
                m, n = one.probe_photos * other.probe_photos, one.gallery_photos * other.gallery_photos
                own = _sums(kind, m * n, self.cells).reshape(g, h)
                straight += np.outer(_sums(self.probe, m, g), _sums(self.gallery, n, h)) - own
                there = _sums(kind, one.probe_photos * other.gallery_photos, self.cells).reshape(g, h)
                back = _sums(kind, one.gallery_photos * other.probe_photos, self.cells).reshape(g, h)
                total += np.einsum("ad,cb->abcd", there, back)
                np.einsum("abab->ab", total)[...] -= own
        squares = total.reshape(self.cells, self.cells)
        squares[np.diag_indices(self.cells)] += straight.ravel()
        self._count_squares(layout, squares)
        return squares

    def _count_squares(self, layout: Layout, squares: Column) -> None:
        """Add what pairs counted one by one have to it."""
        i, j, times = layout.counted
        cell, back = self.cell(i, j), self.cell(j, i)
        inside, two = cell >= 0, (cell >= 0) & (back >= 0)
        in_blocks = layout.in_blocks(i, j)
        np.add.at(squares, (cell[inside], cell[inside]), (times * (times + 2 * in_blocks))[inside])
        there, here = layout.in_blocks(j, i)[two], times[two]
        counted = layout.counted_one_by_one(j[two], i[two])
        np.add.at(squares, (cell[two], back[two]), here * (there + counted))
        np.add.at(squares, (back[two], cell[two]), here * there)


LAYOUTS: WeakKeyDictionary[Comparisons, Layout] = WeakKeyDictionary()
PAIRS: WeakKeyDictionary[Comparisons, tuple[NDArray[np.int32], int]] = WeakKeyDictionary()


def laid_out(comparisons: Comparisons) -> Layout:
    """The layout of comparisons, made once and kept as long as they are."""
    if comparisons not in LAYOUTS:
        LAYOUTS[comparisons] = Layout.of(comparisons)
    return LAYOUTS[comparisons]


def pairs_of_people(comparisons: Comparisons) -> tuple[NDArray[np.int32], int]:
    """Which pair of people each comparison listed is of, shape (n_listed,), and how many there are; kept."""
    if comparisons not in PAIRS:
        low = np.minimum(comparisons.probe, comparisons.gallery)
        key = low * comparisons.people + np.maximum(comparisons.probe, comparisons.gallery)
        found, pair = np.unique(key, return_inverse=True)
        PAIRS[comparisons] = pair.astype(np.int32), len(found)
    return PAIRS[comparisons]


def _merged(near: Comparisons) -> tuple[Codes, Codes, Column]:
    """Probe, gallery and number of comparisons of pairs counted one by one, each once and in order."""
    counted = near.counted
    keys, times = counted.probe * near.people + counted.gallery, counted.times.astype(np.float64)
    order = np.argsort(keys, kind="stable")
    keys, times = keys[order], times[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    if len(first) < len(keys):
        keys, times = keys[first], np.add.reduceat(times, first)
    return keys // near.people, keys % near.people, times


def _sums(group: Codes, values: Column, groups: int) -> Column:
    inside = group >= 0
    return np.bincount(group[inside], weights=values[inside], minlength=groups).astype(np.float64)
