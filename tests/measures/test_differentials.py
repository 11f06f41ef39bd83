from __future__ import annotations

import pytest

from fairlineup.measures import fairness_discrepancy_rate, garbe, gini, inequity_rate, max_over_geometric_mean
from fairlineup.records import BadInput, NotMeasured

FMR = [1e-4, 2e-4, 4e-4, 1e-3]
FNMR = [0.01, 0.012, 0.015, 0.02]


def test_golden_differentials() -> None:
    assert gini(FMR) == pytest.approx(0.5686275, abs=5e-8)
    assert gini(FNMR) == pytest.approx(0.1929825, abs=5e-8)
    assert garbe(FMR, FNMR) == pytest.approx(0.380805, abs=5e-7)
    assert fairness_discrepancy_rate(FMR, FNMR) == pytest.approx(0.994550, abs=5e-7)
    assert inequity_rate(FMR, FNMR) == pytest.approx(4.472136, abs=5e-7)
    assert max_over_geometric_mean(FMR) == pytest.approx(3.343702, abs=5e-7)


def test_equal_groups() -> None:
    assert gini([0.1, 0.1, 0.1]) == 0
    assert max_over_geometric_mean([0.1, 0.1]) == pytest.approx(1)


def test_what_zero_rates_leave_unmeasured() -> None:
    assert isinstance(gini([0, 0]), NotMeasured)
    assert isinstance(gini([0.1]), NotMeasured)
    assert isinstance(garbe([0, 0], [0.1, 0.2]), NotMeasured)
    assert isinstance(inequity_rate([0, 0.1], [0.1, 0.2]), NotMeasured)
    assert isinstance(max_over_geometric_mean([0, 0.1]), NotMeasured)
    with pytest.raises(BadInput, match="out of range"):
        gini([0.5, 1.5])
