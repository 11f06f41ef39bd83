from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from fairlineup.measures import Reliability, StrataVerdict, intraclass_correlation, strata_verdict
from fairlineup.records import BadInput, NotMeasured

# Shrout and Fleiss 1979, table 2: six targets, four judges.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def measured(values: NDArray[np.float64], person: NDArray[np.int64], level: float = 0.95) -> Reliability:
    found = intraclass_correlation(values, person, level=level)
    assert isinstance(found, Reliability)
    return found


def planted(
    rng: np.random.Generator, counts: list[int], between: float, within: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Measurements of people who differ by `between`, and of each by `within` (standard deviations)."""
    person = np.repeat(np.arange(len(counts)), counts)
    own = rng.normal(30, between, len(counts))
    return own[person] + rng.normal(0, within, len(person)), person


def test_shrout_and_fleiss_1979() -> None:
    """ICC(1,1) = .17 in their table 4; the interval as R's psych::ICC prints it for the same table."""
    found = measured(np.array(SHROUT_FLEISS, float).ravel(), np.repeat(np.arange(6), 4))
    assert found.icc == pytest.approx(0.17, abs=0.005)
    assert (found.low, found.high) == pytest.approx((-0.13, 0.72), abs=0.005)
    assert (found.people, found.measurements) == (6, 24)
    assert found.within_sd**2 == pytest.approx(6.26, abs=0.005)  # their table 3: WMS


@pytest.mark.parametrize("counts", [[2] * 900, [2] * 300 + [3] * 200 + [9] * 100])
def test_planted_variance_components_are_recovered(counts: list[int]) -> None:
    found = measured(*planted(np.random.default_rng(4), counts, between=12, within=9))
    assert found.within_sd == pytest.approx(9, rel=0.06)
    assert found.between_sd == pytest.approx(12, rel=0.06)
    assert found.icc == pytest.approx(144 / (144 + 81), abs=0.04)
    assert found.low < 144 / (144 + 81) < found.high
    assert found.sd_ratio == pytest.approx(math.sqrt((1 - found.icc) / found.icc))


@pytest.mark.parametrize("icc", [0.2, 0.7])
def test_the_interval_covers_when_numbers_a_person_are_unequal(icc: float) -> None:
    rng = np.random.default_rng(11)
    counts = [2] * 30 + [3] * 10 + [20] * 5
    covered = [
        found.low <= icc <= found.high
        for found in (
            measured(*planted(rng, counts, math.sqrt(icc), math.sqrt(1 - icc))) for _ in range(1000)
        )
    ]
    assert 0.93 <= np.mean(covered) <= 0.97


def test_the_interval_agrees_with_a_bootstrap_by_person() -> None:
    rng = np.random.default_rng(5)
    counts = [2] * 300 + [4] * 60
    values, person = planted(rng, counts, between=10, within=8)
    found = measured(values, person)
    rows = [np.flatnonzero(person == one) for one in range(len(counts))]
    drawn = []
    for _ in range(400):
        people = rng.integers(0, len(rows), len(rows))
        again = np.concatenate([rows[one] for one in people])
        drawn.append(
            measured(values[again], np.repeat(np.arange(len(people)), [len(rows[one]) for one in people])).icc
        )
    low, high = np.percentile(drawn, [2.5, 97.5])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.03)


def test_photographs_drawn_alone_would_hide_the_people() -> None:
    """The same numbers with people shuffled: nothing is left between people."""
    rng = np.random.default_rng(6)
    values, person = planted(rng, [2] * 400, between=10, within=3)
    found = measured(values, rng.permutation(person))
    assert found.low < 0 < found.high


@given(
    st.lists(st.lists(st.floats(-90, 90), min_size=1, max_size=5), min_size=2, max_size=8),
    st.sampled_from([0.5, 2.0, -4.0]),
    st.sampled_from([0.0, 64.0]),
)
def test_neither_unit_nor_order_nor_names_matter(rows: list[list[float]], unit: float, zero: float) -> None:
    rows = [[round(value, 2) for value in row] for row in rows]
    values = np.array([value for row in rows for value in row])
    person = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    found = intraclass_correlation(values, person)
    other = intraclass_correlation((unit * values + zero)[::-1], [f"p{7 * one}" for one in person[::-1]])
    if isinstance(found, NotMeasured):
        assert isinstance(other, NotMeasured)
        assert other.reason == found.reason
        return
    assert isinstance(other, Reliability)
    assert found.low <= found.icc <= found.high <= 1
    assert other.icc == pytest.approx(found.icc, abs=1e-6)
    assert other.within_sd == pytest.approx(abs(unit) * found.within_sd)


def test_people_measured_once_are_left_out() -> None:
    values, person = planted(np.random.default_rng(7), [2] * 20, 5, 5)
    with_others = measured(np.append(values, [900.0, -900.0]), np.append(person, [100, 101]))
    assert with_others == measured(values, person)


@pytest.mark.parametrize(
    ("values", "person", "reason"),
    [
        ([], [], "fewer than two people"),
        ([1.0, 2.0, 3.0], [0, 1, 2], "fewer than two people"),
        ([1.0, 2.0, 3.0], [0, 0, 1], "fewer than two people"),
        ([1.1, 1.1, 1.1, 2.3, 2.3, 2.3], [0, 0, 0, 1, 1, 1], "nothing varies within a person"),
    ],
)
def test_nothing_unknown_becomes_a_number(values: list[float], person: list[int], reason: str) -> None:
    found = intraclass_correlation(values, person)
    assert isinstance(found, NotMeasured)
    assert reason in found.reason


def test_people_alike_have_no_ratio() -> None:
    found = measured(np.array([0.0, 10.0, 1.0, 9.0, 2.0, 8.0]), np.array([0, 0, 1, 1, 2, 2]))
    assert found.icc < 0
    assert isinstance(found.sd_ratio, NotMeasured)


@pytest.mark.parametrize(
    ("values", "person", "level"),
    [([1.0], [0, 1], 0.95), ([1.0, math.nan], [0, 0], 0.95), ([1.0, 2.0], [0, 0], 1.0)],
)
def test_bad_measurements_are_refused(values: list[float], person: list[int], level: float) -> None:
    with pytest.raises(BadInput, match="unusable"):
        intraclass_correlation(values, person, level=level)


def reliability(icc: float, low: float, high: float) -> Reliability:
    return Reliability(icc, low, high, 1.0, 1.0, 100, 200, "by hand", 0.95)


@pytest.mark.parametrize(
    ("icc", "outcome", "words"),
    [
        ((0.55, 0.49, 0.60), "refused", "strata refused: ICC 0.55 (0.49 to 0.60) is under 0.7"),
        ((0.66, 0.60, 0.72), "undecided", "is under 0.7; undecided, for the interval includes 0.7"),
        (
            (0.72, 0.66, 0.78),
            "undecided",
            "strata refused: ICC 0.72 (0.66 to 0.78) may be under 0.7; undecided",
        ),
        ((0.80, 0.70, 0.86), "given", "strata given: ICC 0.80 (0.70 to 0.86) is not under 0.7"),
    ],
)
def test_strata_take_a_whole_interval(icc: tuple[float, float, float], outcome: str, words: str) -> None:
    found = strata_verdict([reliability(*icc)])
    assert found.outcome == outcome
    assert words in found.reason
    assert found.allowed == (outcome == "given")


def test_the_worst_reliability_decides() -> None:
    good, doubtful, bad = reliability(0.9, 0.8, 0.95), reliability(0.8, 0.4, 0.9), reliability(0.6, 0.5, 0.69)
    assert strata_verdict([good, doubtful, bad]).deciding == bad
    assert strata_verdict([good, doubtful]).outcome == "undecided"
    missing = NotMeasured("nobody was photographed twice")
    assert strata_verdict([good, missing]) == StrataVerdict(
        "refused", 0.7, missing, "strata refused: ICC not measured (nobody was photographed twice)"
    )
    with pytest.raises(BadInput, match="at least one ICC"):
        strata_verdict([])
