"""How many non-mated pairs lie at each distance, by group, in blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors.backend import Kernels, kernels
from fairlineup.faces.vectors.blocks import Block, Multiplier
from fairlineup.faces.vectors.templates import Metric, TemplateSet, check_comparable
from fairlineup.records import BadInput, Progress, no_progress

BLOCK_PAIRS = 1 << 18
MOST_BINS = 65_535


@dataclass(frozen=True, slots=True)
class Bins:
    """Bins of one width from 0. Raises: BadInput: no bins, or a maximum that is not above 0."""

    count: int  #: how many, up to 65,535.
    maximum: float  #: where the last one ends, on the metric's scale.

    def __post_init__(self) -> None:
        if 1 <= self.count <= MOST_BINS and 0 < self.maximum < np.inf:
            return
        raise BadInput(
            "bins out of range",
            expected=f"1 to {MOST_BINS} bins up to a finite maximum above 0",
            got=f"{self.count} up to {self.maximum}",
            remedy="set the maximum to the largest distance of interest",
            code="argument-unusable",
        )

    @property
    def edges(self) -> NDArray[np.float64]:
        """Where bins begin and end, shape (count + 1,)."""
        return np.linspace(0.0, self.maximum, self.count + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Non-mated pairs by group and distance."""

    #: pairs with edges[b] <= distance < edges[b + 1], shape (probe groups, reference groups, bins).
    counts: NDArray[np.int64]
    beyond: NDArray[np.int64]  #: pairs at or beyond the last edge, shape (probe groups, reference groups).
    edges: NDArray[np.float64]  #: shape (bins + 1,).
    mated: int  #: pairs of one person, left out.

    @property
    def pairs(self) -> NDArray[np.int64]:
        """Non-mated pairs, shape (probe groups, reference groups)."""
        total: NDArray[np.int64] = self.counts.sum(axis=2) + self.beyond
        return total


def histogram(
    probes: TemplateSet,
    references: TemplateSet | None,
    bins: Bins,
    block_pairs: int = BLOCK_PAIRS,
    progress: Progress = no_progress,
) -> Histogram:
    """Count the non-mated pairs of two sets, or of one set with itself, by distance.

    Distances are in float32 (for templates of length near 1, to about 1e-6 at distance 0.5 and 3e-4 at 0), so
    a pair that near an edge may be counted on its other side; `tail` is exact. Numba and NumPy count alike.

    Args:
        probes: with persons and groups.
        references: with persons and groups in the same codes; None for the probes themselves, each pair once
            and counted under the lower group code first.
        bins: of the distance.
        block_pairs: pairs in memory at once.
        progress: told of probes done.

    Raises: BadInput: templates that cannot be compared, or persons known on one side only.
    """
    if references is not None and (probes.person is None) != (references.person is None):
        raise BadInput(
            "mated pairs cannot be told",
            expected="person codes on both sides or on neither",
            got="them on one",
            remedy="give both sides codes of one list of persons",
            code="argument-unusable",
        )
    rows = _Sorted(probes)
    columns = rows if references is None else _Sorted(references)
    check_comparable(rows.templates, columns.templates)
    tally = _Tally(rows, columns, bins, rows.templates.metric, alone=references is None)
    multiplier = Multiplier(rows.templates, columns.templates, block_pairs)
    for g, inside in enumerate(rows.groups):
        for run in multiplier.probe_blocks(inside):
            tally.count(multiplier, g, run)
            progress("histogram", run.stop, len(probes))
    return Histogram(tally.counts[:, :, :-1], tally.counts[:, :, -1], bins.edges, tally.mated)


class _Sorted:
    """A set sorted by group, so that every block is of two groups."""

    def __init__(self, given: TemplateSet) -> None:
        n = len(given)
        group = np.zeros(n, np.int64) if given.group is None else given.group
        order = np.argsort(group, kind="stable")
        self.templates = (
            given.templates if given.group is None else given.templates.each(lambda column: column[order])
        )
        self.person = None if given.person is None else given.person[order]
        ends = np.searchsorted(group[order], np.arange(int(group.max(initial=0)) + 2)).tolist()
        self.groups = [slice(a, b) for a, b in pairwise(ends)]


class _Tally:
    """Counts by group and bin, the last bin beyond the last edge."""

    def __init__(self, rows: _Sorted, columns: _Sorted, bins: Bins, metric: Metric, *, alone: bool) -> None:
        self.rows, self.columns, self.alone = rows, columns, alone
        self.counts = np.zeros((len(rows.groups), len(columns.groups), bins.count + 1), np.int64)
        self.mated = 0
        self.kernels: Kernels = kernels()
        width = np.float32(bins.count / bins.maximum)
        self.scale = (width, True) if metric == "euclidean" else (width / np.float32(2), False)
        person = columns.person
        self.by_person = None if person is None else np.argsort(person, kind="stable")
        self.persons = None if person is None else person[self.by_person]

    def count(self, multiplier: Multiplier, g: int, run: slice) -> None:
        """Count a run of probes of group g against all references, or those after them."""
        mates = self._mates(run)
        for h, inside in enumerate(self.columns.groups):
            start = max(inside.start, run.start) if self.alone else inside.start
            for block in multiplier.blocks(run, slice(start, inside.stop)):
                left_out = self._leave_out(block, *mates)
                counts = np.zeros((4, self.counts.shape[2]), np.uint32)
                squares = block.probe_squares, block.reference_squares
                self.kernels.count_bins(block.product, *squares, self.scale, counts)
                self.counts[g, h] += counts.sum(axis=0, dtype=np.int64)
                self.counts[g, h, -1] -= left_out

    def _mates(self, run: slice) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Pairs (probe, reference) of one person among a run of probes and all references."""
        if self.by_person is None or self.persons is None or self.rows.person is None:
            return np.zeros(0, np.intp), np.zeros(0, np.intp)
        person = self.rows.person[run]
        first = np.searchsorted(self.persons, person)
        times = np.searchsorted(self.persons, person, side="right") - first
        i = np.repeat(np.arange(run.start, run.stop), times)
        within = np.arange(len(i)) - np.repeat(np.cumsum(times) - times, times)
        j = self.by_person[np.repeat(first, times) + within]
        later = j > i if self.alone else np.ones(len(i), np.bool_)
        return i[later], j[later]

    def _leave_out(self, block: Block, i: NDArray[np.intp], j: NDArray[np.intp]) -> int:
        """Put mated pairs, and pairs of a set with itself met before, beyond the last edge; how many."""
        start, stop = block.references.start, block.references.stop
        here = (start <= j) & (j < stop)
        block.product[i[here] - block.probes.start, j[here] - start] = np.inf
        mated = int(np.count_nonzero(here))
        self.mated += mated
        return mated + (sum(self._met_before(block)) if self.alone else 0)

    def _met_before(self, block: Block) -> Iterator[int]:
        start, stop = block.references.start, block.references.stop
        for i in range(max(block.probes.start, start), block.probes.stop):
            met = min(i + 1, stop) - start
            block.product[i - block.probes.start, :met] = np.inf
            yield met
