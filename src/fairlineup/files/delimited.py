"""Delimited text as programs and spreadsheets save it: one reader for every table somebody hands in.

Cells parted by commas, semicolons, tabs or bars, a line `sep=;`, comments before the header, decimal commas.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import IO

from fairlineup.files.cells import cell_read
from fairlineup.records import visible

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
LONGEST_LINE = 4_000_000  # characters of a header or a row
MOST_COLUMNS = 10_000
MOST_CELLS = 50_000_000  # of a table that is held whole: a million rows of fifty
MOST_NAMED = 12
_SEP = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d*(?:[eE][+-]?\d+)?|[+-]?,\d+")
_MAYBE_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_OTHER_THINGS = (
    (b"\xff\xfe\x00\x00", "text in UTF-32"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
    (b"PK\x03\x04", "a workbook or a zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old workbook (.xls)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)


class NotDelimitedError(ValueError):
    """Text that cannot be read as a table: `got` says what it is, `line` where, 0 for the whole."""

    def __init__(self, got: str, line: int = 0) -> None:
        self.got = got
        self.line = line
        super().__init__(got if not line else f"{got} in line {line}")


@dataclass(frozen=True, slots=True)
class Head:
    """How a table begins."""

    columns: tuple[str, ...]  #: their names, "" for one without; empty where there is no row at all.
    separator: str  #: between cells.
    line: str  #: the first line that is neither blank nor a comment.
    skip: int  #: lines before the first row.


def other_thing(content: bytes) -> str:
    """What a file is that is no text in UTF-8, by how it begins; "" where nothing speaks against it."""
    for start, name in _OTHER_THINGS:
        if content.startswith(start):
            return name
    start = content[:4096]
    if start.count(0) > len(start) / 20:  # a single one in a name is no sign of that
        most = max(start[::2].count(0), start[1::2].count(0))  # of plain letters every other byte is 0
        return "text in UTF-16" if most > len(start) / 4 > start.count(0) / 3 else "bytes that are no text"
    return ""


def decoded(content: bytes) -> str:
    """Text in UTF-8. Raises: NotDelimitedError (it is something else)."""
    other = other_thing(content)
    if other:
        raise NotDelimitedError(other)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotDelimitedError(f"bytes that are not UTF-8 at {error.start}") from error


def head_of(file: IO[str]) -> Head:
    """How a table begins. Afterwards the file stands at its first row.

    Raises: NotDelimitedError: a line too long, or a header that is not CSV.
    """
    separator, number, comment = "", 0, ""
    for line in _lines(file):
        number += 1
        text = line.strip("\ufeff\r\n \t")
        said = _SEP.fullmatch(line.strip("\ufeff\r\n "))
        if said and not separator:
            separator = said[1]
        elif text.startswith("#"):
            comment = text.lstrip("# ")
        elif text.strip(",;|\t "):
            return _head(file, line.lstrip("\ufeff"), separator, (number, comment))
    return Head((), separator or ",", "", number)


def _lines(file: IO[str]) -> Iterator[str]:
    """The lines of a file. Raises: NotDelimitedError: one is too long."""
    while line := file.readline(LONGEST_LINE):
        if len(line) >= LONGEST_LINE:
            raise NotDelimitedError(f"a line of over {LONGEST_LINE:,} characters")
        yield line


def _head(file: IO[str], line: str, separator: str, before: tuple[int, str]) -> Head:
    number, comment = before
    try:
        separator = separator or _separator(line)
        cells, names = _cells(line, separator), _cells(comment, separator)
        if max(len(cells), len(names)) > MOST_COLUMNS:
            raise NotDelimitedError(f"over {MOST_COLUMNS:,} columns", number)
        if any(map(_is_number, cells)) and 1 < len(names) == len(cells):  # a program wrote it as a comment
            file.seek(0)
            for _ in range(number - 1):
                file.readline()
            return Head(_named(names), separator, line, number - 1)
        reader = csv.reader(chain([line], _lines(file)), delimiter=separator, strict=True)
        return Head(_named(next(reader)), separator, line, number - 1 + reader.line_num)
    except csv.Error as error:
        raise NotDelimitedError(f"text that is not CSV ({error})", number) from error


def _named(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell_read(visible(name)) for name in names)


def _separator(line: str) -> str:
    """What parts the cells of a header: that which makes the most of them."""
    return max(SEPARATORS, key=lambda sign: len(_cells(line, sign)))


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # over a hundred thousand characters in one cell
        return []


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def rows_of(file: IO[str], head: Head) -> Iterator[tuple[int, list[str]]]:
    """The rows after the header with the line each ends on; blank ones are left out.

    Cells are stripped, and read as `cells` writes them; blank ones beyond the header's are dropped, for
    spreadsheets write such.

    Raises: NotDelimitedError: text that is not CSV.
    """
    reader = csv.reader(_lines(file), delimiter=head.separator, strict=True)
    wide = len(head.columns)
    try:
        for row in reader:
            cells = [cell_read(cell.strip()) for cell in row]
            if not any(cells) or (len(cells) == 1 < wide and cells[0].startswith("#")):
                continue
            while len(cells) > wide and not cells[-1]:
                cells.pop()
            yield head.skip + reader.line_num, cells
    except csv.Error as error:
        raise NotDelimitedError(f"text that is not CSV ({error})", head.skip + reader.line_num) from error


def all_rows(file: IO[str], head: Head) -> list[tuple[int, list[str]]]:
    """As `rows_of`, at once. Raises: NotDelimitedError: also where rows times columns are too many."""
    rows = list(rows_of(file, head))
    if len(rows) * len(head.columns) > MOST_CELLS:
        raise NotDelimitedError(f"{len(rows):,} rows below {len(head.columns):,} columns")
    return rows


UNNAMED = "a column without a name"


def unnamed(place: int) -> str:
    """What a column without a name is called, by its place from 0."""
    return f"{UNNAMED} (column {place + 1})"


def has_name(column: str) -> bool:
    """Whether a column is called by a name of its own."""
    return not column.startswith(UNNAMED)


def named_columns(columns: Sequence[str]) -> str:
    """The columns of a table in an error: those without a name too, and not a thousand of them."""
    shown = [name or unnamed(place) for place, name in enumerate(columns[:MOST_NAMED])]
    more = f" and {len(columns) - MOST_NAMED:,} more" if len(columns) > MOST_NAMED else ""
    return ", ".join(shown) + more or "none"


def twice(columns: Sequence[str]) -> str:
    """The first name that stands over more than one column; "" for none."""
    count = Counter(columns)
    return next((name for name in columns if name and count[name] > 1), "")


def columns_with_values(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Places of the columns that say something: not those without a name that are blank or count rows."""

    def says(place: int) -> bool:
        name = columns[place]
        if name and not name.casefold().startswith("unnamed: "):  # so pandas calls one without
            return True
        return place in filled and not _is_index([row[place] if place < len(row) else "" for row in rows])

    filled = {place for row in rows for place, cell in enumerate(row) if cell}
    return [place for place in range(len(columns)) if says(place)]


def _is_index(cells: Sequence[str]) -> bool:
    """Whether a column is one that programs write unasked: the numbers of the rows, rising."""
    if not all(cell.isascii() and cell.isdigit() for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return all(one < other for one, other in pairwise(numbers))


@dataclass(slots=True)
class Numbers:
    """Numbers of one column, with a point or a comma for decimals: one of the two, throughout."""

    name: str  #: the column.
    _commas: list[tuple[int, str]] = field(default_factory=list)
    _plain: tuple[int, str] = (0, "")
    _clear: bool = False

    def read(self, line: int, text: str) -> float:
        """A number. Raises: NotDelimitedError: it is none."""
        try:
            value = math.nan if "_" in text else float(text)
            if math.isinf(value) and "n" not in text.casefold():  # 1e999 is no way to say "inf"
                value = math.nan
        except ValueError:
            value = self._with_comma(line, text)
        else:
            if "." in text:
                self._plain = self._plain if self._plain[0] else (line, text)
        if math.isnan(value):
            raise NotDelimitedError(repr(text), line)
        return value

    def _with_comma(self, line: int, text: str) -> float:
        if not _DECIMAL_COMMA.fullmatch(text):
            return math.nan
        if len(self._commas) < 1:
            self._commas.append((line, text))
        self._clear = self._clear or not _MAYBE_THOUSANDS.fullmatch(text)
        return float(text.replace(",", "."))

    def check(self) -> None:
        """Raises: NotDelimitedError: points and commas, or commas that may part thousands."""
        if not self._commas:
            return
        line, text = self._commas[0]
        if self._plain[0]:
            other = f"{self._plain[1]!r} with a point in line {self._plain[0]}"
            raise NotDelimitedError(f"{text!r} with a decimal comma, and {other}", line)
        if not self._clear:
            raise NotDelimitedError(f"{text!r}, where the comma may part thousands or decimals", line)
