"""What a record looks like in JSON: its keys in order, which of them may be missing, what they hold.

One convention for every record of results; the codec and the schema both follow it.

- A record is a frozen dataclass. Its keys are its fields in their order; a trailing `_` is dropped.
- A field with a default is left out while it holds it, but a `Literal` of one value always stands.
- `Annotated[T, FLAT]`: the keys of the value stand among those of the record that holds it.
- `Annotated[float, Range(0, 1)]` is a number with limits, `Annotated[str, Pattern("…")]` text of one form.
- Arrays are `tuple[T, ...]`, rows of fixed length `NamedTuple` or `tuple[A, B]`, free keys `Mapping[str, T]`.
- What a field means is a `#:` comment, beside it or above; the schema has it as the field's description.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, is_dataclass
from functools import cache
from types import UnionType
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

    def holds(self, value: float) -> bool:
        """Whether a number lies within them."""
        return not (
            (self.low is not None and value < self.low) or (self.high is not None and value > self.high)
        )

    @property
    def sentence(self) -> str:
        """What belongs there, in words."""
        low = "" if self.low is None else f" from {self.low:g}"
        return f"a number{low}" + ("" if self.high is None else f" to {self.high:g}")

    @property
    def schema(self) -> dict[str, Any]:
        """The same as JSON schema says it."""
        ends = {"minimum": self.low, "maximum": self.high}
        return {name: end for name, end in ends.items() if end is not None}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that text must have a match for; anchor it where the whole is meant."""

    expression: str

    def holds(self, value: str) -> bool:
        """Whether text keeps it."""
        return re.search(self.expression, value) is not None

    @property
    def sentence(self) -> str:
        """What belongs there, in words."""
        return f"text of the form {self.expression}"

    @property
    def schema(self) -> dict[str, Any]:
        """The same as JSON schema says it."""
        return {"pattern": self.expression}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record."""

    name: str  #: in Python.
    key: str  #: in JSON.
    kind: Any  #: type of the value.
    default: Any  #: held where the key is missing; `MISSING` where it must be there.
    always: bool  #: whether it is written even while it holds its default.
    flat: bool  #: whether the keys of its value stand among those of the record.


@cached
def fields_of(record: Any) -> tuple[Field, ...]:
    """The fields of a record, in order."""
    hints = get_type_hints(record, include_extras=True)
    return tuple(_field(record, one, hints[one.name]) for one in dataclasses.fields(record))


def _field(record: type, one: dataclasses.Field[Any], kind: Any) -> Field:
    default = one.default if one.default_factory is MISSING else one.default_factory()
    key = _KEYS.get((record, one.name), one.name.removesuffix("_"))
    bare, notes = bare_kind(kind)
    return Field(one.name, key, kind, default, always=len(literals_of(bare)) == 1, flat=FLAT in notes)


def is_record(kind: Any) -> bool:
    """Whether a type is a record."""
    return isinstance(kind, type) and is_dataclass(kind)


def bare_kind(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without its annotations, and these."""
    if get_origin(kind) is Annotated:
        bare, *notes = get_args(kind)
        return bare, tuple(notes)
    return kind, ()


def literals_of(kind: Any) -> tuple[Any, ...]:
    """The values of a `Literal`; none for any other type."""
    return get_args(kind) if get_origin(kind) is Literal else ()


def members_of(kind: Any) -> tuple[Any, ...]:
    """The members of a union; none for any other type."""
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else ()


def row_of(kind: Any) -> tuple[Any, ...] | None:
    """The types in a row of fixed length; None for any other type."""
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return tuple(get_type_hints(kind, include_extras=True).values())
    if get_origin(kind) is tuple and get_args(kind)[-1] is not Ellipsis:
        return get_args(kind)
    return None


def item_of(kind: Any) -> Any:
    """The type of an array's items; None for any other type."""
    return get_args(kind)[0] if get_origin(kind) is tuple and get_args(kind)[-1] is Ellipsis else None


def value_of(kind: Any) -> Any:
    """The type of the values under free keys; None for any other type."""
    return get_args(kind)[1] if get_origin(kind) in (Mapping, dict) else None


@cached
def keys_of(kind: Any) -> frozenset[str] | None:
    """Every key that a record, or any record of a union, may have; None where any key will do."""
    bare, _ = bare_kind(kind)
    if value_of(bare) is not None:
        return None
    found: set[str] = set()
    for record in filter(is_record, members_of(bare) or (bare,)):
        for one in fields_of(record):
            keys = keys_of(one.kind) if one.flat else {one.key}
            if keys is None:
                return None
            found |= keys
    return frozenset(found)
