"""A table into a frozen dataclass, by the dataclass's own annotations."""

from __future__ import annotations

import math
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from fairlineup.options.naming import Naming, said
from fairlineup.options.rules import INLINE, Rule
from fairlineup.records import BadInput

T = TypeVar("T")
LARGEST = 2**63 - 1  # whole number of TOML
WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a day, as 2026-01-31",
    Path: "a path",
}


def read_options(kind: type[T], table: Mapping[str, Any], naming: Naming) -> T:
    """A dataclass from a table of its fields' names.

    Fields may be text, numbers, truth values, days, paths, Literal, `X | None`, unions, other dataclasses
    (tables), tuples (lists, of tables too; one table stands for a list of one), mappings by name, and any of
    these as Annotated with rules. Nothing is converted but whole numbers where a number is asked for, and
    text where a path or a day is.

    Args:
        kind: the dataclass.
        table: as TOML, JSON or keywords give it.
        naming: how errors call it.
    Raises: BadInput: an unknown name (with the nearest known one), one that is missing, a value of another
        type, or one against a rule. What the dataclass itself raises passes.
    """
    return cast("T", _Reader(naming).dataclass_of(kind, table, ""))


def check_options(value: T, naming: Naming) -> T:
    """The same dataclass, if each of its fields could have been read. Raises: BadInput, as `read_options`."""
    _Reader(naming).check(value, "")
    return value


def words_for(hint: Any) -> str:
    """What an annotation allows, in words: "a whole number from 1 to 64"."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _with_rules(words_for(arguments[0]), arguments[1:])
    if origin is Literal:
        return f"{'one of ' if len(arguments) > 2 else ''}{_either(list(map(repr, arguments)))}"
    if origin in (Union, types.UnionType):
        return " or ".join(words_for(one) for one in arguments if one is not type(None))
    if origin is tuple:
        return f"a list of {len(arguments)}" if arguments[-1] is not Ellipsis else "a list"
    if is_dataclass(hint) or _is_mapping(hint):
        return "a table"
    return WORDS.get(hint, "a value")


def _with_rules(words: str, rules: Sequence[Rule]) -> str:
    for rule in rules:
        if rule.alone:
            return rule.words
    return f"{words} {' and '.join(rule.words for rule in rules)}"


def _either(names: list[str]) -> str:
    return ", ".join(names) if len(names) > 2 else " or ".join(names)


def _is_mapping(hint: Any) -> bool:
    origin = get_origin(hint) or hint
    return isinstance(origin, type) and issubclass(origin, Mapping)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads values by their annotations; `where` is the place of a value, "threshold[0].score"."""

    naming: Naming

    def dataclass_of(self, kind: type, table: Any, where: str) -> object:
        if not isinstance(table, Mapping):
            raise self.naming.wrong(where, "a table", said(table))
        known = _names(kind)
        for name in table:
            if name not in known:
                raise self.naming.unknown(_inside(where, str(name)), known)
        return self._made(kind, table, where)

    def _made(self, kind: type, table: Mapping[str, Any], where: str) -> object:
        """A dataclass from those of the table's names that are its fields'."""
        values: dict[str, Any] = {}
        for field, hint in _annotated(kind):
            place = _inside(where, field.name)
            if INLINE in get_args(hint):
                values[field.name] = self._made(get_args(hint)[0], table, where)
            elif field.name in table:
                values[field.name] = self.value(hint, table[field.name], place)
            elif field.default is MISSING and field.default_factory is MISSING:
                raise self.naming.wrong(place, words_for(hint), "nothing")
        return kind(**values)

    def check(self, made: Any, where: str) -> None:
        for field, hint in _annotated(type(made)):
            self.value(hint, getattr(made, field.name), _inside(where, field.name))

    def value(self, hint: Any, value: Any, where: str) -> Any:
        if hint is Any:
            return value
        if not is_dataclass(hint):
            return self._by_origin(hint)(hint, value, where)
        if not isinstance(value, cast("type", hint)):
            return self.dataclass_of(cast("type", hint), value, where)
        self.check(value, where)
        return value

    def _by_origin(self, hint: Any) -> Callable[[Any, Any, str], Any]:
        """What reads a value of an annotation that is no dataclass."""
        if _is_mapping(hint):
            return self._mapping
        by_origin: dict[Any, Callable[[Any, Any, str], Any]] = {
            Annotated: self._ruled,
            Union: self._one_of,
            types.UnionType: self._one_of,
            Literal: self._literal,
            tuple: self._list,
        }
        return by_origin.get(get_origin(hint), self._plain)

    def _literal(self, hint: Any, value: Any, where: str) -> Any:
        if not any(type(value) is type(one) and value == one for one in get_args(hint)):
            raise self._wrong(hint, value, where)
        return value

    def _ruled(self, hint: Any, value: Any, where: str) -> Any:
        inner, *rules = get_args(hint)
        try:
            read = self.value(inner, value, where)
        except BadInput as error:
            if error.facts.get("option") != where:  # deeper, where the error names the place
                raise
            raise self._wrong(hint, value, where) from None
        if not all(rule.allows(read) for rule in rules):
            raise self._wrong(hint, value, where)
        return read

    def _one_of(self, union: Any, value: Any, where: str) -> Any:
        some = [hint for hint in get_args(union) if hint is not type(None)]
        if value is None and len(some) < len(get_args(union)):
            return None
        if type(value) in some:
            return self.value(type(value), value, where)
        shaped = [hint for hint in some if _shape(hint) is not None and isinstance(value, _shape(hint) or ())]
        if len(some) == 1 or len(shaped) == 1:
            return self.value((shaped or some)[0], value, where)
        for hint in some:
            try:
                return self.value(hint, value, where)
            except BadInput:
                continue
        raise self._wrong(union, value, where)

    def _list(self, hint: Any, value: Any, where: str) -> tuple[Any, ...]:
        kinds = get_args(hint)
        endless = kinds[-1] is Ellipsis
        if endless and is_dataclass(kinds[0]) and isinstance(value, Mapping):
            return (self.value(kinds[0], value, where),)  # [limit] for a single [[limit]]
        if not isinstance(value, list | tuple) or not (endless or len(value) == len(kinds)):
            raise self._wrong(hint, value, where)
        hints = [kinds[0]] * len(value) if endless else kinds
        pairs = zip(hints, value, strict=True)
        return tuple(self.value(one, item, f"{where}[{at}]") for at, (one, item) in enumerate(pairs))

    def _mapping(self, hint: Any, value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            raise self._wrong(hint, value, where)
        item = (get_args(hint) or (str, Any))[1]
        return {name: self.value(item, one, _inside(where, name)) for name, one in value.items()}

    def _plain(self, hint: Any, value: Any, where: str) -> Any:
        read = _converted(hint, value)
        right = isinstance(read, Path) if hint is Path else type(read) is hint
        if not right or (hint is float and not math.isfinite(read)) or (hint is int and abs(read) > LARGEST):
            raise self._wrong(hint, value, where)
        return read

    def _wrong(self, hint: Any, value: Any, where: str) -> BadInput:
        hidden = isinstance(value, str) and any(rule.hides(value) for rule in _rules(hint))
        got = "text that may hold a secret" if hidden else said(value)
        return self.naming.wrong(where, words_for(hint), got)


def _rules(hint: Any) -> tuple[Rule, ...]:
    """The rules of an annotation, and of each member of a union."""
    if get_origin(hint) is Annotated:
        return get_args(hint)[1:]
    unions = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else ()
    return tuple(rule for one in unions for rule in _rules(one))


def _annotated(kind: type) -> list[tuple[Field[Any], Any]]:
    """The fields of a dataclass with their annotations."""
    hints = get_type_hints(kind, include_extras=True)
    return [(field, hints[field.name]) for field in fields(kind) if field.init]


def _names(kind: type) -> list[str]:
    """What a table for a dataclass may hold."""
    names: list[str] = []
    for field, hint in _annotated(kind):
        names += _names(get_args(hint)[0]) if INLINE in get_args(hint) else [field.name]
    return names


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _shape(hint: Any) -> type | tuple[type, ...] | None:
    """What TOML and JSON have for an annotation that holds others: a table or a list; None for the rest."""
    inner = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if is_dataclass(inner) or _is_mapping(inner):
        return Mapping
    return (list, tuple) if get_origin(inner) is tuple else None


def _converted(hint: Any, value: Any) -> Any:
    """The value as its field holds it, where TOML and JSON write that as another type."""
    if hint is float and type(value) is not float and isinstance(value, float):
        return float(value)  # one of NumPy's
    if hint is float and type(value) is int:
        return float(value) if abs(value) < sys.float_info.max else math.inf
    if hint is Path and isinstance(value, str) and value and "\0" not in value:
        return Path(value)
    if hint is date and isinstance(value, str):
        with suppress(ValueError):
            return date.fromisoformat(value)
    return value
