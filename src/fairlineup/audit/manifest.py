"""The manifest of a data set: who is on each photograph, in which role, with which labels from where."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from fairlineup.records import BadInput, Photograph

COLUMNS = ("person", "photo", "role", "name", "source")
REQUIRED = ("person", "photo", "role")
Role = Literal["probe", "gallery"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One photograph of a data set.

    Attributes:
        person: id of who is on it.
        photo: path of the file within the data set's folder, with forward slashes.
        role: "probe" or "gallery".
        name: the person's name, blank where not given.
        source: where the photograph comes from, blank where not given.
        labels: label column to value, blanks left out.
    """

    person: str
    photo: str
    role: Role
    name: str = ""
    source: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A folder of photographs and its manifest, as given; nothing is settled yet.

    Attributes:
        folder: where the photographs are.
        entries: one a photograph, in the manifest's order.
        label_sources: label column to where its values come from; "" where no source is cited.
        unknown_columns: columns that are neither known nor declared as labels.
    """

    folder: Path
    entries: tuple[Entry, ...]
    label_sources: Mapping[str, str]
    unknown_columns: tuple[str, ...]

    def photograph(self, entry: Entry) -> Photograph:
        """The entry's photograph, to be read when it is needed."""
        return Photograph(entry.photo, self.folder / entry.photo)


def read_dataset(
    folder: Path, manifest: str = "people.csv", labels: Mapping[str, str] | None = None
) -> Dataset:
    """Read a manifest.

    Args:
        folder: the data set.
        manifest: its CSV file: columns person, photo, role, optionally name, source, and for each label a
            column with a `<label>_source` beside it.
        labels: labels declared in a plan and their cited source ("" for none), for manifests without the
            `<label>_source` column.
    Raises:
        BadInput: the folder or the file is missing, empty, not CSV in UTF-8, or a row is unusable.
    """
    path = folder / manifest
    rows, columns = _read_rows(path)
    declared = dict(labels or {})
    label_names = _label_columns(columns, declared)
    entries = tuple(_entry(path, number, row, label_names) for number, row in enumerate(rows, start=2))
    _check_photos_once(path, entries)
    sources = {label: _label_source(rows, label, declared) for label in label_names}
    known = {*COLUMNS, *label_names, *(f"{label}_source" for label in label_names)}
    unknown = tuple(column for column in columns if column not in known)
    return Dataset(folder, entries, sources, unknown)


def _read_rows(path: Path) -> tuple[list[dict[str, str]], Sequence[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _unusable(path, f"bytes that are not UTF-8 at {error.start}") from error
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, restval="", restkey="")
        rows = list(reader)
    except csv.Error as error:
        raise _unusable(path, f"text that is not CSV ({error})") from error
    columns = [column.strip() for column in reader.fieldnames or ()]
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise _unusable(path, f"no column {missing[0]!r} (there are: {', '.join(columns) or 'none'})")
    if not rows:
        raise _unusable(path, "a header and no photographs")
    cleaned = [{key.strip(): (value or "").strip() for key, value in row.items() if key} for row in rows]
    return cleaned, columns


def _label_columns(columns: Sequence[str], declared: Mapping[str, str]) -> tuple[str, ...]:
    sourced = {column.removesuffix("_source") for column in columns if column.endswith("_source")}
    absent = [label for label in declared if label not in columns]
    if absent:
        raise BadInput(
            f"label {absent[0]!r} is declared but not in the manifest",
            expected=f"one of its columns ({', '.join(columns)})",
            got=repr(absent[0]),
            remedy="add the column, or take the label out of the plan",
        )
    return tuple(c for c in columns if c not in COLUMNS and (c in sourced or c in declared))


def _label_source(rows: Sequence[Mapping[str, str]], label: str, declared: Mapping[str, str]) -> str:
    cited = {row.get(f"{label}_source", "") for row in rows if row[label]}
    if cited == {""} or not cited:
        return declared.get(label, "")
    if "" in cited:  # one uncited value is enough to leave the whole label without a source
        return ""
    return "; ".join(sorted(cited))


def _entry(path: Path, number: int, row: Mapping[str, str], labels: Sequence[str]) -> Entry:
    role = row["role"]
    if role not in ("probe", "gallery"):
        raise _bad_row(path, number, "a role of probe or gallery", repr(role))
    if not row["person"] or not row["photo"]:
        raise _bad_row(path, number, "a person and a photo", "a blank")
    photo = row["photo"].replace("\\", "/")
    if photo.startswith("/") or ".." in photo.split("/") or ":" in photo.split("/")[0]:
        raise _bad_row(path, number, "a photo inside the data set's folder", repr(photo))
    return Entry(
        person=row["person"],
        photo=photo,
        role="probe" if role == "probe" else "gallery",
        name=row.get("name", ""),
        source=row.get("source", ""),
        labels={label: row[label] for label in labels if row[label]},
    )


def _check_photos_once(path: Path, entries: Sequence[Entry]) -> None:
    seen: set[str] = set()
    for number, entry in enumerate(entries, start=2):
        if entry.photo in seen:
            raise _bad_row(path, number, "each photo in one row", f"{entry.photo} a second time")
        seen.add(entry.photo)


def _unusable(path: Path, got: str) -> BadInput:
    return BadInput(
        f"no manifest in {path.parent}" if not path.exists() else f"the manifest {path} is unusable",
        expected=f"a CSV file {path.name} in UTF-8 with columns {', '.join(REQUIRED)}",
        got=got,
        remedy="write one row a photograph; docs/dataset.md shows how",
    )


def _bad_row(path: Path, number: int, expected: str, got: str) -> BadInput:
    return BadInput(f"{path}, line {number}", expected=expected, got=got, remedy="correct that row")
