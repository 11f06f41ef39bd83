"""Foreign Parquet files: how far they unfold is known, page by page, before anything in them is decoded.

What a footer says of sizes may be made up, and so may the header of a page; but a reader gives a page no more
memory than its header asks for, and makes no more values of it than it counts. So every header is read first.
The footer's sizes and places of columns are read here too: Arrow ends the process where its statistics of a
column do not belong to the column's type.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from fairlineup.files.delimited import twice
from fairlineup.files.thrift import read_struct

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

FLOOR, RATIO, CEILING = 256 << 20, 64, 8 << 30
"""A file may unfold to 256 MiB, a larger one to 64 times its size (answers: about 10), none to over 8 GiB."""
FOOTER = 1 << 20  # bytes
LISTED = 10_000  # entries of any list in the footer: columns, row groups
PAGES = 100_000
HEADER = 1 << 16  # bytes of one page's header
NAME = 32  # bytes an entry of a dictionary takes beside its text
INSIDE, DICTIONARY = 3, 2  # the field of a header that says how long its page is; a kind of page
BYTE_ARRAY = 6  # the physical type of texts
ENCODINGS = frozenset({0, 2, 3, 5, 6, 8, 9})
"""How values may be written, by the numbers of the format: all but DELTA_BYTE_ARRAY (7), in which texts share
their beginnings, so that a small page holds any number of long ones, and what is no longer written."""


class NotParquetError(ValueError):
    """What was opened is no Parquet file that may be read; its text says why, without the file's name."""


def open_parquet(file: BinaryIO, columns: Collection[str] | None = None) -> pq.ParquetFile:
    """A Parquet file from anybody, to be decoded without further care.

    Texts come as codes and a dictionary: see `values_of` and `codes_of`.

    Args:
        file: the open file.
        columns: those that will be read, in any case; None for all.
    Raises:
        NotParquetError: it is damaged, nested, or would unfold too far.
        ImportError: pyarrow is missing.
    """
    import pyarrow as arrow
    import pyarrow.parquet as pq

    limits = {"thrift_string_size_limit": FOOTER, "thrift_container_size_limit": LISTED}
    try:
        size = _size_within(file)
        metadata = pq.ParquetFile(file, **limits).metadata
        wanted = [n for n in range(metadata.num_columns) if _is_wanted(metadata, n, columns)]
        coded = [metadata.schema.column(n).name for n in _check_sizes(file, size, metadata, wanted)]
        if again := twice([metadata.schema.column(n).name for n in wanted]):
            raise NotParquetError(f"the column {again[:60]} twice")
        opened = pq.ParquetFile(file, **limits, read_dictionary=coded)
        for field in map(opened.schema_arrow.field, coded):
            if not arrow.types.is_dictionary(field.type):
                raise NotParquetError(f"the column {field.name[:60]!r} of {field.type}")
        for field in opened.schema_arrow:
            if arrow.types.is_dictionary(field.type) and arrow.types.is_unsigned_integer(
                field.type.index_type
            ):
                raise NotParquetError(f"the column {field.name[:60]!r} of {field.type}")
        return opened
    except (arrow.ArrowException, OSError, ValueError, OverflowError) as error:
        raise NotParquetError((str(error) or type(error).__name__).split("\n")[0]) from error


def codes_of(column: pa.ChunkedArray) -> tuple[tuple[Any, ...], NDArray[np.int64]]:
    """A column of texts as its distinct values and, for every row, which one it is; -1 for none."""
    import numpy as np
    import pyarrow as arrow

    is_coded = arrow.types.is_dictionary(column.type)
    encoded = (column if is_coded else column.dictionary_encode()).unify_dictionaries().combine_chunks()
    names = encoded.dictionary.to_pylist()
    place = {name: n for n, name in enumerate(dict.fromkeys(names))}
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return tuple(place), np.array([*(place[name] for name in names), -1], dtype=np.int64)[codes]


def values_of(column: pa.Array | pa.ChunkedArray) -> list[Any]:
    """A column's values; a text that stands in many rows is one text."""
    import numpy as np
    import pyarrow as arrow

    if isinstance(column, arrow.ChunkedArray):
        return [value for chunk in column.chunks for value in values_of(chunk)]
    if not arrow.types.is_dictionary(column.type):
        return list(column.to_pylist())
    used, codes = np.unique(column.indices.fill_null(-1), return_inverse=True)
    names = column.dictionary.take(arrow.array(used, mask=used < 0)).to_pylist()
    return [names[code] for code in codes.tolist()]


def _size_within(file: BinaryIO) -> int:
    """The file's size, once its footer has no more than it may."""
    size, length = _ends(file)
    if size >= 12 and length > FOOTER:
        raise NotParquetError(f"a footer of {length:,} bytes")
    file.seek(0)
    return size


def _ends(file: BinaryIO) -> tuple[int, int]:
    """The bytes of the file, and of its footer."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 8))
    return size, int.from_bytes(file.read(4), "little")


def _is_wanted(metadata: pq.FileMetaData, number: int, columns: Collection[str] | None) -> bool:
    column = metadata.schema.column(number)
    if columns is not None and column.path.split(".")[0].casefold() not in columns:
        return False
    if column.path != column.name or column.max_repetition_level > 0:
        raise NotParquetError(f"the column {column.path[:60]!r} with lists or tables in its cells")
    return True


def _check_sizes(
    file: BinaryIO, size: int, metadata: pq.FileMetaData, wanted: Collection[int]
) -> Collection[int]:
    """Add up what every page of every column unfolds to; the columns of texts that have a dictionary.

    Raises: NotParquetError: it is too much, or not what the footer says.
    """
    most, total, seen, coded = min(CEILING, max(FLOOR, RATIO * size)), 0, 0, set()
    for rows, columns in _groups(file, metadata):
        for number in wanted:
            chunk, values = columns[number], 0
            if chunk.elsewhere or chunk.values != rows:
                raise NotParquetError("a column that is elsewhere, or longer or shorter than others")
            for page in _pages(file, chunk):
                seen, values = seen + 1, values + page.values
                total += page.size + page.values * max(8, metadata.schema.column(number).length)
                total += page.names * NAME
                if page.names and chunk.kind == BYTE_ARRAY:
                    coded.add(number)
                if total > most or seen > PAGES:
                    raise NotParquetError(f"one that unfolds to more than {min(total, most):,} bytes")
            if values != rows:
                raise NotParquetError(f"{values:,} rows in pages where {rows:,} are said to be")
    return coded


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What the footer says of a column in a row group. Source: parquet.thrift, ColumnMetaData."""

    elsewhere: bool  #: in another file.
    kind: int  #: the physical type.
    values: int
    size: int  #: bytes in the file.
    first: int  #: where its pages begin.
    names: int  #: where its dictionary begins; 0 for none.

    @classmethod
    def of(cls, said: Any) -> _Chunk:
        """A chunk. Raises: NotParquetError: it lacks a number."""
        told = said.get(3) if isinstance(said, dict) else None
        fields = told if isinstance(told, dict) else {}
        numbers = [fields.get(field, 0 if field == 11 else -1) for field in (1, 5, 7, 9, 11)]
        if not all(type(number) is int and 0 <= number < 1 << 62 for number in numbers):
            raise NotParquetError("a column without sizes")
        return cls(1 in said, *numbers)


def _groups(file: BinaryIO, metadata: pq.FileMetaData) -> Iterator[tuple[int, list[_Chunk]]]:
    """Rows and columns of each row group, as the footer says. Source: parquet.thrift, FileMetaData."""
    size, length = _ends(file)
    file.seek(size - 8 - length)
    groups = read_struct(file.read(length))[0].get(4)
    if not isinstance(groups, list) or len(groups) != metadata.num_row_groups:
        raise NotParquetError("a footer without row groups")
    for group in groups:
        rows, columns = (group.get(3), group.get(1)) if isinstance(group, dict) else (None, None)
        if not isinstance(columns, list) or len(columns) != metadata.num_columns or type(rows) is not int:
            raise NotParquetError("a row group without columns")
        yield rows, [_Chunk.of(column) for column in columns]


@dataclass(frozen=True, slots=True)
class _Page:
    """What a page says of itself."""

    size: int  #: bytes it unfolds to.
    values: int  #: rows in it.
    names: int  #: entries of a dictionary in it.


def _pages(file: BinaryIO, chunk: _Chunk) -> Iterator[_Page]:
    """The pages of a column in a row group, by their headers."""
    at = chunk.names if 0 < chunk.names < chunk.first else chunk.first
    end = at + chunk.size if chunk.values else at
    while at < end:
        file.seek(at)
        header, length = read_struct(file.read(min(HEADER, end - at)))
        page = _page(header)
        at += length + header[INSIDE]
        if at > end:
            raise NotParquetError("a page that is longer than its column")
        yield page


def _page(header: Mapping[int, Any]) -> _Page:
    """What a header says. Source: parquet.thrift, PageHeader; the kinds of page by their numbers."""
    kind = header.get(1, -1)
    told = header.get({0: 5, DICTIONARY: 7, 3: 8}.get(kind, 0)) if type(kind) is int else None
    if not isinstance(told, dict):
        raise NotParquetError("a page of no known kind")
    size, values, encoding = header.get(2, -1), told.get(1, -1), told.get(4 if kind == 3 else 2)
    if not all(type(number) is int and number >= 0 for number in (size, header.get(INSIDE, -1), values)):
        raise NotParquetError("a page without sizes")
    if type(encoding) is not int or encoding not in ENCODINGS or (kind == DICTIONARY and values > size):
        raise NotParquetError("a page whose values are written in a way that is not read")
    return _Page(size, 0, values) if kind == DICTIONARY else _Page(size, values, 0)
