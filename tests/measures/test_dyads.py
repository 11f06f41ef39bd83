"""Rates and their covariance against sums over every pair of comparisons, one term at a time."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray

from fairlineup.measures import (
    CellRates,
    ComparedBlock,
    Comparisons,
    Grouping,
    cell_rates,
    crossed,
    false_match_rate,
    one_by_one,
    student,
    zero_error_bound,
)
from fairlineup.records import BadInput, Estimate, NotMeasured

from .planted import Tendency, World, draw

Column = NDArray[np.float64]


def drawn(seed: int, probe_photos: list[int], gallery_photos: list[int], chance: float = 0.03) -> Comparisons:
    """All photographs of one side against the other, false matches clustered by person."""
    rng = np.random.default_rng(seed)
    m, n = np.array(probe_photos, np.float64), np.array(gallery_photos, np.float64)
    wolf, lamb = rng.exponential(1, len(m)), rng.exponential(1, len(m))
    pairs = [(i, j) for i, j in itertools.product(range(len(m)), repeat=2) if i != j]
    times = [rng.binomial(int(m[i] * n[j]), min(1.0, chance * wolf[i] * lamb[j])) for i, j in pairs]
    listed = np.repeat(np.array(pairs, np.int64), times, axis=0)
    probe, gallery = listed.T
    return crossed(probe, gallery, np.zeros(len(listed)), probe_photos=m, gallery_photos=n)


def brute_force(comparisons: Comparisons, grouping: Grouping) -> tuple[Column, Column, Column]:
    """Errors and trials by cell, and the covariance of the rates, over every two pairs of people."""
    n, h = comparisons.people, grouping.gallery_groups
    cells = grouping.probe_groups * h
    errors, trials = np.zeros((2, n, n, cells))
    for i, j in zip(comparisons.probe, comparisons.gallery, strict=True):
        if grouping.probe[i] >= 0 and grouping.gallery[j] >= 0:
            errors[i, j, grouping.probe[i] * h + grouping.gallery[j]] += 1
    for i, j in itertools.permutations(range(n), 2):
        if grouping.probe[i] >= 0 and grouping.gallery[j] >= 0:
            trials[i, j, grouping.probe[i] * h + grouping.gallery[j]] += compared(comparisons, i, j)
    counted = trials.sum((0, 1))
    rates = errors.sum((0, 1)) / counted
    first, second = np.triu_indices(n, 1)
    residual = errors - rates * trials
    dyads, made = ((one + one.swapaxes(0, 1))[first, second] for one in (residual, trials))
    shared = (first[:, None] == first) | (first[:, None] == second)
    shared |= (second[:, None] == first) | (second[:, None] == second)
    covariance = (dyads.T @ shared @ dyads) / (made.T @ ~shared @ made)
    # a variance is never less than that of independent pairs of people, nor of independent comparisons
    floor = np.maximum(np.diag(dyads.T @ dyads) / counted**2, rates * (1 - rates) / counted)
    np.fill_diagonal(covariance, np.maximum(np.diag(covariance), floor))
    return errors.sum((0, 1)), counted, covariance


def compared(comparisons: Comparisons, i: int, j: int) -> float:
    """How often probe i was compared with gallery person j."""
    counted = comparisons.counted
    here = (counted.probe == i) & (counted.gallery == j)
    blocks = sum(block.probe_photos[i] * block.gallery_photos[j] for block in comparisons.blocks)
    return float(blocks + counted.times[here].sum())


def equal_parts(parts: Column) -> float:
    return max(1.0, float(parts.sum() ** 2 / (parts**2).sum()) - 1)


def brute_freedom(comparisons: Comparisons, grouping: Grouping, weights: Column) -> float:
    """Degrees of freedom of a weighted sum of false matches, pair by pair of people."""
    pairs: dict[tuple[int, int], float] = {}
    for i, j in zip(comparisons.probe.tolist(), comparisons.gallery.tolist(), strict=True):
        if grouping.probe[i] >= 0 and grouping.gallery[j] >= 0:
            pair = min(i, j), max(i, j)
            pairs[pair] = pairs.get(pair, 0.0) + weights[grouping.probe[i], grouping.gallery[j]]
    alone = np.array([value**2 for value in pairs.values()])
    shared = np.array(
        [
            abs(sum(pairs[d] * pairs[e] for d in own for e in own if d != e))
            for person in range(comparisons.people)
            for own in [[pair for pair in pairs if person in pair]]
        ]
    )
    parts = [one for one in (alone, shared) if one.sum() > 0]
    return float(
        sum(one.sum() for one in parts) ** 2 / sum(one.sum() ** 2 / equal_parts(one) for one in parts)
    )


def two_sides(seed: int, photographs: int = 1) -> Comparisons:
    rng = np.random.default_rng(seed)
    probes, gallery = rng.integers(1, photographs + 1, (2, 24))
    return drawn(seed, [*probes[:10], *[0] * 14], [*[0] * 10, *gallery[10:]], 0.05)


def overlapping(seed: int) -> Comparisons:
    rng = np.random.default_rng(seed)
    probes, gallery = rng.integers(1, 3, (2, 60))
    return drawn(seed, [*probes[:35], *[0] * 25], [*[0] * 15, *gallery[15:]], 0.008)


def groups_of(people: int, probe_groups: int, gallery_groups: int) -> Grouping:
    person = np.arange(people)
    return Grouping(person % probe_groups, person // 2 % gallery_groups, probe_groups, gallery_groups)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("made", [two_sides, overlapping, lambda seed: two_sides(seed, 3)])
@pytest.mark.parametrize("groups", [(1, 1), (2, 1), (2, 2)])
def test_covariance_is_of_all_pairs_that_share_a_person(seed: int, made, groups: tuple[int, int]) -> None:  # type: ignore[no-untyped-def]
    comparisons = made(seed)
    grouping = groups_of(comparisons.people, *groups)
    errors, trials, covariance = brute_force(comparisons, grouping)
    found = cell_rates(comparisons, 0.0, grouping)
    assert found.errors.ravel().tolist() == errors.tolist()
    assert found.trials.ravel().tolist() == trials.tolist()
    scale = np.outer(*[np.sqrt(np.diag(covariance)) + 1e-12] * 2)
    assert found.covariance / scale == pytest.approx(covariance / scale, abs=1e-9)
    for weights in np.eye(len(errors))[errors > 0]:
        freedom = brute_freedom(comparisons, grouping, weights.reshape(found.errors.shape))
        assert found.freedom.ravel()[weights > 0] == pytest.approx(freedom)


@pytest.mark.parametrize("photographs", [1, 3])
@pytest.mark.parametrize("seed", range(3))
def test_one_set_with_pairs_once(seed: int, photographs: int) -> None:
    world = World("set", 24, 0, 25, Tendency(0.8), photographs)
    comparisons = draw(world, np.random.default_rng(seed)).comparisons
    once = cell_rates(comparisons, 0.0)
    assert once.errors[0, 0] == len(comparisons)
    assert once.trials[0, 0] == comparisons.trials
    both = comparisons.both_ways()
    _, _, covariance = brute_force(both, Grouping.everyone(24))
    independent = once.rates[0, 0] * (1 - once.rates[0, 0]) / comparisons.trials
    expected = max(float(covariance[0, 0]), independent)
    assert once.covariance[0, 0] == pytest.approx(expected)
    assert cell_rates(both, 0.0).rates == pytest.approx(once.rates)
    assert once.freedom == pytest.approx(cell_rates(both, 0.0).freedom)


def test_groups_of_one_set_hold_each_pair_in_both_cells() -> None:
    comparisons = draw(World("set", 30, 0, 60), np.random.default_rng(2)).comparisons
    group = np.arange(30) % 3
    found = cell_rates(comparisons, 0.0, Grouping(group, group, 3, 3))
    between = np.zeros((3, 3), int)
    for i, j in zip(group[comparisons.probe], group[comparisons.gallery], strict=True):
        between[i, j] += 1
    expected = between + between.T - np.diag(np.diag(between))
    assert found.errors.tolist() == expected.tolist()
    assert found.trials.tolist() == (100 * np.ones((3, 3)) - 55 * np.eye(3)).tolist()
    assert np.triu(found.errors).sum() == len(comparisons)
    assert found.rates == pytest.approx(found.rates.T)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("groups", [(2, 1), (3, 2), (1, 4)])
def test_cells_add_up_to_everyone(seed: int, groups: tuple[int, int]) -> None:
    """Residuals are taken from the rate of each cell, not of everyone, so variances agree to that."""
    data = draw(World("two", 90, 110, 150), np.random.default_rng(seed))
    comparisons = data.comparisons
    everyone, cells = (
        cell_rates(comparisons, 0.0, grouping) for grouping in (None, groups_of(comparisons.people, *groups))
    )
    assert cells.errors.sum() == everyone.errors[0, 0] == len(comparisons)
    assert cells.trials.sum() == everyone.trials[0, 0] == comparisons.trials
    value, low, high = cells.combined(cells.trials / cells.trials.sum())
    assert value == pytest.approx(everyone.rates[0, 0])
    _, error, freedom = cells.weighted(cells.trials / cells.trials.sum())
    assert freedom == pytest.approx(everyone.freedom[0, 0])
    assert (high - low) / 2 == pytest.approx(student(freedom, 0.95) * error)
    assert error == pytest.approx(everyone.standard_errors[0, 0], rel=0.15)
    assert (low + high) / 2 == pytest.approx(value)


def test_combined_and_log_ratio_take_the_covariance() -> None:
    comparisons = drawn(1, [1] * 12 + [0] * 14, [0] * 12 + [1] * 14, 0.1)
    grouping = groups_of(26, 2, 2)
    _, _, covariance = brute_force(comparisons, grouping)
    found = cell_rates(comparisons, 0.0, grouping)
    weights = np.array([[1.0, 0.5], [-1.0, -0.5]])
    value, low, high = found.combined(weights)
    w = weights.ravel()
    assert value == pytest.approx(float((weights * found.rates).sum()))
    freedom = brute_freedom(comparisons, grouping, weights / found.trials)
    reach = student(freedom, 0.95) * math.sqrt(w @ covariance @ w)
    assert (high - low) / 2 == pytest.approx(reach)
    logged, error, freedom = found.log_ratio((0, 1), (1, 1))
    rates = found.rates.ravel()
    step = np.array([0, 1 / rates[1], 0, -1 / rates[3]])
    assert logged == pytest.approx(math.log(rates[1] / rates[3]))
    assert error == pytest.approx(math.sqrt(step @ covariance @ step))
    assert freedom == pytest.approx(brute_freedom(comparisons, grouping, step.reshape(2, 2) / found.trials))


def test_a_cell_against_itself_has_no_spread() -> None:
    found = cell_rates(drawn(1, [1] * 12 + [0] * 14, [0] * 12 + [1] * 14, 0.1), 0.0)
    assert found.log_ratio((0, 0), (0, 0))[:2] == (0.0, 0.0)


def test_an_empty_cell_is_left_out_of_what_does_not_weigh_it() -> None:
    comparisons = drawn(1, [1] * 12 + [0] * 14, [0] * 12 + [1] * 14, 0.1)
    grouping = Grouping(np.zeros(26, np.int64), np.zeros(26, np.int64), 2, 1)
    found = cell_rates(comparisons, 0.0, grouping)
    assert math.isnan(found.rates[1, 0])
    assert found.estimate(1, 0) == NotMeasured("no comparisons", 0, 0, 0)
    value, low, high = found.combined(np.array([[1.0], [0.0]]))
    assert low < value == found.rates[0, 0] < high


def assert_alike(one: CellRates, other: CellRates) -> None:
    for name in CellRates.__slots__:
        a, b = (getattr(cells, name) for cells in (one, other))
        parts = [(a, b)] if name != "false" else [(getattr(a, p), getattr(b, p)) for p in a.__slots__]
        assert all(np.allclose(x, y) for x, y in parts), name


def test_people_of_no_group_take_no_part() -> None:
    comparisons = drawn(3, [1] * 14 + [0] * 16, [0] * 14 + [2] * 16, 0.05)
    left, right = np.arange(30) < 10, (np.arange(30) >= 14) & (np.arange(30) < 25)
    inside = Grouping(np.where(left, 0, -1), np.where(right, 0, -1), 1, 1)
    some = cell_rates(comparisons, 0.0, inside)
    alone = cell_rates(comparisons.between(left, right), 0.0)
    assert_alike(some, alone)


def beside_strangers(
    comparisons: Comparisons, grouping: Grouping, strangers: int
) -> tuple[Comparisons, Grouping]:
    """The same with people of no group: enrolled, found by some probes, and searched for."""
    rng, people = np.random.default_rng(1), comparisons.people
    everyone = people + strangers

    def longer(photos: Column, more: float) -> Column:
        return np.concatenate((photos, np.full(strangers, more)))

    blocks = tuple(
        ComparedBlock(longer(b.probe_photos, 1), longer(b.gallery_photos, 2), b.once)
        for b in comparisons.blocks
    )
    lured = rng.integers(0, people, 3 * strangers), people + rng.integers(0, strangers, 3 * strangers)
    listed = Comparisons(
        np.concatenate((comparisons.probe, lured[0][:strangers], lured[1][strangers:])),
        np.concatenate((comparisons.gallery, lured[1][:strangers], lured[0][strangers:])),
        np.zeros(len(comparisons) + 3 * strangers),
        everyone,
        blocks,
    )
    nobody = np.full(strangers, -1)
    probe, gallery = (np.concatenate((side, nobody)) for side in (grouping.probe, grouping.gallery))
    return listed, Grouping(probe, gallery, grouping.probe_groups, grouping.gallery_groups)


@pytest.mark.parametrize("one_set", [False, True])
@pytest.mark.parametrize("strangers", [30, 2000])
def test_people_who_stand_in_no_cell_change_no_interval(strangers: int, one_set: bool) -> None:
    if one_set:
        world = World("set", 60, 0, 400, Tendency(1.2), photographs=2)
        comparisons = draw(world, np.random.default_rng(1)).comparisons.both_ways()
        group = np.arange(60) % 2
        grouping = Grouping(group, group, 2, 2)
    else:
        comparisons = drawn(1, [1] * 30 + [0] * 40, [0] * 30 + [1] * 40, 0.1)
        grouping = groups_of(70, 2, 2)
    alone = cell_rates(comparisons, 0.0, grouping)
    among, ungrouped = beside_strangers(comparisons, grouping, strangers)
    beside = cell_rates(among, 0.0, ungrouped)
    for name in ("errors", "trials", "pairs", "disjoint", "probe_people", "gallery_people"):
        assert (getattr(alone, name) == getattr(beside, name)).all(), name
    for g, h in itertools.product(range(2), repeat=2):
        assert isinstance(alone.estimate(g, h), Estimate)
        assert beside.estimate(g, h) == alone.estimate(g, h)
    weights = np.array([[0.4, -1.0], [-0.3, 2.0]])
    assert beside.combined(weights) == pytest.approx(alone.combined(weights), rel=1e-12)
    assert beside.log_ratio((0, 0), (1, 1)) == pytest.approx(alone.log_ratio((0, 0), (1, 1)), rel=1e-12)


def test_probes_searched_only_among_people_of_no_group_are_not_behind_a_cell() -> None:
    """As in the Congress test: everybody is searched among strangers, some among labelled mates as well."""
    searched, mates = np.repeat([1.0, 0.0], [20, 15]), np.repeat([1.0, 0.0], [12, 23])
    blocks = ComparedBlock(searched, 1 - searched), ComparedBlock(mates, mates)
    i, j = np.nonzero(np.outer(mates, mates) - np.diag(mates))
    comparisons = Comparisons(i[::5], j[::5], np.zeros(len(i[::5])), 35, blocks)
    group = np.where(np.arange(35) < 20, np.arange(35) % 2, -1)
    found = cell_rates(comparisons, 0.0, Grouping(group, group, 2, 2))
    assert found.probe_people.tolist() == found.gallery_people.tolist() == [6, 6]
    assert found.trials.tolist() == [[30, 36], [36, 30]]
    rate = found.estimate(0, 1)
    assert isinstance(rate, NotMeasured)
    assert rate.people == 6


@pytest.mark.parametrize("both_ways", [False, True])
@pytest.mark.parametrize("people", [8, 30])
def test_the_variance_of_one_set_is_right_on_average(people: int, both_ways: bool) -> None:
    """Two kinds of people: any two of the first kind match, in both directions."""
    share, rng = 0.7, np.random.default_rng(people)
    of_two, of_one = (
        share**2 * (1 - share**2),
        share**3 * (1 - share),
    )  # variance of a pair, of a person's part
    true = (4 * (people - 2) * of_one + 2 * of_two) / (people * (people - 1))
    found = []
    for _ in range(400):
        i, j = np.nonzero(np.triu(np.outer(*[rng.random(people) < share] * 2), 1))
        block = ComparedBlock(np.ones(people), np.ones(people), once=True)
        once = Comparisons(i, j, np.zeros(len(i)), people, (block,))
        found.append(float(cell_rates(once.both_ways() if both_ways else once, 0.0).covariance[0, 0]))
    assert np.mean(found) == pytest.approx(true, abs=4 * float(np.std(found)) / 20)
    assert float(np.mean(found)) > 0.93 * true


@pytest.mark.parametrize("sides", [(12, 30), (40, 0)])
def test_where_everything_matches_the_interval_ends_at_one(sides: tuple[int, int]) -> None:
    probes, gallery = sides
    people = probes + gallery
    first = (np.arange(people) < probes).astype(float)
    block = ComparedBlock(first, 1 - first) if gallery else ComparedBlock(first, first)
    i, j = np.nonzero(np.outer(block.probe_photos, block.gallery_photos) - np.diag(first * (not gallery)))
    comparisons = Comparisons(i, j, np.zeros(len(i)), people, (block,))
    found = cell_rates(comparisons, 0.0)
    rate = found.estimate()
    assert isinstance(rate, Estimate)
    assert rate.errors == rate.trials
    disjoint = min(probes, gallery) if gallery else probes // 2
    assert (rate.low, rate.value, rate.high) == (1 - zero_error_bound(disjoint), 1.0, 1.0)
    assert "without a match" in rate.method
    assert math.isnan(found.design_effects[0, 0])
    split = cell_rates(comparisons, 0.0, Grouping.of_probes(np.arange(people) % 2, 2))
    value, low, high = split.combined(np.array([[1.0], [-1.0]]))
    assert low < value == 0 < high
    logged, error, _ = split.log_ratio((0, 0), (1, 0))
    assert logged == 0
    assert 0 < error < 1


def test_counted_tables_are_as_blocks() -> None:
    comparisons = drawn(5, [2] * 12 + [0] * 15, [0] * 12 + [1] * 15, 0.06)
    listed = set(range(len(comparisons)))
    rows = [(int(comparisons.probe[k]), int(comparisons.gallery[k]), 0.0) for k in listed]
    for i, j in itertools.product(range(12), range(12, 27)):
        missing = 2 - sum(row[:2] == (i, j) for row in rows)
        rows += [(i, j, 1.0)] * missing
    probe, gallery, distance = (np.array(column) for column in zip(*rows, strict=True))
    table = one_by_one(probe, gallery, distance, 27)
    grouping = groups_of(27, 2, 1)
    for one, other in ((None, None), (grouping, grouping)):
        a, b = cell_rates(comparisons, 0.5, one), cell_rates(table, 0.5, other)
        assert_alike(a, b)


def test_estimates_are_on_the_log_scale_with_students_t() -> None:
    comparisons = draw(World("two", 60, 80, 60), np.random.default_rng(1)).comparisons
    found, rate = cell_rates(comparisons, 0.0), false_match_rate(comparisons, 0.0)
    assert isinstance(rate, Estimate)
    assert rate.low * rate.high == pytest.approx(rate.value**2)
    reach = student(float(found.freedom[0, 0]), 0.95) * found.standard_errors[0, 0] / rate.value
    assert math.log(rate.high / rate.value) == pytest.approx(reach)
    wider = found.estimate(level=0.99)
    assert isinstance(wider, Estimate)
    assert wider.low < rate.low < rate.high < wider.high
    assert student(math.inf, 0.95) == pytest.approx(1.959964, rel=1e-6)
    assert student(4, 0.95) == pytest.approx(2.776445, rel=1e-6)


def test_one_wolf_leaves_one_degree_of_freedom() -> None:
    people = np.arange(1, 21)
    block = ComparedBlock(np.array([1.0] * 10 + [0] * 11), np.array([0.0] * 10 + [1] * 11))
    one_probe = Comparisons(np.zeros(11, np.int64), people[9:20], np.zeros(11), 21, (block,))
    assert cell_rates(one_probe, 0.0).freedom[0, 0] == pytest.approx(121**2 / (110**2 + 11**2 / 10))
    ten = Comparisons(np.arange(10), np.arange(10, 20), np.zeros(10), 21, (block,))
    assert cell_rates(ten, 0.0).freedom[0, 0] == pytest.approx(9.0)


def test_a_threshold_beyond_the_list_is_refused() -> None:
    near = drawn(1, [1, 1, 0, 0], [0, 0, 1, 1], 0.5).within(0.4)
    with pytest.raises(BadInput, match="beyond"):
        cell_rates(near, 0.5)


@pytest.mark.parametrize(
    "world",
    [
        World("two sides", 20, 30, 60, photographs=4),
        World("two sides, long tail", 20, 30, 300, photographs=30, tail=True),
        World("one set", 30, 0, 60, photographs=4),
        World("one set, long tail", 30, 0, 300, photographs=30, tail=True),
    ],
    ids=lambda world: world.name,
)
def test_least_variance_of_unequal_pairs_is_that_of_loops(world: World) -> None:
    """Each pair of people once, with how often it was compared and how often it matched."""
    data = draw(world, np.random.default_rng(5))
    (block,) = data.comparisons.blocks
    m, n = block.probe_photos, block.gallery_photos
    matched = Counter(
        frozenset(pair) for pair in zip(data.comparisons.probe, data.comparisons.gallery, strict=True)
    )
    compared = {}
    for i in range(len(m)):
        for j in range(i if block.once else 0, len(n)):
            if i != j and m[i] * n[j] > 0:
                compared[frozenset((i, j))] = m[i] * n[j]
    again = sum(x * (x - 1) / compared[pair] ** 2 for pair, x in matched.items())
    could = sum(x * (compared[pair] - 1) / compared[pair] ** 2 for pair, x in matched.items())
    agree = min(1.0, (again + 1 / 8) / (could + 1 / 4))
    trials = sum(compared.values())
    rate = sum(matched.values()) / trials
    both = max(0.0, (agree - rate) / (1 - rate))
    variance = sum(rate * (1 - rate) * (t + both * t * (t - 1)) for t in compared.values()) / trials**2
    cells = cell_rates(data.comparisons, 0.0)
    assert cells.alike[0, 0] == pytest.approx(variance)
    assert cells.worth() == pytest.approx(rate**2 / variance)


def test_one_comparison_a_pair_has_no_such_least_variance() -> None:
    for world in (World("two sides", 40, 60, 50), World("one set", 40, 0, 50)):
        cells = cell_rates(draw(world, np.random.default_rng(1)).comparisons, 0.0)
        assert cells.alike[0, 0] == 0
        assert cells.worth() == math.inf


def test_one_pair_with_most_comparisons_is_told() -> None:
    """Forty people have one photograph each, two have 400: their 160,000 comparisons did not match."""
    photos = np.array([1.0] * 40 + [400.0] * 2)
    i, j = np.triu_indices(40, 1)
    block = ComparedBlock(photos, photos, once=True)
    few = Comparisons(i[:30], j[:30], np.zeros(30), 42, (block,))
    found = cell_rates(few, 0.0).estimate()
    assert isinstance(found, NotMeasured)
    assert "few people have most photographs" in found.reason
    assert found.errors == 30
