from __future__ import annotations

import numpy as np
import pytest

from fairlineup.measures import (
    Resampling,
    crossed,
    fairness_discrepancy_rate,
    garbe,
    gini,
    inequity_rate,
    max_over_geometric_mean,
    max_over_min,
)
from fairlineup.measures.differentials.nulls import (
    DIFFERENTIALS,
    FDR,
    GARBE,
    GINI,
    IR,
    MAX_OVER_GEOMETRIC_MEAN,
    MAX_OVER_MIN,
    PersonTally,
    permutation_null,
    permutation_null_within_groups,
)
from fairlineup.records import BadInput, NotMeasured

from .worlds import log_normal

FMR = [1e-4, 2e-4, 4e-4, 1e-3]
FNMR = [0.01, 0.012, 0.015, 0.02]


def test_the_same_numbers_as_the_scalar_functions() -> None:
    rates = np.array([FMR, FNMR])[:, :, None]
    assert MAX_OVER_MIN.of(rates)[0] == pytest.approx(max_over_min(FMR))
    assert MAX_OVER_GEOMETRIC_MEAN.of(rates)[0] == pytest.approx(max_over_geometric_mean(FMR))
    assert GINI.of(rates)[0] == pytest.approx(gini(FMR))
    assert GARBE.of(rates)[0] == pytest.approx(garbe(FMR, FNMR))
    assert FDR.of(rates)[0] == pytest.approx(fairness_discrepancy_rate(FMR, FNMR))
    assert IR.of(rates)[0] == pytest.approx(inequity_rate(FMR, FNMR))
    assert all(one.hides.endswith(".") for one in DIFFERENTIALS)


@pytest.mark.parametrize(("expected", "median", "high"), [(5, 4.0, 10.0), (30, 1.68, 2.263)])
def test_golden_max_over_min_of_eight_equal_groups(expected: int, median: float, high: float) -> None:
    """A person makes at most one error here, so counts of groups are nearly Poisson, and multinomial."""
    rng = np.random.default_rng(0)
    for counts in (rng.poisson(expected, (200_000, 8)), rng.multinomial(8 * expected, [1 / 8] * 8, 200_000)):
        some = counts[counts.min(axis=1) > 0]
        drawn = np.quantile(some.max(axis=1) / some.min(axis=1), [0.5, 0.95])
        assert drawn == pytest.approx([median, high], rel=0.01)
    people = 8 * 2000
    errors = np.zeros(people)
    errors[: 8 * expected] = 1
    tally = PersonTally(errors, np.full(people, 25.0))
    found = permutation_null(MAX_OVER_MIN, (tally,), np.arange(people) % 8, 8, Resampling(1500, 2))
    assert found.median == pytest.approx(median, rel=0.02)
    assert found.high == pytest.approx(high, rel=0.03)


def test_a_planted_gap_is_found_and_none_is_not() -> None:
    rng = np.random.default_rng(1)
    group = np.arange(539) % 8
    rate = np.where(group == 0, 4.0, 1.0) * log_normal(rng, 0.6, 539)
    trials = np.full(539, 25_000.0)
    found = permutation_null(GINI, (PersonTally(rng.poisson(rate).astype(float), trials),), group, 8)
    assert found.p_value == pytest.approx(1 / 2001)
    values = []
    for seed in range(60):
        alike = rng.poisson(log_normal(rng, 1.0, 539)).astype(float)
        null = permutation_null(GINI, (PersonTally(alike, trials),), group, 8, Resampling(200, seed))
        assert isinstance(null.p_value, float)
        values.append(null.p_value)
    assert np.mean(np.array(values) <= 0.1) < 0.25
    assert 0.35 < np.mean(values) < 0.65


def test_two_kinds_of_error_are_shuffled_together() -> None:
    rng = np.random.default_rng(4)
    group = np.arange(400) % 4
    wrong = rng.random(400) < 0.2
    one = PersonTally.of_outcomes(wrong, np.arange(400), 400)
    same = permutation_null(GARBE, (one, one), group, 4, Resampling(300, 1))
    single = permutation_null(GINI, (one,), group, 4, Resampling(300, 1))
    assert (same.observed, same.median, same.p_value) == (single.observed, single.median, single.p_value)
    low = permutation_null(FDR, (one, one), group, 4, Resampling(300, 1))
    assert isinstance(low.high, float)
    assert isinstance(low.median, float)
    assert low.high < low.median
    with pytest.raises(BadInput, match="GARBE does not fit"):
        permutation_null(GARBE, (one,), group, 4)


def test_a_group_without_errors_has_no_ratio() -> None:
    errors = np.array([1.0, 0, 0, 0])
    found = permutation_null(
        MAX_OVER_MIN, (PersonTally(errors, np.ones(4)),), np.array([0, 0, 1, 1]), 2, Resampling(100, 1)
    )
    assert isinstance(found.observed, NotMeasured)
    assert isinstance(found.p_value, NotMeasured)
    assert isinstance(found.median, NotMeasured)
    assert found.undefined == 100


def test_people_without_a_label_stay_out() -> None:
    tally = PersonTally(np.array([5.0, 1, 2, 3, 1]), np.full(5, 10.0))
    group = np.array([-1, 0, 0, 1, 1])
    left = permutation_null(GINI, (tally,), group, 2, Resampling(200, 1))
    without = PersonTally(tally.errors[1:], tally.trials[1:])
    assert left == permutation_null(GINI, (without,), group[1:], 2, Resampling(200, 1))


@pytest.mark.parametrize("one_set", [True, False])
def test_within_groups(one_set: bool) -> None:
    rng = np.random.default_rng(6)
    people, group = 240, np.arange(240) % 3
    probes = np.ones(people) if one_set else (np.arange(people) < 120).astype(float)
    gallery = probes if one_set else 1 - probes
    same = group[:, None] == group[None]
    chance = np.where(same & (group[:, None] == 0), 0.08, 0.02)
    made = np.outer(probes, gallery) * ~np.eye(people, dtype=np.bool_) > 0
    i, j = np.nonzero((rng.random((people, people)) < chance) & made)
    comparisons = crossed(i, j, np.zeros(len(i)), probe_photos=probes, gallery_photos=gallery)
    found = permutation_null_within_groups(MAX_OVER_MIN, comparisons, 0, group, 3, Resampling(300, 1))
    wrong = np.bincount(group[i][same[i, j]], minlength=3)
    made_of = [int((made & same)[group == g].sum()) for g in range(3)]
    rates = wrong / made_of
    assert found.observed == pytest.approx(rates.max() / rates.min(), rel=1e-5)
    assert found.p_value == pytest.approx(1 / 301)
    assert found.undefined == 0


def test_tally_of_comparisons() -> None:
    photos = np.array([1.0, 2, 1])
    comparisons = crossed(
        np.array([0, 1]), np.array([1, 2]), np.array([0.1, 0.9]), probe_photos=photos, gallery_photos=photos
    )
    tally = PersonTally.of_comparisons(comparisons, 0.5)
    assert tally.errors.tolist() == [1, 0, 0]
    assert tally.trials.tolist() == [3, 4, 3]
