from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import clopper_pearson, garwood, proportion, wilson, zero_error_bound
from fairlineup.measures.proportions import share_of_searches
from fairlineup.records import BadInput, Estimate, NotMeasured


def test_golden_intervals_of_the_congress_test() -> None:
    assert clopper_pearson(28, 535) == pytest.approx((0.035055, 0.074755), abs=5e-7)
    assert clopper_pearson(0, 535) == pytest.approx((0, 0.006871), abs=5e-7)
    assert wilson(28, 535) == pytest.approx((0.036455, 0.074601), abs=5e-7)
    assert clopper_pearson(11, 107) == pytest.approx((0.052, 0.177), abs=5e-4)
    assert clopper_pearson(17, 428) == pytest.approx((0.023, 0.063), abs=5e-4)


def test_zero_error_bound() -> None:
    assert zero_error_bound(535) == pytest.approx(0.0055839, abs=5e-8)
    assert zero_error_bound(1e6) == pytest.approx(3e-6, rel=2e-3)


def test_garwood_golden() -> None:
    assert garwood(0) == pytest.approx((0, 3.6889), abs=1e-4)
    assert garwood(10) == pytest.approx((4.7954, 18.3904), abs=1e-4)


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.floats(0, n), st.just(n))))
def test_intervals_hold_the_point_and_are_ordered(counts: tuple[float, int]) -> None:
    errors, trials = counts
    for low, high in (clopper_pearson(errors, trials), wilson(errors, trials)):
        assert 0 <= low <= errors / trials + 1e-12
        assert errors / trials - 1e-12 <= high <= 1
    low, high = garwood(errors)
    assert low <= errors <= high


@pytest.mark.parametrize("call", [(-1, 10), (11, 10), (0, 0), (1, 10, 1.0)])
def test_counts_out_of_range_are_refused(call: tuple[float, ...]) -> None:
    for interval in (clopper_pearson, wilson):
        with pytest.raises(BadInput, match="out of range"):
            interval(*call)


def test_no_trials_is_not_a_number() -> None:
    assert proportion(0, 0) == NotMeasured("no trials", errors=0, trials=0)
    nothing = share_of_searches(np.zeros(0, np.bool_), np.zeros(0, np.int64), 0.95)
    assert isinstance(nothing, NotMeasured)


def test_a_proportion_says_how_it_was_made() -> None:
    assert proportion(28, 535, people=535) == Estimate(
        28 / 535, *clopper_pearson(28, 535), 28, 535, "Clopper-Pearson", 0.95, 535
    )
    shown = proportion(28, 535, method="wilson")
    assert isinstance(shown, Estimate)
    assert (shown.low, shown.high, shown.method) == (*wilson(28, 535), "Wilson")


def test_more_trials_than_people_count_people() -> None:
    one = proportion(20, 200, people=50)
    assert isinstance(one, Estimate)
    assert (one.low, one.high) == clopper_pearson(5, 50)
    assert "person" in one.method
    flags = np.arange(200) // 4 % 10 == 0
    same = share_of_searches(flags, np.arange(200) // 4, 0.95)
    assert isinstance(same, Estimate)
    assert (same.value, same.low, same.high) == pytest.approx((one.value, one.low, one.high))


def test_one_person_searched_for_often_does_not_make_a_sample() -> None:
    person = np.concatenate((np.zeros(90, np.int64), np.arange(1, 11)))
    uneven = share_of_searches(person == 0, person, 0.95)
    assert isinstance(uneven, Estimate)
    assert uneven.people == 11
    assert uneven.high - uneven.low > 0.7
