"""Plain JSON values read as what a type says; the types of a union are told apart by their outlines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, dataclass
from types import NoneType
from typing import Any

from fairlineup.foreign import MisfitError
from fairlineup.results import shape
from fairlineup.results.shape import Field, Pattern, Range, cached

_NAMES: dict[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    NoneType: "null",
    Any: "anything",
}
_TYPES: dict[Any, tuple[type, ...]] = {int: (int,), float: (int, float), str: (str,), bool: (bool,)}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads JSON values as one type."""

    name: str  #: of the type, for errors.
    #: whether a value has the outline of the type, enough to tell the members of a union apart.
    fits: Callable[[Any], bool]
    read: Callable[[Any], Any]  #: the value as the type. Raises: MisfitError.


@cached
def reader_of(kind: Any) -> Reader:
    """What reads JSON values as a type. Raises: TypeError: records of results cannot hold such."""
    bare, notes = shape.bare_kind(kind)
    limits = [note for note in notes if isinstance(note, Range | Pattern)]
    if limits:
        return _limited(reader_of(bare), limits)
    if shape.is_record(bare):
        return _record(bare)
    if shape.members_of(bare):
        return _union(shape.members_of(bare))
    return _collection(bare) or _plain(bare)


def _collection(kind: Any) -> Reader | None:
    row, item, value = shape.row_of(kind), shape.item_of(kind), shape.value_of(kind)
    if row is not None:
        return _row(kind, row)
    if item is not None:
        return _array(item)
    return None if value is None else _mapping(value)


def _plain(kind: Any) -> Reader:
    literals, types = shape.literals_of(kind), _TYPES.get(kind, (kind,))
    name = " or ".join(map(repr, literals)) or _NAMES.get(kind, "")
    if not name:
        raise TypeError(f"a record of results cannot hold {kind}")

    def fits(value: Any) -> bool:
        if literals:
            return any(value == one and type(value) is type(one) for one in literals)
        return kind is Any or type(value) in types

    def read(value: Any) -> Any:
        if not fits(value):
            raise MisfitError(name, _named(value))
        return value

    return Reader(name, fits, read)


def _limited(reader: Reader, limits: Sequence[Range | Pattern]) -> Reader:
    def read(value: Any) -> Any:
        found = reader.read(value)
        for one in limits:
            if not one.holds(found):
                raise MisfitError(one.sentence, _named(found))
        return found

    return Reader(reader.name, reader.fits, read)


def _array(item: Any) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not list:
            raise MisfitError("an array", _named(value))
        one, n, found = reader_of(item).read, 0, []
        try:
            for n, part in enumerate(value):  # noqa: B007 - the error names the place
                found.append(one(part))
        except MisfitError as error:
            raise error.within(f"[{n}]") from None
        return tuple(found)

    return Reader("an array", lambda value: type(value) is list, read)


def _row(kind: Any, kinds: tuple[Any, ...]) -> Reader:
    make, name = (kind._make if hasattr(kind, "_make") else tuple), f"a row of {len(kinds)}"

    def fits(value: Any) -> bool:
        return type(value) is list and len(value) == len(kinds)

    def read(value: Any) -> Any:
        if not fits(value):
            raise MisfitError(name, _named(value))
        n, found = 0, []
        try:
            for n, part in enumerate(value):
                found.append(reader_of(kinds[n]).read(part))
        except MisfitError as error:
            raise error.within(f"[{n}]") from None
        return make(found)

    return Reader(name, fits, read)


def _mapping(kind: Any) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise MisfitError("an object", _named(value))
        one, key, found = reader_of(kind).read, "", {}
        try:
            for key, part in value.items():
                found[key] = one(part)
        except MisfitError as error:
            raise error.within(f".{key}") from None
        return found

    return Reader("an object", lambda value: type(value) is dict, read)


def _union(members: tuple[Any, ...]) -> Reader:
    readers = [reader_of(one) for one in members]
    records = [one for one in members if shape.is_record(one)]

    def fits(value: Any) -> bool:
        return any(one.fits(value) for one in readers)

    def read(value: Any) -> Any:
        for one in readers:
            if one.fits(value):
                return one.read(value)
        if type(value) is dict and records:  # the nearest of them says what is missing or unknown
            nearest = max(records, key=lambda one: len(value.keys() & (shape.keys_of(one) or ())))
            return reader_of(nearest).read(value)
        raise MisfitError(" or ".join(one.name for one in readers), _named(value))

    return Reader("", fits, read)


def _record(record: Any) -> Reader:
    fields, keys = shape.fields_of(record), shape.keys_of(record)
    telling = [one for one in fields if one.flat or shape.literals_of(one.kind)]
    required = {one.key for one in fields if one.default is MISSING and not one.flat}

    def fits(value: Any) -> bool:
        if type(value) is not dict or not required <= value.keys():
            return False
        known = keys is None or value.keys() <= keys
        return known and all(_tells(one, fields, value) for one in telling)

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise MisfitError("an object", _named(value))
        unknown = sorted(value.keys() - keys) if keys is not None else ()
        if unknown:
            raise MisfitError(f"the keys of {record.__name__}", f"{unknown[0][:60]!r} too")
        return record(**dict(_parts(fields, value)))

    return Reader(f"an object {record.__name__}", fits, read)


def _tells(one: Field, fields: tuple[Field, ...], value: dict[str, Any]) -> bool:
    """Whether a field that tells a record from others, by its literal or its own keys, is as it should be."""
    if one.flat:
        part = _flat(one, fields, value)
        return (not part and one.default is not MISSING) or reader_of(one.kind).fits(part)
    return one.key not in value or reader_of(one.kind).fits(value[one.key])


def _parts(fields: tuple[Field, ...], value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for one in fields:
        if one.flat:
            part = _flat(one, fields, value)
            if part or one.default is MISSING:
                yield one.name, reader_of(one.kind).read(part)
        elif one.key in value:
            try:
                found = reader_of(one.kind).read(value[one.key])
            except MisfitError as error:
                raise error.within(f".{one.key}") from None
            yield one.name, found
        elif one.default is MISSING:
            raise MisfitError(f"the key {one.key!r}", "none of that name")


def _flat(flat: Field, fields: tuple[Field, ...], value: dict[str, Any]) -> dict[str, Any]:
    """The keys of an object that belong to a flat field: its own or any, but those of the record itself."""
    keys, kept = shape.keys_of(flat.kind), {one.key for one in fields if not one.flat}
    return {key: part for key, part in value.items() if key not in kept and (keys is None or key in keys)}


def _named(value: Any) -> str:
    kinds: dict[Any, str] = {dict: "an object", list: "an array"}
    return kinds.get(type(value)) or json.dumps(value, ensure_ascii=False)[:60]
