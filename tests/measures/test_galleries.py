from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from fairlineup.measures import (
    Resampling,
    Searches,
    clopper_pearson,
    extrapolated_fpir,
    false_positive_identification_rate,
    ladder_bands,
    simultaneous_fpir_ratios,
    student,
)
from fairlineup.measures.identification.galleries import (
    MatchCounts,
    fpir_for_galleries_like_it,
    fpir_replicates,
)
from fairlineup.records import Estimate, NotMeasured

from .examples import non_mated, searches_of
from .uneven import Uneven, WithHubs
from .worlds import rate_for, searches_of_pairs, true_fpir, wolves


@pytest.mark.parametrize(("fpir", "spread"), [(0.02, 0.0), (0.03, 1.2), (0.06, 0.8), (0.25, 1.2)])
def test_covers_other_galleries(fpir: float, spread: float) -> None:
    rate = rate_for(fpir, spread, 25_000)
    truth = true_fpir(rate, spread, 25_000)
    rng = np.random.default_rng(3)
    found = [fpir_for_galleries_like_it(wolves(rng, rate, spread), 0) for _ in range(250)]
    measured = [one for one in found if isinstance(one, Estimate)]
    share = np.mean([one.low <= truth <= one.high for one in measured])
    print(f"FPIR {fpir}, spread {spread}: {share:.3f} of {len(measured)}")
    assert 0.92 <= share <= 0.995


def hub_world(rng: np.random.Generator) -> Searches:
    """Three gallery people in 200, drawn anew for each gallery, whom every fifth probe matches."""
    hubs = np.flatnonzero(rng.random(200) < 3 / 200)
    i, j = np.nonzero(rng.random((300, len(hubs))) < 0.2)
    return searches_of_pairs(i.astype(np.int64), hubs[j].astype(np.int64), 300, 200)


def test_hubs_are_counted_where_this_gallery_s_interval_is_far_too_narrow() -> None:
    rng = np.random.default_rng(5)
    truth = 1 - (1 - 3 / 200 * 0.2) ** 200
    here = like_it = measured = 0
    for _ in range(250):
        searches = hub_world(rng)
        one = fpir_for_galleries_like_it(searches, 0)
        this = false_positive_identification_rate(searches, 0)
        if isinstance(one, Estimate) and isinstance(this, Estimate):
            measured += 1
            like_it += one.low <= truth <= one.high
            here += this.low <= truth <= this.high
    print(f"this gallery {here / measured:.2f}, like it {like_it / measured:.2f}")
    assert here / measured < 0.4
    assert like_it / measured > 0.75


def test_the_formula_is_sum_of_shared_pairs() -> None:
    searches = searches_of_pairs(
        np.array([*range(12), 0]), np.array([5] * 8 + [6, 7, 8, 9, 6]), probes=100, people=50
    )
    counts = MatchCounts.of(searches, 0)
    found = counts.covariance(np.array([[0.0], [1.0], [1.0]]))
    assert found.mean[0] == pytest.approx(0.12)
    assert found.probes[0, 0] == pytest.approx(0.12 * 0.88 / 99)
    alone = np.array([7, 1, 1, 1, 1])  # probe 0 matches two, so neither alone
    shared = (alone * (alone - 1)).sum() - alone.sum() ** 2 / 50
    assert found.gallery[0, 0] == pytest.approx(shared / 100**2)


@given(non_mated())
def test_never_narrower_than_this_gallery(searches: Searches) -> None:
    one = fpir_for_galleries_like_it(searches, 0.5)
    this = false_positive_identification_rate(searches, 0.5)
    if isinstance(one, Estimate):
        assert isinstance(this, Estimate)
        assert one.value == this.value
        assert one.low <= this.low + 1e-9
        assert this.high - 1e-9 <= one.high <= 1
    else:
        assert "flagged" in one.reason


def test_few_flagged_people_are_not_measured() -> None:
    found = fpir_for_galleries_like_it(searches_of([{1: [0.1]}] * 9 + [{}] * 20), 0.5)
    assert found == NotMeasured(
        "only 9 people flagged: how galleries differ takes 10", errors=9, trials=29, people=29
    )


def test_replicates_are_brought_back() -> None:
    counts = MatchCounts.of(wolves(np.random.default_rng(1), 4e-6, 1.0), 0)
    group = np.arange(539) % 8
    draws = fpir_replicates(counts, group, 8, Resampling(2000, 4))
    truth = [(counts.matched[group == g] > 0).mean() for g in range(8)]
    assert draws.mean(axis=1) == pytest.approx(truth, rel=1e-9)
    assert (draws == fpir_replicates(counts, group, 8, Resampling(2000, 4))).all()
    this = fpir_replicates(counts, group, 8, Resampling(2000, 4), gallery=False)
    assert (this.std(axis=1) < draws.std(axis=1)).all()


HUBS = [
    WithHubs(539, 2000, 1 / 200, 0.05, 0.2),
    WithHubs(300, 1000, 1 / 200, 0.2, 0.2),
    WithHubs(300, 1000, 1 / 200, 0.5, 0.05),
    WithHubs(150, 300, 0.02, 0.05, 0.2),
]


@pytest.mark.parametrize("design", HUBS, ids=repr)
def test_hubs_are_covered_or_not_supported(design: WithHubs) -> None:
    rng = np.random.default_rng(8)
    found = [fpir_for_galleries_like_it(design.draw(rng)[0], 0) for _ in range(150)]
    given = [one for one in found if isinstance(one, Estimate)]
    held = sum(one.low <= design.fpir <= one.high for one in given)
    print(f"{held} of {len(given)} hold {design.fpir:.3f}")
    assert len(given) - held <= 0.05 * len(found)
    assert len(given) < 60 or held >= 0.93 * len(given)


@pytest.mark.parametrize("of_probes", [0.0, 0.8])
def test_a_strongly_uneven_gallery_is_covered(of_probes: float) -> None:
    design = Uneven.at(0.3, 539, 2000, 2.0, of_probes)
    assert design.fpir == pytest.approx(0.3, abs=1e-3)
    rng = np.random.default_rng(9)
    found = [fpir_for_galleries_like_it(design.draw(rng), 0) for _ in range(120)]
    given = [one for one in found if isinstance(one, Estimate)]
    held = sum(one.low <= design.fpir <= one.high for one in given)
    print(f"{held} of {len(given)}")
    assert len(given) > 0.85 * len(found)
    assert held >= 0.93 * len(given)


def test_one_hub_behind_the_flags_does_not_support_a_figure() -> None:
    everybody = searches_of_pairs(np.arange(60), np.zeros(60, np.int64), 60, 500)
    found = fpir_for_galleries_like_it(everybody, 0)
    assert found == NotMeasured("only 0 people not flagged: how galleries differ takes 10", 60, 60, 60)
    half = searches_of_pairs(np.arange(60), np.zeros(60, np.int64), 120, 500)
    found = fpir_for_galleries_like_it(half, 0)
    assert isinstance(found, NotMeasured)
    assert "not supported" in found.reason
    assert (found.errors, found.trials) == (60, 120)
    apart = fpir_for_galleries_like_it(searches_of_pairs(np.arange(60), np.arange(60), 120, 500), 0)
    assert isinstance(apart, Estimate)
    assert (apart.low, apart.high) == pytest.approx(clopper_pearson(59.5, 119), abs=1e-9)


def test_gallery_people_behind_are_counted() -> None:
    """By hand: people shared by 5, 3 and 1 probes add 20, 6 and 0 pairs."""
    counts = MatchCounts.of(searches_of_pairs(np.arange(9), np.array([7] * 5 + [4] * 3 + [9]), 40, 50), 0)
    found = counts.covariance(np.array([[0.0], [1.0]]))
    assert found.behind[0] == pytest.approx(26**2 / (20**2 + 6**2))
    wide = student(2.0, 0.95) / student(np.inf, 0.95)
    assert found.total()[0, 0] == pytest.approx(found.probes[0, 0] + found.gallery[0, 0] * wide**2)
    nobody_shared = MatchCounts.of(searches_of_pairs(np.arange(9), np.arange(9), 40, 50), 0)
    assert np.isinf(nobody_shared.covariance(np.array([[0.0], [1.0]])).behind[0])


def test_what_rests_on_the_same_gallery_is_withheld_with_it() -> None:
    probe, hub = np.arange(100), np.zeros(100, np.int64)
    counts = MatchCounts.of(searches_of_pairs(probe, hub, 200, 500), 0)
    (rung,) = ladder_bands(counts, [500], Resampling(100, 1))
    larger = extrapolated_fpir(counts, 1000)
    (like_it,) = simultaneous_fpir_ratios(
        counts, np.arange(200) % 2, [(0, 1)], like_it=True, resampling=Resampling(100, 1)
    )
    (this,) = simultaneous_fpir_ratios(counts, np.arange(200) % 2, [(0, 1)], resampling=Resampling(100, 1))
    for found in (rung.fpir, larger, like_it):
        assert isinstance(found, NotMeasured)
        assert "not supported" in found.reason
    assert isinstance(this, Estimate)
