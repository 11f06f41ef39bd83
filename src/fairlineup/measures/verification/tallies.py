"""Sums over comparisons by cell, person and pair of people, which the dyadic variance is made of.

A cell is a probe group against a gallery group, numbered in the order of a table's rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.verification.comparisons import Comparisons
from fairlineup.measures.verification.resampling import Grouping

Column = NDArray[np.float64]
Codes = NDArray[np.int64]
PRIOR = 1 / 8  # prior: agreement of one half, with the weight of a pair that matched once in two comparisons


@dataclass(frozen=True, slots=True, eq=False)
class FalsePairs:
    """How often each pair of people was falsely matched, whichever was the probe, by cell."""

    pair: Codes  #: Which pair, from 0 in ascending order, shape (rows,); a pair may stand in two cells.
    cell: Codes  #: Shape (rows,).
    errors: Column  #: False matches of the pair in the cell, shape (rows,).
    low: Codes  #: One person of each pair, numbered among those falsely matched, shape (pairs,).
    high: Codes  #: The other, shape (pairs,).

    @classmethod
    def of(cls, i: Codes, j: Codes, cell: Codes, cells: int) -> FalsePairs:
        """From the two people and the cell of every false match."""
        there = np.zeros(max(i.max(initial=-1), j.max(initial=-1)) + 1, np.bool_)
        there[i] = there[j] = True
        code = np.cumsum(there) - 1
        one, other, people = code[i], code[j], max(int(there.sum()), 1)
        key = (np.minimum(one, other) * people + np.maximum(one, other)) * cells + cell
        rows, errors = np.unique(key, return_counts=True)
        pair = rows // cells
        first = np.flatnonzero(np.diff(pair, prepend=-1))
        at = np.repeat(np.arange(len(first)), np.diff(first, append=len(pair)))
        low, high = np.divmod(pair[first], people)
        return cls(at, rows % cells, errors.astype(np.float64), low, high)

    def by_cell(self, cells: int) -> Codes:
        """Different pairs in each cell, shape (cells,)."""
        return np.bincount(self.cell, minlength=cells).astype(np.int64)

    def products(self, cells: int) -> Column:
        """Sum over pairs of their false matches in one cell times those in another, shape (cells, cells)."""
        total = np.zeros((cells, cells))
        np.add.at(total, (self.cell, self.cell), self.errors**2)
        same = np.flatnonzero(self.pair[1:] == self.pair[:-1])
        product = self.errors[same] * self.errors[same + 1]
        np.add.at(total, (self.cell[same], self.cell[same + 1]), product)
        np.add.at(total, (self.cell[same + 1], self.cell[same]), product)
        return total

    def only(self, cell: int) -> FalsePairs:
        """Those in one cell."""
        here = self.cell == cell
        pair = self.pair[here]
        return FalsePairs(
            np.arange(len(pair)), self.cell[here], self.errors[here], self.low[pair], self.high[pair]
        )

    def freedom(self, weights: Column) -> float:
        """Degrees of freedom of the variance of a weighted sum of false matches (Satterthwaite), at least 1.

        The variance has two parts: pairs each by themselves, and different pairs that share a person. Each
        has as many degrees of freedom as equal pairs, or equal people, would make it up, less one.

        Args:
            weights: of a false match in each cell, shape (cells,).

        Source: Satterthwaite 1946, effective degrees of freedom of a sum of variances.
        """
        each = _sums(self.pair, weights[self.cell] * self.errors, len(self.low))
        people = int(self.high.max(initial=-1)) + 1
        sides = np.concatenate((self.low, self.high))
        together, alone = (_sums(sides, np.tile(values, 2), people) for values in (each, each**2))
        parts = [(float(one.sum()), _equal(one)) for one in (np.abs(together**2 - alone), each**2)]
        spread = sum(size**2 / max(1.0, equal - 1) for size, equal in parts)
        return max(1.0, sum(size for size, _ in parts) ** 2 / spread) if spread > 0 else 1.0


class Tally:
    """Sums over the comparisons within a threshold; pairs compared once stand in both directions."""

    def __init__(self, near: Comparisons, grouping: Grouping) -> None:
        self.near, self.grouping = near, grouping
        self.cells = grouping.probe_groups * grouping.gallery_groups
        cell = self._cell(near.probe, near.gallery)
        inside = cell >= 0
        self.cell, self.i, self.j = cell[inside], near.probe[inside], near.gallery[inside]
        self.back = self._cell(self.j, self.i)
        self.counted = _merged(near)
        self.by_probe, self.by_gallery = self._compared(probe=True), self._compared(probe=False)
        self.squares = self._squares()
        self.false = FalsePairs.of(self.i, self.j, self.cell, self.cells)

    def errors(self) -> Column:
        """False matches, shape (cells,)."""
        return np.bincount(self.cell, minlength=self.cells).astype(np.float64)

    def trials(self) -> Column:
        """Comparisons, shape (cells,)."""
        trials: Column = self.by_probe.sum(axis=0)
        return trials

    def people(self) -> tuple[Codes, Codes]:
        """People who are compared in any cell of a row, and of a column: probe groups, gallery groups."""
        shape = -1, self.grouping.probe_groups, self.grouping.gallery_groups
        rows = self.by_probe.reshape(shape).sum(axis=2) > 0
        columns = self.by_gallery.reshape(shape).sum(axis=1) > 0
        return rows.sum(axis=0, dtype=np.int64), columns.sum(axis=0, dtype=np.int64)

    def disjoint(self) -> Codes:
        """Least number of pairs with nobody in two of them, in each cell, shape (cells,)."""
        probes, gallery = self.by_probe > 0, self.by_gallery > 0
        lesser = np.minimum(probes.sum(axis=0), gallery.sum(axis=0))
        both = (probes & gallery).any(axis=0)
        half = (probes | gallery).sum(axis=0) // 2
        found: Codes = np.where(both, np.minimum(lesser, half), lesser)
        return found

    def people_products(self, rates: Column) -> Column:
        """Sum over people of their residual in one cell times that in another, shape (cells, cells)."""
        residual = self._errors(self.i) + self._errors(self.j) - rates * (self.by_probe + self.by_gallery)
        total: Column = residual.T @ residual
        return total

    def pair_products(self, rates: Column) -> Column:
        """Sum over pairs of people of their residuals in two cells, shape (cells, cells).

        A residual is the errors of a pair less rate x comparisons.
        """
        mixed = rates[:, None] * self._mixed()
        total: Column = (
            self.false.products(self.cells) - mixed - mixed.T + np.outer(rates, rates) * self.squares
        )
        np.fill_diagonal(total, np.maximum(np.diag(total), 0.0))
        return total

    def apart(self) -> Column:
        """Comparisons of two cells, each with each, that have no person in common, shape (cells, cells)."""
        taken, trials = self.by_probe + self.by_gallery, self.trials()
        found: Column = np.outer(trials, trials) - taken.T @ taken + self.squares
        return found

    def alike(self, *, once: bool) -> Column:
        """Least variance of each rate where some pairs were compared far more often, shape (cells,).

        Of pairs that matched so often as they did, it is seen how alike the comparisons of one pair are, each
        pair with the same weight; the variance is that of pairs which are all so alike. It does not depend on
        whether a pair of very many comparisons happened to match.
        0 where no pair was compared more than once.

        Args:
            once: whether each pair was compared once and stands in both directions.
        """
        errors, trials, squares = self.errors(), self.trials(), np.diag(self.squares)
        alone = np.minimum(2 * trials, squares) if once else trials
        rates = np.divide(errors, trials, out=np.zeros(self.cells), where=trials > 0)
        both = np.divide(
            self._agreement(once=once) - rates, 1 - rates, out=np.ones(self.cells), where=rates < 1
        )
        spread = alone + np.maximum(both, 0.0) * (squares - alone)
        variance = rates * (1 - rates) * spread
        least: Column = np.divide(variance, trials**2, out=np.zeros(self.cells), where=squares > alone)
        return least

    def _agreement(self, *, once: bool) -> Column:
        """Chance that another comparison of a pair matches too if one does, shape (cells,)."""
        people, i, j = self.near.people, self.i, self.j
        key = (np.minimum(i, j) * people + np.maximum(i, j)) * self.cells + self.cell
        _, at, errors = np.unique(key, return_index=True, return_counts=True)
        two, cell = self.back[at] == self.cell[at], self.cell[at]
        times = self._times(i[at], j[at]) + np.where(two, self._times(j[at], i[at]), 0.0)
        ways = np.where(two & once, 2.0, 1.0)
        matched, times = errors / ways, times / ways
        again, could = (
            np.bincount(cell, matched * others / times**2, self.cells) for others in (matched - 1, times - 1)
        )
        agreement: Column = np.minimum((again + PRIOR) / (could + 2 * PRIOR), 1.0)
        return agreement

    def _cell(self, probe: Codes, gallery: Codes) -> Codes:
        """Cell of a probe person against a gallery person; -1 if either has no group."""
        g, h = self.grouping.probe[probe], self.grouping.gallery[gallery]
        return np.where((g >= 0) & (h >= 0), g * self.grouping.gallery_groups + h, -1)

    def _errors(self, person: Codes) -> Column:
        """False matches of each person on one side, shape (people, cells)."""
        counts = np.bincount(person * self.cells + self.cell, minlength=self.near.people * self.cells)
        return counts.reshape(-1, self.cells).astype(np.float64)

    def _compared(self, *, probe: bool) -> Column:
        """Comparisons of each person on one side, by cell, shape (people, cells)."""
        grouping, people = self.grouping, self.near.people
        total = np.zeros((people, grouping.probe_groups, grouping.gallery_groups))
        g, h = np.flatnonzero(grouping.probe >= 0), np.flatnonzero(grouping.gallery >= 0)
        for block in self.near.blocks:
            m, n = block.probe_photos, block.gallery_photos
            if probe:
                others = _sums(grouping.gallery, n, grouping.gallery_groups)
                total[g, grouping.probe[g], :] += m[g, None] * others
            else:
                others = _sums(grouping.probe, m, grouping.probe_groups)
                total[h, :, grouping.gallery[h]] += n[h, None] * others
            own = np.flatnonzero((m > 0) & (n > 0) & (grouping.probe >= 0) & (grouping.gallery >= 0))
            total[own, grouping.probe[own], grouping.gallery[own]] -= (m * n)[own]
        i, j, times = self.counted
        cell = self._cell(i, j)
        inside = cell >= 0
        made: Column = total.reshape(people, self.cells)
        np.add.at(made, ((i if probe else j)[inside], cell[inside]), times[inside])
        return made

    def _mixed(self) -> Column:
        """Sum over pairs of people of comparisons in one cell times errors in another, (cells, cells)."""
        total = np.zeros((self.cells, self.cells))
        np.add.at(total, (self.cell, self.cell), self._times(self.i, self.j))
        two = self.back >= 0
        np.add.at(total, (self.back[two], self.cell[two]), self._times(self.j[two], self.i[two]))
        return total

    def _squares(self) -> Column:
        """Sum over pairs of people of comparisons in one cell times those in another, (cells, cells)."""
        grouping, (g, h) = self.grouping, (self.grouping.probe_groups, self.grouping.gallery_groups)
        total, straight = np.zeros((g, h, g, h)), np.zeros((g, h))
        kind = self._cell(np.arange(self.near.people), np.arange(self.near.people))
        for one in self.near.blocks:
            for other in self.near.blocks:
                m, n = one.probe_photos * other.probe_photos, one.gallery_photos * other.gallery_photos
                own = _sums(kind, m * n, self.cells).reshape(g, h)
                straight += np.outer(_sums(grouping.probe, m, g), _sums(grouping.gallery, n, h)) - own
                there = _sums(kind, one.probe_photos * other.gallery_photos, self.cells).reshape(g, h)
                back = _sums(kind, one.gallery_photos * other.probe_photos, self.cells).reshape(g, h)
                total += np.einsum("ad,cb->abcd", there, back)
                np.einsum("abab->ab", total)[...] -= own
        squares = total.reshape(self.cells, self.cells)
        squares[np.diag_indices(self.cells)] += straight.ravel()
        self._count_squares(squares)
        return squares

    def _count_squares(self, squares: Column) -> None:
        """Add what pairs counted one by one have to it."""
        i, j, times = self.counted
        cell, back = self._cell(i, j), self._cell(j, i)
        inside, two = cell >= 0, (cell >= 0) & (back >= 0)
        in_blocks = self._in_blocks(i, j)
        np.add.at(squares, (cell[inside], cell[inside]), (times * (times + 2 * in_blocks))[inside])
        there, here = self._in_blocks(j, i)[two], times[two]
        np.add.at(squares, (cell[two], back[two]), here * (there + self._counted(j[two], i[two])))
        np.add.at(squares, (back[two], cell[two]), here * there)

    def _times(self, i: Codes, j: Codes) -> Column:
        """How often probe persons i were compared with gallery persons j."""
        return self._in_blocks(i, j) + self._counted(i, j)

    def _in_blocks(self, i: Codes, j: Codes) -> Column:
        times = np.zeros(len(i))
        for block in self.near.blocks:
            times += block.probe_photos[i] * block.gallery_photos[j]
        return times

    def _counted(self, i: Codes, j: Codes) -> Column:
        probe, gallery, times = self.counted
        if not len(times):
            return np.zeros(len(i))
        keys, wanted = probe * self.near.people + gallery, i * self.near.people + j
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[at] == wanted, times[at], 0.0)


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


def _equal(parts: Column) -> float:
    """Effective number of parts: (sum)^2 / sum of squares; 0 without any."""
    squares = float((parts**2).sum())
    return float(parts.sum()) ** 2 / squares if squares > 0 else 0.0


def _sums(group: Codes, values: Column, groups: int) -> Column:
    inside = group >= 0
    return np.bincount(group[inside], weights=values[inside], minlength=groups).astype(np.float64)
