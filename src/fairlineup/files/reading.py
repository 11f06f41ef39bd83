"""Reading a file somebody named, or one that may not be there."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from fairlineup.records import BadInput, read_regular

LARGEST_BY_HAND = 10_000_000  # bytes of what a person writes: a plan, options, a description of a model
LARGEST_SCORES = 20_000_000_000  # bytes of a table of scores, which is read row by row
LARGEST_LIST = 1_000_000_000  # bytes of what programs write: manifests, logs, calibrations, results

_CODES = {errno.ENOENT: "file-missing", errno.EFBIG: "file-too-large"}
NO_FACTS: Mapping[str, str] = MappingProxyType({})


def read_file(
    path: Path,
    what: str,
    *,
    expected: str,
    remedy: str,
    largest: int = LARGEST_LIST,
    facts: Mapping[str, str] = NO_FACTS,
) -> bytes:
    """A file's content.

    Args:
        path: the file.
        what: it, for the error: "the calibration towns.json".
        expected: what should be there.
        remedy: what its user can do.
        largest: bytes that it may have.
        facts: what else the error is about, beside its path.
    Raises: BadInput: it cannot be read, is no regular file, or is larger.
    """
    try:
        return read_regular(path, largest)
    except OSError as error:
        code = _CODES.get(error.errno or 0, "file-unreadable")
        raise _unread(what, code, expected, why(error), remedy, {"path": str(path), **facts}) from error


def read_text(
    path: Path, what: str, *, expected: str, remedy: str, facts: Mapping[str, str] = NO_FACTS
) -> str:
    """A text file's content, in UTF-8 with or without a byte order mark.

    Args: as `read_file`.
    Raises: BadInput: it cannot be read, or is not UTF-8.
    """
    content = read_file(path, what, expected=expected, remedy=remedy, largest=LARGEST_BY_HAND, facts=facts)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        got = f"byte {error.start + 1:,} is not UTF-8"
        raise _unread(what, "file-malformed", expected, got, remedy, {"path": str(path), **facts}) from error


def is_file(path: Path) -> bool:
    """Whether there is such a file; no file can have a name that is too long, or a NUL in it."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises for such names


def is_folder(path: Path) -> bool:
    """Whether there is such a folder, whatever the name."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises for such names


def is_there(path: Path) -> bool:
    """Whether something of that name is there, whatever the name."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists raises for such names


def why(error: Exception) -> str:
    """What an error of the operating system says, without the file's name."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def _unread(what: str, code: str, expected: str, got: str, remedy: str, facts: Mapping[str, str]) -> BadInput:
    return BadInput(
        f"{what} cannot be read",
        code=code,
        expected=expected,
        got=got,
        remedy=remedy,
        facts=facts,
    )


def content_of(path: Path) -> bytes | None:
    """A file's content; None if there is no such file. Raises: OSError."""
    try:
        return read_regular(path, LARGEST_LIST)
    except FileNotFoundError:
        return None
