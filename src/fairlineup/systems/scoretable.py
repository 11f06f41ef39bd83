"""A table of photograph pairs with scores, and of photographs that failed, read from a file."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, Literal, TextIO

import numpy as np
from numpy.typing import NDArray

from fairlineup.files import (
    LARGEST_SCORES,
    Head,
    NotDelimitedError,
    NotParquetError,
    Numbers,
    head_of,
    is_there,
    named_columns,
    open_parquet,
    other_thing,
    rows_of,
    twice,
    values_of,
)
from fairlineup.foreign import number as finite
from fairlineup.records import (
    MADE_BY,
    BadInput,
    Outcome,
    check_one_engine,
    extra_missing,
    no_value,
    open_regular,
)
from fairlineup.seals import digest_file

PROBE, GALLERY = "probe_photo", "gallery_photo"
Kind = Literal["distance", "similarity"]
KINDS: tuple[Kind, ...] = ("distance", "similarity")
FAILURES = ("photo", "outcome")
READ = frozenset({PROBE, GALLERY, *KINDS, *FAILURES, *MADE_BY, "detail"})
FAILED = tuple(outcome.value for outcome in Outcome if outcome is not Outcome.OK)

PANDAS_AGAIN = re.compile(r"\.\d+$")  # "distance.1" is how pandas writes a second distance


@dataclass(frozen=True, slots=True, eq=False)
class ScoresByProbe:
    """Scores of pairs, sorted by probe and then by reference."""

    kind: Kind  #: which way scores go.
    probes: Mapping[str, int]  #: each probe photograph's place.
    references: Mapping[str, int]  #: each gallery photograph's place.
    starts: NDArray[np.int64]  #: first row of each probe, and the end; shape (n_probes + 1,).
    reference: NDArray[np.int64]  #: place of each row's gallery photograph; shape (n_rows,).
    score: NDArray[np.float64]  #: each row's score; shape (n_rows,).
    digest: str  #: "sha256:…" of the file.
    same_photograph: int = 0  #: rows left out because they compare a photograph with itself.

    def row(self, probe: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """References and scores of a probe."""
        place = self.probes[probe]
        part = slice(self.starts[place], self.starts[place + 1])
        return self.reference[part], self.score[part]


def read_table(path: Path) -> ScoresByProbe:
    """Read scores, one pair a row, from a CSV or Parquet file.

    A photograph compared with itself is no comparison: such rows are left out and counted.

    Raises: BadInput: it cannot be read, a column is missing, or a row is unusable (with its number).
    """
    with _reading(path) as (columns, rows):
        kind = _kind(path, columns)
        probes: dict[str, int] = {}
        references: dict[str, int] = {}
        codes, others, scores, selves = array("q"), array("q"), array("d"), 0
        numbers = Numbers(kind)
        makers: dict[str, set[str]] = {name: set() for name in MADE_BY}
        for number, row in rows:
            for name in makers.keys() & row.keys():
                makers[name].add(_text(row[name]))
            probe, other, score = _pair(path, number, row, numbers)
            if probe == other:
                selves += 1
                continue
            codes.append(probes.setdefault(probe, len(probes)))
            others.append(references.setdefault(other, len(references)))
            scores.append(score)
        numbers.check()
    for name, values in makers.items():
        check_one_engine(str(path), name, values)
    if not scores:
        raise _unusable(path, "no row that compares two photographs" if selves else "a file without a row")
    probe_codes, reference_codes = np.array(codes, dtype=np.int64), np.array(others, dtype=np.int64)
    order = np.lexsort((reference_codes, probe_codes))
    probe_codes, reference_codes = probe_codes[order], reference_codes[order]
    same = (np.diff(probe_codes) == 0) & (np.diff(reference_codes) == 0)
    if same.any():
        at = int(np.flatnonzero(same)[0])
        pair = f"{list(probes)[probe_codes[at]]} with {list(references)[reference_codes[at]]}"
        raise _unusable(path, f"{pair} twice", "each pair once")
    starts = np.searchsorted(probe_codes, np.arange(len(probes) + 1))
    sorted_scores = np.array(scores, dtype=np.float64)[order]
    digest = digest_file(path)
    return ScoresByProbe(kind, probes, references, starts, reference_codes, sorted_scores, digest, selves)


def read_failures(path: Path) -> dict[str, tuple[Outcome, str]]:
    """Photographs that were not processed: columns photo, outcome and, if there is one, detail.

    Raises: BadInput: as `read_table`.
    """
    failures: dict[str, tuple[Outcome, str]] = {}
    with _reading(path) as (columns, rows):
        for column in FAILURES:
            if column not in columns:
                raise _unusable(path, f"no column {column}", f"the columns {' and '.join(FAILURES)}")
        for number, row in rows:
            photo, outcome = _text(row["photo"]), _text(row["outcome"]).casefold()
            if not photo or outcome not in FAILED:
                raise _bad_row(
                    path, number, f"a photo and one of {', '.join(FAILED)}", f"{photo!r}, {outcome!r}"
                )
            if photo in failures:
                raise _bad_row(path, number, "each photo once", f"{photo} a second time")
            failures[photo] = (Outcome(outcome), _text(row.get("detail")))
    return failures


def _pair(path: Path, number: int, row: Mapping[str, Any], numbers: Numbers) -> tuple[str, str, float]:
    probe, other = _text(row[PROBE]), _text(row[GALLERY])
    if not (probe and other):
        raise _bad_row(path, number, f"a {PROBE} and a {GALLERY}", "a blank")
    given = row[numbers.name]
    try:
        return probe, other, finite(numbers.read(number, given) if isinstance(given, str) else given)
    except ValueError:
        raise _bad_row(path, number, f"a number as {numbers.name}", repr(given)) from None


def _text(value: Any) -> str:
    """A cell as text, blank for none."""
    return "" if no_value(value) else str(value).strip()


def _kind(path: Path, columns: Sequence[str]) -> Kind:
    found = [kind for kind in KINDS if kind in columns]
    if PROBE not in columns or GALLERY not in columns or len(found) != 1:
        raise _unusable(path, f"the columns {named_columns(columns) if columns else 'of an empty file'}")
    return found[0]


@contextmanager
def _reading(path: Path) -> Iterator[tuple[Sequence[str], Iterable[tuple[int, Mapping[str, Any]]]]]:
    """Columns and numbered rows of a file; a row of a CSV file is numbered by its line."""
    if not is_there(path):  # nor can be, by its name
        raise _unusable(path, "No such file or directory")
    try:
        if path.suffix == ".parquet":
            with open_regular(path, largest=LARGEST_SCORES) as content:
                columns, rows = _parquet(path, content)
                yield _once(path, columns), rows
            return
        with open_regular(path, largest=LARGEST_SCORES) as content:
            other = other_thing(content.read(4096))
            if other:
                raise _unusable(path, other)
            content.seek(0)
            with TextIOWrapper(content, encoding="utf-8-sig", newline="") as file:
                head = head_of(file)
                columns = _once(path, head.columns)
                yield columns, _rows(path, file, replace(head, columns=tuple(columns)))
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _unusable(path, f"bytes that are not UTF-8 ({error.reason})") from error
    except (NotDelimitedError, NotParquetError) as error:
        raise _unusable(path, str(error)) from error


def _once(path: Path, columns: Sequence[str]) -> list[str]:
    """The columns in lower case. Raises: BadInput (one that is read stands twice)."""
    lower = [name.casefold() for name in columns]
    read = [stem for stem in (PANDAS_AGAIN.sub("", name) for name in lower) if stem in READ]
    again = twice(read)
    if again:
        raise _unusable(path, f"the column {again} twice", "each column that is read once")
    return lower


def _rows(path: Path, file: TextIO, head: Head) -> Iterator[tuple[int, Mapping[str, Any]]]:
    places = [(name, place) for place, name in enumerate(head.columns) if name in READ]
    for line, cells in rows_of(file, head):
        if len(cells) > len(head.columns):
            raise _bad_row(path, line, f"{len(head.columns)} cells, as in the header", str(len(cells)))
        yield line, {name: cells[place] if place < len(cells) else "" for name, place in places}


def _parquet(path: Path, content: BinaryIO) -> tuple[Sequence[str], Iterable[tuple[int, Mapping[str, Any]]]]:
    try:
        import pyarrow
    except ImportError as error:
        what = f"the scores in {path.name} cannot be used: they are no CSV, but Parquet"
        raise extra_missing(what, "parquet", error) from error
    file = open_parquet(content, READ)
    columns = file.schema_arrow.names
    read = [name for name in columns if name.casefold() in READ]
    narrow = {
        field.name.casefold(): np.dtype(field.type.to_pandas_dtype()).type
        for field in map(file.schema_arrow.field, read)
        if field.type in (pyarrow.float16(), pyarrow.float32())
    }
    lower = [name.casefold() for name in read]
    rows = (
        _widened(dict(zip(lower, cells, strict=True)), narrow)
        for batch in file.iter_batches(columns=read)
        for cells in zip(*map(values_of, batch.columns), strict=True)
    )
    return columns, enumerate(rows, start=1)


def _widened(row: dict[str, Any], narrow: Mapping[str, type[np.floating[Any]]]) -> dict[str, Any]:
    """A row whose numbers of 32 or 16 bits are the decimals they are written as: 0.6, not 0.60000002."""
    for name, precision in narrow.items():
        if row[name] is not None:
            row[name] = float(str(precision(row[name])))
    return row


def _unusable(path: Path, got: str, expected: str = "") -> BadInput:
    return BadInput(
        f"the scores in {path.name} cannot be used",
        code="file-malformed" if is_there(path) else "file-missing",
        expected=expected
        or f"a CSV or Parquet file with {PROBE}, {GALLERY} and either distance or similarity",
        got=got,
        remedy="correct the file; its page shows one",
        facts={"path": str(path), "page": "systems/scores"},
    )


def _bad_row(path: Path, number: int, expected: str, got: str) -> BadInput:
    return BadInput(
        f"{path.name}, line {number}",
        code="file-malformed",
        expected=expected,
        got=got,
        remedy="correct that row",
        facts={"path": str(path), "line": str(number)},
    )
