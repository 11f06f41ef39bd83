"""One byte sequence for one value, by a standard that others can compute too, and its digest."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path

from fairlineup.records import open_regular

Plain = None | bool | int | float | str | list["Plain"] | tuple["Plain", ...] | dict[str, "Plain"]

LARGEST_DIGESTED = 20_000_000_000  # bytes of a file: a model, a table of scores
LARGEST_WHOLE = 2**53 - 1  # up to here each has a double of its own
FURTHEST_WHOLE = 10**21  # from here on ECMAScript writes powers of ten
_text: Callable[[str], str] = json.encoder.encode_basestring


def canonical_json(value: Plain) -> bytes:
    """The value as JSON by the JSON Canonicalization Scheme, in UTF-8.

    Keys stand in the order of their UTF-16 code units, numbers as ECMAScript writes them (1.0 is 1), and
    nothing stands between.

    Raises:
        ValueError: a number is NaN, infinite or a whole number that no double is, a text holds half a
            character, or values are nested too deeply.
        TypeError: something is not a plain value.
    Source: RFC 8785.
    """
    try:
        return "".join(_written(value)).encode()
    except RecursionError as error:
        raise ValueError("values nested too deeply") from error


def digest(content: bytes) -> str:
    """SHA-256 of the bytes, as "sha256:" and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def digest_of(value: Plain) -> str:
    """Digest of a value's canonical JSON."""
    return digest(canonical_json(value))


def digest_file(path: Path) -> str:
    """Digest of a regular file, read in pieces. Raises: OSError."""
    with open_regular(path, largest=LARGEST_DIGESTED) as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _written(value: Plain) -> Iterator[str]:
    if isinstance(value, str):
        yield _text(value)
    elif value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, int):
        yield _whole(value)
    elif isinstance(value, float):
        yield _number(value)
    elif isinstance(value, dict):
        yield from _object(value)
    elif isinstance(value, list | tuple):
        mark = "["
        for item in value:
            yield mark
            yield from _written(item)
            mark = ","
        yield "[]" if mark == "[" else "]"
    else:
        raise TypeError(f"{type(value).__name__} is no plain value")


def _object(value: dict[str, Plain]) -> Iterator[str]:
    mark = "{"
    for key in sorted(value, key=_utf_16):
        yield f"{mark}{_text(key)}:"
        yield from _written(value[key])
        mark = ","
    yield "{}" if mark == "{" else "}"


def _utf_16(key: str) -> bytes:
    if not isinstance(key, str):
        raise TypeError(f"a key that is {type(key).__name__}")
    return key.encode("utf-16-be")


def _whole(value: int) -> str:
    text = int.__repr__(value)
    if abs(value) > LARGEST_WHOLE and (abs(value) >= FURTHEST_WHOLE or _number(float(value)) != text):
        raise ValueError(f"{value} is no whole number that every reader of JSON can hold")
    return text


def _number(value: float) -> str:
    """Source: ECMA-262, Number::toString, radix 10; Python's repr has the same digits in other forms."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number of JSON")
    if value == 0:
        return "0"
    mantissa, _, power = float.__repr__(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len(digits))  # before it, if positive
    digits = digits.rstrip("0")
    return ("-" if value < 0 else "") + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """Digits with the decimal point behind the first `point` of them, in the form ECMAScript gives that."""
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
