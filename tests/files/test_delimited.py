from __future__ import annotations

import io

import pytest

from fairlineup.files import (
    NotDelimitedError,
    Numbers,
    all_rows,
    columns_with_values,
    decoded,
    head_of,
    named_columns,
    other_thing,
    rows_of,
    twice,
)
from fairlineup.files.delimited import MOST_COLUMNS

ROWS = [["1", "b"], ["2", "d e"]]


def _read(text: str) -> tuple[tuple[str, ...], str, list[tuple[int, list[str]]]]:
    file = io.StringIO(text, newline="")
    head = head_of(file)
    return head.columns, head.separator, list(rows_of(file, head))


@pytest.mark.parametrize(
    ("text", "separator", "lines"),
    [
        ("x,y\n1,b\n2,d e\n", ",", [2, 3]),
        ("x;y\r\n1;b\r\n2;d e\r\n", ";", [2, 3]),
        ("x\ty\n1\tb\n2\td e", "\t", [2, 3]),
        ("x|y\n1|b\n2|d e\n", "|", [2, 3]),
        ("x,y\r1,b\r2,d e\r", ",", [2, 3]),
        ("sep=;\nx;y\n1;b\n2;d e\n", ";", [3, 4]),
        ('"SEP=,"\nx,y\n1,b\n2,d e\n', ",", [3, 4]),
        ("sep=\t\nx\ty\n1\tb\n2\td e\n", "\t", [3, 4]),
        ("# a;b;c\n#\n\n x , y\n1,b\n2,d e\n", ",", [5, 6]),
        ("\ufeffx,y\n1,b\n\n,\n2,d e\n", ",", [2, 5]),
        ('"x","y"\n"1","b"\n"2","d e"\n', ",", [2, 3]),
        ('"x","y\u200b"\n1,b,,\n2,d e,\n', ",", [2, 3]),
        ("x,y\n1,b\n# more\n2,d e\n# the end\n", ",", [2, 4]),
        ("# x,y\n1,b\n2,d e\n", ",", [2, 3]),
        ("# made by a program\n# x;y\n1;b\n2;d e\n", ";", [3, 4]),
    ],
)
def test_ways_to_write_the_same(text: str, separator: str, lines: list[int]) -> None:
    assert _read(text) == (("x", "y"), separator, list(zip(lines, ROWS, strict=True)))


def test_separators_in_quotes_part_nothing() -> None:
    assert _read('"a;b;c;d",y\n1,2\n') == (("a;b;c;d", "y"), ",", [(2, ["1", "2"])])


def test_a_header_over_two_lines() -> None:
    assert _read('"a\nb",y\n1,2\n') == (("a\nb".replace("\n", " "), "y"), ",", [(3, ["1", "2"])])


@pytest.mark.parametrize("text", ["", "\n\n", "# a\n# b\n", ";;;\n,,\n"])
def test_nothing(text: str) -> None:
    assert _read(text)[0] == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [('x,y\n1,"b\n', 2), ('x,y\n1,b\n2,"b"c\n', 3), ('"x,y\n', 1), (f"x\n1\n{'a' * 200_000}\n", 3)],
)
def test_text_that_is_no_csv_is_named_by_its_line(text: str, line: int) -> None:
    with pytest.raises(NotDelimitedError, match="not CSV") as caught:
        _read(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("x,y\n".encode("utf-16"), "UTF-16"),
        ("x,y\n1,2\n".encode("utf-16-le"), "UTF-16"),
        ("x,y\n1,2\n".encode("utf-16-be"), "UTF-16"),
        ("x,y\n".encode("utf-32"), "UTF-32"),
        (b"PK\x03\x04", "workbook"),
        (b"\xd0\xcf\x11\xe0", "old workbook"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"a,b\x00c\n" * 50, "no text"),
        (b"\x00" * 50, "no text"),
    ],
)
def test_what_is_no_text_in_utf_8_is_named(content: bytes, what: str) -> None:
    assert what in other_thing(content)
    with pytest.raises(NotDelimitedError, match=what):
        decoded(content)


def test_text_in_utf_8() -> None:
    assert decoded("\ufeffé,y\n".encode()) == "é,y\n"
    with pytest.raises(NotDelimitedError, match="bytes that are not UTF-8 at 1"):
        decoded("aé".encode("latin-1"))


def test_a_line_without_end_is_not_read_to_the_end() -> None:
    class Endless(io.StringIO):
        def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
            return "x" * size

    with pytest.raises(NotDelimitedError, match="a line of over"):
        head_of(Endless())


def test_columns_lines_and_cells_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"c{n}" for n in range(MOST_COLUMNS)]
    columns, _, _ = _read(",".join(names) + "\n")
    assert list(columns) == names
    assert (twice(columns), twice([*columns, "c7"])) == ("", "c7")
    assert named_columns(columns).endswith("c11 and 9,988 more")
    for header in (",".join([*names, "c"]), "c," * 200_000):
        with pytest.raises(NotDelimitedError, match="over 10,000 columns in line 1"):
            _read(header + "\n")
    monkeypatch.setattr("fairlineup.files.delimited.LONGEST_LINE", 100)
    for text in ("a" * 100, "a,b\n1," + "2" * 100, 'a,b\n1,"\n' + "2" * 100):
        with pytest.raises(NotDelimitedError, match="a line of over 100 characters"):
            _read(text)
    monkeypatch.setattr("fairlineup.files.delimited.MOST_CELLS", 5)
    file = io.StringIO("a,b,c\n1\n2\n")
    with pytest.raises(NotDelimitedError, match="2 rows below 3 columns"):
        all_rows(file, head_of(file))


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["0.5", "1", "-2e-3"], [0.5, 1, -0.002]),
        (["0,5", "1", "-2e-3", "0,125"], [0.5, 1, -0.002, 0.125]),
        (["1,5e-3", ",5"], [0.0015, 0.5]),
        (["0,123", "0,456"], [0.123, 0.456]),
        (["inf", "-inf"], [float("inf"), -float("inf")]),
    ],
)
def test_numbers(texts: list[str], values: list[float]) -> None:
    numbers = Numbers("distance")
    assert [numbers.read(line, text) for line, text in enumerate(texts)] == values
    numbers.check()


@pytest.mark.parametrize(
    "text", ["1.234,5", "1,234.5", "1,234,5", "near", "", "nan", "1_0", "5 %", "0,5,", "\u2212"]
)
def test_no_numbers(text: str) -> None:
    with pytest.raises(NotDelimitedError) as caught:
        Numbers("distance").read(7, text)
    assert (caught.value.got, caught.value.line) == (repr(text), 7)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["0.5", "0,5"], "'0,5' with a decimal comma, and '0.5' with a point in line 1"),
        (["0,5", "0.5"], "'0,5' with a decimal comma, and '0.5' with a point in line 2"),
        (["987", "1,234"], "'1,234', where the comma may part thousands or decimals"),
    ],
)
def test_numbers_written_two_ways(texts: list[str], said: str) -> None:
    numbers = Numbers("distance")
    for line, text in enumerate(texts, start=1):
        numbers.read(line, text)
    with pytest.raises(NotDelimitedError) as caught:
        numbers.check()
    assert caught.value.got == said


@pytest.mark.parametrize(
    ("name", "cells", "index"),
    [
        ("", ["0", "1", "2"], True),
        ("", ["1", "5", "9"], True),
        ("Unnamed: 0", ["0", "1"], True),
        ("", ["0", "0"], False),
        ("", ["a", "b"], False),
        ("", ["2", "1"], False),
        ("age", ["0", "1"], False),
    ],
)
def test_a_column_that_counts_rows(name: str, cells: list[str], *, index: bool) -> None:
    assert columns_with_values([name], [[cell] for cell in cells]) == ([] if index else [0])
