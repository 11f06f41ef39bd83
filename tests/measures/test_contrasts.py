from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import (
    Counts,
    compare_groups,
    holm,
    risk_ratio,
)
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


def test_more_errors_than_people_is_refused() -> None:
    with pytest.raises(BadInput, match="more errors than people"):
        compare_groups(6, 5, 0, 5)


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert holm([]) == ()
