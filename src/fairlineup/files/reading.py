"""Reading a file somebody named, or one that may not be there."""

from __future__ import annotations

from pathlib import Path

from fairlineup.records import BadInput


def read_file(path: Path, what: str, *, expected: str, remedy: str) -> bytes:
    """A file's content.

    Args:
        path: the file.
        what: it, for the error: "the calibration towns.json".
        expected: what should be there.
        remedy: what its user can do.
    Raises: BadInput: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        got = error.strerror or str(error)
        raise BadInput(f"{what} cannot be read", expected=expected, got=got, remedy=remedy) from error


def content_of(path: Path) -> bytes | None:
    """A file's content; None if there is no such file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
