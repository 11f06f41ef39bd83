"""Bounds of the false match rate after no false match."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, replace

import numpy as np
from tests.measures.planted import World, draw

from fairlineup.measures import ZeroBounds, crossed, zero_false_match_bounds

JUST_ABOVE = 1 + 1e-9
RATES = np.array([JUST_ABOVE, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0])  # true ones, over the least bound


@dataclass(frozen=True, slots=True)
class BoundCoverage:
    """How often each bound held, at the true rate where it held least; NaN where it was not tried."""

    naive: float
    adjusted: float
    disjoint: float


def bounds_study(world: World, replicates: int, seed: int) -> BoundCoverage:
    """Bounds of data sets without a false match at a strict threshold, at a range of true rates.

    A data set with a false match needs no bound and counts as held. The listed comparisons of `world` are
    those at a loose threshold; a stricter one keeps a share of them.
    """
    rate = world.false_match_rate()
    failures = np.zeros((len(RATES), 3))
    for replicate in range(replicates):
        rng = np.random.default_rng([seed, replicate, zlib.crc32(repr(world).encode())])
        data = draw(world, rng)
        distance = rng.random(len(data.comparisons))
        bounds = zero_false_match_bounds(replace(data.comparisons, distance=distance))
        assert isinstance(bounds, ZeroBounds)  # noqa: S101 - for the type checker
        assert isinstance(bounds.adjusted, float)  # noqa: S101
        held = bounds.naive, bounds.adjusted, bounds.disjoint
        for at, true in enumerate(bounds.naive * RATES):
            if distance.min(initial=1.0) > true / rate:  # no false match at the threshold of this rate
                failures[at] += [one < true for one in held]
    return BoundCoverage(*(1 - (failures / replicates).max(axis=0)).tolist())


def wolves_study(probes: int, gallery: int, replicates: int, seed: int) -> BoundCoverage:
    """The same where a few probe people match everybody and the others nobody."""
    sides = np.repeat([1.0, 0.0], [probes, gallery])
    none = np.zeros(0, np.int64)
    nothing = crossed(none, none, np.zeros(0), probe_photos=sides, gallery_photos=1 - sides)
    bounds = zero_false_match_bounds(nothing)
    assert isinstance(bounds, ZeroBounds)  # noqa: S101
    held = []
    for bound in (bounds.naive, bounds.disjoint):
        share = bound * JUST_ABOVE  # of people who match everybody: the true rate
        met = np.random.default_rng(seed).binomial(probes, share, replicates)
        held.append(float(1 - (met == 0).mean()))
    return BoundCoverage(held[0], math.nan, held[1])
