"""Tokens for the next page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.records import BadInput
from fairlineup.service.wire import page_token, read_page_token

KEY = b"k" * 32
texts = st.text(st.characters(exclude_categories=["Cs"]))


def _refused(token: str, *bound: str, key: bytes = KEY) -> None:
    with pytest.raises(BadInput) as error:
        read_page_token(key, token, *bound)
    assert error.value.code == "page-token-unusable"


@given(st.text(st.characters(codec="ascii"), max_size=174), st.lists(texts, max_size=3))
def test_a_token_comes_back_as_the_position_it_was_made_of(position: str, bound: list[str]) -> None:
    token = page_token(KEY, position, *bound)
    assert len(token) <= 255
    assert read_page_token(KEY, token, *bound) == position


def test_a_token_is_good_for_its_own_list_alone() -> None:
    token = page_token(KEY, "7", "ListFaces", "a", "b")
    for bound in (
        ("ListFaces", "a"),
        ("ListUsers", "a", "b"),
        ("ListFaces", "ab"),
        ("ListFaces", "b", "a"),
        (),
    ):
        _refused(token, *bound)
    _refused(token, "ListFaces", "a", "b", key=b"l" * 32)


def test_no_byte_of_a_token_may_change() -> None:
    token = page_token(KEY, "0123456789abcdef", "ListFaces", "a")
    for place in range(len(token)):
        for letter in "Az-":
            if letter != token[place]:
                _refused(token[:place] + letter + token[place + 1 :], "ListFaces", "a")
    for cut in (
        token[:-1],
        token[1:],
        token + "A",
        token + "=",
        token.upper(),
        "",
        "=",
        "ä",
        "\x00",
        "A" * 255,
    ):
        _refused(cut, "ListFaces", "a")


def test_a_position_that_would_not_fit_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="175 bytes"):
        page_token(KEY, "a" * 175)
