from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.measures import Scores, in_order


@pytest.mark.parametrize(
    "ordered",
    [
        ["1", "2", "10"],
        ["-5", "0.25", "0.5", "3", "unknown"],
        ["5-17", "18-29", "30-44", "100 and more"],
        ["group 2", "group 10", "group 10b"],
        ["East", "North", "east", "north"],
        ["I", "II", "V"],
    ],
)
def test_numbers_by_size_words_by_their_letters(ordered: list[str]) -> None:
    assert in_order(reversed(ordered)) == ordered


@given(st.lists(st.text("abcXYZ äé-_")))
def test_words_keep_the_order_they_had(words: list[str]) -> None:
    assert in_order(words) == sorted(words)


@given(st.lists(st.text("01279.-+a "), unique=True))
def test_the_order_is_one_whatever_came_first(values: list[str]) -> None:
    assert in_order(values) == in_order(reversed(values))


def test_a_table_lists_its_groups_so() -> None:
    bands = ["10", "1", "2"]
    scores = Scores.of(
        person_probe=["a", "b", "c"],
        person_gallery=["b", "c", "a"],
        distance=[0.1, 0.2, 0.3],
        groups_probe={"band": bands},
        groups_gallery={"band": [bands[1], bands[2], bands[0]]},
    )
    assert scores.labels["band"].values == ("1", "2", "10")
