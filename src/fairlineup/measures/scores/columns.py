"""Columns of a table of scores: what they are called, and their ids as codes from 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fairlineup.measures.arguments import BadArgument, is_masked
from fairlineup.measures.order import in_order
from fairlineup.records import BadInput, form_of, how_they_differ, no_value, nobody

Codes = NDArray[np.int64]
Photos = tuple[Codes, Codes]
WIDEST = np.dtype(np.float64).itemsize
Column = ArrayLike | Sequence[Any]


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table are called."""

    person_probe: str = "person_probe"  #: Who is on the probe.
    person_gallery: str = "person_gallery"  #: Who is on the photograph it is compared with.
    distance: str = ""  #: Lower is more alike; "" for a table of similarities.
    #: Higher is more alike; "" for a table of distances. Both blank: the column so called.
    similarity: str = ""
    #: Label to its column on the probe side and its column on the gallery side, either may be blank; None
    #: takes every pair of columns probe_<label> and gallery_<label>.
    groups: Mapping[str, tuple[str, str]] | None = None
    photos: tuple[str, str] = ("", "")  #: Columns of the two photographs' ids, either may be blank.


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """One label of people."""

    values: tuple[str, ...]  #: Its values, in order.
    probe: (
        Codes  #: Value of each person as a probe, an index into `values`, -1 for no value, shape (people,).
    )
    gallery: Codes  #: The same on the gallery side.


def distances_of(distance: ArrayLike | None, similarity: ArrayLike | None) -> NDArray[np.float64]:
    """Distances, or similarities turned round, in their own precision if it is less than 64 bits.

    Raises: BadInput: both, neither, or a row without a number.
    """
    if (distance is None) == (similarity is None):
        got = "neither" if distance is None else "both"
        raise unusable("either distances or similarities", got)
    name = "similarity" if distance is None else "distance"
    try:
        column = similarity if distance is None else distance
        given = np.asarray(column)
        if is_masked(column) or given.dtype.kind == "b":
            raise unusable(f"a {name} in every row", "masked values" if is_masked(column) else "truth values")
        if given.dtype.kind != "f" or given.dtype.itemsize > WIDEST:
            given = given.astype(np.float64, casting="unsafe" if given.dtype.kind != "c" else "safe")
    except (TypeError, ValueError) as error:
        raise unusable(f"numbers as {name}", str(error)) from error
    if given.ndim != 1:
        raise unusable(f"{name} of shape (n,)", f"shape {given.shape}")
    found = -given if distance is None else given
    wrong = np.flatnonzero(np.isnan(found) | (found == -np.inf))
    if len(wrong):
        raise unusable(f"a {name} in every row", f"{given[wrong[0]]} in row {wrong[0] + 1}")
    return found


def listed(column: Column) -> list[Any]:
    """A column as a list of plain values."""
    if isinstance(column, list | tuple):
        return [one.item() if isinstance(one, np.generic) else one for one in column]
    if isinstance(column, np.ma.MaskedArray):
        return list(column.tolist())  # None where masked
    found: list[Any] = np.asarray(column, dtype=None if hasattr(column, "dtype") else object).tolist()
    return found


def stripped(column: Sequence[Any]) -> list[Any]:
    """Ids without white space around them, as labels are read; a blank one as it is, to be named."""
    return [one.strip() or one if isinstance(one, str) else one for one in column]


def coded(columns: Sequence[Sequence[Any]]) -> tuple[tuple[Any, ...], list[Codes]]:
    """Things as codes from 0 by first appearance, over several columns."""
    code: dict[Any, int] = {}
    found = [
        np.fromiter((code.setdefault(one, len(code)) for one in column), np.int64, len(column))
        for column in columns
    ]
    return tuple(code), found


def check_people(people: Iterable[Any], sides: Sequence[Sequence[Any]]) -> None:
    """Raises: BadInput (an id that is blank or says that there is nobody)."""
    if any(nobody(one) for one in people):
        side, row = next((s, r) for s in (0, 1) for r, one in enumerate(sides[s]) if nobody(one))
        name = ("person_probe", "person_gallery")[side]
        remedy = "leave the row out, or give an id of your own to somebody who is really called so"
        got = f"{sides[side][row]!r} in row {row + 1}, which is nobody"
        raise unusable(f"a person in every row of {name}", got, remedy)


def labels_of(
    probe: Mapping[str, Column],
    gallery: Mapping[str, Column],
    people_and_sides: tuple[tuple[Any, ...], Codes, Codes],
) -> dict[str, Label]:
    """Labels of people from labels of rows. Raises: BadInput (a person carries two values of one)."""
    people, *sides = people_and_sides
    labels = {}
    for label in dict.fromkeys((*probe, *gallery)):
        given = [listed(side[label]) if label in side else None for side in (probe, gallery)]
        texts = [None if one is None else _values(one) for one in given]
        for text in texts:
            check_length(label, len(sides[0]) if text is None else len(text), len(sides[0]))
        values = tuple(in_order({value for text in texts if text for value in text} - {""}))
        per_side = [
            _of_people(label, values, (people, side), text) for side, text in zip(sides, texts, strict=True)
        ]
        clash = np.flatnonzero((per_side[0] >= 0) & (per_side[1] >= 0) & (per_side[0] != per_side[1]))
        if len(clash):
            both = [values[side[clash[0]]] for side in per_side]
            raise _two_values(label, people[clash[0]], both)
        labels[label] = Label(values, *per_side)
    return labels


def _values(column: Sequence[Any]) -> list[str]:
    """Values of a label as text, "" for no value; 7.0 reads as 7, since a column with a gap holds floats."""
    text = {one: "" if no_value(one) else _text(one) for one in set(column)}
    return [text[one] for one in column]


def _text(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value).strip()


def _of_people(
    label: str,
    values: Sequence[str],
    people_and_side: tuple[Sequence[Any], Codes],
    text: Sequence[str] | None,
) -> Codes:
    people, side = people_and_side
    found = np.full(len(people), -1, np.int64)
    if text is None:
        return found
    index = {value: number for number, value in enumerate(values)} | {"": -1}
    value = np.fromiter((index[one] for one in text), np.int64, len(text))
    known = value >= 0
    found[side[known]] = value[known]
    wrong = np.flatnonzero(known & (found[side] != value))
    if len(wrong):
        both = [values[found[side[wrong[0]]]], values[value[wrong[0]]]]
        raise _two_values(label, people[side[wrong[0]]], both)
    return found


def photos_of(photos: tuple[Column, Column] | None, rows: int) -> Photos | None:
    """Photographs on both sides in the same codes. Raises: BadInput (other lengths)."""
    if photos is None:
        return None
    sides = [stripped(listed(side)) for side in photos]
    for side in sides:
        check_length("photos", len(side), rows)
    probe, gallery = coded(sides)[1]
    return probe, gallery


def column_names(frame: Any) -> tuple[str, ...]:
    """Names of the columns of a table. Raises: BadInput (it is not a table)."""
    if type(frame).__name__ == "LazyFrame":
        raise unusable("a table that is there", "a LazyFrame, which is a query", "call its collect() first")
    for name in ("column_names", "columns"):
        if hasattr(frame, name):
            return tuple(str(one) for one in getattr(frame, name))
    if hasattr(frame, "keys"):
        return tuple(str(one) for one in frame)
    raise unusable("a table with named columns", type(frame).__name__)


def column_of(frame: Any, names: Sequence[str], name: str) -> Any:
    """A column as an array. Raises: BadInput (no column of that name, or more than one)."""
    if names.count(name) > 1:
        raise unusable(f"one column {name!r}", f"{names.count(name)} of that name")
    if name in names:
        column = frame[name]
        return column if isinstance(column, list | tuple) else np.asarray(column)
    raise unusable(f"a column {name!r}", f"the columns {', '.join(names) or 'none'}")


def present(name: str, names: Sequence[str]) -> str:
    """The name if there is such a column, else blank."""
    return name if name in names else ""


def paired_labels(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The labels of columns probe_<label> and gallery_<label>."""
    starts = ("probe_", "gallery_")
    labels = dict.fromkeys(n.removeprefix(s) for n in names for s in starts if n.startswith(s) and n != s)
    found = {label: tuple(present(f"{s}{label}", names) for s in starts) for label in labels}
    return {label: (pair[0], pair[1]) for label, pair in found.items()}


def check_length(name: str, got: int, expected: int) -> None:
    """Raises: BadInput (as many rows as scores are needed)."""
    if got != expected:
        raise unusable(f"{expected} rows of {name}, as of scores", str(got))


def _two_values(label: str, person: Any, values: Sequence[str]) -> BadInput:
    same = form_of(values[0]) == form_of(values[1])
    which = f": {how_they_differ(values)}" if same else f": {values[0]!r} and {values[1]!r}"
    return unusable(f"one value of {label} a person", f"two for {person!r}{which}")


def unusable(expected: str, got: str, remedy: str = "") -> BadInput:
    """The error of a table that cannot be used."""
    return BadArgument(
        "the scores cannot be used",
        expected=expected,
        got=got,
        remedy=remedy or "give one comparison a row: two people and how alike they are",
    )
