"""The door of the room: what a public measure is given is checked against what it says it takes.

A measure's annotations are its contract. Whatever does not fit them is a `BadInput` that names the argument;
a `NotMeasured` in place of searches or comparisons is passed on by measures that can return one.
"""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import is_dataclass
from typing import Any, Literal, Union

import numpy as np

from fairlineup.measures.arguments import (
    MOST,
    BadArgument,
    check_number,
    check_rate,
    check_share,
    check_whole,
    check_word,
    is_masked,
)
from fairlineup.records import BadInput, NotMeasured

OWN_CHECK = frozenset({"threshold", "thresholds"})  # by the measure, in the data's own unit
UNKNOWN = frozenset({"seconds"})  # NaN where a time is not known
OPEN = frozenset({"level", "power"})  # shares above 0 and under 1
CLOSED = frozenset({"alpha", "base_rate", "fpir", "p_values"})  # shares from 0 to 1
OTHERS: dict[Any, Callable[[str], tuple[str, str, str]]] = {
    np.random.Generator: lambda got: ("a random generator", got, "give numpy.random.default_rng(seed)"),
    Hashable: lambda got: ("values that can be told apart", got, "give texts or numbers"),
}
COLUMNS = (np.ndarray, Sequence)
SHAPES = (ValueError, IndexError)  # raised where columns do not fit each other
WORDS_OF = {"f": "numbers", "iu": "whole numbers", "b": "true or false"}


def guard(room: dict[str, Any], names: Iterable[str]) -> None:
    """Put guarded measures in place of those a room hands out."""
    for name in names:
        if inspect.isfunction(room[name]):
            room[name] = guarded(room[name])
        elif inspect.isclass(room[name]):
            guard_makers(room[name])


def guarded(measure: Callable[..., Any]) -> Callable[..., Any]:
    """The measure with its arguments checked against its annotations."""
    signature = inspect.signature(measure)

    @functools.cache
    def hints() -> dict[str, Any]:
        return typing.get_type_hints(measure)

    @functools.wraps(measure)
    def checked(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise _misfit(measure.__name__, f"{measure.__name__}{signature}"[:200], str(error)) from error
        for name, value in given.arguments.items():
            if isinstance(value, NotMeasured) and _passes_on(hints(), name):
                return value
            if name == "thresholds":
                _several(name, value, list, ())
            if name in hints() and name not in OWN_CHECK:
                given.arguments[name] = _fitting(name, value, hints()[name])
        try:
            return measure(*given.args, **given.kwargs)
        except SHAPES as error:
            if not any(typing.get_origin(one) in COLUMNS for one in hints().values()):
                raise
            shapes = [f"{name} {np.shape(one)}" for name, one in given.arguments.items() if np.shape(one)]
            expected = "arrays of the lengths it names, with codes that they hold"
            raise _misfit(
                f"what {measure.__name__} was given", expected, f"{', '.join(shapes)} ({error})"
            ) from error

    return checked


def guard_makers(kind: type) -> None:
    """Check what the class methods are given that make one of this room's values."""
    for name, method in list(vars(kind).items()):
        if isinstance(method, classmethod) and not name.startswith("_"):
            setattr(kind, name, classmethod(guarded(method.__func__)))


def _passes_on(hints: Mapping[str, Any], name: str) -> bool:
    """Whether a measure returns a NotMeasured that it was given in place of the data it needs."""
    wanted, returned = hints.get(name), hints.get("return")
    columns = inspect.isclass(wanted) and is_dataclass(wanted)
    return columns and NotMeasured in (returned, *typing.get_args(returned))


def _fitting(name: str, value: Any, wanted: Any) -> Any:
    """The value, as the measure takes it. Raises: BadInput."""
    origin, parts = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is Literal:
        return check_word(_called(name), value, parts)
    if origin in (Union, types.UnionType):
        return _one_of(name, value, parts)
    if wanted in (float, int, bool, str):
        return _plain(name, value, wanted)
    if wanted in OTHERS and not isinstance(value, wanted):
        raise _misfit(name, *OTHERS[wanted](_shown(value)))
    if inspect.isclass(wanted) and is_dataclass(wanted):
        return _own(name, value, wanted)
    return _columns(name, value, (origin, parts))


def _columns(name: str, value: Any, wanted: tuple[Any, tuple[Any, ...]]) -> Any:
    """The value as an array or a sequence; if another kind is wanted, as it is."""
    origin, parts = wanted
    if origin is np.ndarray:
        return _array(name, value, parts)
    if inspect.isclass(origin) and issubclass(origin, Iterable) and not issubclass(origin, Mapping):
        return _several(name, value, origin, parts)
    return value


def _one_of(name: str, value: Any, kinds: tuple[Any, ...]) -> Any:
    if value is None and types.NoneType in kinds:
        return value
    kinds = tuple(kind for kind in kinds if kind is not types.NoneType)
    if len(kinds) == 1:
        return _fitting(name, value, kinds[0])
    if isinstance(value, tuple(kind for kind in kinds if inspect.isclass(kind) and is_dataclass(kind))):
        return value
    faults = []
    for kind in kinds:
        try:
            return _fitting(name, value, kind)
        except BadInput as error:
            faults.append(error)
    if kinds and all(inspect.isclass(kind) for kind in kinds):
        raise _misfit(name, " or ".join(kind.__name__ for kind in kinds), _shown(value))
    raise faults[0]


def _plain(name: str, value: Any, wanted: type) -> Any:
    if wanted is float:
        return _share(name, check_number(_called(name), value))
    if wanted is int:
        return check_whole(_called(name), value, -MOST, MOST)
    if isinstance(value, np.bool_ if wanted is bool else np.str_):
        return wanted(value)
    if isinstance(value, wanted):
        return value
    raise _misfit(name, "true or false" if wanted is bool else "text", _shown(value))


def _share(name: str, number: float) -> float:
    """The number. Raises: BadInput (it must be a share and is not)."""
    if name in OPEN and (name, number) != ("level", 1):  # the measure itself says why 1 has no interval
        return check_share(_called(name), number, "0.95 is usual" if name == "level" else "0.8 is usual")
    if name in CLOSED:
        check_rate(_called(name), number)
    return number


def _array(name: str, value: Any, parts: tuple[Any, ...]) -> Any:
    """An array of the kind wanted; lists are taken too, whole numbers are widened to 64 bits."""
    kind = (
        np.dtype(typing.get_args(parts[1])[0]).kind if typing.get_args(parts[1]) not in ((), (Any,)) else ""
    )
    if is_masked(value):
        raise _misfit(name, "a value in every place", "masked values", "leave out what has no value")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise _misfit(name, "an array", str(error)) from error
    if not kind:
        wrong = array.dtype.kind not in "biuf"
    elif kind == "f":
        wrong = array.dtype.kind not in "iuf"
    else:
        wrong = array.dtype.kind not in ("iu" if kind in "iu" else kind) and array.size > 0
    words = next((text for kinds, text in WORDS_OF.items() if kind and kind in kinds), "numbers")
    if wrong or array.ndim == 0:
        raise _misfit(name, f"an array of {words}", _shown(value))
    if name not in UNKNOWN and array.dtype.kind == "f" and bool(np.isnan(array).any()):
        raise _misfit(
            name,
            f"an array of {words}",
            f"nan in place {int(np.flatnonzero(np.isnan(array.ravel()))[0]) + 1}",
        )
    if kind == "f" and array.dtype.kind in "iu":
        return array.astype(np.float64)
    return array.astype(np.int64) if kind and kind in "iu" and array.dtype != np.int64 else array


def _several(name: str, value: Any, origin: type, parts: tuple[Any, ...]) -> Any:
    ordered = issubclass(origin, Sequence)
    if not isinstance(value, Iterable) or isinstance(value, str | bytes) or (ordered and _unordered(value)):
        raise _misfit(name, "a sequence", _shown(value))
    if not parts or isinstance(parts[0], typing.TypeVar):
        return value
    several = list(value)
    if origin is tuple and parts[-1] is not Ellipsis:
        if len(several) != len(parts):
            raise _misfit(name, f"{len(parts)} of them", _shown(value))
        return tuple(_fitting(name, one, part) for one, part in zip(several, parts, strict=True))
    found = [_fitting(name, one.item() if isinstance(one, np.generic) else one, parts[0]) for one in several]
    return tuple(found) if origin is tuple else found


def _unordered(value: Any) -> bool:
    return isinstance(value, Mapping | Set)


def _own(name: str, value: Any, wanted: type) -> Any:
    """A value of a class of this room; from a table of scores, the part of that class."""
    if isinstance(value, wanted):
        return value
    for part in ("comparisons", "mated"):
        if hasattr(type(value), part) and isinstance(getattr(value, part), wanted):
            return getattr(value, part)
    remedy = REMEDIES.get((wanted.__name__, type(value).__name__), f"give {wanted.__name__}")
    if isinstance(value, NotMeasured):
        remedy = f"it was not measured: {value.reason}"
    raise _misfit(name, wanted.__name__, _shown(value), remedy)


REMEDIES = {
    ("Searches", "Scores"): "take its searches with non_mated_searches",
    ("Mated", "Scores"): "take its searches with mated_searches",
    ("Searches", "Mated"): "mated searches have measures of their own; false positives take non-mated ones",
    ("Mated", "Searches"): "these are searches without mates; misses take mated_searches",
    ("Scores", "Comparisons"): "give the whole table, from Scores.of or Scores.from_frame",
}


def _shown(value: Any) -> str:
    if isinstance(value, NotMeasured):
        return f"NotMeasured ({value.reason})"
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} of shape {value.shape}"
    text = repr(value) if not is_dataclass(value) else ""
    return f"{type(value).__name__} {text}"[:80].strip()


def _misfit(name: str, expected: str, got: str, remedy: str = "") -> BadInput:
    name = _called(name)
    return BadArgument(f"{name} does not fit", expected=expected, got=got, remedy=remedy or f"correct {name}")


def _called(name: str) -> str:
    """The name of an argument in a message."""
    return name if " " in name else f"the {name.replace('_', ' ')}"
