"""Reading a file somebody named, or one that may not be there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from fairlineup.records import BadInput

NO_FACTS: Mapping[str, str] = MappingProxyType({})


def read_file(
    path: Path,
    what: str,
    *,
    expected: str,
    remedy: str,
    largest: int | None = None,
    facts: Mapping[str, str] = NO_FACTS,
) -> bytes:
    """A file's content.

    Args:
        path: the file.
        what: it, for the error: "the calibration towns.json".
        expected: what should be there.
        remedy: what its user can do.
        largest: bytes that it may have; None for any number.
        facts: what else the error is about, beside its path.
    Raises: BadInput: it cannot be read, or is larger.
    """
    try:
        with path.open("rb") as file:
            content = file.read(-1 if largest is None else largest + 1)
    except (OSError, ValueError) as error:
        code = "file-missing" if isinstance(error, FileNotFoundError) else "file-unreadable"
        raise _unread(what, code, expected, why(error), remedy, {"path": str(path), **facts}) from error
    if largest is not None and len(content) > largest:
        got = f"more than {largest:,} bytes"
        raise _unread(what, "file-too-large", expected, got, remedy, {"path": str(path), **facts})
    return content


def read_text(
    path: Path, what: str, *, expected: str, remedy: str, facts: Mapping[str, str] = NO_FACTS
) -> str:
    """A text file's content, in UTF-8 with or without a byte order mark.

    Args: as `read_file`.
    Raises: BadInput: it cannot be read, or is not UTF-8.
    """
    content = read_file(path, what, expected=expected, remedy=remedy, facts=facts)
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
    """A file's content; None if there is no such file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
