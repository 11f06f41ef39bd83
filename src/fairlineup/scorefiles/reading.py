"""A table of scores from a file: fast where the file is sound, exact to the line where it is not."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from fairlineup.measures import Scores
from fairlineup.records import BadInput
from fairlineup.scorefiles.layouts import Layout, Wanted, layout_of, used


def read_scores(path: Path, wanted: Wanted = Wanted()) -> tuple[Scores, Layout]:  # noqa: B008
    """Read a table of scores.

    Args:
        path: a CSV file in UTF-8 with a header, or one of bob's score files.
        wanted: what was said of its columns.
    Returns: the scores, and the layout they were found in.
    Raises: BadInput: it cannot be read, no layout fits, or a row is unusable (with its line).
    """
    with _opened(path) as file:
        layout = layout_of(_first_line(file, path), wanted)
    table = _read_fast(path, layout)
    if table is None:
        with _opened(path) as file:
            table = _read_exactly(path, file, layout)
    truth = table.pop(layout.truth, None) if layout.truth else None
    scores = Scores.from_frame(table, layout.columns)
    if truth is not None:
        _check_truth(path, scores, truth, layout)
    _check_repeated(path, scores, layout)
    return scores, layout


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _unreadable(path, f"bytes that are not UTF-8 ({error.reason})") from error


def _first_line(file: TextIO, path: Path) -> str:
    for line in file:
        if line.strip() and not line.startswith("#"):
            return line
    raise _unreadable(path, "an empty file")


def _read_fast(path: Path, layout: Layout) -> dict[str, Any] | None:
    """The columns by pyarrow; None where it is not installed, or a cell needs a closer look."""
    if layout.separator != "," or find_spec("pyarrow") is None:
        return None
    import pyarrow as arrow
    from pyarrow import csv as arrow_csv

    names, score = _names(layout), layout.columns.distance or layout.columns.similarity
    types = {name: arrow.float64() if name == score else arrow.string() for name in names}
    convert = arrow_csv.ConvertOptions(
        column_types=types, include_columns=list(names), strings_can_be_null=False
    )
    try:
        table = arrow_csv.read_csv(path, convert_options=convert)
    except (arrow.ArrowInvalid, arrow.ArrowKeyError, UnicodeDecodeError):
        return None
    scores = table[score].to_numpy()
    if table[score].null_count or np.isnan(scores).any():
        return None
    found = {name: scores if name == score else _texts(table[name]) for name in names}
    people = (layout.columns.person_probe, layout.columns.person_gallery)
    return None if any("" in set(found[name].tolist()) for name in people) else found


def _texts(column: Any) -> Any:
    """A text column as an array of objects, without making a new text for each row."""
    encoded = column.combine_chunks().dictionary_encode()
    texts = np.array([text.strip() for text in encoded.dictionary.to_pylist()], dtype=object)
    return texts[encoded.indices.to_numpy(zero_copy_only=False)] if len(texts) else np.zeros(0, object)


def _read_exactly(path: Path, file: TextIO, layout: Layout) -> dict[str, Any]:
    """The columns row by row. Raises: BadInput (with the line of the first row that cannot be used)."""
    rows = _rows(path, file, layout.separator)
    header = layout.header or tuple(cell.strip() for cell in next(rows)[1])
    names, score = _names(layout), layout.columns.distance or layout.columns.similarity
    place = {name: header.index(name) for name in names}
    people = (layout.columns.person_probe, layout.columns.person_gallery)
    found: dict[str, list[Any]] = {name: [] for name in names}
    for line, cells in rows:
        if len(cells) != len(header):
            raise _bad(path, line, f"{len(header)} cells", str(len(cells)))
        for name in names:
            text = cells[place[name]].strip()
            if name in people and not text:
                raise _bad(path, line, f"a person as {name}", "a blank")
            found[name].append(_number(path, line, name, text) if name == score else text)
    return {
        name: np.array(values, dtype=np.float64 if name == score else object)
        for name, values in found.items()
    }


def _rows(path: Path, file: TextIO, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each ends on, blank ones and comments left out."""
    if separator == " ":
        for line, text in enumerate(file, start=1):
            if text.strip() and not text.startswith("#"):
                yield line, text.split()
        return
    reader = csv.reader(file, strict=True)
    try:
        yield from ((reader.line_num, row) for row in reader if row)
    except csv.Error as error:
        raise _bad(path, reader.line_num, "CSV", str(error)) from error


def _number(path: Path, line: int, name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isnan(value):
        raise _bad(path, line, f"a number as {name}", repr(text))
    return value


def _names(layout: Layout) -> tuple[str, ...]:
    names: Iterable[str] = (*used(layout.columns), *([layout.truth] if layout.truth else []))
    return tuple(dict.fromkeys(names))


def _check_truth(path: Path, scores: Scores, truth: Any, layout: Layout) -> None:
    """Hold the table's own word on who is mated against its ids. Raises: BadInput (they disagree)."""
    said = np.isin(truth.astype(str), ("1", "1.0", "True", "true"))
    wrong = np.flatnonzero(said[scores.table_rows] != (scores.probe == scores.gallery))
    if len(wrong):
        row = int(scores.table_rows[wrong[0]])
        who = [scores.people[side[wrong[0]]] for side in (scores.probe, scores.gallery)]
        raise BadInput(
            f"{path} disagrees with itself in row {row + 1}",
            expected=f"{layout.truth} to be 1 where both ids are one person's, else 0",
            got=f"{truth[row]} for {who[0]} and {who[1]} (and {len(wrong) - 1} more rows)",
            remedy="mend the ids, or name the columns with --probe-person and --gallery-person",
        )


def _check_repeated(path: Path, scores: Scores, layout: Layout) -> None:
    """Raises: BadInput (two rows that no column tells apart, with their lines)."""
    if scores.repeated is None:
        return
    rows = tuple(scores.table_rows[list(scores.repeated)].tolist())
    with _opened(path) as file:
        places = _rows(path, file, layout.separator)
        lines = [line for row, (line, _) in enumerate(places) if row - (not layout.header) in rows]
    who = [scores.people[side[scores.repeated[0]]] for side in (scores.probe, scores.gallery)]
    same = ", the same photographs both times" if scores.photos is not None else ""
    remedy = "leave one row out"
    if scores.photos is None:
        remedy += ", or say which photographs are compared (--probe-photo COL --gallery-photo COL)"
    raise BadInput(
        f"{path}, lines {lines[0]} and {lines[1]}",
        expected="each comparison once",
        got=f"{who[0]} compared with {who[1]} twice{same}",
        remedy=remedy,
    )


def _unreadable(path: Path, got: str) -> BadInput:
    return BadInput(
        f"{path} cannot be read",
        expected="a table of scores: CSV in UTF-8 with a header, or bob's score file",
        got=got,
        remedy="name such a file; docs/library.md shows the layouts",
    )


def _bad(path: Path, line: int, expected: str, got: str) -> BadInput:
    return BadInput(f"{path}, line {line}", expected=expected, got=got, remedy="correct that row")
