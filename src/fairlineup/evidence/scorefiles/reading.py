"""A table of scores from a file: fast where the file is sound, exact to the line where it is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from fairlineup.evidence.scorefiles.layouts import ColumnNames, Layout, layout_of, used
from fairlineup.files import (
    LARGEST_SCORES,
    NotDelimitedError,
    Numbers,
    cell_read,
    head_of,
    other_thing,
    rows_of,
)
from fairlineup.measures import Scores
from fairlineup.records import MADE_BY, BadInput, check_one_engine, nobody, open_regular, visible
from fairlineup.records import no_value as says_no_value
from fairlineup.seals import digest_file

YES = frozenset({"1", "1.0", "true", "t", "yes", "y"})
NO = frozenset({"0", "0.0", "false", "f", "no", "n"})


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """A table as it was read."""

    file: str  #: its name.
    sha256: str  #: its digest.
    scores: Scores  #: its comparisons.
    layout: Layout  #: in which they were found.
    #: label to the words in its columns that were taken for no value, "nan" for one.
    no_value: dict[str, tuple[str, ...]]


def read_scores(path: Path, named: ColumnNames = ColumnNames()) -> ScoreTable:  # noqa: B008
    """Read a table of scores.

    Args:
        path: delimited text in UTF-8 with a header, or one of bob's score files.
        named: what was said of its columns.
    Returns: the scores, and how they were found.
    Raises: BadInput: it cannot be read, no layout fits, or a row is unusable (with its line).
    """
    with _opened(path) as file:
        head = head_of(file)
        if not head.columns:
            raise _unreadable(path, "an empty file")
    layout = layout_of(head, named)
    table = _read_fast(path, layout)
    if table is None:
        with _opened(path) as file:
            table = _read_exactly(path, file, layout)
    for name in _makers(layout):
        check_one_engine(str(path), name, map(str, table.pop(name).tolist()))
    words = {
        label: _words_for_none([table[name] for name in pair if name])
        for label, pair in (layout.columns.groups or {}).items()
    }
    truth = (
        table.pop(layout.truth, None) if layout.truth and layout.truth not in used(layout.columns) else None
    )
    scores = Scores.from_frame(table, layout.columns, as_written=named.as_written)
    if truth is not None:
        _check_truth(path, scores, truth, layout)
    _check_repeated(path, scores, layout)
    no_value = {label: found for label, found in words.items() if found}
    return ScoreTable(path.name, digest_file(path), scores, layout, no_value)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        with open_regular(path, largest=LARGEST_SCORES) as content:
            other = other_thing(content.read(4096))
            if other:
                raise _unreadable(path, other, "save it as CSV in UTF-8")
            content.seek(0)
            with TextIOWrapper(content, encoding="utf-8-sig", newline="") as file:
                yield file
    except OSError as error:
        code = "file-missing" if isinstance(error, FileNotFoundError) else "file-unreadable"
        raise _unreadable(path, error.strerror or str(error), code=code) from error
    except UnicodeDecodeError as error:
        got = f"bytes that are not UTF-8 ({error.reason})"
        raise _unreadable(path, got, "save it as CSV in UTF-8") from error
    except NotDelimitedError as error:
        raise _bad(path, error.line, "CSV", error.got) from error


def _read_fast(path: Path, layout: Layout) -> dict[str, Any] | None:
    """The columns by pyarrow; None where it is not installed, or a cell needs a closer look."""
    if layout.head.separator == " " or find_spec("pyarrow") is None:
        return None
    import pyarrow as arrow
    from pyarrow import csv as arrow_csv

    names, score = _names(layout), layout.columns.distance or layout.columns.similarity
    types = {name: arrow.float64() if name == score else arrow.string() for name in names}
    read = arrow_csv.ReadOptions(skip_rows=layout.head.skip, column_names=list(layout.head.columns))
    parse = arrow_csv.ParseOptions(delimiter=layout.head.separator)
    convert = arrow_csv.ConvertOptions(
        column_types=types, include_columns=list(names), strings_can_be_null=False
    )
    try:
        table = arrow_csv.read_csv(path, read_options=read, parse_options=parse, convert_options=convert)
    except (arrow.ArrowInvalid, arrow.ArrowKeyError, UnicodeDecodeError):
        return None
    scores = table[score].to_numpy()
    if table[score].null_count or not np.isfinite(scores).all():
        return None
    found = {name: scores if name == score else _texts(table[name]) for name in names}
    people = (layout.columns.person_probe, layout.columns.person_gallery)
    return None if any(map(nobody, {one for name in people for one in found[name].tolist()})) else found


def _texts(column: Any) -> Any:
    """A text column as an array of objects, without making a new text for each row."""
    encoded = column.combine_chunks().dictionary_encode()
    texts = np.array([cell_read(text.strip()) for text in encoded.dictionary.to_pylist()], dtype=object)
    return texts[encoded.indices.to_numpy(zero_copy_only=False)] if len(texts) else np.zeros(0, object)


def _read_exactly(path: Path, file: TextIO, layout: Layout) -> dict[str, Any]:
    """The columns row by row. Raises: BadInput (with the line of the first row that cannot be used)."""
    header = layout.head.columns
    names, score = _names(layout), layout.columns.distance or layout.columns.similarity
    place = {name: number for number, name in enumerate(header)}
    is_nobody = cache(nobody)
    numbers = Numbers(score)
    found: dict[str, list[Any]] = {name: [] for name in names}
    for line, cells in _rows(file, layout):
        if len(cells) != len(header):
            raise _bad(path, line, f"{len(header)} cells", str(len(cells)))
        for name in names:
            text = cells[place[name]]
            if name == score:
                found[name].append(_number(path, line, numbers, text))
                continue
            if name in (layout.columns.person_probe, layout.columns.person_gallery) and is_nobody(text):
                got = f"{text!r}, which is nobody" if text else "a blank"
                remedy = "leave the row out, or give an id of your own to somebody who is really called so"
                raise _bad(path, line, f"a person as {name}", got, remedy)
            found[name].append(text)
    _check_numbers(path, numbers)
    return {
        name: np.array(values, dtype=np.float64 if name == score else object)
        for name, values in found.items()
    }


def _rows(file: TextIO, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each ends on, blank ones and comments left out; the file stands at its start."""
    for _ in range(layout.head.skip):
        file.readline()
    if layout.head.separator != " ":
        yield from rows_of(file, layout.head)
        return
    for line, text in enumerate(file, start=layout.head.skip + 1):
        if text.strip() and not text.startswith("#"):
            yield line, text.split()


def _number(path: Path, line: int, numbers: Numbers, text: str) -> float:
    try:
        return numbers.read(line, text)
    except NotDelimitedError as error:
        raise _bad(path, line, f"a number as {numbers.name}", error.got) from error


def _check_numbers(path: Path, numbers: Numbers) -> None:
    try:
        numbers.check()
    except NotDelimitedError as error:
        expected = f"numbers as {numbers.name}, with a point for decimals, or a comma throughout"
        raise _bad(path, error.line, expected, error.got, "write them with a point") from error


def _names(layout: Layout) -> tuple[str, ...]:
    names: Iterable[str] = (
        *used(layout.columns),
        *([layout.truth] if layout.truth else []),
        *_makers(layout),
    )
    return tuple(dict.fromkeys(names))


def _makers(layout: Layout) -> tuple[str, ...]:
    """Columns that say which engine made a score, and are nothing else."""
    return tuple(
        name
        for name in layout.head.columns
        if name.casefold() in MADE_BY and name not in used(layout.columns)
    )


def _words_for_none(columns: Iterable[Any]) -> tuple[str, ...]:
    """Words in a label's columns that say that there is no value; a blank is none of them."""
    texts = {text for column in columns for text in set(column.tolist())}
    return tuple(sorted(text for text in texts if visible(text) and says_no_value(text)))


def _check_truth(path: Path, scores: Scores, truth: Any, layout: Layout) -> None:
    """Hold the table's own word on who is mated against its ids. Raises: BadInput (they disagree)."""
    words, at = np.unique(np.array([str(one).casefold() for one in truth.tolist()]), return_inverse=True)
    neither = np.array([word not in YES | NO for word in words])[at]
    if neither.any():
        row = int(np.flatnonzero(neither)[0])
        raise BadInput(
            f"{path}, row {row + 1}",
            expected=f"{layout.truth} to be 1 or 0, true or false, yes or no",
            got=repr(truth[row]),
            remedy="correct it, or name the columns of both people",
            code="file-malformed",
            facts={"truth_column": layout.truth},
        )
    said = np.array([word in YES for word in words])[at]
    wrong = np.flatnonzero(said[scores.table_rows] != (scores.probe == scores.gallery))
    if len(wrong):
        row = int(scores.table_rows[wrong[0]])
        who = [scores.people[side[wrong[0]]] for side in (scores.probe, scores.gallery)]
        raise BadInput(
            f"{path} disagrees with itself in row {row + 1}",
            expected=f"{layout.truth} to be 1 where both ids are one person's, else 0",
            got=f"{truth[row]} for {who[0]} and {who[1]} (and {len(wrong) - 1} more rows)",
            remedy="correct the ids, or name the columns of both people",
            code="file-malformed",
            facts={"truth_column": layout.truth},
        )


def _check_repeated(path: Path, scores: Scores, layout: Layout) -> None:
    """Raises: BadInput (two rows that no column tells apart, with their lines)."""
    if scores.repeated is None:
        return
    rows = tuple(scores.table_rows[list(scores.repeated)].tolist())
    with _opened(path) as file:
        lines = [line for row, (line, _) in enumerate(_rows(file, layout)) if row in rows]
    who = [scores.people[side[scores.repeated[0]]] for side in (scores.probe, scores.gallery)]
    same = "" if scores.photos is None else ", the same photographs both times"
    raise BadInput(
        f"{path}, lines {lines[0]} and {lines[1]}",
        expected="each comparison once",
        got=f"{who[0]} compared with {who[1]} twice{same}",
        remedy="leave one row out" + ("" if same else ", or say which photographs are compared"),
        code="file-malformed",
        facts={} if same else {"repeated": f"{who[0]} and {who[1]}"},
    )


def _unreadable(
    path: Path, got: str, remedy: str = "name such a file", code: str = "file-malformed"
) -> BadInput:
    return BadInput(
        f"{path} cannot be read",
        expected="a table of scores: CSV in UTF-8 with a header, or bob's score file",
        got=got,
        remedy=remedy,
        code=code,
        facts={"page": "library"},
    )


def _bad(path: Path, line: int, expected: str, got: str, remedy: str = "correct that row") -> BadInput:
    where = f"{path}, line {line}" if line else f"{path} cannot be read"
    return BadInput(where, expected=expected, got=got, remedy=remedy, code="file-malformed")
