from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.records import escaped, escaped_in_json


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("one\ntwo\r\tthree", r"one\ntwo\r\tthree"),
        ("\x9b2J\x85", r"\x9b2J\x85"),
        ("a\u2028b\u2029", r"a\u2028b\u2029"),
        ("gpj.\u202eexe\u2066", r"gpj.\u202eexe\u2066"),
        ("\u200bx\ufeff\U000e0041", r"\u200bx\ufeff\U000e0041"),
        ("\udcff", r"\udcff"),
        ("Zoë 张伟 👩‍🔬 می‌خواهم [red]", "Zoë 张伟 👩‍🔬 می‌خواهم [red]"),
    ],
)
def test_what_cannot_be_seen_is_shown(text: str, seen: str) -> None:
    assert escaped(text) == seen
    assert escaped(seen) == seen


@given(st.text())
def test_nothing_is_left_that_moves_the_cursor_or_turns_words(text: str) -> None:
    seen = escaped(text)
    assert not {unicodedata.category(one) for one in seen} & {"Cc", "Zl", "Zp", "Cs"}
    assert not {unicodedata.bidirectional(one) for one in seen} & {"LRE", "RLE", "LRO", "RLO", "PDF"}


@given(st.text())
def test_json_keeps_its_value(text: str) -> None:
    line = escaped_in_json(json.dumps({text: text}, ensure_ascii=False))
    assert json.loads(line) == {text: text}
    assert escaped(line) == line
