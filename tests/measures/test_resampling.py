from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from fairlineup.measures import (
    ComparedBlock,
    Comparisons,
    Grouping,
    Resampling,
    cell_rates,
    one_by_one,
    resample,
)
from fairlineup.measures.verification.resampling import draw_people
from fairlineup.records import BadInput

from .planted import Tendency, World, draw

MANY = Resampling(4000, 3)


def two_sides(seed: int = 1, expected: float = 60, photographs: int = 1) -> Comparisons:
    world = World("two", 40, 60, expected, Tendency(0.6), photographs)
    return draw(world, np.random.default_rng(seed)).comparisons


def named(comparisons: Comparisons) -> Comparisons:
    """The same with everybody listed at a distance beyond every threshold, so that nobody is lumped."""
    probe, gallery = np.flatnonzero(comparisons.probe_side), np.flatnonzero(comparisons.gallery_side)
    count = comparisons.trials - len(comparisons)
    return replace(
        comparisons,
        probe=np.concatenate((comparisons.probe, np.repeat(probe, len(gallery))[:count])),
        gallery=np.concatenate((comparisons.gallery, np.tile(gallery, len(probe))[:count])),
        distance=np.concatenate((comparisons.distance, np.ones(min(count, len(probe) * len(gallery))))),
    )


@pytest.mark.parametrize("photographs", [1, 3])
def test_draws_are_around_the_estimate(photographs: int) -> None:
    comparisons = two_sides(photographs=photographs)
    rates = resample(comparisons, (0.0,), None, MANY).rates[0, 0, 0]
    estimate = len(comparisons) / comparisons.trials
    error = rates.std() / np.sqrt(len(rates))
    # a ratio of two drawn numbers: its bias is far below the spread of one draw
    assert abs(rates.mean() - estimate) < 4 * error + 0.05 * rates.std()


def test_spread_is_the_pigeonhole_formula() -> None:
    comparisons = two_sides(2, 150)
    matches = np.zeros((40, 60))
    np.add.at(matches, (comparisons.probe, comparisons.gallery - 40), 1)
    variance = _exact_variance(matches)
    errors = resample(comparisons, (0.0,), None, Resampling(20_000, 5)).errors[0, 0, 0]
    assert errors.var() == pytest.approx(variance, rel=0.05)
    assert errors.mean() == pytest.approx(matches.sum(), rel=0.01)
    dyadic = cell_rates(comparisons, 0.0).covariance[0, 0] * matches.size**2
    assert variance > 1.2 * dyadic  # it counts the chance of a single pair three times


def _exact_variance(matches: NDArray[np.float64]) -> float:
    """Of the sum of w_i v_j x_ij, w and v multinomial with as many draws as there are people."""
    n, m = matches.shape
    p = np.eye(n) + np.ones((n, n)) * (1 - 1 / n)  # the mean of w_i w_k
    q = np.eye(m) + np.ones((m, m)) * (1 - 1 / m)
    second = float(np.einsum("ij,ik,jl,kl->", matches, p, q, matches, optimize=True))
    return second - float(matches.sum()) ** 2


def test_people_are_drawn_within_strata_of_fixed_size() -> None:
    strata = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, -1])
    weights = draw_people(np.random.default_rng(1), strata, 500)
    for stratum, size in ((0, 3), (1, 2), (2, 4), (-1, 1)):
        assert (weights[strata == stratum].sum(axis=0) == size).all()
    assert (weights[strata == 0].std(axis=1) > 0.5).all()
    assert weights[:9].mean(axis=1) == pytest.approx(np.ones(9), abs=0.2)


def test_every_group_keeps_its_people_on_both_sides() -> None:
    comparisons = two_sides()
    person = np.arange(100)
    grouping = Grouping(person % 3, person % 2, 3, 2)
    found = resample(comparisons, (0.0,), grouping, Resampling(200, 1))
    probes = np.bincount(person[:40] % 3)
    gallery = np.bincount(person[40:] % 2)
    assert (found.trials == np.outer(probes, gallery)[..., None]).all()


@pytest.mark.parametrize("photographs", [1, 2])
def test_drawing_by_number_is_as_drawing_by_name(photographs: int) -> None:
    comparisons = two_sides(4, 25, photographs)
    everybody = named(comparisons)
    assert len(everybody) > len(comparisons)
    lumped, by_name = (resample(one, (0.0, 2.0), None, MANY) for one in (comparisons, everybody))
    for one, other in (
        (lumped.errors[0, 0, 0], by_name.errors[0, 0, 0]),
        (lumped.trials[0, 0], by_name.trials[0, 0]),
    ):
        assert one.mean() == pytest.approx(other.mean(), rel=0.02)
        assert one.std() == pytest.approx(other.std(), rel=0.08, abs=1e-9)
        levels = [0.05, 0.5, 0.95]
        spread = max(float(other.std()), 1e-9)
        assert np.quantile(one, levels) == pytest.approx(np.quantile(other, levels), abs=0.15 * spread + 1e-6)


def test_a_person_on_both_sides_is_drawn_once_for_both() -> None:
    """Person 0 matches 1 and 1 matches 0: errors are 2 w0 w1, so always even."""
    block = ComparedBlock(np.ones(6), np.ones(6))
    comparisons = Comparisons(np.array([0, 1]), np.array([1, 0]), np.zeros(2), 6, (block,))
    found = resample(comparisons, (0.0,), None, Resampling(500, 1))
    errors, trials = found.errors[0, 0, 0], found.trials[0, 0]
    assert (errors % 2 == 0).all()
    assert set(np.unique(errors)) > {0, 2, 4}
    assert trials.max() <= 36 - 6  # all six of different people leave the most comparisons
    assert trials.min() < 30


def test_one_set_with_pairs_once_is_as_both_ways() -> None:
    comparisons = draw(World("set", 40, 0, 60), np.random.default_rng(3)).comparisons
    once, both = (resample(one, (0.0,), None, MANY) for one in (comparisons, comparisons.both_ways()))
    assert (2 * once.errors == both.errors).all()
    assert 2 * once.trials == pytest.approx(both.trials)


def test_groups_of_one_set_with_pairs_once() -> None:
    comparisons = draw(World("set", 40, 0, 80), np.random.default_rng(3)).comparisons
    group = np.arange(40) % 2
    grouping = Grouping(group, group, 2, 2)
    found = resample(comparisons, (0.0,), grouping, MANY).rates[0]
    rates = cell_rates(comparisons, 0.0, grouping).rates
    assert found.mean(axis=2) == pytest.approx(rates, rel=0.06)
    assert found[0, 1] == pytest.approx(found[1, 0])


def test_thresholds_accumulate_in_the_order_given() -> None:
    comparisons = two_sides(1, 200)
    rng = np.random.default_rng(1)
    distance = rng.integers(0, 6, len(comparisons)) / 10
    scored = Comparisons(
        comparisons.probe, comparisons.gallery, distance, comparisons.people, comparisons.blocks
    )
    thresholds = (0.3, 0.1, 0.5, 0.3, 0.05)
    found = resample(scored, thresholds, None, Resampling(100, 1)).errors[:, 0, 0]
    order = np.argsort(thresholds, kind="stable")
    assert (np.diff(found[order], axis=0) >= 0).all()
    assert (found[0] == found[3]).all()
    for at, threshold in enumerate(thresholds):
        expected = (distance <= threshold).sum()
        assert found[at].mean() == pytest.approx(expected, rel=0.1)


def test_counted_tables_are_as_blocks() -> None:
    rng = np.random.default_rng(1)
    i, j = (one.ravel() for one in np.indices((12, 15)))
    distance = np.where(rng.random(180) < 0.2, 0.0, 1.0)
    table = one_by_one(i, j + 12, distance, 27)
    sides = np.repeat([1.0, 0.0], [12, 15])
    block = Comparisons(i, j + 12, distance, 27, (ComparedBlock(sides, 1 - sides),))
    one, other = (resample(c, (0.5,), None, Resampling(300, 1)) for c in (table, block))
    assert (one.errors == other.errors).all()
    assert one.trials == pytest.approx(other.trials)


def test_seeds_repeat_and_differ() -> None:
    comparisons = two_sides()
    one, same, other = (
        resample(comparisons, (0.0,), None, Resampling(300, seed)).errors for seed in (1, 1, 2)
    )
    assert (one == same).all()
    assert (one != other).any()


def test_brute_force_of_one_draw() -> None:
    """Every count is a sum over pairs of people of how often both were drawn."""
    comparisons = named(two_sides(1, 60, 2))
    found = resample(comparisons, (0.0, 2.0), None, Resampling(100, 1))
    weights = _weights_behind(comparisons, 100, 1)
    near = comparisons.distance <= 0
    block = comparisons.blocks[0]
    for replicate in range(0, 100, 25):
        w = weights[:, replicate]
        errors = sum(
            w[i] * w[j] for i, j in zip(comparisons.probe[near], comparisons.gallery[near], strict=True)
        )
        trials = sum(
            w[i] * w[j] * block.probe_photos[i] * block.gallery_photos[j]
            for i, j in itertools.product(range(100), repeat=2)
        )
        assert found.errors[0, 0, 0, replicate] == errors
        assert found.trials[0, 0, replicate] == trials


def _weights_behind(comparisons: Comparisons, replicates: int, seed: int) -> NDArray[np.float32]:
    """All are named, so units are people; strata are the two sides, gallery first (no probe sorts lower)."""
    strata = comparisons.probe_side.astype(np.int64)
    return draw_people(np.random.default_rng(seed), strata, replicates)


def test_what_cannot_be_resampled_is_refused() -> None:
    with pytest.raises(BadInput, match="beyond"):
        resample(two_sides().within(0.1), (0.2,))
    with pytest.raises(BadInput, match="the replicates"):
        Resampling(99)
    with pytest.raises(BadInput, match="seed"):
        Resampling(100, -1)


def test_empty_cells_are_not_numbers() -> None:
    comparisons = two_sides()
    grouping = Grouping(np.zeros(100, np.int64), np.zeros(100, np.int64), 2, 1)
    rates = resample(comparisons, (0.0,), grouping, Resampling(100, 1)).rates
    assert np.isnan(rates[0, 1]).all()
    assert np.isfinite(rates[0, 0]).all()
