"""Resampling by person: how often each person is drawn, and what every rate would then have been.

A person drawn twice counts twice on whichever side they stand; a person on both sides is drawn once for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import MOST, BadArgument, check_columns, check_least, check_whole
from fairlineup.measures.proportions import shares_of
from fairlineup.measures.thresholds import distance_at, on_scale
from fairlineup.measures.verification.comparisons import Comparisons

CHUNK_CELLS = 1 << 24  # weights held at once
COUNTED = 1 << 18  # weights counted at once: they stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Resampling:
    """How to resample."""

    replicates: int = 2000  #: How often everybody is drawn anew.
    seed: int = 1  #: Of the draws.

    def __post_init__(self) -> None:
        for name, least, remedy in (("replicates", 100, "2,000 are usual"), ("seed", 0, "1 is usual")):
            check_whole(f"the {name}", getattr(self, name), -MOST, MOST)
            check_least(f"the {name}", getattr(self, name), least, remedy)


USUAL = Resampling()


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Grouping:
    """Groups of people on both sides of comparisons."""

    probe: NDArray[
        np.int64
    ]  #: Group of each person as a probe, from 0, shape (people,); negative for no group.
    #: Group of each person in the gallery, from 0, shape (people,); negative for no group.
    gallery: NDArray[np.int64]
    probe_groups: int  #: How many probe groups there are.
    gallery_groups: int  #: How many gallery groups there are.

    def __post_init__(self) -> None:
        check_columns(self, len(self.probe), probe="iu", gallery="iu")

    @classmethod
    def everyone(cls, people: int) -> Grouping:
        """One group on either side."""
        return cls(np.zeros(people, np.int64), np.zeros(people, np.int64), 1, 1)

    @classmethod
    def of_probes(cls, probe: NDArray[np.int64], groups: int) -> Grouping:
        """Groups of probes against everyone in the gallery."""
        return cls(probe, np.zeros(len(probe), np.int64), groups, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Resampled:
    """False matches and comparisons of each replicate."""

    errors: NDArray[np.float32]  #: Shape (thresholds, probe groups, gallery groups, replicates).
    trials: NDArray[np.float64]  #: Shape (probe groups, gallery groups, replicates).
    seed: int  #: Of the draws.

    @property
    def rates(self) -> NDArray[np.float64]:
        """False match rates, in the shape of `errors`; NaN where a cell has no comparisons."""
        return shares_of(self.errors, self.trials)


def resample(
    comparisons: Comparisons,
    thresholds: Sequence[float],
    grouping: Grouping | None = None,
    resampling: Resampling = USUAL,
) -> Resampled:
    """Draw people anew within their groups, and count false matches and comparisons as they would have been.

    The number of people of each group on each side stays as it is. People who match nobody differ only in
    how many photographs they have, so they are drawn by their number: the cost goes with the false matches.

    Args:
        comparisons: non-mated.
        thresholds: on the scale of the scores, in any order; none beyond `comparisons.reach`.
        grouping: groups on both sides; None for everyone together.
        resampling: replicates and seed.

    Raises: BadInput: a threshold beyond what was listed.
    Source: two-way ("pigeonhole") bootstrap, Owen 2007, stratified; Bolle, Ratha and Pankanti's subsets.
    """
    distances = np.asarray(check_reach(comparisons, thresholds), np.float64)
    if not len(distances):
        raise BadArgument(
            "no threshold to resample at", expected="one or more", got="none", remedy="give some"
        )
    grouping = grouping or Grouping.everyone(comparisons.people)
    cells = grouping.probe_groups * grouping.gallery_groups
    near = comparisons.within(on_scale(comparisons, float(distances.max(initial=-np.inf))))
    if cells > 1:
        near = near.both_ways()  # a pair compared once stands in the cells of both directions
    units = _Units.of(near, grouping)
    rank = np.searchsorted(np.sort(distances), near.distance)
    keys = _cells(grouping, near.probe, near.gallery) * len(thresholds) + rank
    inside = _inside(grouping, near.probe, near.gallery)
    order = np.flatnonzero(inside)[np.argsort(keys[inside], kind="stable")]
    pairs = _Pairs(units.of_person[near.probe[order]], units.of_person[near.gallery[order]], keys[order])
    rng = np.random.default_rng(resampling.seed)
    errors, trials = [], []
    step = max(1, CHUNK_CELLS // max(1, len(units.size), len(order)))
    for start in range(0, resampling.replicates, step):
        weights = units.draw(rng, min(step, resampling.replicates - start))
        counted = pairs.counted(weights, cells * len(thresholds)).reshape(cells, len(thresholds), -1)
        errors.append(np.cumsum(counted, axis=1, dtype=np.float32))
        trials.append(units.trials(near, grouping, weights))
    shape = (grouping.probe_groups, grouping.gallery_groups)
    ranks = np.searchsorted(np.sort(distances), distances)
    every = np.concatenate(errors, axis=2).swapaxes(0, 1)[ranks]
    return Resampled(
        every.reshape(len(thresholds), *shape, -1),
        np.concatenate(trials, axis=1).reshape(*shape, -1),
        resampling.seed,
    )


def check_reach(comparisons: Comparisons, thresholds: Sequence[float]) -> list[float]:
    """The distances behind thresholds.

    Raises: BadInput: one is no number, or lies beyond the distance up to which all are listed.
    """
    distances = [distance_at(comparisons, one) for one in thresholds]
    if max(distances, default=-np.inf) > comparisons.reach:
        raise BadArgument(
            "a threshold lies beyond the comparisons that were listed",
            expected=f"none weaker than {on_scale(comparisons, comparisons.reach):g}",
            got=f"{on_scale(comparisons, max(distances)):g}",
            remedy="list comparisons further out (record_to in a plan), or take a stricter threshold",
        )
    return distances


def draw_people(
    rng: np.random.Generator, strata: NDArray[np.int64], replicates: int, uncounted: int | None = None
) -> NDArray[np.float32]:
    """How often each person is drawn, within strata of fixed size; shape (people, replicates).

    An uncounted stratum is one of people who count nowhere: it is drawn, so that others are drawn as ever,
    and left at 0.
    """
    return _Units.separate(strata).draw(rng, replicates, uncounted)


def draw_named(
    rng: np.random.Generator, people: int, named: int, replicates: int, *, counted: bool = True
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """How often each named person is drawn when everybody is, without drawing the others one by one.

    Returns: counts of each of those named, shape (named, replicates), (0, replicates) where they are only
        drawn and not counted, and of them together, shape (replicates,).
    """
    times = rng.binomial(people, named / people, replicates).astype(np.int64)
    counts = np.empty((named if counted else 0, replicates), np.int32)
    step = max(1, COUNTED // max(1, named))
    for start in range(0, replicates, step):
        some = times[start : start + step]
        drawn = rng.integers(0, max(named, 1), int(some.sum()))
        if counted:
            of = np.repeat(np.arange(len(some)) * named, some)
            each = np.bincount(drawn + of, minlength=len(some) * named)
            counts[:, start : start + step] = each.reshape(len(some), named).T
    return counts, times


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Listed comparisons by unit, sorted by key."""

    i: NDArray[np.int64]
    j: NDArray[np.int64]
    key: NDArray[np.int64]

    def counted(self, weights: NDArray[np.float32], keys: int) -> NDArray[np.float32]:
        """Weighted comparisons by key, shape (keys, replicates)."""
        total = np.zeros((keys, weights.shape[1]), np.float32)
        if len(self.key):
            first = np.flatnonzero(np.diff(self.key, prepend=-1))
            total[self.key[first]] = np.add.reduceat(weights[self.i] * weights[self.j], first, axis=0)
        return total


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """People drawn one by one, and sets of interchangeable people of whom only a number is drawn."""

    of_person: NDArray[np.int64]  #: Unit of each person, shape (people,); -1 for those on neither side.
    size: NDArray[np.int64]  #: People of each unit, shape (units,).
    stratum: NDArray[np.int64]  #: Of each unit, shape (units,).
    first: NDArray[np.int64]  #: A person of each unit, shape (units,).

    @classmethod
    def separate(cls, strata: NDArray[np.int64]) -> _Units:
        """Everyone a unit of their own."""
        people = np.arange(len(strata))
        return cls(people, np.ones(len(strata), np.int64), strata, people)

    @classmethod
    def of(cls, comparisons: Comparisons, grouping: Grouping) -> _Units:
        """Units of comparisons: people listed, counted in pairs or on both sides are units of their own."""
        named = np.zeros(comparisons.people, np.bool_)
        counted = comparisons.counted
        for codes in (comparisons.probe, comparisons.gallery, counted.probe, counted.gallery):
            named[codes] = True
        probes, gallery = comparisons.probe_side, comparisons.gallery_side
        named |= probes & gallery
        there = probes | gallery
        strata = np.unique(
            np.stack((probes, gallery, grouping.probe * probes, grouping.gallery * gallery)),
            axis=1,
            return_inverse=True,
        )[1].ravel()
        photos = [photos for b in comparisons.blocks for photos in (b.probe_photos, b.gallery_photos)]
        name = np.where(named, 1 + np.arange(comparisons.people), 0)
        traits = np.stack((strata, name, *photos))[:, there]
        _, first, unit, size = np.unique(
            traits, axis=1, return_index=True, return_inverse=True, return_counts=True
        )
        of_person = np.full(comparisons.people, -1, np.int64)
        of_person[there] = unit.ravel()
        someone = np.flatnonzero(there)[first]
        return cls(of_person, size.astype(np.int64), strata[someone], someone)

    def draw(
        self, rng: np.random.Generator, replicates: int, uncounted: int | None = None
    ) -> NDArray[np.float32]:
        """How many people of each unit are drawn, shape (units, replicates)."""
        weights = np.zeros((len(self.size), replicates), np.float32)
        for stratum in np.unique(self.stratum):
            here = self.stratum == stratum
            named, alike = np.flatnonzero(here & (self.size == 1)), np.flatnonzero(here & (self.size > 1))
            people = int(self.size[here].sum())
            counted = stratum != uncounted
            drawn, by_name = draw_named(rng, people, len(named), replicates, counted=counted)
            if counted:
                weights[named] = drawn
            if len(alike):
                shares = self.size[alike] / self.size[alike].sum()
                weights[alike] = rng.multinomial(people - by_name, shares).T
        return weights

    def trials(
        self, comparisons: Comparisons, grouping: Grouping, weights: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """Comparisons in each cell, shape (cells, replicates)."""
        cells = grouping.probe_groups * grouping.gallery_groups
        total = np.zeros((cells, weights.shape[1]))
        g, h = grouping.probe[self.first], grouping.gallery[self.first]
        for block in comparisons.blocks:
            m, n = block.probe_photos[self.first], block.gallery_photos[self.first]
            probes = _by_group(g, m, grouping.probe_groups, weights)
            gallery = _by_group(h, n, grouping.gallery_groups, weights)
            total += block.share * (probes[:, None] * gallery[None]).reshape(cells, -1)
            own = np.flatnonzero((m > 0) & (n > 0) & (g >= 0) & (h >= 0))
            cell = g[own] * grouping.gallery_groups + h[own]
            squares = weights[own].astype(np.float64) ** 2 * (block.share * m * n)[own, None]
            np.subtract.at(total, cell, squares)
        counted = comparisons.counted
        inside = _inside(grouping, counted.probe, counted.gallery)
        i, j = self.of_person[counted.probe[inside]], self.of_person[counted.gallery[inside]]
        cell = _cells(grouping, counted.probe, counted.gallery)[inside]
        for one in np.unique(cell):
            here = cell == one
            total[one] += np.einsum(
                "p,pb,pb->b", counted.times[inside][here], weights[i[here]], weights[j[here]]
            )
        return total


def _by_group(
    group: NDArray[np.int64], photos: NDArray[np.float64], groups: int, weights: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Photographs drawn of each group, shape (groups, replicates)."""
    shares = np.zeros((groups, len(group)))
    inside = group >= 0
    shares[group[inside], np.flatnonzero(inside)] = photos[inside]
    drawn: NDArray[np.float64] = shares @ weights
    return drawn


def _cells(grouping: Grouping, probe: NDArray[np.int64], gallery: NDArray[np.int64]) -> NDArray[np.int64]:
    return grouping.probe[probe] * grouping.gallery_groups + grouping.gallery[gallery]


def _inside(grouping: Grouping, probe: NDArray[np.int64], gallery: NDArray[np.int64]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (grouping.probe[probe] >= 0) & (grouping.gallery[gallery] >= 0)
    return inside
