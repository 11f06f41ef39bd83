from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.files import csv_by_name, csv_of, head_of, rows_by_name, rows_of

SIGNS = "=+-@'\t\r\n,;|\"＝＠1e.x "


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ('=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'),
        ("+1+cmd|' /C calc'!A0", "\"'+1+cmd|' /C calc'!A0\""),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("\t=1", '"\'\t=1"'),
        ("＝1+1", "'＝1+1"),
        ("'=1", "''=1"),
        ("a;=1", '"a;=1"'),  # two cells where semicolons part them
        ("-3.5e-7", "-3.5e-7"),
        ("O'Brien-Smith", "O'Brien-Smith"),
        ("'tis", "'tis"),
        (-0.25, "-0.25"),
        (-3, "-3"),
        (None, ""),
        (True, "True"),
    ],
)
def test_no_cell_is_computed_and_numbers_stay_numbers(value: object, written: str) -> None:
    assert csv_of([["x", value]]) == f"x,{written}\n"


@given(st.lists(st.lists(st.text(SIGNS), min_size=2, max_size=2), min_size=1))
def test_what_was_written_is_read_back(rows: list[list[str]]) -> None:
    text = csv_by_name(["=a", "b"], ({"=a": one, "b": other} for one, other in rows))
    columns, found = rows_by_name(text)
    assert columns == ["=a", "b"]
    assert [list(row.values()) for row in found] == rows
    for cell in (cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row):
        assert cell[:1] not in set("=@\t\r\n＝＠")
        assert cell[:1] not in set("+-") or float(cell) is not None


@given(st.lists(st.text("=+-@'x1", min_size=1), min_size=1))
def test_tables_that_somebody_hands_in_are_read_alike(cells: list[str]) -> None:
    file = io.StringIO(csv_of([["person", "+label"], *([cell, "a"] for cell in cells)]), newline="")
    head = head_of(file)
    assert head.columns == ("person", "+label")
    assert [row for _, row in rows_of(file, head)] == [[cell, "a"] for cell in cells]


def test_a_table_that_nobody_wrote_so_is_none() -> None:
    for text, why in (("a,b\n1\n", "cells missing or too many in row 1"), ('a\n"x', "end of data")):
        with pytest.raises(ValueError, match=why):
            rows_by_name(text)
    assert rows_by_name("") == ([], [])
    assert rows_by_name(csv_of([["a"], [""], ["1"]])) == (["a"], [{"a": ""}, {"a": "1"}])
