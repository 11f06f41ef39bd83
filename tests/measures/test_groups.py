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
from fairlineup.records import Estimate, NotMeasured

from .examples import searches_of


def test_a_group_is_measured_like_everyone() -> None:
    searches = searches_of([{9: [0.1]}, {9: [0.9]}, {9: [0.1]}, {9: [0.2]}], person=[0, 1, 2, 2])
    part = searches.only(np.array([1, 0, 1])[searches.person] == 1)
    fpir = false_positive_identification_rate(part, 0.15)
    assert isinstance(fpir, Estimate)
    assert (fpir.errors, fpir.trials, fpir.people) == (2, 3, 2)


def test_mated_searches_of_a_group() -> None:
    searches = searches_of([{0: [0.1]}, {1: [0.9]}], person=[0, 1])
    part = Mated(searches, np.array([True, True])).only(np.array([-1, 4])[searches.person] == 4)
    missed = false_negative_identification_rate(part, 0.5)
    assert isinstance(missed, Estimate)
    assert (missed.errors, missed.trials) == (1, 1)


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
