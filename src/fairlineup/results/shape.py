"""What a record looks like in JSON: its keys in order, which of them may be missing, what they hold.

One convention for every record of results; `codec` and `schema` both follow it.

- A record is a frozen dataclass. Its keys are its fields in their order; a trailing `_` is dropped.
- A field with a default is left out while it holds it, but a `Literal` of one value always stands.
- `Annotated[T, FLAT]`: the keys of the value stand among those of the record that holds it.
- `Annotated[float, Range(0, 1)]`: a number with limits.
- Arrays are `tuple[T, ...]`, rows of fixed length `NamedTuple` or `tuple[A, B]`, free keys `Mapping[str, T]`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from fairlineup.records import NotMeasured

F = TypeVar("F", bound=Callable[..., Any])
FLAT: Final = "flat"
_KEYS: dict[tuple[type, str], str] = {(NotMeasured, "reason"): "not_measured"}


def cached(make: F) -> F:
    """`functools.cache` that keeps the types of what it holds."""
    return cast("F", cache(make))


@dataclass(frozen=True, slots=True)
class Range:
    """Limits of a number, both included; None where there is none."""

    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record.

    Attributes:
        name: in Python.
        key: in JSON.
        kind: type of the value.
        default: held where the key is missing; `MISSING` where it must be there.
        always: whether it is written even while it holds its default.
        flat: whether the keys of its value stand among those of the record.
    """

    name: str
    key: str
    kind: Any
    default: Any
    always: bool
    flat: bool


def is_record(kind: Any) -> bool:
    """Whether a type is a record."""
    return isinstance(kind, type) and is_dataclass(kind)


@cached
def fields_of(record: type) -> tuple[Field, ...]:
    """The fields of a record, in order."""
    hints = get_type_hints(record, include_extras=True)
    return tuple(_field(record, one, hints[one.name]) for one in dataclasses.fields(record))


def _field(record: type, one: dataclasses.Field[Any], kind: Any) -> Field:
    default = one.default if one.default_factory is MISSING else one.default_factory()
    key = _KEYS.get((record, one.name), one.name.removesuffix("_"))
    bare, limits = bare_kind(kind)
    always = get_origin(bare) is Literal and len(get_args(bare)) == 1
    return Field(one.name, key, kind, default, always, FLAT in limits)


def bare_kind(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without its annotations, and these."""
    if get_origin(kind) is Annotated:
        bare, *notes = get_args(kind)
        return bare, tuple(notes)
    return kind, ()


def members_of(kind: Any) -> tuple[Any, ...]:
    """The members of a union; a type that is none is its own only one."""
    bare, _ = bare_kind(kind)
    return get_args(bare) if get_origin(bare) in (Union, UnionType) else (bare,)


def row_of(kind: Any) -> tuple[Any, ...] | None:
    """The types in a row of fixed length; None for any other type."""
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return tuple(get_type_hints(kind, include_extras=True).values())
    if get_origin(kind) is tuple and get_args(kind)[-1] is not Ellipsis:
        return get_args(kind)
    return None


def item_of(kind: Any) -> Any:
    """The type of an array's items, `MISSING` for any other type."""
    is_array = get_origin(kind) is tuple and get_args(kind)[-1] is Ellipsis
    return get_args(kind)[0] if is_array else MISSING


def value_of(kind: Any) -> Any:
    """The type of the values under free keys, `MISSING` for any other type."""
    return get_args(kind)[1] if get_origin(kind) in (Mapping, dict) else MISSING


@cached
def keys_of(kind: Any) -> frozenset[str]:
    """Every key that a record, or any record of a union, may have."""
    records = (one for one in members_of(kind) if is_record(one))
    return frozenset(key for record in records for key in _keys(fields_of(record)))


def _keys(fields: Iterable[Field]) -> Iterator[str]:
    for one in fields:
        if one.flat:
            yield from keys_of(one.kind)
        else:
            yield one.key


def fits(kind: Any, value: Any) -> bool:
    """Whether a JSON value has the outline of a type: enough to tell the members of a union apart."""
    members = members_of(kind)
    if len(members) > 1:
        return any(fits(one, value) for one in members)
    (bare,) = members
    if is_record(bare):
        return isinstance(value, dict) and _fits_record(bare, value)
    row = row_of(bare)
    if row is not None:
        return isinstance(value, list) and len(value) == len(row)
    if item_of(bare) is not MISSING:
        return isinstance(value, list)
    if value_of(bare) is not MISSING:
        return isinstance(value, dict)
    return fits_plain(bare, value)


def fits_plain(kind: Any, value: Any) -> bool:
    """Whether a JSON value is of a type that has no parts."""
    if kind is Any:
        return True
    if get_origin(kind) is Literal:
        return any(value == one and type(value) is type(one) for one in get_args(kind))
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind in (str, bool, NoneType):
        return isinstance(value, kind)
    raise TypeError(f"a record of results cannot hold {kind}")


def _fits_record(record: type, value: Mapping[str, Any]) -> bool:
    fields = fields_of(record)
    return value.keys() <= keys_of(record) and all(_fits_field(one, value) for one in fields)


def _fits_field(one: Field, value: Mapping[str, Any]) -> bool:
    if one.flat:
        return fits(one.kind, flat_part(one, value))
    if one.key not in value:
        return one.default is not MISSING
    return get_origin(bare_kind(one.kind)[0]) is not Literal or fits(one.kind, value[one.key])


def flat_part(one: Field, value: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of an object that belong to a flat field."""
    mine = keys_of(one.kind)
    return {key: part for key, part in value.items() if key in mine}
