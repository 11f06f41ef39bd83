"""Checks of what measures are given, each in one place: columns, levels, shares, counts and words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairlineup.records import BadInput

MOST = 10**15  # of anything that is counted
KINDS = {"iu": "whole numbers", "b": "true or false", "f": "real numbers"}


class BadArgument(BadInput):
    """A measure was given something that it cannot use."""

    code = "argument-unusable"


class TooLittleData(BadInput):
    """A measure was given too little data."""

    code = "not-enough-data"


def out_of_range(name: str, expected: str, got: object, remedy: str = "correct the number") -> BadArgument:
    """The error of a number outside the range that makes sense."""
    return BadArgument(f"{name} is out of range", expected=expected, got=str(got), remedy=remedy)


def check_column(name: str, column: Any, length: int, kinds: str) -> None:
    """Raise BadInput unless the column is one-dimensional, of this length and kind."""
    if not isinstance(column, np.ndarray):
        got = f"{type(column).__name__}"
    elif is_masked(column):
        got = f"{column.dtype} with masked values"
    elif column.ndim == 1 and len(column) == length and column.dtype.kind in kinds:
        return
    else:
        got = f"{column.dtype} of shape {column.shape}"
    raise BadArgument(
        f"column {name!r} does not fit",
        expected=f"an array of {KINDS[kinds]} of shape ({length},)",
        got=got,
        remedy="give all columns of searches one length and all columns of candidates another",
    )


def check_columns(holder: object, length: int, **kinds: str) -> None:
    """Raise BadInput unless these fields of a frozen value are columns of one length, each of its kind.

    Codes are made 64 bits wide, so that their products do not overflow.
    """
    for name, kind in kinds.items():
        column = getattr(holder, name)
        check_column(name, column, length, kind)
        if column.dtype.kind in "iu" and column.dtype != np.int64:
            object.__setattr__(holder, name, column.astype(np.int64))


def is_masked(column: Any) -> bool:
    """Whether any value of a column is masked, which is no value whatever number lies under the mask."""
    return isinstance(column, np.ma.MaskedArray) and bool(np.ma.getmaskarray(column).any())


def check_codes(name: str, codes: NDArray[np.int64]) -> None:
    """Raise BadInput where a code is negative: -1 stands for nobody, who must not be counted as a person."""
    if len(codes) and int(codes.min()) < 0:
        raise BadArgument(
            f"column {name!r} does not fit",
            expected="a code of 0 or more in every row",
            got=f"{int(codes.min())} in row {int(np.argmin(codes)) + 1}",
            remedy="leave out rows of nobody, or give each person a code from 0 on",
        )


def check_level(level: Any) -> float:
    """A two-sided coverage. Raises: BadInput (not between 0 and 1; a percentage is named as one)."""
    return check_share("the level", level, "0.95 is usual")


def check_share(name: str, value: Any, remedy: str = "give a share between 0 and 1") -> float:
    """The value, above 0 and under 1. Raises: BadInput (outside that; a percentage is named as one)."""
    number = check_number(name, value)
    if 0 < number < 1:
        return number
    raise out_of_range(name, "above 0 and under 1", f"{number:g}", as_share(number, remedy))


def check_rate(name: str, rate: float) -> None:
    """Raises: BadInput (outside 0 to 1; a percentage is named as one)."""
    if not 0 <= rate <= 1:
        raise out_of_range(name, "a share from 0 to 1", f"{rate:g}", as_share(rate, "correct the number"))


def as_share(number: float, remedy: str) -> str:
    """The remedy for a number that is not a share; one that may be a percentage is turned into a share."""
    return f"{number:g} per cent is {number / 100:g}" if 1 < number <= 100 else remedy


def check_least(name: str, value: float, least: int = 1, remedy: str = "correct the number") -> None:
    """Raises: BadInput (under the least, infinite or not a number)."""
    if not least <= value < math.inf:
        raise out_of_range(name, f"{least:,} or more", f"{value:g}", remedy)


def check_same_people(people: Sequence[int]) -> None:
    """Raises: BadInput (the numbers of people differ, or there are none)."""
    if len(set(people)) != 1:
        raise BadArgument(
            "the comparisons are of different people",
            expected="codes of one list of people for all of them",
            got=f"{', '.join(map(str, people)) or 'no'} people",
            remedy="code everybody by one list first",
        )


def check_one_kind(what: str, kinds: Iterable[bool], remedy: str) -> None:
    """Raises: BadInput (both kinds occur, where all must be of one)."""
    if len(set(kinds)) > 1:
        raise BadArgument(what, expected="both of one kind", got="one of each", remedy=remedy)


def check_faults(what: str, faults: Iterable[tuple[bool, str]], *, expected: str, remedy: str) -> None:
    """Raises: BadInput (with the first fault that is there)."""
    for there, got in faults:
        if there:
            raise BadArgument(what, expected=expected, got=got, remedy=remedy)


def any_nan(*columns: NDArray[np.floating]) -> bool:
    """Whether any value of any column is not a number."""
    return any(bool(np.isnan(column).any()) for column in columns)


def check_number(name: str, value: Any) -> float:
    """The value as a float. Raises: BadInput (NaN, true or false, or not a number)."""
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        if not math.isnan(value):
            return float(value)
        got = "nan"
    else:
        got = f"{type(value).__name__} {value!r}"[:80]
    raise BadArgument(f"{name} is no number", expected="a number", got=got, remedy=f"give {name} as a number")


def check_whole(name: str, value: Any, least: int, most: int) -> int:
    """The value as a whole number from `least` to `most`. Raises: BadInput (anything else)."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if whole and least <= value <= most:
        return int(value)
    got = f"{value:,}" if whole else f"{type(value).__name__} {value!r}"[:80]
    expected = f"a whole number from {least:,} to {most:,}" if whole else "a whole number"
    raise out_of_range(name, expected, got, f"correct {name}")


def check_word(name: str, value: Any, words: Sequence[str]) -> str:
    """The value, one of these words. Raises: BadInput (any other; the message lists the words)."""
    if isinstance(value, str) and value in words:
        return value
    there = ", ".join(repr(word) for word in words)
    raise BadArgument(
        f"{name} is an unknown word", expected=f"one of {there}", got=f"{value!r}"[:80], remedy="correct it"
    )
