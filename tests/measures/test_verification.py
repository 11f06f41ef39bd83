from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from fairlineup.measures import (
    CellRates,
    Comparisons,
    ZeroBounds,
    cell_rates,
    clopper_pearson,
    comparisons_of,
    false_match_rate,
    implied_false_match_rate,
    implied_false_positive_identification_rate,
    zero_false_match_bounds,
)
from fairlineup.records import Estimate, NotMeasured

from .examples import searches_of, searches_of_matrix


def test_golden_false_match_rate_behind_the_congress_test() -> None:
    fmr = implied_false_match_rate(28 / 535, 25_000)
    assert fmr == pytest.approx(2.15023e-6, rel=5e-6)
    assert implied_false_positive_identification_rate(fmr, 25_000) == pytest.approx(28 / 535)
    assert implied_false_positive_identification_rate(fmr, 100_000) == pytest.approx(0.19, abs=0.005)
    assert implied_false_positive_identification_rate(fmr, 850_000) == pytest.approx(0.84, abs=0.005)


def test_golden_bound_of_the_vendors_answer() -> None:
    bound = implied_false_match_rate(0.0055839, 850_000)
    assert bound == pytest.approx(6.6e-9, rel=0.01)
    assert implied_false_positive_identification_rate(bound, 30_000_000) == pytest.approx(0.179, abs=0.001)


def test_counts_are_of_processed_photographs() -> None:
    rows: list[dict[int, list[float]]] = [{i: [0.1, 0.6]} for i in range(10)]
    searches = searches_of([*rows, {}], processed=[True] * 10 + [False])
    rate = false_match_rate(comparisons_of(searches), 0.5)
    assert isinstance(rate, Estimate)
    assert (rate.errors, rate.trials, rate.people) == (10, 10 * 200, 10)
    assert rate.method == "two-way by person (dyadic variance, Student's t)"
    assert rate.low < rate.value < rate.high


def test_under_ten_errors_no_interval() -> None:
    searches = searches_of([{i: [0.1]} for i in range(9)])
    assert false_match_rate(comparisons_of(searches), 0.5) == NotMeasured(
        "only 9 false matches; an interval needs 10", errors=9, trials=1800, people=9
    )
    assert false_match_rate(comparisons_of(searches), 0.0) == NotMeasured(
        "no false match; an interval needs 10", errors=0, trials=1800, people=9
    )
    one_person = searches_of([{i: [0.1] for i in range(12)}])
    assert "two people" in str(false_match_rate(comparisons_of(one_person), 0.5))
    nothing = searches_of([{}], processed=[False])
    assert false_match_rate(comparisons_of(nothing), 0.5) == NotMeasured("no comparisons", 0, 0, 0)


def brute_force_variance(matches: NDArray[np.bool_]) -> float:
    """Sum over all comparisons that share a person, one term at a time, by the number that do not."""
    n_p, n_g = matches.shape
    e = matches - matches.mean()
    rows = sum(e[i, j] * e[i, k] for i in range(n_p) for j in range(n_g) for k in range(n_g))
    columns = sum(e[i, j] * e[k, j] for j in range(n_g) for i in range(n_p) for k in range(n_p))
    return float((rows + columns - (e**2).sum()) / (n_p * (n_p - 1) * n_g * (n_g - 1)))


def rates_of(matches: NDArray[np.bool_], person: NDArray[np.int64] | None = None) -> CellRates:
    return cell_rates(comparisons_of(searches_of_matrix(matches, person)), 0)


def test_variance_is_that_of_all_pairs_that_share_a_person() -> None:
    rng = np.random.default_rng(3)
    matches = rng.random((12, 15)) < np.outer(rng.beta(1, 3, 12), rng.beta(1, 1, 15))
    found = rates_of(matches)
    assert found.covariance[0, 0] == pytest.approx(brute_force_variance(matches))
    rate, trials = matches.mean(), matches.size
    independent = rate * (1 - rate) / trials
    assert found.design_effects[0, 0] == pytest.approx(found.covariance[0, 0] / independent)


def test_a_person_searched_for_twice_is_one_person() -> None:
    rng = np.random.default_rng(4)
    matches = rng.random((20, 30)) < 0.1
    once = rates_of(matches)
    doubled = rates_of(np.repeat(matches, 2, axis=0), np.repeat(np.arange(20), 2))
    assert doubled.standard_errors[0, 0] == pytest.approx(once.standard_errors[0, 0], rel=0.02)
    assert doubled.design_effects[0, 0] == pytest.approx(2 * once.design_effects[0, 0], rel=0.03)


def wolves_and_lambs(rng: np.random.Generator, spread: float, expected: float) -> Comparisons:
    """150 probes and 300 gallery people, each with their own tendency to match (log-normal)."""
    probes, gallery = (np.exp(rng.normal(-(spread**2) / 2, spread, n)) for n in (150, 300))
    chance = np.minimum(expected / (150 * 300) * np.outer(probes, gallery), 1)
    return comparisons_of(searches_of_matrix(rng.random(chance.shape) < chance))


def covered(interval: tuple[float, float], truth: float) -> bool:
    return interval[0] <= truth <= interval[1]


@pytest.mark.parametrize(
    ("spread", "expected", "pairs_at_most"), [(0.0, 30, 1.0), (0.8, 100, 0.90), (1.2, 300, 0.55)]
)
def test_interval_covers_where_clopper_pearson_on_comparisons_does_not(
    spread: float, expected: float, pairs_at_most: float
) -> None:
    rng = np.random.default_rng(11)
    truth, times = expected / (150 * 300), 400
    by_person = by_pairs = 0
    for _ in range(times):
        rate = false_match_rate(wolves_and_lambs(rng, spread, expected), 0)
        assert isinstance(rate, Estimate)
        by_person += covered((rate.low, rate.high), truth)
        by_pairs += covered(clopper_pearson(rate.errors, rate.trials), truth)
    print(f"spread {spread}: by person {by_person / times:.3f}, pairs {by_pairs / times:.3f}")
    assert 0.92 <= by_person / times <= 0.995
    assert by_pairs / times <= pairs_at_most


def test_bounds_after_no_false_match() -> None:
    nothing = comparisons_of(searches_of([{}] * 60))
    bounds = zero_false_match_bounds(nothing)
    assert isinstance(bounds, ZeroBounds)
    assert bounds.disjoint == pytest.approx(1 - 0.05 ** (1 / 60))
    assert bounds.naive == pytest.approx(3 / nothing.trials, rel=0.01)
    assert isinstance(bounds.adjusted, NotMeasured)
    assert isinstance(zero_false_match_bounds(comparisons_of(searches_of([]))), NotMeasured)
    assert math.isclose(implied_false_match_rate(1.0, 10), 1.0)


def test_adjusted_bound_lies_between_the_naive_and_the_disjoint() -> None:
    bounds = zero_false_match_bounds(wolves_and_lambs(np.random.default_rng(2), 1.2, 300))
    assert isinstance(bounds, ZeroBounds)
    assert isinstance(bounds.adjusted, float)
    assert bounds.naive < bounds.adjusted < bounds.disjoint


@pytest.mark.parametrize("distance", [0.0, 0.7, 1e300])
def test_impostors_at_one_score_have_no_design_effect(distance: float) -> None:
    """Every comparison matches at the strictest score of all: there is no variance to compare with."""
    rows = [{n: [distance] for n in range(9)} for _ in range(9)]
    searches = searches_of(rows, gallery=(9, 9))
    comparisons = comparisons_of(searches)
    bounds = zero_false_match_bounds(comparisons)
    assert isinstance(bounds, ZeroBounds)
    assert isinstance(bounds.adjusted, NotMeasured)
    assert "every comparison matches" in bounds.adjusted.reason
    assert bounds.naive == pytest.approx(-math.expm1(math.log(0.05) / comparisons.trials))
    assert bounds.disjoint > bounds.naive
