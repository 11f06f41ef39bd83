"""Values that are none: masked scores, codes of nobody, outcomes past 1, truth values for scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fairlineup.measures import (
    BadInput,
    Counts,
    Estimate,
    MatedScores,
    NotMeasured,
    Scores,
    Searches,
    fairness_discrepancy_rate,
    false_non_match_rate_of_people,
    flagged_per_1000,
    proportion,
    risk_ratio,
    share_of_searches,
    threshold_for,
    verdict,
)

PEOPLE: dict[str, Any] = {"person_probe": ["a", "b", "c"], "person_gallery": ["b", "c", "a"]}
MASKED = np.ma.array([0.1, 0.2, 0.3], mask=[False, True, False])


def searches(person: Any = (0, 1), gallery: Any = (5,), distance: Any = (0.1,)) -> Searches:
    return Searches(
        person=np.array(person),
        processed=np.ones(2, np.bool_),
        row=np.array([0]),
        gallery_person=np.array(gallery),
        distance=distance if isinstance(distance, np.ma.MaskedArray) else np.array(distance),
        gallery_people=9,
        gallery_photos=9,
    )


@pytest.mark.parametrize(
    ("take", "said"),
    [
        (lambda: Scores.of(**PEOPLE, distance=MASKED), "masked"),
        (lambda: Scores.of(**PEOPLE, similarity=MASKED), "masked"),
        (lambda: Scores.of(**PEOPLE, distance=[True, False, True]), "truth values"),
        (lambda: MatedScores(np.arange(3), MASKED), "masked"),
        (lambda: MatedScores(np.array([0, -1]), np.array([0.1, 0.2])), "-1 in row 2"),
        (lambda: searches(person=(0, -1)), "-1 in row 2"),
        (lambda: searches(gallery=(-1,)), "-1 in row 1"),
        (lambda: searches(distance=np.ma.array([0.1], mask=[True])), "masked"),
        (lambda: share_of_searches(np.array([2.0, 0.0]), np.arange(2), 0.95), "0 to 2"),
        (lambda: share_of_searches(np.array([0.5, -0.1]), np.arange(2), 0.95), "-0.1 to 0.5"),
        (lambda: share_of_searches(np.array([True, False]), np.array([0, -1]), 0.95), "-1 in row 2"),
        (lambda: share_of_searches(np.ma.array([1.0, 0.0], mask=[True, False]), np.arange(2), 0.95), "mask"),
        (lambda: risk_ratio(Counts(1.5, 10), Counts(1, 10)), "1.5"),  # type: ignore[arg-type]
        (lambda: verdict([proportion(3, 500), NotMeasured("no searches")], 1.0), "1 per cent is 0.01"),
    ],
)
def test_a_value_that_is_none_is_an_error_that_says_so(take: Callable[[], Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        take()


def test_a_masked_id_is_nobody_and_a_mask_of_nothing_is_none() -> None:
    with pytest.raises(BadInput, match="row 2"):
        Scores.of(
            person_probe=np.ma.array(["a", "b", "c"], mask=[False, True, False]),
            person_gallery=PEOPLE["person_gallery"],
            distance=[0.1, 0.2, 0.3],
        )
    assert len(Scores.of(**PEOPLE, distance=np.ma.array([0.1, 0.2, 0.3]))) == 3


def test_scores_of_32_bits_match_at_the_threshold_they_are_written_as() -> None:
    found = false_non_match_rate_of_people(np.arange(50), np.full(50, 0.6, np.float32), 0.6)
    assert isinstance(found, Estimate)
    assert found.errors == 0
    beyond = false_non_match_rate_of_people(np.arange(50), np.full(50, 0.6001, np.float32), 0.6)
    assert isinstance(beyond, Estimate)
    assert beyond.errors == 50
    failed = false_non_match_rate_of_people(np.arange(2), np.array([0.1, np.inf]), np.inf)
    assert isinstance(failed, Estimate)
    assert failed.errors == 1


def test_a_gap_takes_two_groups() -> None:
    assert isinstance(fairness_discrepancy_rate([0.1], [0.2]), NotMeasured)


def test_what_is_no_share_is_not_told_in_per_cent() -> None:
    per_1000 = flagged_per_1000(proportion(5, 100))
    found = verdict([per_1000], 10.0)
    assert (found.outcome, found.reason) == ("fail", "the lower end, 16.4, is above 10")
    assert "%" in verdict([proportion(5, 100)], 0.01).reason


def test_comparisons_that_all_tie_have_a_false_match_rate_of_1() -> None:
    people = np.divmod(np.arange(900), 30)
    distance = np.where(people[0] == people[1], 0.2, 0.7)
    scores = Scores.of(person_probe=people[0], person_gallery=people[1], distance=distance)
    found = threshold_for(scores.comparisons, 0.01)
    assert isinstance(found, NotMeasured)
    assert found.reason.endswith("has a false match rate of 1, not 0.01")
