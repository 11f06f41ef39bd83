from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import cohen_kappa
from fairlineup.records import BadInput, Estimate, NotMeasured


def judged(table: list[list[int]]) -> tuple[list[int], list[int]]:
    """Two judges' answers with this table of counts: rows the first's, columns the second's."""
    pairs = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    return [i for i, _ in pairs], [j for _, j in pairs]


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ([[88, 14, 18], [10, 40, 10], [2, 6, 12]], 0.492),  # Cohen 1960
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 0.676),  # Fleiss, Levin and Paik, chapter 18
        ([[20, 5], [10, 15]], 0.4),  # the usual worked example of two readers
    ],
)
def test_published_values(table: list[list[int]], kappa: float) -> None:
    found = cohen_kappa(*judged(table))
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(kappa, abs=5e-4)
    assert found.low < found.value < found.high


def test_interval_is_near_cohens() -> None:
    found = cohen_kappa(*judged([[88, 14, 18], [10, 40, 10], [2, 6, 12]]))
    assert isinstance(found, Estimate)
    # Cohen's own large-sample limits: kappa +- 1.96 sqrt(po (1 - po) / (n (1 - pe)^2)), po .70, pe .41, n 200
    assert (found.low, found.high) == pytest.approx((0.384, 0.600), abs=0.012)
    assert (found.errors, found.trials) == (60, 200)


def test_agreeing_on_few_things_is_no_certainty() -> None:
    found = cohen_kappa(["a", "b", "a"], ["a", "b", "a"])
    assert isinstance(found, Estimate)
    assert found.value == 1.0
    assert found.low < 0.1


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
def test_neither_judge_comes_first(pairs: list[tuple[str, str]]) -> None:
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    assert cohen_kappa(one, other) == cohen_kappa(other, one)


def test_what_cannot_be_measured() -> None:
    assert cohen_kappa([], []) == NotMeasured("nothing was judged by both", 0, 0)
    alike = cohen_kappa(["a"] * 9, ["a"] * 9)
    assert isinstance(alike, NotMeasured)
    assert alike.trials == 9
    with pytest.raises(BadInput, match="2 and 1"):
        cohen_kappa(["a", "b"], ["a"])
