"""The manifest of a data set: who is on each photograph, in which role, with which labels from where."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path, PurePath, PurePosixPath
from typing import Literal

from fairlineup.evidence.plan.place import Folder, Place
from fairlineup.files import (
    SEPARATORS,
    Head,
    NotDelimitedError,
    all_rows,
    columns_with_values,
    decoded,
    head_of,
    is_folder,
    named_columns,
    twice,
    unnamed,
)
from fairlineup.records import BadInput, Photograph, no_value, nobody, visible

COLUMNS = ("person", "photo", "role", "name", "source", "population", "use", "capture")
REQUIRED = ("person", "photo", "role")
RESERVED = ("sha256", "takes_part")  # columns that a run's own manifest adds
Role = Literal["probe", "gallery"]
Population = Literal["real", "synthetic"]
TEST = "test"  # the use that lets photographs be shown


@dataclass(frozen=True, slots=True)
class Entry:
    """One photograph of a data set."""

    person: str  #: id of who is on it.
    photo: str  #: path of the file within the data set's folder, with forward slashes.
    role: Role  #: "probe" or "gallery".
    name: str = ""  #: the person's name, blank where not given.
    source: str = ""  #: where the photograph comes from, blank where not given.
    labels: Mapping[str, str] = field(default_factory=dict)  #: label column to value, blanks left out.
    population: Population = "real"  #: "real", or "synthetic": nobody, a photograph that was made up.
    #: "test" where the photograph may be used, and shown, in a test; blank where nothing is declared.
    use: str = ""
    capture: str = ""  #: what kind of photograph it is, in the manifest's own words; blank where not given.


@dataclass(frozen=True, slots=True)
class Dataset:
    """Photographs and their manifest, as given; nothing is settled yet."""

    place: Place  #: where the photographs are.
    entries: tuple[Entry, ...]  #: one a photograph, in the manifest's order.
    #: label column to where its values come from; "" where no source is cited.
    label_sources: Mapping[str, str]
    unknown_columns: tuple[str, ...]  #: columns that are neither known nor declared as labels.
    #: label to the words in its column that were taken for no value, "nan" for one.
    no_value: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def photograph(self, entry: Entry) -> Photograph:
        """The entry's photograph, to be read when it is needed."""
        return self.place.photograph(entry.photo)


def read_dataset(
    folder: Path, manifest: str = "people.csv", labels: Mapping[str, str] | None = None
) -> Dataset:
    """Read the data set in a folder, as `read_place`."""
    return read_place(Folder(folder, manifest), labels)


def read_place(place: Place, labels: Mapping[str, str] | None = None, groups: Sequence[str] = ()) -> Dataset:
    """Read a manifest.

    Args:
        place: where it is. Columns person, photo, role, optionally name, source, population, use, capture,
            and for each label a column with a `<label>_source` beside it.
        labels: labels declared in a plan and their cited source ("" for none), for manifests without the
            `<label>_source` column.
        groups: labels as a plan spells them; the manifest's header may have them in another case.
    Raises:
        BadInput: the manifest is missing, empty, not CSV in UTF-8, or a row is unusable.
    """
    name = place.manifest_name
    declared = dict(labels or {})
    lines, rows, columns = _read_rows(name, _text(place), (*declared, *groups))
    label_names = _label_columns(columns, declared)
    words = _blank_words(rows, label_names)
    entries = tuple(_entry(name, line, row, label_names) for line, row in zip(lines, rows, strict=True))
    _check_photos_once(name, lines, entries)
    sources = {label: _label_source(rows, label, declared) for label in label_names}
    known = {*COLUMNS, *label_names, *(f"{label}_source" for label in label_names)}
    unknown = tuple(column for column in columns if column not in known)
    return Dataset(place, entries, sources, unknown, words)


def _text(place: Place) -> str:
    name = place.manifest_name
    try:
        return decoded(place.manifest())
    except (FileNotFoundError, NotADirectoryError) as error:
        got = "no such file" if is_folder(Path(place.name)) else "no such folder"
        raise BadInput(
            f"no manifest in {place.name}",
            expected=_wanted(name),
            got=got,
            remedy="write one row a photograph",
            code="file-missing",
            facts={"manifest": name, "page": "dataset"},
        ) from error
    except OSError as error:
        raise _unusable(name, error.strerror or str(error)) from error
    except NotDelimitedError as error:
        raise _unusable(name, error.got) from error


def _read_rows(
    path: str, text: str, declared: Sequence[str]
) -> tuple[list[int], list[dict[str, str]], tuple[str, ...]]:
    """The line each row ends on, the rows by column, and the columns that say something."""
    file = io.StringIO(text, newline=None)
    try:
        head = head_of(file)
        columns = _known_columns(head.columns, declared)
        _check_columns(path, columns, head)
        numbered = all_rows(file, head)
    except NotDelimitedError as error:
        raise _unusable(path, str(error)) from error
    if not numbered:
        raise _unusable(path, "a header and no photographs")
    for line, cells in numbered:
        if len(cells) > len(columns):
            raise _bad_row(path, line, f"{len(columns)} cells, as in the header", f"{len(cells)}")
    said = columns_with_values(columns, [cells for _, cells in numbered])
    named = [name or unnamed(place) for place, name in enumerate(columns)]
    rows = [dict(zip_longest(named, cells, fillvalue="")) for _, cells in numbered]
    return [line for line, _ in numbered], rows, tuple(named[place] for place in said)


def _known_columns(columns: Sequence[str], declared: Sequence[str]) -> tuple[str, ...]:
    """The columns, those that are known in lower case: headers are read in any."""
    known = {name.casefold(): name for name in (*COLUMNS, *declared)}
    labels = {name.casefold(): name for name in reversed(columns)}

    def one(name: str) -> str:
        key = name.casefold()
        if key in known and name not in declared:
            return known[key]
        label = key.removesuffix("_source")
        if label != key:
            return f"{known.get(label, labels.get(label, name[: len(label)]))}_source"
        return name

    return tuple(map(one, columns))


def _check_columns(path: str, columns: Sequence[str], head: Head) -> None:
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        parted = SEPARATORS.get(head.separator, repr(head.separator))
        there = named_columns(head.columns)
        commas = "" if head.separator == "," else f", if cells are parted by {parted}"
        raise _unusable(path, f"no column {missing[0]!r} (there are: {there}{commas})")
    again = twice(columns)
    if again:
        raise _unusable(path, f"the column {again!r} twice")


def _label_columns(columns: Sequence[str], declared: Mapping[str, str]) -> tuple[str, ...]:
    sourced = {column.removesuffix("_source") for column in columns if column.endswith("_source")}
    there = set(columns)
    absent = [label for label in declared if label not in there]
    if absent:
        raise BadInput(
            f"label {absent[0]!r} is declared but not in the manifest",
            expected=f"one of its columns ({named_columns(columns)})",
            got=repr(absent[0]),
            remedy="add the column, or take the label out of the plan",
            code="column-missing",
        )
    labels = tuple(c for c in columns if c not in COLUMNS and (c in sourced or c in declared))
    for label in set(labels) & set(RESERVED):
        raise BadInput(
            f"a label cannot be called {label!r}",
            expected=f"another name than {' and '.join(RESERVED)}",
            got=repr(label),
            remedy="rename the column",
            code="file-malformed",
        )
    return labels


def _label_source(rows: Sequence[Mapping[str, str]], label: str, declared: Mapping[str, str]) -> str:
    cited = {_or_blank(row.get(f"{label}_source", "")) for row in rows if row[label]}
    if cited == {""} or not cited:
        return declared.get(label, "")
    if "" in cited:  # one uncited value is enough to leave the whole label without a source
        return ""
    return "; ".join(sorted(cited))


def _blank_words(rows: Sequence[dict[str, str]], labels: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Blank the values that stand for no value, as "nan"; which words they were, by label."""
    words: dict[str, tuple[str, ...]] = {}
    for label in labels:
        none = {value for value in {row[label] for row in rows} if value and no_value(value)}
        for row in rows:
            row[label] = "" if row[label] in none else row[label]
        seen = tuple(sorted(filter(visible, none)))
        if seen:
            words[label] = seen
    return words


def _or_blank(text: str) -> str:
    return "" if no_value(text) else text


def _entry(path: str, number: int, row: Mapping[str, str], labels: Sequence[str]) -> Entry:
    role = row["role"].casefold()
    if role not in ("probe", "gallery"):
        raise _bad_row(path, number, "a role of probe or gallery", repr(row["role"]))
    if no_value(row["photo"]):
        raise _bad_row(path, number, "a photo", repr(row["photo"]) if row["photo"] else "a blank")
    if nobody(row["person"]):
        raise _nobody_known(path, number, row["person"], role)
    photo = row["photo"].replace("\\", "/")
    if photo.startswith("/") or ".." in photo.split("/") or ":" in photo.split("/")[0]:
        raise _bad_row(path, number, "a photo inside the data set's folder", repr(photo))
    population = _one_of(path, number, row, "population", ("real", "synthetic"))
    return Entry(
        person=row["person"],
        photo=str(PurePosixPath(photo)),
        role="probe" if role == "probe" else "gallery",
        name=_or_blank(row.get("name", "")),
        source=_or_blank(row.get("source", "")),
        labels={label: row[label] for label in labels if row[label]},
        population="synthetic" if population == "synthetic" else "real",
        use=_one_of(path, number, row, "use", (TEST,)),
        capture=_or_blank(row.get("capture", "")),
    )


def _one_of(path: str, number: int, row: Mapping[str, str], column: str, allowed: Sequence[str]) -> str:
    value = _or_blank(row.get(column, ""))
    if value not in ("", *allowed):
        raise _bad_row(path, number, f"a {column} of {' or '.join(allowed)}, or a blank", repr(value))
    return value


def _nobody_known(path: str, number: int, person: str, role: str) -> BadInput:
    """An audit counts errors, and cannot without the truth; a search for somebody unknown is no audit."""
    known = "who it is, by an id of your own; one that stands for nobody else says: they are not enrolled"
    elsewhere = "people who are not known are searched for in an investigation, with a purpose and a log"
    return BadInput(
        f"{path}, line {number}: nobody says who is on this {role} photograph",
        expected=known,
        got=repr(person) if person else "a blank",
        remedy="leave the photograph out, or give an id of your own to somebody who is really called so: "
        f"{elsewhere}, and never by an audit",
        code="id-unusable",
    )


def _check_photos_once(path: str, lines: Sequence[int], entries: Sequence[Entry]) -> None:
    seen: set[str] = set()
    for line, entry in zip(lines, entries, strict=True):
        if entry.photo in seen:
            raise _bad_row(path, line, "each photo in one row", f"{entry.photo} a second time")
        seen.add(entry.photo)


def _wanted(path: str) -> str:
    return f"a CSV file {PurePath(path).name} in UTF-8 with columns {', '.join(REQUIRED)}"


def _unusable(path: str, got: str) -> BadInput:
    return BadInput(
        f"the manifest {path} is unusable",
        expected=_wanted(path),
        got=got,
        remedy="write one row a photograph",
        code="file-malformed",
        facts={"manifest": path, "page": "dataset"},
    )


def _bad_row(path: str, number: int, expected: str, got: str) -> BadInput:
    return BadInput(
        f"{path}, line {number}",
        expected=expected,
        got=got,
        remedy="correct that row",
        code="file-malformed",
        facts={"manifest": path, "line": str(number)},
    )
