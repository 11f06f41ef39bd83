from __future__ import annotations

import numpy as np
import pytest

from fairlineup.measures import (
    Mated,
    false_negative_identification_rate,
    false_positive_identification_rate,
    group_publishable,
    proportion,
    publish,
)
from fairlineup.measures.differentials.groups import mated_of_group, searches_of_group
from fairlineup.records import BadInput, Estimate, NotMeasured

from .examples import searches_of


def test_a_group_is_measured_like_everyone() -> None:
    searches = searches_of([{9: [0.1]}, {9: [0.9]}, {9: [0.1]}, {9: [0.2]}], person=[0, 1, 2, 2])
    part = searches_of_group(searches, np.array([1, 0, 1]), 1)
    fpir = false_positive_identification_rate(part, 0.15)
    assert isinstance(fpir, Estimate)
    assert (fpir.errors, fpir.trials, fpir.people) == (2, 3, 2)


def test_mated_searches_of_a_group() -> None:
    searches = searches_of([{0: [0.1]}, {1: [0.9]}], person=[0, 1])
    part = mated_of_group(Mated(searches, np.array([True, True])), np.array([-1, 4]), 4)
    missed = false_negative_identification_rate(part, 0.5)
    assert isinstance(missed, Estimate)
    assert (missed.errors, missed.trials) == (1, 1)


def test_a_person_without_a_place_is_refused() -> None:
    with pytest.raises(BadInput, match="no place"):
        searches_of_group(searches_of([{}], person=[5]), np.array([0, 1]), 1)


@pytest.mark.parametrize(
    ("people", "source", "reason"),
    [
        (30, "House clerk 2018", None),
        (29, "House clerk 2018", "only 29"),
        (99, None, "no source"),
        (99, " ", "no source"),
    ],
)
def test_what_may_be_published(people: int, source: str | None, reason: str | None) -> None:
    measured = proportion(3, 100)
    withheld = group_publishable(people, source)
    shown = publish(measured, people, source)
    if reason is None:
        assert withheld is None
        assert shown is measured
    else:
        assert withheld is not None
        assert reason in withheld.reason
        assert shown == NotMeasured(withheld.reason, 3, 100, people)
