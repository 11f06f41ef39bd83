"""Values that somebody else's program gives, as a declared type or as a number."""

from __future__ import annotations

import math
import re
import sys
from contextlib import suppress
from decimal import Decimal
from numbers import Real
from typing import Annotated, Any, TypeVar

import msgspec

from fairlineup.foreign.misfit import MisfitError

T = TypeVar("T")
Number = Annotated[float, msgspec.Meta(ge=-sys.float_info.max, le=sys.float_info.max)]
"""A finite number: what `convert` needs to be told, and `decode_json` knows."""

_EXPECTED = re.compile(r"Expected (.+?)(?:, got (.+))?")
_PLACE = re.compile(r" - at (?:`key` in )?`(?:key in )?\$(.*)`$", re.DOTALL)
_OTHERS = (
    (re.compile(r"Object missing required field `(.*)`", re.DOTALL), "the key {!r}", "none of that name"),
    (re.compile(r"Object contains unknown field `(.*)`", re.DOTALL), "no key but its own", "{!r} too"),
    (re.compile(r"Invalid (?:enum )?value (.*)", re.DOTALL), "one of its words", "{}"),
)
_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
    "array": "an array",
    "object": "an object",
}
_NAMES = re.compile(r"`([^`]*)`")
LONGEST_SAID = 120


def convert(value: Any, kind: type[T]) -> T:
    """A value of another library, as boto3's reply, as a declared type.

    Args:
        value: of dictionaries, lists and plain values.
        kind: see `decode_json`; numbers are declared as `Number`, so that NaN and the infinities are refused.
    Raises: MisfitError: it is not that.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise misfit_from(error) from None


def number(value: Any) -> float:
    """A number that a function gave: of Python, or a scalar of NumPy or of what is like it.

    Raises: MisfitError: it is none, or not finite. A truth is no number, nor is a text.
    """
    plain = value.item() if getattr(value, "ndim", None) == 0 else value
    if type(plain) is not bool and isinstance(plain, Real | Decimal):
        with suppress(OverflowError, ValueError):
            found = float(plain)
            if math.isfinite(found):
                return found
    raise MisfitError("a finite number", _shown(value))


def _shown(value: Any) -> str:
    try:
        return repr(value)[:LONGEST_SAID]
    except Exception:  # noqa: BLE001 - of somebody else's code, or of a whole number of 5,000 digits
        return type(value).__name__


def misfit_from(error: msgspec.ValidationError) -> MisfitError:
    """What msgspec says of a value, in the words of other errors."""
    text = str(error)
    place = _PLACE.search(text)
    said, path = (text[: place.start()], place[1]) if place else (text, "")
    for pattern, expected, got in _OTHERS:
        if found := pattern.fullmatch(said):
            word = found[1][:LONGEST_SAID]
            return MisfitError(expected.format(word), got.format(word), path)
    found = _EXPECTED.fullmatch(said)
    if not found:
        expected = "a number that can be held" if "out of range" in said else "a value of its kind"
        return MisfitError(expected, said[:1].lower() + said[1:], path)
    return MisfitError(_worded(found[1]), _worded(found[2] or "another"), path)


def _worded(said: str) -> str:
    """`int | null` as "a whole number or null"."""
    return _NAMES.sub(lambda name: " or ".join(_WORDS.get(one, one) for one in name[1].split(" | ")), said)
