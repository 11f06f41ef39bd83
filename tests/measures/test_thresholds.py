from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fairlineup.measures import (
    BadInput,
    Estimate,
    Grouping,
    Mated,
    NotMeasured,
    PersonTally,
    Scores,
    Searches,
    cell_rates,
    cross_group_matrix,
    false_match_rate,
    false_negative_identification_rate,
    false_non_match_rate,
    false_positive_identification_rate,
    false_positive_ladder,
    fpir_for_galleries_like_it,
    gallery_hubs,
    mated_searches,
    non_mated_searches,
    permutation_null_within_groups,
    resample,
    selectivity,
    wrong_person,
)
from fairlineup.measures.differentials.nulls import GINI

from .test_scores import planted

SCORES = Scores.from_frame(planted(60))
ABSENT, MATED = non_mated_searches(SCORES), mated_searches(SCORES)
assert isinstance(ABSENT, Searches)
assert isinstance(MATED, Mated)
absent, mated, comparisons = ABSENT, MATED, SCORES.comparisons
HALVES = np.arange(60) % 2

MEASURES: dict[str, Callable[[Any], object]] = {
    "false_match_rate": lambda t: false_match_rate(comparisons, t),
    "false_non_match_rate": lambda t: false_non_match_rate(SCORES.mated, t),
    "false_positive_identification_rate": lambda t: false_positive_identification_rate(absent, t),
    "false_negative_identification_rate": lambda t: false_negative_identification_rate(mated, t),
    "selectivity": lambda t: selectivity(absent, t),
    "wrong_person": lambda t: wrong_person(mated, t),
    "false_positive_ladder": lambda t: false_positive_ladder(absent, t, [5, 10]),
    "fpir_for_galleries_like_it": lambda t: fpir_for_galleries_like_it(absent, t),
    "gallery_hubs": lambda t: gallery_hubs(absent, t),
    "cell_rates": lambda t: cell_rates(comparisons, t),
    "cross_group_matrix": lambda t: cross_group_matrix(SCORES, "parity", t),
    "resample": lambda t: resample(comparisons, [0.5, t], Grouping.everyone(60)),
    "tally": lambda t: PersonTally.of_comparisons(comparisons, t),
    "null": lambda t: permutation_null_within_groups(GINI, comparisons, t, HALVES, 2),
    "within": comparisons.within,
}


@pytest.mark.parametrize("wrong", [float("nan"), np.float32("nan"), None, "0.5", True, NotMeasured("none")])
@pytest.mark.parametrize("name", MEASURES)
def test_what_is_no_number_is_no_threshold(name: str, wrong: object) -> None:
    with pytest.raises(BadInput, match="a threshold is no number: expected a distance"):
        MEASURES[name](wrong)


@pytest.mark.parametrize("number", [0.5, 1, np.float32(0.5), np.int64(1)])
@pytest.mark.parametrize("name", MEASURES)
def test_any_kind_of_number_is_one(name: str, number: object) -> None:
    MEASURES[name](number)


def test_infinity_accepts_all_and_minus_infinity_nothing() -> None:
    everything, nothing = (false_non_match_rate(SCORES.mated, at) for at in (np.inf, -np.inf))
    assert isinstance(everything, Estimate)
    assert isinstance(nothing, Estimate)
    assert (everything.value, nothing.value) == (0, 1)
    flagged = false_positive_identification_rate(absent, np.inf)
    assert isinstance(flagged, Estimate)
    assert flagged.value == 1


def test_what_failed_matches_at_no_threshold() -> None:
    scores = Scores.of(
        person_probe=["a", "b", "a", "b"],
        person_gallery=["a", "b", "b", "a"],
        distance=[0.1, np.inf, np.inf, 0.9],
    )
    assert false_non_match_rate(scores.mated, np.inf).errors == 1
    assert false_match_rate(scores.comparisons, np.inf).errors == 1
