from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from fairlineup.records import (
    differing_in_form,
    form_of,
    form_of_name,
    how_they_differ,
    no_value,
    nobody,
    visible,
)

JOSE = "Jos\u00e9"
MISSING = [
    "nan",
    "NaN",
    "NAN",
    "<NA>",
    "NaT",
    "null",
    "NULL",
    "none",
    "None",
    "N/A",
    "n/a",
    "#N/A",
    "NA",
    "",
    "  ",
]


@pytest.mark.parametrize(
    "word", [*MISSING, " nan ", "nan\u200b", "\ufeff", "\xa0", "N\u00adA", "-nan", "#NULL!", "<null>"]
)
def test_words_for_no_value(word: str) -> None:
    assert no_value(word)
    assert nobody(word)


@pytest.mark.parametrize(
    "value", [None, float("nan"), np.float64("nan"), np.datetime64("NaT"), Decimal("NaN")]
)
def test_values_that_are_none(value: object) -> None:
    assert no_value(value)
    assert nobody(value)


def test_missing_values_of_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    assert no_value(pandas.NA)
    assert no_value(pandas.NaT)


@pytest.mark.parametrize("word", ["unknown", "Unidentified", "SUSPECT", "?", "-"])
def test_somebody_not_known_is_nobody_and_a_value(word: str) -> None:
    assert nobody(word)
    assert not no_value(word)


@pytest.mark.parametrize(
    "value",
    ["Nancy", "Nat Turner", "Nando", "0", "Nullmeyer", "no", 0, 0.0, False, b"", (), date(2026, 1, 1)],
)
def test_somebody(value: object) -> None:
    assert not nobody(value)


SAME = [
    ("7", "7.0", "a sign or decimal point"),
    ("7", "7.", "a sign or decimal point"),
    ("7", "7,0", "a sign or decimal point"),
    ("100000", "1e+05", "a sign or decimal point"),
    ("150000", "1.5e+05", "a sign or decimal point"),
    ("7", "007", "leading zeros"),
    ("0", "000", "leading zeros"),
    ("p7", "p007", "leading zeros"),
    ("person 7b", "person 07b", "leading zeros"),
    ("7.0", "007", "a sign or decimal point and leading zeros"),
    ("7", "+7", "a sign or decimal point"),
    ("\u0667", "7", "Unicode form"),
    ("JosÃ©", JOSE, "encoding"),
    ("007", "'007", "hyphens or quotation marks"),
    ("007", '="007"', "hyphens or quotation marks"),
    ("a\\b", "a/b", "slashes"),
    ("Ann", "ANN", "letter case"),
    ("stra\u00dfe", "STRASSE", "letter case"),
    ("\u0130zmir", "I\u0307zmir", "Unicode form"),
    (JOSE, unicodedata.normalize("NFD", JOSE), "Unicode form"),
    ("\uff17", "7", "Unicode form"),
    ("\ufb01n", "fin", "Unicode form"),
    (
        f"{JOSE} 1",
        unicodedata.normalize("NFD", f"{JOSE.upper()}  1"),
        "spaces and Unicode form and letter case",
    ),
    ("a\u200bb", "ab", "invisible characters"),
    ("\ufeffann", "ann", "invisible characters"),
    ("an\u00adna", "anna", "invisible characters"),
    ("ann\u200e", "ann", "invisible characters"),
    ("Ann Lee", "Ann\xa0Lee", "spaces"),
    ("Ann Lee", "Ann  Lee", "spaces"),
    ("Ann Lee", " Ann Lee\t", "spaces"),
    ("Ann_Lee", "Ann Lee", "underscores"),
    ("Smith-Lee", "Smith\u2010Lee", "hyphens or quotation marks"),
    ("Smith-Lee", "Smith\u2013Lee", "hyphens or quotation marks"),
    ("O'Neil", "O\u2019Neil", "hyphens or quotation marks"),
]


@pytest.mark.parametrize(("one", "other", "how"), SAME)
def test_ids_that_differ_in_form_only(one: str, other: str, how: str) -> None:
    assert form_of(one) == form_of(other)
    assert how_they_differ([one, other]).endswith(f" differ in {how} only")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(
            ("7", "70"),
            ("7", "7.1"),
            ("4.1", "4.10"),
            ("1,000", "1"),
            ("-7", "7"),
            ("1.0.0", "1.0"),
            ("p10", "p1"),
        ),
        *(
            ("Jose", JOSE),
            ("Ann Lee", "AnnLee"),
            ("a00b1", "a0b1"),
            ("1e2", "1e3"),
            ("12e3", "12000"),
            ("0", ""),
        ),
        *(("Ann-Lee", "Ann Lee"), ("\u4e2d", "\u4e2e")),
    ],
)
def test_ids_that_differ(one: str, other: str) -> None:
    assert form_of(one) != form_of(other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a/IMG.JPG", "a/img.jpg", True),
        ("a\\b.jpg", "./a/b.jpg", True),
        (f"{JOSE}.jpg", unicodedata.normalize("NFD", f"{JOSE}.jpg"), True),
        ("7", "7.0", True),
        ("007", "7", True),
        ("img_01.jpg", "img_1.jpg", False),
        ("a_b.jpg", "a b.jpg", False),
        ("a/1.jpg", "a/01.jpg", False),
    ],
)
def test_names_of_files(one: str, other: str, *, same: bool) -> None:
    assert (form_of_name(one) == form_of_name(other)) is same


def test_those_that_differ_stand_together_in_their_order() -> None:
    ids = ["b", "7.0", "a", "7", "A", "c", "07", "7"]
    assert differing_in_form(ids) == (("7.0", "7", "07"), ("a", "A"))
    assert differing_in_form(["a", "b", "a"]) == ()


def test_many_are_told_by_three_and_a_number() -> None:
    told = how_they_differ(["a", "A", "\uff41", "\uff21", "a\u200b"])
    assert told.startswith("'a' and 'A' and '\uff41' and 2 more differ in letter case only")


def test_what_cannot_be_seen_is_spelled_out() -> None:
    assert how_they_differ(["ann\u200b", "ann"]).startswith(r"'ann\u200b' and 'ann' differ")


@pytest.mark.parametrize(
    ("text", "seen"), [(" a  b ", "a b"), ("\ufeffa\u200b", "a"), ("a\xa0b", "a b"), ("ab", "ab")]
)
def test_visible(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_a_doubled_space_is_seen_where_it_is_told() -> None:
    """A message is one line, in which spaces in a row become one."""
    assert how_they_differ(["A B", "A  B"]) == r"'A B' and 'A \x20B' differ in spaces only"
