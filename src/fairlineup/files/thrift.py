"""One struct of Thrift's compact protocol, as Parquet writes its footer and the header of a page.

Source: thrift-compact-protocol.md of Apache Thrift.
"""

from __future__ import annotations

from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, STRUCT = 1, 2, 3, 4, 5, 6, 7, 8, 9, 12
DEEPEST = 8
LONG = 15  # a list that says its length by itself


def read_struct(content: bytes) -> tuple[dict[int, Any], int]:
    """The struct that some bytes begin with, and its length; of texts, which nobody needs, only the length.

    Raises: ValueError: there is none, or one with a field twice, too deep or of a kind that Parquet has not.
    """
    try:
        return _struct(content, 0, 1)
    except IndexError as error:
        raise ValueError("a header that is cut off") from error


def _struct(content: bytes, at: int, depth: int) -> tuple[dict[int, Any], int]:
    if depth > DEEPEST:
        raise ValueError("a header that is too deep")
    found: dict[int, Any] = {}
    field = 0
    while content[at]:
        kind, step = content[at] & 15, content[at] >> 4
        at += 1
        if step:
            field += step
        else:
            field, at = _whole(content, at)
        if field in found:
            raise ValueError("a header with a field twice")
        found[field], at = _value(content, at, kind, depth)
    return found, at + 1


def _value(content: bytes, at: int, kind: int, depth: int) -> tuple[Any, int]:
    if kind in (TRUE, FALSE):
        return kind == TRUE, at
    if kind in (I16, I32, I64):
        return _whole(content, at)
    if kind in (BYTE, DOUBLE):
        return None, at + (1 if kind == BYTE else 8)
    if kind == BINARY:
        length, at = _varint(content, at)
        return length, at + length
    if kind == LIST:
        return _list(content, at, depth)
    if kind == STRUCT:
        return _struct(content, at, depth + 1)
    raise ValueError("a header with a field of a kind that Parquet has not")


def _list(content: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    kind, count = content[at] & 15, content[at] >> 4
    at += 1
    if count == LONG:
        count, at = _varint(content, at)
    if count > len(content) - at:  # each takes a byte at least
        raise ValueError("a header that is cut off")
    found = []
    for _ in range(count):
        value, at = _value(content, at, BYTE if kind in (TRUE, FALSE) else kind, depth)
        found.append(value)
    return found, at


def _whole(content: bytes, at: int) -> tuple[int, int]:
    found, at = _varint(content, at)
    return (found >> 1) ^ -(found & 1), at


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """A whole number of 64 bits at most."""
    found = 0
    for shift in range(0, 70, 7):
        byte = content[at]
        at += 1
        found |= (byte & 127) << shift
        if byte < 128 and found >> 64 == 0:
            return found, at
    raise ValueError("a header with a number that is too large")
