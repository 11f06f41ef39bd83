from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import (
    Mated,
    Searches,
    clopper_pearson,
    comparisons_of,
    false_match_rate,
    false_negative_identification_rate,
    false_positive_identification_rate,
    flagged_per_1000,
    garwood,
    mate_standing,
    rank_k,
    selectivity,
    wrong_person,
)
from fairlineup.records import BadInput, Estimate, Measured, NotMeasured

from .examples import mated, non_mated, searches_of

thresholds = st.integers(-1, 9).map(lambda d: d / 8)


def value_of(measured: Measured) -> float:
    assert isinstance(measured, Estimate), measured
    assert 0 <= measured.low <= measured.value <= measured.high
    return measured.value


def test_the_congress_test_again() -> None:
    rows: list[dict[int, list[float]]] = [{1: [0.2], 2: [0.2]}] * 28 + [{3: [0.3]}] * 507
    fpir = false_positive_identification_rate(searches_of(rows), 0.2)
    assert fpir == Estimate(
        28 / 535, *clopper_pearson(28, 535), 28, 535, "Clopper-Pearson on people", 0.95, 535
    )
    per_1000 = flagged_per_1000(fpir)
    assert isinstance(per_1000, Estimate)
    assert (per_1000.value, per_1000.errors) == pytest.approx((52.336, 28), abs=1e-3)
    assert value_of(selectivity(searches_of(rows), 0.2)) == 56 / 535
    assert flagged_per_1000(NotMeasured("why")) == NotMeasured("why")


def test_probes_not_processed_flag_nobody() -> None:
    searches = searches_of([{1: [0.1]}, {2: [0.9]}, {}, {}], processed=[True, True, False, False])
    assert value_of(false_positive_identification_rate(searches, 0.5)) == 0.25
    assert value_of(false_positive_identification_rate(searches, 0.5, over="processed")) == 0.5
    nobody = searches_of([{}], processed=[False])
    assert isinstance(false_positive_identification_rate(nobody, 0.5, over="processed"), NotMeasured)


def test_an_empty_gallery_keeps_nobody_safe() -> None:
    """A system that enrols nobody flags nobody, and has not shown that it would not."""
    empty = replace(searches_of([{}] * 50), gallery_people=0, gallery_photos=0)
    for measure in (false_positive_identification_rate, selectivity):
        for over in ("all", "processed"):
            found = measure(empty, 0.5, over=over)
            assert isinstance(found, NotMeasured)
            assert "nobody is in the gallery" in found.reason
            assert (found.errors, found.trials, found.people) == (0, 50, 50)


def test_selectivity_counts_people_up_to_the_end_of_the_list() -> None:
    searches = searches_of([{1: [0.1, 0.2], 2: [0.3], 3: [0.4]}, {1: [0.9]}])
    assert value_of(selectivity(searches, 0.5)) == 1.5
    assert value_of(selectivity(searches, 0.5, 2)) == 1.0
    capped = selectivity(searches, 0.5, 1)
    assert isinstance(capped, Estimate)
    assert (capped.value, capped.high) == (0.5, 1.0)
    with pytest.raises(BadInput, match="list_length"):
        selectivity(searches, 0.5, 0)
    assert isinstance(selectivity(searches_of([{1: [0.1]}]), 0.5), NotMeasured)


def test_selectivity_of_nobody_is_bounded() -> None:
    none = selectivity(searches_of([{}] * 50), 0.5)
    assert isinstance(none, Estimate)
    assert (none.value, none.low, none.high) == pytest.approx((0, 0, garwood(0)[1] / 50))


def test_selectivity_interval_covers_when_few_probes_carry_most_candidates() -> None:
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(300):
        rate = 0.5 * np.exp(rng.normal(-0.5, 1, 200))
        rows: list[dict[int, list[float]]] = [
            {key: [0.1] for key in range(min(k, 60))} for k in rng.poisson(rate).tolist()
        ]
        found = selectivity(searches_of(rows), 0.5)
        assert isinstance(found, Estimate)
        covered += found.low <= 0.5 <= found.high
    assert 0.92 <= covered / 300 <= 0.99


@pytest.fixture
def five() -> Mated:
    """Mate first; mate tied with another; mate third; not returned; not enrolled."""
    searches = searches_of(
        [
            {0: [0.2, 0.5], 9: [0.6]},
            {1: [0.3], 9: [0.3]},
            {2: [0.7], 8: [0.1, 0.2], 9: [0.6]},
            {9: [0.4]},
            {9: [0.2]},
        ],
        person=[0, 1, 2, 3, 4],
    )
    return Mated(searches, np.array([True, True, True, True, False]))


def test_rank_counts_people_and_ties_against_the_mate(five: Mated) -> None:
    distance, rank = mate_standing(five)
    assert distance.tolist() == [0.2, 0.3, 0.7, np.inf, np.inf]
    assert rank.tolist() == [1, 2, 3, 0, 0]


def test_what_is_missed(five: Mated) -> None:
    def fnir(threshold: float, length: int | None = None) -> float:
        return value_of(false_negative_identification_rate(five, threshold, length))

    assert [fnir(0.1), fnir(0.2), fnir(0.3), fnir(0.7)] == [1.0, 0.8, 0.6, 0.4]
    assert [fnir(1, 1), fnir(1, 2), fnir(1, 3)] == [0.8, 0.6, 0.4]
    assert value_of(false_negative_identification_rate(five, 0.7, over="processed")) == 0.25
    assert [value_of(rank_k(five, k)) for k in (1, 2, 3)] == [0.2, 0.4, 0.6]


def test_a_probe_not_processed_is_a_miss() -> None:
    searches = searches_of([{0: [0.1]}, {}], person=[0, 1], processed=[True, False])
    both = Mated(searches, np.array([True, True]))
    assert value_of(false_negative_identification_rate(both, 0.5)) == 0.5
    assert value_of(false_negative_identification_rate(both, 0.5, over="processed")) == 0.0


def test_the_wrong_person_with_and_without_the_mate(five: Mated) -> None:
    found = wrong_person(five, 0.3)
    assert value_of(found.with_mate) == 0.2
    assert value_of(found.without_mate) == 0.4


def test_same_pictures_are_left_out_of_mated_measures(five: Mated) -> None:
    marked = Mated(five.searches, five.mate_enrolled, np.array([True, False, False, False, False]))
    rate = false_negative_identification_rate(marked, 0.3)
    assert isinstance(rate, Estimate)
    assert (rate.errors, rate.trials) == (3, 4)
    assert value_of(rank_k(marked, 1)) == 0.0


@given(non_mated(), thresholds, thresholds)
def test_false_positives_rise_with_the_threshold(searches: Searches, a: float, b: float) -> None:
    low, high = sorted((a, b))
    for over in ("all", "processed"):
        if searches.processed.any():
            fpirs = [false_positive_identification_rate(searches, t, over=over) for t in (low, high)]
            assert value_of(fpirs[0]) <= value_of(fpirs[1])
    counts = [false_match_rate(comparisons_of(searches), t).errors for t in (low, high)]
    assert (counts[0] or 0) <= (counts[1] or 0)


@given(non_mated(), thresholds)
def test_fpir_is_at_most_selectivity_and_at_most_that_of_processed(searches: Searches, at: float) -> None:
    fpir = value_of(false_positive_identification_rate(searches, at))
    if searches.people > 1:
        assert fpir <= value_of(selectivity(searches, at))
    if searches.processed.any():
        assert fpir <= value_of(false_positive_identification_rate(searches, at, over="processed"))


@given(mated(), st.integers(0, 6), st.integers(1, 6))
def test_misses_fall_with_the_threshold_and_the_list(searches: Mated, at: int, length: int) -> None:
    def fnir(threshold: float, r: int | None) -> float:
        found = false_negative_identification_rate(searches, threshold, r)
        return 0.0 if isinstance(found, NotMeasured) else value_of(found)

    assert fnir(at / 6, length) >= fnir(at / 6, length + 1) >= fnir(at / 6, None)
    assert fnir(at / 6, length) >= fnir((at + 1) / 6, length)


@given(mated(), st.integers(1, 6))
def test_rank_k_is_what_the_list_does_not_miss(searches: Mated, k: int) -> None:
    missed, hit = false_negative_identification_rate(searches, np.inf, k), rank_k(searches, k)
    if isinstance(hit, Estimate):
        assert value_of(hit) == pytest.approx(1 - value_of(missed))
