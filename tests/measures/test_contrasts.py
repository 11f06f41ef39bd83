from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, special

from fairlineup.measures import Counts, compare_groups, holm, risk_ratio
from fairlineup.records import BadInput, Estimate, NotMeasured


def test_golden_contrast_of_the_congress_test() -> None:
    found = compare_groups(11, 107, 17, 428)
    assert isinstance(found.risk_ratio, Estimate)
    assert found.risk_ratio.value == pytest.approx(2.588235, abs=5e-7)
    # the published interval takes 1.96 for the normal quantile
    assert (found.risk_ratio.low, found.risk_ratio.high) == pytest.approx((1.24949, 5.36136), rel=2e-5)
    assert found.fisher_two_sided == pytest.approx(0.0141778, abs=5e-8)
    assert found.hypergeometric_one_sided == pytest.approx(0.0125682, abs=5e-8)
    assert found.mid_p == pytest.approx(0.0082, abs=5e-5)
    fewer = compare_groups(9, 107, 19, 428)
    assert fewer.hypergeometric_one_sided == pytest.approx(0.084, abs=5e-4)


def test_an_empty_cell_has_no_ratio_but_a_p_value() -> None:
    found = compare_groups(5, 50, 0, 50)
    assert isinstance(found.risk_ratio, NotMeasured)
    assert "no errors" in found.risk_ratio.reason
    assert found.fisher_two_sided == pytest.approx(0.0563, abs=5e-4)
    assert isinstance(found.detectable_ratio, float)
    nobody = compare_groups(0, 0, 3, 50)
    assert isinstance(nobody.fisher_two_sided, NotMeasured)
    assert compare_groups(0, 40, 0, 50).fisher_two_sided == 1.0


def test_small_cells_get_the_score_interval() -> None:
    found = risk_ratio(Counts(36, 40), Counts(16, 80))
    assert isinstance(found, Estimate)
    assert found.method == "score (Koopman)"
    assert (found.low, found.high) == pytest.approx((2.94, 7.15), abs=0.02)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(6, 300), st.integers(6, 300))
def test_ratio_intervals_hold_the_ratio(x: int, y: int, n: int, m: int) -> None:
    found, mirror = risk_ratio(Counts(x, n), Counts(y, m)), risk_ratio(Counts(y, m), Counts(x, n))
    assert isinstance(found, Estimate)
    assert isinstance(mirror, Estimate)
    assert 0 < found.low <= found.value <= found.high
    assert (found.low * mirror.high, found.high * mirror.low) == pytest.approx((1, 1), rel=1e-6)


def score_of(a: Counts, b: Counts, ratio: float) -> float:
    """The squared score statistic of a ratio, its most likely rates found by search."""

    def unlikely(p: float) -> float:
        rates = (a.errors, a.people, ratio * p), (b.errors, b.people, p)
        return -float(sum(special.xlogy(x, q) + special.xlog1py(n - x, -q) for x, n, q in rates))

    most = min(1.0, 1 / ratio)
    found = optimize.minimize_scalar(unlikely, bounds=(0, most), method="bounded", options={"xatol": 1e-13})
    p = min((float(found.x), most), key=unlikely)
    variance = ratio * p * (1 - ratio * p) / a.people + ratio**2 * p * (1 - p) / b.people
    return float((a.rate - ratio * b.rate) ** 2 / variance)


@pytest.mark.parametrize("sizes", list(itertools.product((1, 2, 3, 8, 50), (1, 4, 50))))
def test_score_intervals_end_where_the_test_says(sizes: tuple[int, int]) -> None:
    """Every corner: one error, all of them, all on one side, all on both, a single person."""
    n, m = sizes
    z = float(special.ndtri(0.975))
    for x, y in itertools.product({1, 2, n - 1, n}, {1, m - 1, m}):
        if 0 < x <= n and 0 < y <= m and min(x, y, n - x, m - y) < 5:
            found = risk_ratio(Counts(x, n), Counts(y, m))
            assert isinstance(found, Estimate)
            assert found.low < found.value < found.high
            for end in (found.low, found.high):
                assert score_of(Counts(x, n), Counts(y, m), end) == pytest.approx(z**2, rel=1e-4)
            mirror = risk_ratio(Counts(y, m), Counts(x, n))
            assert isinstance(mirror, Estimate)
            assert (found.low * mirror.high, found.high * mirror.low) == pytest.approx((1, 1), rel=1e-9)


def test_everybody_flagged_on_both_sides_leaves_a_ratio_on_either_side_of_one() -> None:
    found = risk_ratio(Counts(50, 50), Counts(50, 50))
    assert isinstance(found, Estimate)
    z = float(special.ndtri(0.975))
    assert (found.low, found.high) == pytest.approx((50 / (50 + z**2), (50 + z**2) / 50))
    assert math.log(found.low) == pytest.approx(-math.log(found.high))
    uneven = risk_ratio(Counts(5, 5), Counts(100, 100))
    assert isinstance(uneven, Estimate)
    assert (uneven.low, uneven.high) == pytest.approx((5 / (5 + z**2), (100 + z**2) / 100))


def test_a_side_without_errors_has_no_ratio() -> None:
    for a, b in ((Counts(0, 50), Counts(50, 50)), (Counts(0, 1), Counts(0, 1)), (Counts(3, 3), Counts(0, 9))):
        assert isinstance(risk_ratio(a, b), NotMeasured)


def test_more_errors_than_people_is_refused() -> None:
    with pytest.raises(BadInput, match="more errors than people"):
        compare_groups(6, 5, 0, 5)


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert holm([]) == ()
