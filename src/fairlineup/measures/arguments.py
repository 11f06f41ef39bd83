"""The checks of what measures are given, each in one place: columns, levels, shares, counts and words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairlineup.records import BadInput

MOST = 10**15  # of anything that is counted
KINDS = {"iu": "whole numbers", "b": "true or false", "f": "real numbers"}


class BadArgument(BadInput):
    """A measure was given something that it cannot be taken of."""

    code = "argument-unusable"


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


def is_masked(column: Any) -> bool:
    """Whether some values of a column are masked: behind a mask stands no value, whatever number does."""
    return isinstance(column, np.ma.MaskedArray) and bool(np.ma.getmaskarray(column).any())


def check_codes(name: str, codes: NDArray[np.int64]) -> None:
    """Raise BadInput where a code is negative: -1 stands for nobody, who is not counted as somebody."""
    if len(codes) and int(codes.min()) < 0:
        raise BadArgument(
            f"column {name!r} does not fit",
            expected="a code of 0 or more in every row",
            got=f"{int(codes.min())} in row {int(np.argmin(codes)) + 1}",
            remedy="leave out rows of nobody, or give each person a code from 0 on",
        )


def widen(holder: object, *names: str) -> None:
    """Codes of a frozen value as whole numbers of 64 bits, in which their products do not overflow."""
    for name in names:
        column = getattr(holder, name)
        if isinstance(column, np.ndarray) and column.dtype.kind in "iu" and column.dtype != np.int64:
            object.__setattr__(holder, name, column.astype(np.int64))


def check_level(level: Any) -> float:
    """A two-sided coverage. Raises: BadInput (not between 0 and 1; a percentage is named as one)."""
    return check_share("the level", level, "0.95 is usual")


def check_share(name: str, value: Any, remedy: str = "give a share between 0 and 1") -> float:
    """A number above 0 and under 1. Raises: BadInput (another; a percentage is named as one)."""
    number = check_number(name, value)
    if 0 < number < 1:
        return number
    if 1 < number <= 100:
        remedy = f"{number:g} per cent is {number / 100:g}"
    raise BadArgument(
        f"{name} is out of range", expected="above 0 and under 1", got=f"{number:g}", remedy=remedy
    )


def check_number(name: str, value: Any) -> float:
    """A number. Raises: BadInput (NaN, a truth value, or none at all)."""
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        if not math.isnan(value):
            return float(value)
        got = "nan"
    else:
        got = f"{type(value).__name__} {value!r}"[:80]
    raise BadArgument(f"{name} is no number", expected="a number", got=got, remedy=f"give {name} as a number")


def check_whole(name: str, value: Any, least: int, most: int) -> int:
    """A whole number of at least and at most so many. Raises: BadInput."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if whole and least <= value <= most:
        return int(value)
    got = f"{value:,}" if whole else f"{type(value).__name__} {value!r}"[:80]
    expected = f"a whole number from {least:,} to {most:,}" if whole else "a whole number"
    raise BadArgument(f"{name} is out of range", expected=expected, got=got, remedy=f"correct {name}")


def check_word(name: str, value: Any, words: Sequence[str]) -> str:
    """One of some words. Raises: BadInput (any other, with the words there are)."""
    if isinstance(value, str) and value in words:
        return value
    there = ", ".join(repr(word) for word in words)
    raise BadArgument(
        f"{name} is an unknown word", expected=f"one of {there}", got=f"{value!r}"[:80], remedy="correct it"
    )
