from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import (
    claim_size,
    clopper_pearson,
    effective_people,
    others_needed,
    people_for_ratio,
    people_needed,
    proportion,
    reach,
    trials_to_measure,
    trials_without_error,
    verdict,
    zero_error_bound,
)
from fairlineup.measures.verdicts.size import people_for_pairs
from fairlineup.records import BadInput, NotMeasured


def test_people_for_a_ratio_are_those_fishers_test_needs() -> None:
    found = people_for_ratio(2, 0.04, people=400)
    assert found.each == people_needed(0.08, 0.04) == 586
    assert found.others == others_needed(400, 0.08, 0.04) == 885
    assert people_for_ratio(2, 0.04).others is None
    assert isinstance(people_for_ratio(2, 0.04, people=107).others, NotMeasured)


def test_golden_claim_of_one_in_a_million() -> None:
    found = claim_size(1e-6)
    assert found.to_claim.trials == pytest.approx(3.0e6, rel=0.002)
    assert found.to_measure.trials == 30_000_000
    assert found.to_claim.people_all_pairs == pytest.approx(2450, abs=2)
    assert found.to_measure.people_all_pairs == pytest.approx(7746, abs=2)
    assert found.to_claim.people_disjoint == 2 * found.to_claim.trials
    assert found.to_claim.people_each_set == found.to_claim.trials


def test_golden_claim_of_three_in_a_thousand() -> None:
    assert trials_without_error(0.003) == pytest.approx(1000, abs=3)
    assert trials_to_measure(0.003) == 10_000


def test_a_design_effect_multiplies_comparisons_and_leaves_disjoint_pairs() -> None:
    plain, dependent = claim_size(1e-4), claim_size(1e-4, design_effect=9)
    assert dependent.to_claim.comparisons == 9 * plain.to_claim.comparisons
    assert dependent.to_claim.people_all_pairs == pytest.approx(3 * plain.to_claim.people_all_pairs, rel=0.01)
    assert dependent.to_claim.people_disjoint == plain.to_claim.people_disjoint


@given(st.floats(1e-9, 0.5), st.floats(0.51, 0.999))
def test_trials_without_error_are_the_fewest(limit: float, level: float) -> None:
    trials = trials_without_error(limit, level)
    assert zero_error_bound(trials, level) <= limit * (1 + 1e-9)
    if trials > 1:
        assert zero_error_bound(trials - 1, level) > limit * (1 - 1e-9)


@given(st.integers(1, 10**15))
def test_people_for_pairs_are_the_fewest(pairs: int) -> None:
    people = people_for_pairs(pairs)
    assert people * (people - 1) // 2 >= pairs > (people - 1) * (people - 2) // 2


@given(st.integers(1, 3000), st.floats(0.001, 0.5), st.sampled_from([0.9, 0.95]))
def test_reach_says_what_the_verdict_will_say(people: int, at_most: float, level: float) -> None:
    found = reach(at_most, people, level=level)

    def outcome(errors: int) -> str:
        return verdict([proportion(errors, people, people=people, level=level)], at_most).outcome

    assert found.reachable == (outcome(0) == "pass")
    if isinstance(found.pass_up_to, NotMeasured):
        assert not found.reachable
    else:
        assert outcome(found.pass_up_to) == "pass"
        assert found.pass_up_to == people or outcome(found.pass_up_to + 1) != "pass"
    if isinstance(found.fail_from, NotMeasured):
        assert outcome(people) != "fail"
    else:
        assert outcome(found.fail_from) == "fail"
        assert outcome(found.fail_from - 1) != "fail"


@given(st.floats(0.001, 0.5), st.sampled_from([0.9, 0.95]))
def test_the_people_needed_reach_the_limit(at_most: float, level: float) -> None:
    needed = reach(at_most, 10, level=level).people_needed
    assert clopper_pearson(0, needed, level)[1] <= at_most * (1 + 1e-9)
    if needed > 1:
        assert clopper_pearson(0, needed - 1, level)[1] > at_most * (1 - 1e-9)


def test_people_searched_for_unequally_often_are_fewer() -> None:
    assert effective_people([2, 2, 2]) == pytest.approx(3)
    assert effective_people([9, 1, 1]) < 2.1
    assert effective_people([]) == 0
    assert reach(0.003, 1500).reachable
    uneven = reach(0.003, 1500, 900.0)
    assert not uneven.reachable
    assert uneven.people_needed == pytest.approx(1228 * 1500 / 900, abs=1)


def test_nobody_reaches_nothing() -> None:
    found = reach(0.003, 0)
    assert isinstance(found.least_upper, NotMeasured)
    assert not found.reachable
    assert found.people_needed == 1228


def test_values_out_of_range_are_named() -> None:
    with pytest.raises(BadInput, match="the ratio times the base rate"):
        people_for_ratio(30, 0.1)
    with pytest.raises(BadInput, match="the base rate"):
        people_for_ratio(2, 0)
    with pytest.raises(BadInput, match="the power"):
        people_for_ratio(2, 0.1, power=1)
    with pytest.raises(BadInput, match="no difference"):
        people_for_ratio(1, 0.1)
    with pytest.raises(BadInput, match="people in the first group"):
        people_for_ratio(2, 0.1, people=0)
    with pytest.raises(BadInput, match="the design effect"):
        claim_size(0.1, design_effect=float("nan"))
    with pytest.raises(BadInput, match="the limit"):
        claim_size(0)
    with pytest.raises(BadInput, match="two rates that differ"):
        others_needed(5, 0.1, 0.1)
