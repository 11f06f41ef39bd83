"""A short study of planted truth; `make test-long` has the full one, docs/validity.md what it found."""

from __future__ import annotations

import numpy as np
import pytest

from .coverage import (
    BOTH,
    FMR,
    HERE,
    KATZ,
    LIKE,
    OURS,
    PAIRS,
    PEOPLE,
    RATIO,
    ROWS,
    Kind,
    Tally,
    bounds_study,
    study,
    wolves_study,
)
from .planted import Tendency, World, draw

REPLICATES = 300
SLACK = 0.025  # of a coverage from 300 data sets, two standard errors
UNEVEN = Tendency(1.2)


def covered(tallies: dict[Kind, Tally], *kind: str) -> float:
    tally = tallies[kind[0], kind[1]]
    assert tally.measured > REPLICATES / 2
    print(f"{kind}: {tally.covered:.3f} of {tally.measured}")
    return tally.covered


def as_meant(coverage: float) -> bool:
    return 0.93 - SLACK <= coverage <= 0.99 + SLACK


@pytest.mark.parametrize(
    "world",
    [
        World("two sides", 150, 300, 30),
        World("two sides", 150, 300, 300, UNEVEN),
        World("photographs", 90, 150, 100, photographs=3),
        World("both sides", 150, 300, 100, shared=100),
        World("one set", 200, 0, 100, UNEVEN),
    ],
    ids=lambda world: f"{world.name}-{world.expected}",
)
def test_false_match_rate_is_covered(world: World) -> None:
    tallies = study(world, REPLICATES, seed=7, draws=100)
    assert as_meant(covered(tallies, FMR, OURS))
    assert covered(tallies, FMR, BOTH) >= 0.93 - SLACK
    if world.gallery and not world.shared:
        assert covered(tallies, HERE, OURS) >= 0.95 - SLACK
        assert as_meant(covered(tallies, LIKE, OURS))
    if world.expected >= 100:  # what treats comparisons as independent claims too much
        assert covered(tallies, FMR, PAIRS) < 0.9
        assert covered(tallies, FMR, ROWS) < 0.9


def test_resampling_both_sides_counts_one_pair_three_times() -> None:
    tallies = study(World("two sides", 150, 300, 30, Tendency()), REPLICATES, seed=7, draws=200)
    assert covered(tallies, FMR, BOTH) > 0.985
    assert as_meant(covered(tallies, FMR, OURS))


def test_another_gallery_is_not_covered_by_an_interval_for_this_one() -> None:
    tallies = study(World("few", 150, 300, 300, Tendency(few=True)), REPLICATES, seed=7, draws=100)
    assert covered(tallies, LIKE, PEOPLE) < 0.9 < covered(tallies, LIKE, OURS)


def test_the_ratio_of_groups_is_covered() -> None:
    tallies = study(World("groups", 240, 500, 100, groups=4), REPLICATES, seed=7)
    assert as_meant(covered(tallies, RATIO, OURS))
    assert covered(tallies, RATIO, KATZ) < 0.85


def test_bounds_after_no_false_match() -> None:
    uneven = bounds_study(World("two sides", 60, 120, 300, UNEVEN), 3 * REPLICATES, seed=7)
    assert min(uneven.adjusted, uneven.disjoint) >= 0.95 - SLACK
    assert uneven.naive < uneven.adjusted
    wolves = wolves_study(150, 300, 20_000, seed=7)
    assert wolves.naive < 0.05
    assert wolves.disjoint == pytest.approx(0.95, abs=0.005)  # exact where all hangs on one person


@pytest.mark.parametrize(
    "world",
    [
        World("two sides", 150, 300, 100),
        World("few", 150, 300, 100, Tendency(few=True)),
        World("photographs", 90, 150, 100, photographs=3),
        World("one set", 120, 0, 100, photographs=2),
    ],
    ids=lambda world: world.name,
)
def test_the_truth_is_what_is_planted(world: World) -> None:
    """The truth the study holds intervals against, from many data sets."""
    sets = [draw(world, np.random.default_rng([1, k])) for k in range(300)]
    matches = sum(len(one.comparisons) for one in sets)
    trials = sum(one.comparisons.trials for one in sets)
    assert matches / trials == pytest.approx(world.false_match_rate(), rel=0.06)
    if world.gallery:
        flagged = [len(np.unique(d.searches.row)) / len(d.searches) for d in sets if d.searches]
        assert np.mean(flagged) == pytest.approx(world.fpir_like_it(), rel=0.04)
        assert np.mean([d.fpir for d in sets]) == pytest.approx(world.fpir_like_it(), rel=0.03)
