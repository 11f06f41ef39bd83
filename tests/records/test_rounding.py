from __future__ import annotations

import pytest

from fairlineup.records import decimals


@pytest.mark.parametrize(
    "thresholds", [(), (0.6,), (0.46, 0.48, 0.5, 0.55, 0.6), (80.0, 99.0), (0.0,), (0.36312,)]
)
def test_scores_are_rounded_to_five_decimals(thresholds: tuple[float, ...]) -> None:
    assert decimals(thresholds) == 5


@pytest.mark.parametrize(("threshold", "wanted"), [(5e-7, 11), (0.9999995, 10), (0.012, 6), (-5e-7, 11)])
def test_a_fine_threshold_asks_for_more(threshold: float, wanted: int) -> None:
    assert decimals((0.6, threshold)) == wanted
    assert round(threshold, decimals((threshold,))) == threshold
