"""Reading a file somebody named, or one that may not be there."""

from __future__ import annotations

import errno
import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fairlineup.records import BadInput, read_regular

LARGEST_BY_HAND = 10_000_000  # bytes of what a person writes: a plan, options, a description of a model
LARGEST_SCORES = 20_000_000_000  # bytes of a table of scores, which is read row by row
LARGEST_LIST = 1_000_000_000  # bytes of what programs write: manifests, logs, calibrations, results

_CODES = {errno.ENOENT: "file-missing", errno.EFBIG: "file-too-large"}
NO_FACTS: Mapping[str, str] = MappingProxyType({})
_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # as JSON escapes each half of a character beyond the first 65,536


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


def parse_json(content: bytes | str) -> Any:
    """The value of a JSON text that every reader takes for the same.

    Raises: ValueError: it is none, or none this can hold; or a key stands twice in an object or a text holds
        half a character.
    Source: RFC 7493, I-JSON.
    Not: a look for NaN and the infinities: who expects a number names the place.
    """
    text = content if isinstance(content, str) else content.decode(json.detect_encoding(content))
    try:
        value = json.loads(text, object_pairs_hook=_object)
        if _HALF.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("JSON nested too deeply") from error
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice[:60]!r} twice in an object")
    return found


def parse_toml(text: str) -> dict[str, Any]:
    """The table of a TOML text. Raises: ValueError: it is none, or none this can hold."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("TOML nested too deeply") from error


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
