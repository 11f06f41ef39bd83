"""Files on a disk: whole or not there, and errors that say what to do; imports records."""

from fairlineup.files.reading import (
    content_of,
    is_file,
    is_folder,
    is_there,
    parse_json,
    parse_toml,
    read_file,
    read_text,
    why,
)
from fairlineup.files.writing import put, sweep_partial, write_whole, writing

__all__ = [
    "content_of",
    "is_file",
    "is_folder",
    "is_there",
    "parse_json",
    "parse_toml",
    "put",
    "read_file",
    "read_text",
    "sweep_partial",
    "why",
    "write_whole",
    "writing",
]
