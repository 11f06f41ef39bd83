"""Thresholds in the table's own unit, direction and precision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fairlineup.measures import (
    BadInput,
    Comparisons,
    Estimate,
    Grouping,
    Mated,
    MatedScores,
    NotMeasured,
    OperatingPoint,
    PersonTally,
    Rechosen,
    Resampling,
    Scores,
    Searches,
    cell_rates,
    cross_group_matrix,
    detection_errors,
    false_match_rate,
    false_negative_identification_rate,
    false_non_match_rate,
    false_positive_identification_rate,
    false_positive_ladder,
    fpir_for_galleries_like_it,
    gallery_hubs,
    group_rates,
    mated_searches,
    non_mated_searches,
    permutation_null_within_groups,
    rate_table,
    rechosen,
    resample,
    selectivity,
    threshold_at_fmr,
    threshold_for,
    threshold_for_fpir,
    together,
    wrong_person,
    zero_false_match_bounds,
)
from fairlineup.measures.differentials.nulls import GINI

from .test_scores import planted

TABLE = planted(60)
DISTANCE = Scores.from_frame(TABLE)
SIMILARITY = Scores.of(
    person_probe=TABLE["person_probe"],
    person_gallery=TABLE["person_gallery"],
    similarity=1 - TABLE["distance"],
    groups_probe={"parity": TABLE["probe_parity"]},
    groups_gallery={"parity": TABLE["gallery_parity"]},
)
HALVES = np.arange(60) % 2


def absent(scores: Scores) -> Searches:
    found = non_mated_searches(scores)
    assert isinstance(found, Searches)
    return found


def mated(scores: Scores) -> Mated:
    found = mated_searches(scores)
    assert isinstance(found, Mated)
    return found


AT: dict[str, Callable[[Scores, float], Any]] = {
    "false_match_rate": lambda s, t: false_match_rate(s.comparisons, t),
    "false_non_match_rate": lambda s, t: false_non_match_rate(s.mated, t),
    "fpir": lambda s, t: false_positive_identification_rate(absent(s), t),
    "fnir": lambda s, t: false_negative_identification_rate(mated(s), t),
    "selectivity": lambda s, t: selectivity(absent(s), t),
    "wrong_person": lambda s, t: wrong_person(mated(s), t),
    "ladder": lambda s, t: false_positive_ladder(absent(s), t, [5, 10]),
    "galleries": lambda s, t: fpir_for_galleries_like_it(absent(s), t),
    "hubs": lambda s, t: gallery_hubs(absent(s), t),
    "cells": lambda s, t: cell_rates(s.comparisons, t).errors.tolist(),
    "matrix": lambda s, t: cross_group_matrix(s, "parity", t).cells.covariance.tolist(),
    "resample": lambda s, t: resample(
        s.comparisons, [t], Grouping.everyone(60), Resampling(100, 1)
    ).rates.tolist(),
    "tally": lambda s, t: PersonTally.of_comparisons(s.comparisons, t).errors.tolist(),
    "null": lambda s, t: permutation_null_within_groups(GINI, s.comparisons, t, HALVES, 2),
    "within": lambda s, t: len(s.comparisons.within(t)),
    "group_rates": lambda s, t: group_rates(s.comparisons, HALVES, 2, [t]),
}


@pytest.mark.parametrize("name", AT)
def test_a_similarity_is_given_as_the_table_shows_it(name: str) -> None:
    assert AT[name](SIMILARITY, 0.5) == AT[name](DISTANCE, 0.5)
    assert AT[name](SIMILARITY, 0.195) == AT[name](DISTANCE, 0.805)


def test_thresholds_come_out_as_they_go_in() -> None:
    shown = set((1 - TABLE["distance"]).tolist())
    chosen = threshold_for(SIMILARITY.comparisons, 0.02)
    assert chosen in shown
    rate = false_match_rate(SIMILARITY.comparisons, chosen)  # type: ignore[arg-type]
    assert isinstance(rate, Estimate)
    assert rate.value <= 0.02
    other = threshold_for(DISTANCE.comparisons, 0.02)
    assert chosen == pytest.approx(1 - other)  # type: ignore[operator]
    assert threshold_at_fmr(SIMILARITY.comparisons, 0.02) == chosen
    found = threshold_for_fpir(absent(SIMILARITY), 0.8)
    assert isinstance(found, OperatingPoint)
    assert found.threshold in shown
    assert false_positive_identification_rate(absent(SIMILARITY), found.threshold) == found.fpir
    anew = rechosen([SIMILARITY.comparisons, DISTANCE.comparisons], 0.02, Resampling(100, 1))
    assert isinstance(anew, Rechosen)
    one, two = anew.threshold(0), anew.threshold(1)
    assert isinstance(one, Estimate)
    assert isinstance(two, Estimate)
    assert (one.low, one.value, one.high) == pytest.approx((1 - two.high, 1 - two.value, 1 - two.low))


def test_the_curve_of_similarities_is_of_similarities() -> None:
    curve, other = detection_errors(SIMILARITY), detection_errors(DISTANCE)
    assert curve.threshold.tolist() == pytest.approx((1 - other.threshold).tolist())
    assert bool((np.diff(curve.threshold) < 0).all())
    assert curve.fmr.tolist() == other.fmr.tolist()
    assert curve.distance.tolist() == (-curve.threshold).tolist()


def test_a_table_of_rates_is_on_the_scale_of_the_scores() -> None:
    steps = [0.25, 0.5, 0.805]
    one = rate_table(DISTANCE.comparisons, steps)
    other = rate_table(SIMILARITY.comparisons, [1 - step for step in steps])
    assert [row.distance for row in other.rows] == pytest.approx([1 - row.distance for row in one.rows])
    assert [row.fmr for row in other.rows] == [row.fmr for row in one.rows]


def test_bounds_and_reach_keep_the_direction() -> None:
    assert zero_false_match_bounds(SIMILARITY.comparisons) == zero_false_match_bounds(DISTANCE.comparisons)
    listed = SIMILARITY.comparisons.within(0.5)
    with pytest.raises(BadInput, match=r"none weaker than 0\.5, got 0\.4"):
        false_match_rate(listed, 0.4)
    beyond = threshold_for(listed, 0.5)
    assert isinstance(beyond, NotMeasured)
    assert beyond.reason == "comparisons are listed up to 0.5, where the false match rate is still lower"
    with pytest.raises(BadInput, match="similarities do not go together"):
        together(SIMILARITY.comparisons, DISTANCE.comparisons)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("similar", [False, True])
def test_a_score_matches_at_the_threshold_it_is_written_as(kind: Any, similar: bool) -> None:
    others = 0.9 if not similar else 0.1
    scores: Any = np.array([0.6, others, 0.6, others], kind)
    who, whom = ["a", "a", "b", "b"], ["a", "b", "b", "a"]
    table = (
        Scores.of(person_probe=who, person_gallery=whom, similarity=scores)
        if similar
        else Scores.of(person_probe=who, person_gallery=whom, distance=scores)
    )
    for at in (0.6, kind(0.6), float(kind(0.6))):
        assert false_non_match_rate(table.mated, at).errors == 0
        assert false_negative_identification_rate(mated(table), at).errors == 0
    past = 0.599 if not similar else 0.601
    assert false_non_match_rate(table.mated, past).errors == 2
    assert false_non_match_rate(table.mated, np.inf if not similar else -np.inf).errors == 0
    assert 0.6 in detection_errors(table).threshold.astype(kind).tolist() or kind is not np.float64


def test_thresholds_of_32_bits_come_out_in_their_own_digits() -> None:
    table = Scores.from_frame({**TABLE, "distance": TABLE["distance"].round(3).astype(np.float32)})
    found = threshold_for(table.comparisons, 0.02)
    assert isinstance(found, float)
    assert found == round(found, 3)
    assert (
        false_match_rate(table.comparisons, found).errors
        == false_match_rate(
            Scores.from_frame({**TABLE, "distance": TABLE["distance"].round(3)}).comparisons, found
        ).errors
    )


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.uint32])
def test_codes_of_few_bits_do_not_overflow(kind: type) -> None:
    whole = DISTANCE.comparisons
    narrow = replace(
        whole,
        probe=whole.probe.astype(kind),
        gallery=whole.gallery.astype(kind),
        counted=replace(whole.counted, probe=whole.counted.probe.astype(kind)),
    )
    grouping = DISTANCE.grouping("parity")
    small = Grouping(grouping.probe.astype(kind), grouping.gallery.astype(kind), 2, 2)
    one, other = cell_rates(whole, 0.5, grouping), cell_rates(narrow, 0.5, small)
    assert one.pairs.tolist() == other.pairs.tolist()
    assert np.array_equal(one.covariance, other.covariance)
    searches = absent(DISTANCE)
    few = replace(
        searches, person=searches.person.astype(kind), gallery_person=searches.gallery_person.astype(kind)
    )
    assert fpir_for_galleries_like_it(few, 0.5) == fpir_for_galleries_like_it(searches, 0.5)


def test_a_mated_score_is_a_number() -> None:
    with pytest.raises(BadInput, match="nan in row 2"):
        MatedScores(np.array([0, 1]), np.array([0.1, np.nan]))


@pytest.mark.parametrize("once", [False, True])
def test_a_rate_of_1_has_an_interval(once: bool) -> None:
    i, j = np.triu_indices(30, 1) if once else np.indices((30, 30)).reshape(2, -1)
    i, j = i[i != j], j[i != j]
    table = Scores.of(person_probe=i, person_gallery=j, distance=np.random.default_rng(2).random(len(i)))
    assert isinstance(table.comparisons, Comparisons)
    found = false_match_rate(table.comparisons, 1.0)
    assert isinstance(found, Estimate)
    assert (found.value, found.high) == (1.0, 1.0)
    assert 0.7 < found.low < 0.9
    assert false_match_rate(table.comparisons, 1.0, 0.5).low > found.low  # type: ignore[union-attr]
