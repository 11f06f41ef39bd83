"""What somebody knows of people beside their photographs: a CSV file of labels, joined by person."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fairlineup.datasets.roles import Said
from fairlineup.records import BadInput

OF_PHOTOGRAPHS = ("photo", "role", "sha256", "takes_part")  # what no table of people can say
SEPARATORS = ",;\t"
ADVICE = "write a row a person, with the columns person, sex, sex_source and so on"


@dataclass(frozen=True, slots=True)
class Known:
    """A table of people.

    Attributes:
        columns: beside `person`, in their order.
        of: person to column to value.
    """

    columns: tuple[str, ...] = ()
    of: Mapping[str, Mapping[str, str]] | None = None

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


def read_known(path: Path) -> Known:
    """A table of people: a column `person`, and any labels, each with a `<label>_source` beside it.

    Raises:
        BadInput: it cannot be read, lacks the column, has one of photographs, or says two things of a person.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        got = getattr(error, "strerror", None) or "bytes that are not UTF-8"
        raise _unusable(path, "a CSV file in UTF-8", got) from error
    rows = _rows(path, text)
    columns = [cell.strip() for cell in rows[0]] if rows else []
    _check_columns(path, columns)
    of: dict[str, dict[str, str]] = {}
    for number, cells in enumerate(rows[1:], start=2):
        if len(cells) > len(columns):
            raise _unusable(path, f"{len(columns)} cells in row {number}, as in the header", str(len(cells)))
        row = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
        person = row.pop("person", "")
        if not person:
            raise _unusable(path, f"a person in row {number}", "a blank")
        if of.setdefault(person, row) != row:
            raise _unusable(path, "one row a person, or rows that agree", f"two that differ of {person!r}")
    return Known(tuple(column for column in columns if column != "person"), of)


def _rows(path: Path, text: str) -> list[list[str]]:
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        return [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise _unusable(path, "CSV", str(error)) from error


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    if "person" not in columns:
        raise _unusable(path, "a column person", ", ".join(columns) or "none")
    wrong = [column for column in columns if column in OF_PHOTOGRAPHS or not column]
    twice = [column for column in columns if columns.count(column) > 1]
    if wrong or twice:
        got = f"a column {wrong[0]!r}" if wrong else f"{twice[0]!r} twice"
        raise _unusable(path, "columns that are about people, each once", got)


def _unusable(path: Path, expected: str, got: str) -> BadInput:
    return BadInput(f"the labels in {path} cannot be used", expected=expected, got=got, remedy=ADVICE)
