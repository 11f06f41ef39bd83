from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fairlineup.measures import (
    Mated,
    MatedCandidateError,
    comparisons_of,
    false_positive_identification_rate,
    false_positive_ladder,
    same_picture_searches,
    selectivity,
)
from fairlineup.records import BadInput

from .examples import searches_of


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"processed": np.ones(3, np.bool_)}, "processed"),
        ({"person": np.array([1.0, 2.0])}, "person"),
        ({"row": np.array([0])}, "row"),
        ({"row": np.array([1, 0])}, "out of order"),
        ({"row": np.array([0, 2])}, "outside"),
        ({"row": np.array([-1, 0])}, "outside"),
        ({"distance": np.array([0.1, np.nan])}, "not a number"),
        ({"processed": np.array([True, False])}, "not processed"),
        ({"gallery_people": 1}, "smaller"),
        ({"gallery_photos": 3}, "smaller"),
    ],
)
def test_columns_that_do_not_fit_are_named(change: dict[str, Any], says: str) -> None:
    good = searches_of([{1: [0.5]}, {2: [0.4]}], gallery=(10, 10))
    if "gallery_photos" in change:
        change = {"gallery_people": 10, **change}
    with pytest.raises(BadInput, match=says):
        replace(good, **change)


def test_a_mate_among_non_mated_searches_is_a_named_error() -> None:
    searches = searches_of([{7: [0.9]}], person=[7])
    for measure in (false_positive_identification_rate, selectivity):
        with pytest.raises(MatedCandidateError, match="1 of 1"):
            measure(searches, 0.1)
    with pytest.raises(MatedCandidateError, match="1 of 1"):
        comparisons_of(searches)
    with pytest.raises(MatedCandidateError):
        false_positive_ladder(searches, 0.1, [1])


def test_only_keeps_searches_with_their_candidates() -> None:
    searches = searches_of([{1: [0.1]}, {2: [0.2], 3: [0.3]}, {}, {4: [0.4]}])
    part = searches.only(np.array([False, True, True, True]))
    assert part.person.tolist() == [1001, 1002, 1003]
    assert part.row.tolist() == [0, 0, 2]
    assert part.gallery_person.tolist() == [2, 3, 4]
    assert part.gallery_people == searches.gallery_people


def test_a_mate_cannot_be_returned_and_not_enrolled() -> None:
    with pytest.raises(BadInput, match="not to be enrolled"):
        Mated(searches_of([{7: [0.1]}], person=[7]), np.array([False]))


def test_same_pictures_are_listed() -> None:
    searches = searches_of([{1: [0.0]}, {2: [0.3]}], person=[1, 2])
    enrolled = np.array([True, True])
    assert same_picture_searches(Mated(searches, enrolled)).tolist() == []
    assert same_picture_searches(Mated(searches, enrolled, np.array([True, False]))).tolist() == [0]
