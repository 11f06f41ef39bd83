"""Two systems on the same people: published tables, planted truth, and how often the intervals hold it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import (
    BadInput,
    Estimate,
    NotMeasured,
    PairedPeople,
    detectable_difference,
    difference_of_independent,
    mcnemar_exact,
    newcombe_paired,
    paired_difference,
    paired_people,
    paired_ratio,
)

COUNTS = st.integers(0, 40)


def columns(both: int, first: int, second: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes of one search a person, from the four cells."""
    one = [True] * (both + first) + [False] * (second + neither)
    other = [True] * both + [False] * first + [True] * second + [False] * neither
    return np.array(one, dtype=np.bool_), np.array(other, dtype=np.bool_)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((36, 12, 2, 0), 0.0569, 0.3404),  # Newcombe 1998
        ((1, 1, 7, 12), -0.507, -0.026),  # airway hyper-responsiveness: Bentur 2009, Fagerlund et al. 2014
        ((14, 5, 0, 22), 0.011, 0.226),  # Altman et al. 2000, table 6.2
    ],
)
def test_published_intervals_of_paired_differences(
    table: tuple[int, int, int, int], low: float, high: float
) -> None:
    found = newcombe_paired(np.array(table, dtype=np.float64))
    assert found == pytest.approx((low, high), abs=6e-4)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [(1, 7, 0.0703125), (7, 1, 0.0703125), (0, 6, 0.03125), (0, 5, 0.0625), (3, 3, 1.0), (0, 0, 1.0)],
)
def test_the_exact_test_of_mcnemar(first: int, second: int, p: float) -> None:
    assert mcnemar_exact(first, second) == pytest.approx(p, abs=1e-12)


@given(COUNTS, COUNTS)
def test_the_exact_test_is_the_binomial_test(first: int, second: int) -> None:
    n, fewer = first + second, min(first, second)
    tail = sum(math.comb(n, k) for k in range(fewer + 1)) / 2**n
    assert mcnemar_exact(first, second) == pytest.approx(min(1.0, 2 * tail), rel=1e-9)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_a_difference_turns_round_with_the_systems(both: int, first: int, second: int, neither: int) -> None:
    one, other = columns(both, first, second, neither)
    person = np.arange(len(one))
    if not len(one):
        assert isinstance(paired_difference(one, other, person), NotMeasured)
        return
    there, back = paired_difference(one, other, person), paired_difference(other, one, person)
    assert isinstance(there, Estimate)
    assert isinstance(back, Estimate)
    assert there.value == pytest.approx((second - first) / len(one))
    assert -1 <= there.low <= there.value <= there.high <= 1
    assert [there.low, there.high] == pytest.approx([-back.high, -back.low])
    assert there.low < there.high


def test_a_person_counts_once_however_often_they_are_searched_for() -> None:
    one, other = columns(10, 4, 9, 60)
    person = np.arange(len(one))
    twice = [np.repeat(column, 2) for column in (one, other)]
    people = paired_people(twice[0], twice[1], np.repeat(person, 2))
    assert people == PairedPeople(10, 4, 9, 60)
    assert (people.people, people.discordant) == (83, 13)
    alone = paired_difference(one, other, person)
    again = paired_difference(twice[0], twice[1], np.repeat(person, 2))
    assert isinstance(alone, Estimate)
    assert isinstance(again, Estimate)
    assert [again.low, again.high] == pytest.approx([alone.low, alone.high])
    assert "count as 83 independent" in again.method
    ratio, more = (
        paired_ratio(one, other, person),
        paired_ratio(twice[0], twice[1], np.repeat(person, 2)),
    )
    assert isinstance(ratio, Estimate)
    assert isinstance(more, Estimate)
    assert [more.value, more.high] == pytest.approx([19 / 14, ratio.high])


def test_a_person_is_flagged_if_any_search_is() -> None:
    person = np.array([5, 5, 7])
    one, other = np.array([True, False, False]), np.array([False, True, False])
    assert paired_people(one, other, person) == PairedPeople(1, 0, 0, 1)


def test_few_errors_give_no_ratio() -> None:
    found = paired_ratio(*columns(5, 4, 9, 60), np.arange(78))
    assert isinstance(found, NotMeasured)
    assert "10 people" in found.reason


@pytest.mark.parametrize(
    ("first", "second"), [(0.05, 0.05), (0.02, 0.06), (0.30, 0.20)], ids=["alike", "rare", "frequent"]
)
def test_intervals_hold_the_planted_difference_where_a_bootstrap_does_not(
    first: float, second: float
) -> None:
    """200 people, errors that mostly fall on the same ones: 2,000 data sets with a planted difference."""
    rng = np.random.default_rng(7)
    both = 0.8 * min(first, second)
    cells = [both, second - both, first - both, 1 - first - second + both]
    tables = rng.multinomial(200, cells, 2000).astype(np.float64)
    ends = np.array([newcombe_paired(table) for table in tables])
    truth = second - first
    held = (ends[:, 0] <= truth) & (truth <= ends[:, 1])
    assert 0.93 <= held.mean() <= 0.995
    shares = tables[:400] / 200
    drawn = np.stack([rng.multinomial(200, share, 400) for share in shares])
    change = np.quantile((drawn[:, :, 1] - drawn[:, :, 2]) / 200, [0.025, 0.975], axis=1)
    resampled = (change[0] <= truth) & (truth <= change[1])
    assert resampled.mean() < held.mean()


def test_with_nobody_parting_them_two_systems_are_not_said_to_be_alike() -> None:
    found = paired_difference(*columns(3, 0, 0, 97), np.arange(100))
    assert isinstance(found, Estimate)
    assert found.value == 0
    assert found.high > 0.02


@pytest.mark.parametrize(("people", "discordant"), [(100, 0), (539, 10), (539, 120), (2000, 40)])
def test_the_detectable_difference_is_found_four_times_in_five(people: int, discordant: int) -> None:
    least = detectable_difference(people, discordant)
    assert isinstance(least, float)
    rng = np.random.default_rng(3)
    parted = max(discordant / people, least)
    cells = [(parted + least) / 2, (parted - least) / 2, 1 - parted]
    tables = rng.multinomial(people, np.clip(cells, 0, 1), 4000)
    found = np.mean([mcnemar_exact(int(a), int(b)) <= 0.05 for a, b, _ in tables])
    assert found == pytest.approx(0.8, abs=0.03)


def test_five_people_could_have_found_nothing() -> None:
    assert isinstance(detectable_difference(5, 0), NotMeasured)
    assert isinstance(detectable_difference(0, 0), NotMeasured)


def test_gaps_and_their_change_come_from_the_intervals_of_both_groups() -> None:
    one = Estimate(0.30, 0.20, 0.42, 30, 100, "a", 0.95, 100)
    other = Estimate(0.10, 0.05, 0.18, 10, 100, "a", 0.95, 100)
    found = difference_of_independent(one, other)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(0.2)
    assert found.low == pytest.approx(0.2 - math.hypot(0.10, 0.08))
    assert found.high == pytest.approx(0.2 + math.hypot(0.12, 0.05))
    none = NotMeasured("too few")
    assert difference_of_independent(one, none) is none
    assert difference_of_independent(none, other) is none


def test_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(BadInput, match="shape"):
        paired_people(np.zeros(2, np.bool_), np.zeros(3, np.bool_), np.arange(3))
    with pytest.raises(BadInput, match="0 or more"):
        mcnemar_exact(-1, 2)
    with pytest.raises(BadInput, match="some above 0"):
        newcombe_paired(np.zeros(4))
    with pytest.raises(BadInput, match="part"):
        detectable_difference(10, 11)
