"""Sums over comparisons by cell, person and pair of people, which the dyadic variance is made of.

A cell is a probe group against a gallery group, numbered in the order of a table's rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.verification.layout import Frame, Near

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
    def of(cls, near: Near, cell: Codes, cells: int) -> tuple[FalsePairs, Codes]:
        """From who matched whom and in which cell, -1 for none; and the row of `near` behind each."""
        row = np.flatnonzero(cell >= 0)
        at, within, errors = near.pair[row], cell[row], near.matched[row]
        if not near.once:
            key = at * cells + within
            order = np.argsort(key, kind="stable")
            first = np.flatnonzero(np.diff(key[order], prepend=-1))
            errors = np.add.reduceat(errors[order], first) if len(first) else errors
            row, at, within = (one[order][first] for one in (row, at, within))
            first = np.flatnonzero(np.diff(at, prepend=-1))
            pair, of = np.repeat(np.arange(len(first)), np.diff(first, append=len(at))), row[first]
        else:
            pair, of = np.arange(len(row)), row
        low, high = near.low[of], near.high[of]
        there = np.zeros(int(high.max(initial=-1)) + 1, np.bool_)
        there[low] = there[high] = True
        code = np.cumsum(there) - 1
        return cls(pair, within, errors, code[low], code[high]), row

    def by_cell(self, cells: int) -> Codes:
        """Different pairs in each cell, shape (cells,)."""
        return np.bincount(self.cell, minlength=cells).astype(np.int64)

    def products(self, cells: int) -> Column:
        """Sum over pairs of their false matches in one cell times those in another, shape (cells, cells)."""
        total: Column = np.diag(np.bincount(self.cell, self.errors**2, cells).astype(np.float64))
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
        row = np.flatnonzero((weights != 0)[self.cell])
        taken = weights[self.cell[row]] * self.errors[row]
        each: Column = np.bincount(self.pair[row], taken, len(self.low)).astype(np.float64, copy=False)
        people, some = int(self.high.max(initial=-1)) + 1, np.flatnonzero(each)
        sides = np.concatenate((self.low[some], self.high[some]))
        parts_of = np.tile(each[some], 2)
        together, alone = (np.bincount(sides, values, people) for values in (parts_of, parts_of**2))
        parts = [(float(one.sum()), _equal(one)) for one in (np.abs(together**2 - alone), each**2)]
        spread = sum(size**2 / max(1.0, equal - 1) for size, equal in parts)
        return max(1.0, sum(size for size, _ in parts) ** 2 / spread) if spread > 0 else 1.0


class Tally:
    """Sums over the comparisons within a threshold; pairs compared once stand in both directions."""

    def __init__(self, near: Near, frame: Frame) -> None:
        self.near, self.frame, self.cells = near, frame, frame.cells
        cell = frame.cell(near.probe, near.gallery)
        self._back = frame.cell(near.gallery, near.probe) if near.both_ways else None
        self.false, self._row = FalsePairs.of(near, cell, frame.cells)
        inside = np.flatnonzero(cell >= 0)
        self._cell, self._inside, self._matched = cell[inside], inside, near.matched[inside]

    def errors(self) -> Column:
        """False matches, shape (cells,)."""
        return np.bincount(self._cell, self._matched, self.cells).astype(np.float64)

    def people_products(self, rates: Column) -> Column:
        """Sum over people of their residual in one cell times that in another, shape (cells, cells)."""
        residual = self._errors(self.near.probe) + self._errors(self.near.gallery) - rates * self.frame.taken
        total: Column = residual.T @ residual
        return total

    def pair_products(self, rates: Column) -> Column:
        """Sum over pairs of people of their residuals in two cells, shape (cells, cells).

        A residual is the errors of a pair less rate x comparisons.
        """
        mixed = rates[:, None] * self._mixed()
        total: Column = (
            self.false.products(self.cells) - mixed - mixed.T + np.outer(rates, rates) * self.frame.squares
        )
        np.fill_diagonal(total, np.maximum(np.diag(total), 0.0))
        return total

    def alike(self, *, once: bool) -> Column:
        """Least variance of each rate where some pairs were compared far more often, shape (cells,).

        Of pairs that matched so often as they did, it is seen how alike the comparisons of one pair are, each
        pair with the same weight; the variance is that of pairs which are all so alike. It does not depend on
        whether a pair of very many comparisons happened to match.
        0 where no pair was compared more than once.

        Args:
            once: whether each pair was compared once and stands in both directions.
        """
        errors, trials, squares = self.errors(), self.frame.trials, np.diag(self.frame.squares)
        alone = np.minimum(2 * trials, squares) if once else trials
        uneven = squares > alone
        if not uneven.any():
            return np.zeros(self.cells)
        rates = np.divide(errors, trials, out=np.zeros(self.cells), where=trials > 0)
        both = np.divide(
            self._agreement(once=once) - rates, 1 - rates, out=np.ones(self.cells), where=rates < 1
        )
        spread = alone + np.maximum(both, 0.0) * (squares - alone)
        variance = rates * (1 - rates) * spread
        least: Column = np.divide(variance, trials**2, out=np.zeros(self.cells), where=uneven)
        return least

    def _agreement(self, *, once: bool) -> Column:
        """Chance that another comparison of a pair matches too if one does, shape (cells,)."""
        cell, errors, row = self.false.cell, self.false.errors, self._row
        matched, times = errors, self.near.times[row]
        if self._back is not None:
            two = self._back[row] == cell
            ways = np.where(two & once, 2.0, 1.0)
            times = times + np.where(two, self.near.times_back[row], 0.0)
            matched, times = errors / ways, times / ways
        again, could = (
            np.bincount(cell, matched * others / times**2, self.cells) for others in (matched - 1, times - 1)
        )
        agreement: Column = np.minimum((again + PRIOR) / (could + 2 * PRIOR), 1.0)
        return agreement

    def _errors(self, person: Codes) -> Column:
        """False matches of each person on one side, shape (people, cells)."""
        people = len(self.frame.taken)
        counts = np.bincount(
            person[self._inside] * self.cells + self._cell, self._matched, people * self.cells
        )
        return counts.astype(np.float64).reshape(-1, self.cells)

    def _mixed(self) -> Column:
        """Sum over pairs of people of comparisons in one cell times errors in another, (cells, cells)."""
        times = self._matched * self.near.times[self._inside]
        total: Column = np.diag(np.bincount(self._cell, times, self.cells).astype(np.float64))
        if self._back is not None:
            back, times = self._back[self._inside], self._matched * self.near.times_back[self._inside]
            two = np.flatnonzero((back >= 0) & (times > 0))
            place = back[two] * self.cells + self._cell[two]
            total += np.bincount(place, times[two], self.cells**2).reshape(total.shape)
        return total


def _equal(parts: Column) -> float:
    """Effective number of parts: (sum)^2 / sum of squares; 0 without any."""
    squares = float((parts**2).sum())
    return float(parts.sum()) ** 2 / squares if squares > 0 else 0.0
