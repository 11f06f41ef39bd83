"""Tables as we write them, safe to open in a spreadsheet, and how their cells are read back.

A cell that a spreadsheet would compute has an apostrophe before it, by which spreadsheets mark text; reading
takes exactly one away. Numbers stay numbers, negative ones too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

BLANK = '""'  # the only cell of a row, which would be no row without it
_COMPUTED = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_PARTED = re.compile('[,;|"\t\r\n]')  # what parts cells in any country's spreadsheet


def csv_of(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV; None is a blank cell."""
    lines = (",".join(map(_written, row)) for row in rows)
    return "".join(f"{line or BLANK}\n" for line in lines)


def csv_by_name(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Rows by the names of their cells as CSV with a header; what a row lacks is blank."""
    return csv_of([columns, *([row.get(name) for name in columns] for row in rows)])


def rows_by_name(text: str) -> tuple[Sequence[str], list[dict[str, str]]]:
    """The header and the rows of a table that `csv_by_name` wrote. Raises: ValueError: it is none."""
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ValueError(str(error)) from error
    header, *rows = [[cell_read(cell) for cell in row] for row in read if row] or [[]]
    uneven = next((number for number, row in enumerate(rows, 1) if len(row) != len(header)), 0)
    if uneven:
        raise ValueError(f"cells missing or too many in row {uneven}")
    return header, [dict(zip(header, row, strict=True)) for row in rows]


def cell_read(text: str) -> str:
    """A cell without the apostrophe that writing put before it."""
    return text[1:] if text.startswith("'") and _COMPUTED.match(text) else text


def _written(value: object) -> str:
    text = "" if value is None else str(value)
    if _COMPUTED.match(text) and not _NUMBER.fullmatch(text):
        text = f"'{text}"
    doubled = text.replace('"', '""')
    return f'"{doubled}"' if _PARTED.search(text) else text
