"""Files on a disk: whole or not there, and errors that say what to do; imports records."""

from fairlineup.files.delimited import (
    SEPARATORS,
    Head,
    NotDelimitedError,
    Numbers,
    decoded,
    has_name,
    head_of,
    is_index,
    named_columns,
    other_thing,
    rows_of,
    twice,
    unnamed,
)
from fairlineup.files.reading import content_of, read_file
from fairlineup.files.writing import put, sweep_partial, write_whole, writing

__all__ = [
    "SEPARATORS",
    "Head",
    "NotDelimitedError",
    "Numbers",
    "content_of",
    "decoded",
    "has_name",
    "head_of",
    "is_index",
    "named_columns",
    "other_thing",
    "put",
    "read_file",
    "rows_of",
    "sweep_partial",
    "twice",
    "unnamed",
    "write_whole",
    "writing",
]
