from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import (
    OperatingPoint,
    false_positive_identification_rate,
    false_positive_ladder,
    threshold_for_fpir,
)
from fairlineup.records import BadInput, Estimate, NotMeasured

from .examples import searches_of


def drawn(seed: int, searches: int = 400, decimals: int = 3) -> list[dict[int, list[float]]]:
    rng = np.random.default_rng(seed)
    return [
        {
            int(p): [round(float(d), decimals)]
            for p, d in zip(rng.permutation(50)[:6], rng.random(6), strict=True)
        }
        for _ in range(searches)
    ]


@given(st.integers(0, 50), st.sampled_from([0.15, 0.2, 0.5]), st.sampled_from([2, 3]))
def test_the_most_permissive_threshold_that_keeps_to_it(seed: int, wanted: float, decimals: int) -> None:
    searches = searches_of(drawn(seed, decimals=decimals), gallery=(50, 50))
    found = threshold_for_fpir(searches, wanted)
    assert isinstance(found, OperatingPoint)
    assert found.fpir.value <= wanted
    assert found.fpir == false_positive_identification_rate(searches, found.threshold)
    beyond = np.unique(searches.distance[searches.distance > found.threshold])
    more = [false_positive_identification_rate(searches, d) for d in beyond[:40]]
    rises = [one for one in more if isinstance(one, Estimate) and one.value > found.fpir.value]
    assert rises[0].value > wanted


def test_a_smaller_gallery_is_that_of_all_its_subsets() -> None:
    searches = searches_of(drawn(3), gallery=(50, 50))
    found = threshold_for_fpir(searches, 0.2, 20)
    assert isinstance(found, OperatingPoint)
    rung = false_positive_ladder(searches, found.threshold, [20])[0].fpir
    assert isinstance(rung, Estimate)
    assert found.fpir.value == pytest.approx(rung.value)
    assert 0.19 < rung.value <= 0.2
    whole = threshold_for_fpir(searches, 0.2)
    assert isinstance(whole, OperatingPoint)
    assert found.threshold > whole.threshold


@pytest.mark.parametrize(
    ("wanted", "gallery", "says"),
    [
        (0.01, None, "3,000 such searches"),
        (0.2, 51, "would be extrapolation"),
    ],
)
def test_refused_with_the_reason(wanted: float, gallery: int | None, says: str) -> None:
    found = threshold_for_fpir(searches_of(drawn(1), gallery=(50, 50)), wanted, gallery)
    assert isinstance(found, NotMeasured)
    assert says in found.reason


def test_a_threshold_beyond_what_was_recorded_is_refused() -> None:
    found = threshold_for_fpir(searches_of([*drawn(1), *([{}] * 100)], gallery=(50, 50)), 0.9)
    assert isinstance(found, NotMeasured)
    assert "record further out" in found.reason


def test_coarse_scores_are_refused() -> None:
    rows: list[dict[int, list[float]]] = [{1: [0.5]}] * 300 + [{2: [0.7]}] * 100
    found = threshold_for_fpir(searches_of(rows, gallery=(50, 50)), 0.2)
    assert isinstance(found, NotMeasured)
    assert "so coarse" in found.reason


def test_what_cannot_be_wanted() -> None:
    with pytest.raises(BadInput, match="above 0 and under 1"):
        threshold_for_fpir(searches_of(drawn(1)), 1.0)
