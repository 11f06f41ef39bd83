"""JSON that somebody else wrote, as a declared type."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, TypeVar, overload

import msgspec

from fairlineup.foreign.misfit import MisfitError
from fairlineup.foreign.values import misfit_from

T = TypeVar("T")
LARGEST = 64 * 2**20  # bytes
DEEPEST = 64  # arrays and objects, one in the other
LONG_TEXT = 4_096  # bytes of one whose content is not looked through for what stands outside of texts
BYTES_A_VALUE = 16  # of the largest size, so that a hundred million empty arrays are not made
LONGEST_WHOLE = 21  # digits, as JavaScript writes 1e20
_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_LONG = re.compile(rb"(?<![.\d])\d{%d,}(?![.\deE])" % (LONGEST_WHOLE + 1))
_MARKS = tuple(bytes([mark]) for mark in rb"\,:[]{}")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ALIKE = bytes.maketrans(b"{}", b"[]")


@overload
def decode_json(content: bytes | str, *, largest: int = ..., deepest: int = ...) -> Any: ...
@overload
def decode_json(content: bytes | str, kind: type[T], *, largest: int = ..., deepest: int = ...) -> T: ...
def decode_json(
    content: bytes | str, kind: Any = Any, *, largest: int = LARGEST, deepest: int = DEEPEST
) -> Any:
    """The value of a JSON text that every reader takes for the same.

    Args:
        content: the text; bytes in UTF-8, with or without a byte order mark.
        kind: what it should be, as msgspec reads types: a frozen dataclass, a Struct, `dict[str, Number]`.
            Nothing is made to fit: no text is read as a number, and no truth either. A dataclass and a Struct
            pass over keys that they do not name, unless the Struct forbids them.
        largest: bytes that it may have; a sixteenth of it values.
        deepest: arrays and objects that may stand one in the other.
    Raises: MisfitError: it is not that, no JSON, larger, or deeper; or it holds NaN, a number that no float
        can be, a whole number of over 21 digits, half a character, or a key twice in an object.
    Source: RFC 7493, I-JSON.
    """
    text = _bytes(content)
    if len(text) > largest:
        raise MisfitError(f"{largest:,} bytes at most", f"{len(text):,}")
    short = _without_long_texts(text)
    colons = _checked(short, largest // BYTES_A_VALUE, deepest)
    try:
        found = msgspec.json.decode(text, type=kind)
        if colons > 1:
            json.loads(short.decode(), object_pairs_hook=_once)
    except msgspec.ValidationError as error:
        raise misfit_from(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MisfitError("JSON", _why(error)) from None
    return found


def _bytes(content: bytes | str) -> bytes:
    try:
        text = content.encode() if isinstance(content, str) else content
    except UnicodeEncodeError as error:
        raise MisfitError("JSON", _why(error)) from None
    return text.removeprefix(b"\xef\xbb\xbf")


def _without_long_texts(text: bytes) -> bytes:
    """The same with long values left blank, as photographs in base64: to look through them takes longest.

    What stands between two quotation marks and holds no mark of JSON is a text, wherever the whole is JSON.
    """
    parts = text.split(b'"') if len(text) > LONG_TEXT else []
    for place, part in enumerate(parts[1:-1], 1):
        if len(part) > LONG_TEXT and part.isascii() and not any(mark in part for mark in _MARKS):
            is_key = parts[place + 1].lstrip().startswith(b":")
            parts[place] = part if is_key else b""
    return b'"'.join(parts) if parts else text


def _checked(text: bytes, most: int, deepest: int) -> int:
    """Refuse what would take too much to decode; the number of colons outside of texts, one for each key."""
    bare = _TEXT.sub(b"", text)
    brackets = bare.translate(_ALIKE, _NO_BRACKETS)
    values = bare.count(b",") + len(brackets) // 2
    if values > most:
        raise MisfitError(f"{most:,} values at most", f"{values:,}")
    if _LONG.search(bare):
        raise MisfitError(f"whole numbers of {LONGEST_WHOLE} digits at most", "a longer one")
    for _ in range(deepest):  # each round takes the innermost away
        if not brackets:
            break
        brackets = brackets.replace(b"[]", b"")
    if b"[]" in brackets or len(brackets) > deepest:
        raise MisfitError(f"values nested {deepest} deep at most", "deeper ones")
    return bare.count(b":")


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise MisfitError("each key once in an object", f"the key {twice[:60]!r} twice")


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "half a character" if isinstance(error, UnicodeEncodeError) else "text that is not UTF-8"
    said = str(error).removeprefix("JSON is malformed: ")
    return "text cut short, or half a character" if "truncated" in said else said
