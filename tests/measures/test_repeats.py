"""Several searches of a person: what they are worth, by hand, by brute force and on planted truth."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special

from fairlineup.measures import (
    Searches,
    clopper_pearson,
    failures_of_photographs,
    newcombe_paired,
    paired_difference,
    paired_ratio,
    selectivity,
    share_of_searches,
)
from fairlineup.measures.repeats import Repeats
from fairlineup.measures.verdicts.size import effective_people
from fairlineup.records import Estimate, NotMeasured

from .examples import searches_of
from .repeated import Repeated, each, geometric, long_tailed, needed, nine_of_ten, one_big

TIMES = st.lists(st.integers(1, 9), min_size=1, max_size=12)


def repeats_of(times: list[int]) -> Repeats:
    return Repeats.of(np.repeat(np.arange(len(times)), times))


def measured(outcomes: NDArray[Any], person: NDArray[np.int64], level: float = 0.95) -> Estimate:
    found = share_of_searches(outcomes, person, level)
    assert isinstance(found, Estimate)
    return found


@given(st.lists(st.integers(-5, 10**6), min_size=1, max_size=30))
def test_searches_are_counted_by_person_whatever_their_codes(codes: list[int]) -> None:
    person = np.array(codes)
    repeats = Repeats.of(person)
    names, at, times = np.unique(person, return_inverse=True, return_counts=True)
    assert repeats.at.tolist() == at.tolist()
    assert repeats.times.tolist() == times.tolist()
    assert (repeats.people, repeats.searches) == (len(names), len(codes))
    dense = Repeats.of(at)
    assert dense.times.tolist() == times.tolist()
    assert dense.at.tolist() == at.tolist()


@given(st.integers(1, 60).flatmap(lambda n: st.lists(st.booleans(), min_size=n, max_size=n)))
def test_one_search_a_person_is_clopper_pearson_to_the_last_bit(flags: list[bool]) -> None:
    found = measured(np.array(flags), np.arange(len(flags)))
    assert (found.low, found.high) == clopper_pearson(found.value * len(flags), len(flags))
    assert found.method == "Clopper-Pearson on people"


@given(TIMES, st.sampled_from([0.9, 0.95]))
def test_after_no_error_the_bound_is_the_worst_that_any_people_could_be(
    times: list[int], level: float
) -> None:
    """Brute force: the highest rate that still gives no error with a chance of (1 - level) / 2."""
    m, chance = np.array(times, np.float64), math.log((1 - level) / 2)
    tried = np.random.default_rng(1).dirichlet(np.full(len(m), 0.5), 2000) * chance
    rates = -np.expm1(tried) @ m / m.sum()
    low, high = 0.0, m.max()
    for _ in range(200):  # the least number of searches from which people err
        middle = (low + high) / 2
        low, high = (middle, high) if np.log(np.minimum(middle / m, 1)).sum() < chance else (low, middle)
    worst = float(np.maximum(m - high, 0).sum() / m.sum())
    bound = clopper_pearson(0, repeats_of(times).worth_of_none(level), level)[1]
    assert bound == pytest.approx(worst, rel=1e-6)
    assert bound >= rates.max() - 1e-9
    person = np.repeat(np.arange(len(times)), times)
    nothing = measured(np.zeros(len(person), np.bool_), person, level)
    assert [nothing.low, nothing.high] == pytest.approx([0, bound])
    everything = measured(np.ones(len(person), np.bool_), person, level)
    assert [everything.low, everything.high] == pytest.approx([1 - bound, 1])


def test_after_no_error_people_count_and_not_searches() -> None:
    assert repeats_of([4] * 50).worth_of_none() == 50
    assert repeats_of([1] * 50).worth_of_none() == 50
    assert repeats_of([7]).worth_of_none() == 1
    assert effective_people([2, 2, 2]) == 3
    assert effective_people([]) == 0
    assert (
        21 < repeats_of([9] * 10 + [1] * 90).worth_of_none() < 23
    )  # ten people could be half of all searches
    assert repeats_of([90] + [1] * 10).worth_of_none() < 2


def test_searches_of_a_person_that_always_agree_count_once() -> None:
    flags = np.arange(200) % 10 == 0
    once = measured(flags, np.arange(200))
    for times in (2, 4, 30):
        again = measured(np.repeat(flags, times), np.repeat(np.arange(200), times))
        assert (again.value, again.low, again.high) == pytest.approx((once.value, once.low, once.high))
        assert "count as 200 independent ones" in again.method


def test_searches_of_a_person_that_do_not_hang_together_count_nearly_each() -> None:
    rng = np.random.default_rng(2)
    person = np.repeat(np.arange(200), 5)
    found = measured(rng.random(1000) < 0.2, person)
    independent = clopper_pearson(found.value * 1000, 1000)
    assert found.high - found.low < 1.15 * (independent[1] - independent[0])


@given(st.data())
def test_never_worth_more_than_searches_nor_less_than_one(data: st.DataObject) -> None:
    times = data.draw(TIMES)
    errors = [data.draw(st.integers(0, one)) for one in times]
    person = np.repeat(np.arange(len(times)), times)
    flags = np.concatenate([np.arange(m) < y for m, y in zip(times, errors, strict=True)])
    worth = Repeats.of(person).worth(flags)
    assert 1 - 1e-9 <= worth <= len(person) + 1e-9
    assert Repeats.of(person).worth(~flags) == pytest.approx(worth, rel=1e-6)
    found = measured(flags, person)
    assert 0 <= found.low <= found.value <= found.high <= 1
    order = np.random.default_rng(1).permutation(len(person))
    assert Repeats.of(person[order]).worth(flags[order]) == pytest.approx(worth)


def test_one_person_searched_for_often_is_one_person() -> None:
    flags = np.arange(40) < 10
    assert Repeats.of(np.zeros(40, np.int64)).worth(flags) == 1
    found = measured(flags, np.zeros(40, np.int64))
    assert found.high - found.low > 0.9


def test_the_likelihood_is_the_beta_binomial_s() -> None:
    """Brute force over whole outcomes: the mean of the correlation under the same prior."""
    times, wrong = np.array([2, 2, 5, 1, 3]), np.array([2, 0, 4, 1, 0])
    share = 7 / 13
    grid = np.linspace(0.005, 0.995, 1000)
    likelihood = np.ones(len(grid))
    for m, y in zip(times, wrong, strict=True):
        a, b = share * (1 / grid - 1), (1 - share) * (1 / grid - 1)
        likelihood *= np.exp(special.betaln(y + a, m - y + b) - special.betaln(a, b))
    prior = grid**-0.5
    mean = (likelihood * prior * grid).sum() / (likelihood * prior).sum()
    person = np.repeat(np.arange(5), times)
    assert Repeats.of(person).alike(wrong.astype(np.float64)) == pytest.approx(mean, abs=0.02)


def test_the_design_effect_is_that_of_the_totals_where_people_searched_for_often_err() -> None:
    rng = np.random.default_rng(1)
    flags, person = Repeated("", 400, 0.25, nine_of_ten, often=9).draw(rng)
    repeats = Repeats.of(person)
    errors = repeats.sums(flags)
    share = float(errors.sum()) / repeats.searches
    totals = errors - share * repeats.times
    found = float(totals @ totals) * 400 / 399 / repeats.searches**2
    assert found > share * (1 - share) / (repeats.searches**2 / float(repeats.times @ repeats.times) - 1)
    effect = repeats.design_effect(totals, share * (1 - share), repeats.alike(errors))
    assert effect >= found / (share * (1 - share) / (repeats.searches - 1))


HARD = [
    Repeated("fail together", 100, 0.05, nine_of_ten, often=9),
    Repeated("fail together", 100, 0.1, nine_of_ten, often=9),
    Repeated("fail together", 100, 0.25, nine_of_ten, often=9),
    Repeated("independent", 100, 0.05, each(5)),
    Repeated("independent", 30, 0.2, geometric),
    Repeated("beta-binomial", 100, 0.2, geometric, 0.5),
    Repeated("beta-binomial", 300, 0.05, long_tailed, 0.2),
    Repeated("long-tailed", 100, 0.05, long_tailed, 1.0),
    Repeated("long-tailed", 100, 0.5, long_tailed, 0.0),
    Repeated("one big", 100, 0.2, one_big, 0.2),
]


@pytest.mark.parametrize("design", HARD, ids=lambda one: f"{one.name} {one.rate} {one.people}")
def test_a_share_holds_the_planted_truth_and_is_not_twice_as_wide_as_it_need_be(design: Repeated) -> None:
    rng = np.random.default_rng(3)
    found = [measured(*design.draw(rng)) for _ in range(400)]
    held = np.mean([one.low <= design.rate <= one.high for one in found])
    values = np.array([one.value for one in found])
    trials = needed(design.rate, values)
    ideal = [clopper_pearson(value * trials, trials) for value in values]
    width = np.mean([one.high - one.low for one in found]) / np.mean([high - low for low, high in ideal])
    print(f"{held:.3f}, {width:.2f} times the width")
    assert held >= 0.93
    assert width <= 2


@pytest.mark.parametrize("design", [HARD[1], HARD[4], HARD[5], HARD[7]], ids=lambda one: one.name)
def test_a_paired_difference_and_ratio_hold_it(design: Repeated) -> None:
    rng = np.random.default_rng(4)
    held, ratios = [], []
    for _ in range(400):
        one, other, person = design.paired(rng, 0.7)
        found = paired_difference(one, other, person)
        assert isinstance(found, Estimate)
        held.append(found.low <= -0.3 * design.rate <= found.high)
        ratio = paired_ratio(one, other, person)
        if isinstance(ratio, Estimate):
            ratios.append(ratio.low <= 0.7 <= ratio.high)
    print(f"difference {np.mean(held):.3f}, ratio held {sum(ratios)} of {len(ratios)}")
    assert np.mean(held) >= 0.93
    assert sum(ratios) >= 0.93 * len(ratios)


def test_paired_measures_of_one_search_a_person_are_newcombe_s_and_desu_s() -> None:
    one, other = np.arange(100) < 20, (np.arange(100) >= 8) & (np.arange(100) < 22)
    difference, ratio = (measure(one, other, np.arange(100)) for measure in (paired_difference, paired_ratio))
    assert isinstance(difference, Estimate)
    assert isinstance(ratio, Estimate)
    assert (difference.low, difference.high) == newcombe_paired(np.array([12, 2, 8, 78]))
    assert ratio.high == pytest.approx(0.7 * math.exp(1.959964 * math.sqrt(10 / (20 * 14))))


def test_systems_that_part_on_nobody_have_a_ratio_of_one_that_is_not_certain() -> None:
    flags = np.arange(100) < 20
    ratio = paired_ratio(flags, flags, np.arange(100))
    assert isinstance(ratio, Estimate)
    assert ratio.value == 1
    assert ratio.high == pytest.approx(1 + 3.6889 / 20, abs=1e-4)
    assert ratio.low == pytest.approx(1 / ratio.high)
    often = paired_ratio(np.repeat(flags, 3), np.repeat(flags, 3), np.repeat(np.arange(100), 3))
    assert isinstance(often, Estimate)
    assert often.high == pytest.approx(ratio.high)


def listing(rng: np.random.Generator, design: Repeated, length: int) -> Searches:
    """Searches of a design that list up to so many people where they err."""
    flags, person = design.draw(rng)
    lists = np.where(flags, rng.integers(1, length + 1, len(flags)), 0)
    return searches_of(
        [{1000 + k: [0.1] for k in range(one)} for one in lists], person=person.tolist(), gallery=(50, 50)
    )


@pytest.mark.parametrize("design", [HARD[2], HARD[3], HARD[5]], ids=lambda one: one.name)
def test_selectivity_holds_it(design: Repeated) -> None:
    rng = np.random.default_rng(5)
    truth, held, widths, values = design.rate * 3, [], [], []
    for _ in range(200):
        found = selectivity(listing(rng, design, 5), 0.5)
        assert isinstance(found, Estimate)
        held.append(found.low <= truth <= found.high)
        widths.append(found.high - found.low)
        values.append(found.value)
    print(f"{np.mean(held):.3f}, {np.mean(widths) / (3.92 * np.std(values)):.2f} times the width")
    assert np.mean(held) >= 0.93
    assert np.mean(widths) <= 2 * 3.92 * np.std(values)


def test_selectivity_of_nobody_listed_is_bounded_by_people() -> None:
    found = selectivity(
        searches_of([{}] * 40, person=list(np.repeat(np.arange(10), 4)), gallery=(50, 50)), 0.5
    )
    assert isinstance(found, Estimate)
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(3.6889 / 10, abs=1e-4)


def test_failures_of_photographs_are_by_person() -> None:
    failed = np.repeat(np.arange(50) < 5, 4)
    found = failures_of_photographs(failed, np.repeat(np.arange(50), 4))
    assert isinstance(found, Estimate)
    assert (found.low, found.high) == pytest.approx(clopper_pearson(5, 50))
    none = np.zeros(0, np.int64)
    assert failures_of_photographs(none == 1, none) == NotMeasured("no trials", 0, 0, 0)


@pytest.mark.parametrize(("times", "people"), list(product((1, 3), (20, 2000))))
def test_probabilities_may_stand_for_outcomes(times: int, people: int) -> None:
    chance = np.repeat(np.linspace(0, 0.4, people), times)
    found = measured(chance, np.repeat(np.arange(people), times))
    assert found.value == pytest.approx(0.2)
    assert found.low < 0.2 < found.high
