"""Records of results to JSON and back: one codec for all of them.

`decode(encode(record), type(record)) == record`, and `encode` gives back the bytes that were decoded.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING
from typing import Any, Literal, TypeVar, get_args, get_origin

from fairlineup.files import parse_json
from fairlineup.records import BadInput
from fairlineup.results import shape
from fairlineup.results.shape import Range, cached

T = TypeVar("T")
LARGEST = 256_000_000  # bytes: results of 25,000 searches take some megabytes
READ_BY = "d36563b"  # the last commit that reads formats older than those here
_Read = Callable[[Any], Any]
_NAMES: dict[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}


class _MisfitError(ValueError):
    """A value that a record cannot hold: where, what belongs there, what is there instead."""

    def __init__(self, expected: str, got: str) -> None:
        self.expected, self.got, self.path = expected, got, ""
        super().__init__(expected, got)


def to_json(value: Any) -> Any:
    """A record, or what a record holds, as plain JSON values.

    Raises: ValueError: a number that is infinite or none, which JSON cannot say; it names the place.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _MisfitError("a finite number", str(value))
        return float(value)
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {key: _at(f".{key}", to_json, part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_at(f"[{n}]", to_json, part) for n, part in enumerate(value)]
    if shape.is_record(type(value)):
        return _object(value)
    raise TypeError(f"{type(value).__name__} cannot stand in results")


def encode(record: Any) -> bytes:
    """A record as the bytes of its file, always the same. Raises: ValueError: see `to_json`."""
    try:
        plain = to_json(record)
    except _MisfitError as error:
        raise ValueError(f"{error.path.lstrip('.')} is {error.got}, which JSON cannot say") from error
    return (json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def decode(content: bytes, kind: type[T], what: str = "a file of results") -> T:
    """The record in a file.

    Args:
        content: of the file.
        kind: type of the record.
        what: the file, for errors.
    Raises: BadInput: it is too large, no JSON, of another format, or does not hold what the record does.
    """
    if len(content) > LARGEST:
        raise _bad(what, f"at most {LARGEST:,} bytes", f"{len(content):,}", code="file-too-large")
    try:
        value = parse_json(content)
    except ValueError as error:
        raise _bad(what, "JSON", f"damaged JSON ({error})") from error
    return from_json(value, kind, what)


def from_json(value: Any, kind: type[T], what: str = "a file of results") -> T:
    """The record that plain JSON values describe. Raises: BadInput, see `decode`."""
    _check_format(value, kind, what)
    try:
        found: T = _reader(kind)(value)
    except _MisfitError as error:
        path = error.path.lstrip(".")
        raise _bad(f"{what}, at {path}" if path else what, error.expected, error.got, path=path) from error
    return found


def _object(record: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in shape.fields_of(type(record)):
        value = getattr(record, one.name)
        if one.flat:
            found |= to_json(value) if value is not None else {}
        elif one.always or one.default is MISSING or value != one.default:
            found[one.key] = _at(f".{one.key}", to_json, value)
    return found


def _at(place: str, act: Callable[[Any], Any], value: Any) -> Any:
    """What an act makes of a part; where it fails the error names the place."""
    try:
        return act(value)
    except _MisfitError as error:
        error.path = place + error.path
        raise


def _check_format(value: Any, kind: Any, what: str) -> None:
    """Raise BadInput for a file of the same family in another version."""
    schema = next((one for one in shape.fields_of(kind) if one.key == "schema"), None)
    told = value.get("schema") if isinstance(value, dict) else None
    if schema is None or not isinstance(told, str):
        return
    (ours,) = get_args(schema.kind)
    if told != ours and told.split("/")[0] == ours.split("/")[0]:
        raise BadInput(
            f"{what} is of another format",
            expected=ours,
            got=told,
            remedy=f"read it with the software that wrote it; older formats are read by commit {READ_BY}",
            code="run-of-an-older-format",
            facts={"format": told},
        )


def _bad(what: str, expected: str, got: str, *, path: str = "", code: str = "file-malformed") -> BadInput:
    remedy = "restore the file as it was written, or make it again"
    return BadInput(what, expected=expected, got=got, remedy=remedy, code=code, facts={"path": path})


@cached
def _reader(kind: Any) -> _Read:
    """What reads a JSON value as a type."""
    bare, notes = shape.bare_kind(kind)
    limits = next((note for note in notes if isinstance(note, Range)), None)
    if limits is not None:
        return _limited(_reader(bare), limits)
    members, row = shape.members_of(bare), shape.row_of(bare)
    item, value = shape.item_of(bare), shape.value_of(bare)
    if len(members) > 1:
        return _union(members)
    if shape.is_record(bare):
        return _record(bare)
    if row is not None:
        return _row(bare, row)
    if item is not MISSING:
        return _array(item)
    return _plain(bare) if value is MISSING else _mapping(value)


def _limited(read: _Read, limits: Range) -> _Read:
    low, high = limits.low, limits.high

    def limited(value: Any) -> Any:
        found = read(value)
        if (low is not None and found < low) or (high is not None and found > high):
            ends = (f"from {low:g}" if low is not None else "", f"to {high:g}" if high is not None else "")
            raise _MisfitError(" ".join(["a number", *filter(None, ends)]), str(found))
        return found

    return limited


def _union(members: tuple[Any, ...]) -> _Read:
    def union(value: Any) -> Any:
        fitting = next((one for one in members if shape.fits(one, value)), None)
        if fitting is not None:
            return _reader(fitting)(value)
        records = [one for one in members if shape.is_record(one)]
        if isinstance(value, dict) and records:  # the nearest one says what is missing or unknown
            return _reader(max(records, key=lambda one: len(shape.keys_of(one) & value.keys())))(value)
        raise _MisfitError(" or ".join(map(_name, members)), _said(value))

    return union


def _record(record: type) -> _Read:
    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _MisfitError("an object", _said(value))
        unknown = sorted(value.keys() - shape.keys_of(record))
        if unknown:
            raise _MisfitError(f"the keys of {record.__name__}", f"{unknown[0]!r} too")
        return record(**dict(_given(record, value)))

    return read


def _given(record: type, value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for one in shape.fields_of(record):
        if one.flat:
            part = shape.flat_part(one, value)
            if part or one.default is MISSING:
                yield one.name, _reader(one.kind)(part)
        elif one.key in value:
            yield one.name, _at(f".{one.key}", _reader(one.kind), value[one.key])
        elif one.default is MISSING:
            raise _MisfitError(f"the key {one.key!r}", "none of that name")


def _row(kind: Any, kinds: tuple[Any, ...]) -> _Read:
    def row(value: Any) -> Any:
        if not isinstance(value, list) or len(value) != len(kinds):
            raise _MisfitError(f"a row of {len(kinds)}", _said(value))
        cells = [
            _at(f"[{n}]", _reader(one), part) for n, (one, part) in enumerate(zip(kinds, value, strict=True))
        ]
        return kind(*cells) if isinstance(kind, type) else tuple(cells)

    return row


def _array(item: Any) -> _Read:
    def array(value: Any) -> Any:
        if not isinstance(value, list):
            raise _MisfitError("an array", _said(value))
        read = _reader(item)
        return tuple(_at(f"[{n}]", read, part) for n, part in enumerate(value))

    return array


def _mapping(kind: Any) -> _Read:
    def mapping(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _MisfitError("an object", _said(value))
        read = _reader(kind)
        return {key: _at(f".{key}", read, part) for key, part in value.items()}

    return mapping


def _plain(kind: Any) -> _Read:
    def plain(value: Any) -> Any:
        if not shape.fits_plain(kind, value):
            raise _MisfitError(_name(kind), _said(value))
        if isinstance(value, float) and not math.isfinite(value):
            raise _MisfitError("a finite number", str(value))
        return value

    return plain


def _name(kind: Any) -> str:
    bare, _ = shape.bare_kind(kind)
    if get_origin(bare) is Literal:
        return " or ".join(map(repr, get_args(bare)))
    if shape.is_record(bare):
        return f"an object {bare.__name__}"
    return _NAMES.get(bare, "an object" if shape.value_of(bare) is not MISSING else "an array")


def _said(value: Any) -> str:
    kinds: dict[Any, str] = {dict: "an object", list: "an array"}
    return kinds.get(type(value)) or json.dumps(value, ensure_ascii=False)[:60]
