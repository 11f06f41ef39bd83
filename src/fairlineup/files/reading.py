"""Reading a file somebody named, or one that may not be there."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fairlineup.records import BadInput

NO_FACTS: Mapping[str, str] = MappingProxyType({})
_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # as JSON escapes each half of a character beyond the first 65,536


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
    """A file's content; None if there is no such file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
