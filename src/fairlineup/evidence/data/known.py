"""What somebody knows of people beside their photographs: a CSV file of labels, joined by person."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fairlineup.evidence.data.roles import Said
from fairlineup.files import (
    NotDelimitedError,
    all_rows,
    columns_with_values,
    decoded,
    has_name,
    head_of,
    named_columns,
    read_file,
    twice,
    unnamed,
)
from fairlineup.records import BadInput, by_form, form_of, nobody

OF_PHOTOGRAPHS = ("photo", "role", "sha256", "takes_part")  # what no table of people can say
WANTED = "a CSV file in UTF-8"
ADVICE = "write a row a person, with the columns person, sex, sex_source and so on"


@dataclass(frozen=True, slots=True)
class Known:
    """A table of people."""

    columns: tuple[str, ...] = ()  #: beside `person`, in their order.
    of: Mapping[str, Mapping[str, str]] | None = None  #: person to column to value.

    def said(self, people: Iterable[str], everyone: Mapping[str, str]) -> Said:
        """What it says of these people, and what is said of every photograph."""
        of = {person: row for person in people if (row := (self.of or {}).get(person))}
        return Said(tuple(c for c in self.columns if c not in everyone), of, everyone)

    def missing(self, people: set[str]) -> list[str]:
        """People it says nothing of."""
        return sorted(people - set(self.of)) if self.of is not None else []

    def unused(self, people: set[str]) -> list[str]:
        """People it says something of who are on no photograph."""
        return sorted(set(self.of or {}) - people)

    def alike(self, people: set[str]) -> list[tuple[str, str]]:
        """People it says nothing of, each with one it has who would be them if both were written alike."""
        there = by_form(self.unused(people))
        return [(one, there[form_of(one)][0]) for one in self.missing(people) if form_of(one) in there]


def read_known(path: Path) -> Known:
    """A table of people: a column `person`, and any labels, each with a `<label>_source` beside it.

    Raises:
        BadInput: it cannot be read, lacks the column, has one of photographs, says who nobody is, or two
            things of a person.
    """
    content = read_file(path, f"the labels in {path}", expected=WANTED, remedy=ADVICE)
    try:
        file = io.StringIO(decoded(content), newline=None)
        head = head_of(file)
        numbered = all_rows(file, head)
    except NotDelimitedError as error:
        raise _unusable(path, WANTED, str(error)) from error
    columns = tuple("person" if name.casefold() == "person" else name for name in head.columns)
    said = columns_with_values(columns, [cells for _, cells in numbered])
    _check_columns(path, [columns[place] or unnamed(place) for place in said])
    of: dict[str, dict[str, str]] = {}
    for line, cells in numbered:
        if len(cells) > len(columns):
            raise _unusable(path, f"{len(columns)} cells in line {line}, as in the header", str(len(cells)))
        row = {columns[place]: cells[place] if place < len(cells) else "" for place in said}
        person = row.pop("person")
        if nobody(person):
            raise _unusable(path, f"a person in line {line}", repr(person) if person else "a blank")
        if of.setdefault(person, row) != row:
            raise _unusable(path, "one row a person, or rows that agree", f"two that differ of {person!r}")
    return Known(tuple(columns[place] for place in said if columns[place] != "person"), of)


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    if "person" not in columns:
        raise _unusable(path, "a column person", named_columns(columns))
    wrong = [name for name in columns if name.casefold() in OF_PHOTOGRAPHS or not has_name(name)]
    again = twice(columns)
    if wrong or again:
        got = (
            f"{again!r} twice" if not wrong else f"a column {wrong[0]!r}" if has_name(wrong[0]) else wrong[0]
        )
        raise _unusable(path, "columns that are about people, each once", got)


def _unusable(path: Path, expected: str, got: str) -> BadInput:
    what = f"the labels in {path} cannot be used"
    return BadInput(what, code="file-malformed", expected=expected, got=got, remedy=ADVICE)
