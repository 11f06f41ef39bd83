from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import Searches, false_positive_identification_rate, false_positive_ladder
from fairlineup.measures.identification.ladder import chance_of_any
from fairlineup.records import Estimate, NotMeasured

from .examples import non_mated, searches_of


def test_chance_is_hypergeometric() -> None:
    for k in range(9):
        for n in range(21):
            exact = 1 - math.comb(20 - k, n) / math.comb(20, n)
            assert chance_of_any(np.array([k]), n, 20)[0] == pytest.approx(exact, abs=1e-14)


def test_small_chances_keep_their_digits() -> None:
    assert chance_of_any(np.array([1]), 1, 10**9)[0] == pytest.approx(1e-9, rel=1e-12)


def test_ladder_is_the_mean_over_random_galleries() -> None:
    rng = np.random.default_rng(8)
    rows: list[dict[int, list[float]]] = [
        {int(p): [0.1, 0.2] for p in rng.choice(40, k, replace=False)} for k in (0, 0, 0, 1, 1, 2, 5, 20)
    ]
    searches = searches_of(rows, person=[50, 50, 51, 52, 53, 53, 54, 55], gallery=(40, 90))
    rungs = false_positive_ladder(searches, 0.5, [1, 5, 10, 20, 40])
    for rung in rungs:
        drawn = [set(rng.choice(40, rung.people, replace=False).tolist()) for _ in range(3000)]
        flagged = [sum(bool(gallery & row.keys()) for row in rows) / len(rows) for gallery in drawn]
        assert isinstance(rung.fpir, Estimate)
        assert rung.fpir.value == pytest.approx(np.mean(flagged), abs=0.01)
        assert rung.fpir.low <= rung.fpir.value <= rung.fpir.high


@given(non_mated(), st.integers(0, 8).map(lambda d: d / 8))
def test_ladder_rises_to_fpir(searches: Searches, at: float) -> None:
    rungs = false_positive_ladder(searches, at, range(searches.gallery_people + 1))
    values = [rung.fpir.value for rung in rungs if isinstance(rung.fpir, Estimate)]
    assert values == sorted(values)
    assert values[0] == 0
    assert rungs[-1].fpir == false_positive_identification_rate(searches, at)


def test_nothing_is_extrapolated() -> None:
    (rung,) = false_positive_ladder(searches_of([{1: [0.1]}]), 0.5, [101])
    assert isinstance(rung.fpir, NotMeasured)
    assert "extrapolation" in rung.fpir.reason
