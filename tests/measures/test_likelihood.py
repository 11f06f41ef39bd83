from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import (
    LogRatios,
    cllr,
    cllr_min,
    empirical_bounds,
    empirical_cross_entropy,
    recalibrated,
    tippett,
)
from fairlineup.records import BadInput

LOG10_E = math.log10(math.e)
steps = st.integers(-40, 40).map(lambda k: k / 10)
columns = st.lists(steps, min_size=1, max_size=40).map(lambda xs: np.array(xs, np.float64))
judged = st.builds(LogRatios, columns, columns)


def log10(*ratios: float) -> np.ndarray:
    return np.array([math.log10(ratio) for ratio in ratios])


def gaussian(n: int, seed: int, apart: float = 2.0) -> LogRatios:
    """Scores N(0, 1) mated and N(apart, 1) non-mated with their true likelihood ratio."""
    rng = np.random.default_rng(seed)
    mated, other = rng.normal(0, 1, n), rng.normal(apart, 1, n)
    return LogRatios(*((apart**2 / 2 - apart * x) * LOG10_E for x in (mated, other)))


def test_golden_uninformative_ratios_cost_one_bit() -> None:
    assert cllr(LogRatios(np.zeros(7), np.zeros(400))) == 1
    assert cllr_min(LogRatios(np.zeros(7), np.zeros(400))) == 1


def test_golden_by_hand() -> None:
    """1/2 [ (log2(1 + 1/3) + log2(1 + 1)) / 2 + (log2(1 + 1/4) + log2(1 + 3)) / 2 ]."""
    ratios = LogRatios(log10(3, 1), log10(1 / 4, 3))
    assert cllr(ratios) == pytest.approx((math.log2(4 / 3) + 1 + math.log2(5 / 4) + 2) / 4)


def test_golden_perfect_and_misleading() -> None:
    assert cllr(LogRatios(np.array([np.inf]), np.array([-np.inf]))) == 0
    assert cllr(LogRatios(np.array([-np.inf]), np.array([0.0]))) == np.inf
    assert cllr(LogRatios(np.array([-1.0]), np.array([1.0]))) == pytest.approx(math.log2(11))
    assert cllr_min(LogRatios(np.array([-1.0]), np.array([1.0]))) == 1


def test_pav_by_hand() -> None:
    """Order of falling LR: m n m n; the middle two pool to LR 1, the ends stay apart."""
    best = recalibrated(LogRatios(np.array([4.0, 1.0]), np.array([2.0, -3.0])))
    assert best.mated.tolist() == [np.inf, 0]
    assert best.non_mated.tolist() == [0, -np.inf]
    assert cllr(best) == pytest.approx(0.5)


def test_planted_truth_costs_what_theory_says() -> None:
    """Cllr of the true ratio by quadrature: 1 - I where I is the mutual information at even odds."""
    from scipy import integrate

    def density(x: float, mean: float) -> float:
        return math.exp(-((x - mean) ** 2) / 2) / math.sqrt(2 * math.pi)

    def integrand(x: float) -> float:
        ours, theirs = density(x, 0), density(x, 2)
        return (ours * math.log2(1 + theirs / ours) + theirs * math.log2(1 + ours / theirs)) / 2

    expected = integrate.quad(integrand, -8, 10)[0]
    found = gaussian(200_000, 5)
    assert cllr(found) == pytest.approx(expected, abs=0.003)
    assert cllr_min(found) == pytest.approx(expected, abs=0.003)
    shifted = LogRatios(found.mated + 1, found.non_mated + 1)
    assert cllr(shifted) > expected + 0.2
    assert cllr_min(shifted) == pytest.approx(cllr_min(found))


@given(judged)
def test_recalibration_never_costs(ratios: LogRatios) -> None:
    least = cllr_min(ratios)
    assert 0 <= least <= min(1, cllr(ratios)) + 1e-12
    assert cllr_min(recalibrated(ratios)) == pytest.approx(least)


@given(judged, st.integers(2, 5))
def test_a_weight_is_that_many_comparisons(ratios: LogRatios, times: int) -> None:
    weighted = LogRatios(ratios.mated, ratios.non_mated, np.full(len(ratios.non_mated), float(times)))
    repeated = LogRatios(ratios.mated, np.repeat(ratios.non_mated, times))
    assert cllr(weighted) == pytest.approx(cllr(repeated))
    assert cllr_min(weighted) == pytest.approx(cllr_min(repeated))
    assert empirical_bounds(weighted) == empirical_bounds(repeated)
    at = np.linspace(-4, 4, 9)
    assert tippett(weighted, at).non_mated == pytest.approx(tippett(repeated, at).non_mated)


@given(judged)
def test_bounds_hold_nought_and_the_size_of_the_data(ratios: LogRatios) -> None:
    bounds = empirical_bounds(ratios)
    assert -math.log10(len(ratios.mated) + 1) <= bounds.lower <= 0
    assert 0 <= bounds.upper <= math.log10(len(ratios.non_mated) + 1)
    capped = bounds.applied(np.concatenate((ratios.mated, ratios.non_mated)))
    assert capped.min() >= bounds.lower
    assert capped.max() <= bounds.upper


def test_bounds_by_hand() -> None:
    """9 of each, all right: one misleading added to each costs 1/10 + t/10, under 1 up to t = 9."""
    bounds = empirical_bounds(LogRatios(np.full(9, 8.0), np.full(9, -8.0)))
    assert (bounds.lower, bounds.upper) == pytest.approx((-0.95, 0.95))
    assert math.log10(9) == pytest.approx(0.954, abs=0.001)
    # with 4 of 9 mated missed and 1,000 non-mated: 5/10 + t/1000, under 1 up to t = 500
    some = empirical_bounds(LogRatios(np.array([0.3] * 4 + [8.0] * 5), np.full(999, -8.0)))
    assert some.upper == pytest.approx(math.floor(100 * math.log10(500)) / 100)
    useless = empirical_bounds(LogRatios(np.full(50, -3.0), np.full(50, 3.0)))
    assert (useless.lower, useless.upper) == (0, 0)


def test_tippett_by_hand() -> None:
    curve = tippett(LogRatios(np.array([2.0, 0.0, np.inf]), np.array([-np.inf, 0.0])), np.array([-1.0, 0, 1]))
    assert curve.mated == pytest.approx([1, 1, 2 / 3])
    assert curve.non_mated.tolist() == [0.5, 0.5, 0]


def test_cross_entropy_at_even_odds_is_cllr() -> None:
    ratios = gaussian(500, 1)
    curves = empirical_cross_entropy(ratios, np.array([-2.0, 0.0, 1.0]))
    assert curves.system[1] == pytest.approx(cllr(ratios))
    assert curves.calibrated[1] == pytest.approx(cllr_min(ratios))
    share = np.array([1 / 101, 1 / 2, 10 / 11])
    entropy = -share * np.log2(share) - (1 - share) * np.log2(1 - share)
    assert curves.uninformative == pytest.approx(entropy)
    assert (curves.calibrated <= np.minimum(curves.system, entropy) + 1e-12).all()


@pytest.mark.parametrize(
    ("mated", "non_mated", "weight"),
    [
        ([], [1.0], None),
        ([1.0], [], None),
        ([np.nan], [1.0], None),
        ([1.0], [1.0], [0.0]),
        ([1.0], [1.0], [1, 2.0]),
    ],
)
def test_what_cannot_be_judged_is_refused(
    mated: list[float], non_mated: list[float], weight: list[float] | None
) -> None:
    with pytest.raises(BadInput):
        LogRatios(
            np.array(mated, np.float64),
            np.array(non_mated, np.float64),
            None if weight is None else np.array(weight, np.float64),
        )
