"""Records of results to JSON and back: one codec for all of them.

`decode(encode(record), type(record)) == record`, and `encode` gives back the bytes that were decoded.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING
from datetime import date
from typing import Any, TypeVar, get_args

from fairlineup.foreign import MisfitError, decode_json
from fairlineup.records import READ_BY, BadInput, older_format
from fairlineup.results import shape
from fairlineup.results.reading import reader_of

T = TypeVar("T")
READERS = {"fairlineup-results/2": "3a906a1f", "fairlineup-results/3": "5b5899f6"}
"""The last commit that reads each version since READ_BY."""
LARGEST = 256_000_000  # bytes: results of 25,000 searches take some megabytes


def to_json(value: Any) -> Any:
    """A record, or what a record holds, as plain JSON values.

    Raises: ValueError: a number that is infinite or none, which JSON cannot say; it names the place.
    """
    try:
        return _plain(value)
    except MisfitError as error:
        raise ValueError(f"{error.path.lstrip('.')} is {error.got}, which JSON cannot say") from error


def encode(record: Any) -> bytes:
    """A record as the bytes of its file, always the same. Raises: ValueError: see `to_json`."""
    return (json.dumps(to_json(record), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


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
        value = decode_json(content, largest=LARGEST)
    except ValueError as error:
        raise _bad(what, "JSON", f"damaged JSON ({error})") from error
    return from_json(value, kind, what)


def from_json(value: Any, kind: type[T], what: str = "a file of results") -> T:
    """The record that plain JSON values describe. Raises: BadInput, see `decode`."""
    _check_format(value, kind, what)
    try:
        found: T = reader_of(kind).read(value)
    except MisfitError as error:
        path = error.path.lstrip(".")
        raise _bad(f"{what}, at {path}" if path else what, error.expected, error.got, path=path) from error
    return found


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise MisfitError("a finite number", str(value))
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(_entries(value.items()))
    if isinstance(value, tuple | list):
        return _array(value)
    if shape.is_record(type(value)):
        return dict(_entries(_written(value)))
    raise TypeError(f"{type(value).__name__} cannot stand in results")


def _written(record: Any) -> Iterator[tuple[str, Any]]:
    """The keys of a record that are written, with their values."""
    for one in shape.fields_of(type(record)):
        value = getattr(record, one.name)
        if one.flat:
            yield from (
                () if value is None else value.items() if isinstance(value, Mapping) else _written(value)
            )
        elif one.always or one.default is MISSING or value != one.default:
            yield one.key, value


def _entries(entries: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    for key, value in entries:
        try:
            plain = _plain(value)
        except MisfitError as error:
            raise error.within(f".{key}") from None
        yield key, plain


def _array(values: Sequence[Any]) -> list[Any]:
    n, found = 0, []
    try:
        for n, value in enumerate(values):  # noqa: B007 - the error names the place
            found.append(_plain(value))
    except MisfitError as error:
        raise error.within(f"[{n}]") from None
    return found


def _check_format(value: Any, kind: Any, what: str) -> None:
    """Raise BadInput for a file of the same family in another version."""
    schema = next((one for one in shape.fields_of(kind) if one.key == "schema"), None)
    found = value.get("schema") if isinstance(value, dict) else None
    if schema is None or not isinstance(found, str):
        return
    (ours,) = get_args(schema.kind)
    if found != ours and found.split("/")[0] == ours.split("/")[0]:
        reader = READERS.get(found, READ_BY)
        raise older_format(what, expected=ours, got=found[:80], reader=reader)


def _bad(what: str, expected: str, got: str, *, path: str = "", code: str = "file-malformed") -> BadInput:
    remedy = "restore the file as it was written, or make it again"
    return BadInput(what, expected=expected, got=got, remedy=remedy, code=code, facts={"path": path})
