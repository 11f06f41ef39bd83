from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from fairlineup.measures import Resampling, Searches, implied_false_positive_identification_rate
from fairlineup.measures.identification.extrapolation import Extrapolation, extrapolated_fpir, ladder_bands
from fairlineup.measures.identification.galleries import MatchCounts
from fairlineup.records import Estimate, NotMeasured

from .examples import non_mated
from .worlds import rate_for, searches_of_pairs, true_fpir, wolves

N = 25_000


def counts_of(rng: np.random.Generator, rate: float, spread: float) -> MatchCounts:
    return MatchCounts.of(wolves(rng, rate, spread), 0)


@pytest.mark.parametrize(("fpir", "spread"), [(0.15, 0.0), (0.15, 0.8), (0.3, 1.2)])
def test_ten_times_the_gallery_is_covered(fpir: float, spread: float) -> None:
    rate = rate_for(fpir, spread, N)
    truth = true_fpir(rate, spread, 10 * N)
    rng = np.random.default_rng(6)
    found = [extrapolated_fpir(counts_of(rng, rate, spread), 10 * N) for _ in range(100)]
    made = [one for one in found if isinstance(one, Extrapolation)]
    assert len(made) >= 95
    fits = np.mean([one.fpir.low <= truth <= one.fpir.high for one in made])
    outer = np.mean([one.outer.low <= truth <= one.outer.high for one in made])
    slope = float(np.mean([one.slope.value for one in made]))
    line, mixture, value = np.mean([(one.line, one.mixture, one.fpir.value) for one in made], axis=0).tolist()
    print(
        f"{fpir} {spread}: fits {fits}, outer {outer}, slope {slope:.3f}, truth {truth:.3f},", line, mixture
    )
    assert fits >= 0.93
    assert outer >= 0.93
    assert value == pytest.approx(truth, abs=0.06)
    if spread == 0:
        assert slope == pytest.approx(1, abs=0.01)
    else:
        assert slope < 0.97
        assert mixture < truth < line


def test_few_probes_who_match_everybody_defeat_the_fits_but_not_the_outer_bounds() -> None:
    rng = np.random.default_rng(3)
    tendency = np.where(rng.random(200_000) < 0.03, 50.0, 1.0)
    matches = 0.141  # an ordinary probe's, at N
    truth = float(-np.expm1(-10 * matches * tendency).mean())
    fits = outer = 0
    for _ in range(60):
        mine = np.where(rng.random(539) < 0.03, 50.0, 1.0)
        probe = np.repeat(np.arange(539), rng.poisson(matches * mine))
        searches = searches_of_pairs(probe, rng.integers(0, N, len(probe)), 539, N)
        found = extrapolated_fpir(MatchCounts.of(searches, 0), 10 * N)
        assert isinstance(found, Extrapolation)
        fits += found.fpir.low <= truth <= found.fpir.high
        outer += found.outer.low <= truth <= found.outer.high
    print(f"fits {fits}, outer {outer} of 60")
    assert fits < 45
    assert outer >= 57


def test_independence_is_beside_it_and_higher_for_wolves() -> None:
    counts = counts_of(np.random.default_rng(1), rate_for(0.3, 1.2, N), 1.2)
    found = extrapolated_fpir(counts, 4 * N)
    assert isinstance(found, Extrapolation)
    fmr = counts.matched.mean() / N
    assert found.if_independent == pytest.approx(implied_false_positive_identification_rate(fmr, 4 * N))
    assert found.if_independent > found.fpir.value
    here = extrapolated_fpir(counts, N)
    assert isinstance(here, Extrapolation)
    assert here.outer.value == pytest.approx((counts.matched > 0).mean())
    assert here.fpir.value == pytest.approx((counts.matched > 0).mean(), abs=0.01)


def test_what_is_refused() -> None:
    rng = np.random.default_rng(2)
    counts = counts_of(rng, rate_for(0.2, 0.5, N), 0.5)
    reasons = []
    for asked, people in ((counts, 10 * N + 1), (counts, N - 1), (counts_of(rng, 1e-6, 0.5), 2 * N)):
        found = extrapolated_fpir(asked, people)
        assert isinstance(found, NotMeasured)
        reasons.append(found.reason)
    assert "over 10 times the 25,000" in reasons[0]
    assert "fewer than" in reasons[1]
    assert "under 30 expected errors at half the gallery" in reasons[2]
    sure = extrapolated_fpir(counts_of(rng, 1e-3, 0.0), 2 * N)
    assert isinstance(sure, NotMeasured)
    assert "nearly every search" in sure.reason


def test_bands_hold_at_all_rungs_at_once() -> None:
    sizes = [2500, 5000, 10_000, 25_000]
    rate = rate_for(0.3, 1.0, N)
    truth = [true_fpir(rate, 1.0, n) for n in sizes]
    rng = np.random.default_rng(4)
    inside = []
    for _ in range(150):
        rungs = ladder_bands(counts_of(rng, rate, 1.0), sizes, Resampling(500, 1))
        found = [rung.fpir for rung in rungs]
        assert all(isinstance(one, Estimate) for one in found)
        inside.append(
            all(isinstance(f, Estimate) and f.low <= t <= f.high for f, t in zip(found, truth, strict=True))
        )
    print("simultaneous", np.mean(inside))
    assert 0.92 <= np.mean(inside) <= 0.995


def test_rungs_without_a_band() -> None:
    counts = counts_of(np.random.default_rng(1), rate_for(0.1, 0.5, N), 0.5)
    small, full, more = ladder_bands(counts, [100, N, N + 1])
    assert isinstance(small.fpir, NotMeasured)
    assert small.fpir.reason == "under 10 expected errors"
    assert isinstance(full.fpir, Estimate)
    assert full.fpir.value == pytest.approx((counts.matched > 0).mean())
    assert isinstance(more.fpir, NotMeasured)
    assert "extrapolation" in more.fpir.reason


@given(non_mated())
def test_bands_stay_in_range(searches: Searches) -> None:
    for rung in ladder_bands(MatchCounts.of(searches, 0.5), range(8), Resampling(100, 1)):
        if isinstance(rung.fpir, Estimate):
            assert 0 <= rung.fpir.low <= rung.fpir.value <= rung.fpir.high <= 1
