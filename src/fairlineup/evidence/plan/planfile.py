"""Plans as TOML: read with every misspelling named, written with every default spelled out."""

from __future__ import annotations

import difflib
import json
import math
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from fairlineup.evidence.plan.findings import Kind
from fairlineup.evidence.plan.plan import SHIPPED, CalibrationChoice, DatasetChoice, Plan, ResolvedPlan
from fairlineup.evidence.plan.settle import STOP, Policy, check_action
from fairlineup.files import parse_toml
from fairlineup.records import BadInput

P = TypeVar("P", bound=Plan)
TWICE = ("Cannot overwrite a value", "Cannot declare")  # tomllib, of a name that stands twice


def read_plan(path: Path) -> Plan:
    """Read a plan; a relative data set folder starts at the plan's own folder.

    Raises:
        BadInput: no such file, not TOML, an unknown key, a value of the wrong kind.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"the plan {path} cannot be read",
            expected="a TOML file in UTF-8",
            got=getattr(error, "strerror", None) or "bytes that are not UTF-8",
            remedy="`fairlineup audit plan DATASET` writes one to start from",
        ) from error
    plan = parse_plan(text, str(path))
    table = plan.calibration.file
    if table and table != SHIPPED:
        plan = replace(plan, calibration=CalibrationChoice(str((path.parent / table).resolve())))
    if plan.dataset.generator:
        return plan
    folder = (path.parent / plan.dataset.folder).resolve()
    return replace(plan, dataset=replace(plan.dataset, folder=str(folder)))


def _not_toml(name: str, got: str) -> BadInput:
    """What is wrong with a plan's text; tomllib's words for a name that stands twice say nothing of it."""
    if not got.startswith(TWICE):
        return BadInput(
            f"{name} is not TOML", expected="a TOML document", got=got, remedy="correct that line"
        )
    where = got[got.rfind("(at ") + 1 :].rstrip(")")
    return BadInput(
        f"{name} sets a name twice",
        expected="each name of a table, and each table, once",
        got=f"one for the second time {where}",
        remedy="keep one of the two lines",
    )


def parse_plan(text: str, name: str = "plan") -> Plan:
    """A plan from TOML text. Raises: BadInput."""
    return _parsed(Plan, text, name)


def parse_resolved(text: str, name: str = "plan") -> ResolvedPlan:
    """The plan of a run from TOML text. Raises: BadInput: it is none, or was never resolved."""
    return _parsed(ResolvedPlan, text, name)


def _parsed(kind: type[P], text: str, name: str) -> P:
    try:
        table = parse_toml(text)
    except ValueError as error:
        raise _not_toml(name, str(error)) from error
    plan = cast("P", _build(kind, table, ""))
    _check_place(plan.dataset)
    _check_policy(plan.settle)
    return plan


def write_plan(plan: Plan) -> str:
    """The plan as TOML, each value with a sentence above it. `parse_plan` reads it back to an equal plan."""
    return "\n".join(_lines(plan)) + "\n"


def _check_place(choice: DatasetChoice) -> None:
    if bool(choice.folder) == bool(choice.generator):
        got = "both" if choice.folder else "nothing"
        raise _wrong("dataset.folder", "a value, or one of dataset.generator", got)
    if choice.options and not choice.generator:
        raise _wrong("dataset.options", "a dataset.generator whose options they are", "none")


def _check_policy(policy: Policy) -> None:
    for kind in Kind:
        choice = getattr(policy, kind.value)
        if choice != STOP:
            check_action(kind, choice)
    for case in policy.case:
        kind_name = case.finding.partition(":")[0]
        if kind_name in set(Kind) and case.action != STOP:
            check_action(Kind(kind_name), case.action)


# --- reading -------------------------------------------------------------------------------------


def _build(kind: type, table: Any, where: str) -> object:
    if not isinstance(table, dict):
        raise _wrong(where, "a table", table)
    hints = get_type_hints(kind)
    known = {f.name: f for f in fields(kind)}
    for key in table:
        if key not in known:
            raise _unknown(f"{where}.{key}".lstrip("."), key, known)
    for name, f in known.items():
        if name not in table and f.default is MISSING and f.default_factory is MISSING:
            raise _wrong(f"{where}.{name}".lstrip("."), "a value", "nothing")
    values = {key: _value(hints[key], value, f"{where}.{key}".lstrip(".")) for key, value in table.items()}
    return kind(**values)


def _value(hint: Any, value: Any, where: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return _build(cast("type", hint), value, where)
    if origin in (Union, types.UnionType):
        return _one_of(arguments, value, where)
    if origin is Literal:
        if value not in arguments:
            raise _wrong(where, f"one of {', '.join(map(repr, arguments))}", value)
        return value
    if origin is tuple:
        return _list(arguments[0], value, where)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(arguments[1], value, where)
    return _plain(hint, value, where)


def _list(hint: Any, value: Any, where: str) -> tuple[Any, ...]:
    if isinstance(value, dict) and is_dataclass(hint):
        return (_value(hint, value, where),)  # [limit] for a single [[limit]]
    if not isinstance(value, list):
        raise _wrong(where, "a list", value)
    return tuple(_value(hint, item, f"{where}[{i}]") for i, item in enumerate(value))


def _one_of(hints: Sequence[Any], value: Any, where: str) -> Any:
    for hint in hints:
        if hint is type(None) and value is None:
            return None
        try:
            return _value(hint, value, where)
        except BadInput:
            continue
    raise _wrong(where, " or ".join(_named(hint) for hint in hints if hint is not type(None)), value)


def _mapping(hint: Any, value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, "a table", value)
    if hint is str:
        return {key: _plain(str, item, f"{where}.{key}") for key, item in value.items()}
    return value


def _plain(hint: Any, value: Any, where: str) -> Any:
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value) if abs(value) < sys.float_info.max else math.inf
    if type(value) is not hint or (hint is float and not math.isfinite(value)):
        raise _wrong(where, _named(hint), value)
    return value


def _named(hint: Any) -> str:
    words = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    if get_origin(hint) is Literal:
        return " or ".join(map(repr, get_args(hint)))
    return words.get(hint, str(hint))


def _unknown(where: str, key: str, known: Mapping[str, Field[Any]]) -> BadInput:
    close = difflib.get_close_matches(key, known, n=1)
    remedy = f"did you mean {close[0]!r}?" if close else "take it out"
    return BadInput(
        f"the plan has an unknown key {where!r}",
        expected=f"one of {', '.join(known)}",
        got=repr(key),
        remedy=remedy,
    )


def _wrong(where: str, expected: str, got: object) -> BadInput:
    return BadInput(
        f"the plan's {where or 'content'}", expected=expected, got=repr(got), remedy="correct the plan"
    )


# --- writing -------------------------------------------------------------------------------------


def _lines(plan: Plan) -> Iterator[str]:
    yield "# A Fairlineup audit plan. It decides the result, so it is written before anything is searched."
    yield f"title = {_toml(plan.title)}"
    yield "# Label columns that make groups. A group without a cited source gets counts only."
    yield f"groups = {_toml(list(plan.groups))}"
    yield from _table("dataset", plan.dataset)
    yield "\n# Where the values of each label come from; empty: no source is cited, no rate is given."
    yield "[labels]"
    yield from (f"{_key(label)} = {_toml(source)}" for label, source in plan.labels.items())
    yield "\n# What to do about what is found in the photographs: merge, leave_out, keep, or stop and ask."
    yield from _table("settle", plan.settle, lead="")
    yield from _table("system", plan.system)
    for name in ("probes", "gallery", "search"):
        yield from _table(name, getattr(plan, name))
    for choice in plan.threshold:
        yield from _table("[threshold]", choice)
    yield from _table("calibration", plan.calibration)
    for contrast in plan.contrast:
        yield from _table("[contrast]", contrast)
    for limit in plan.limit:
        yield from _table("[limit]", limit)
    yield from _table("statistics", plan.statistics)


def _table(name: str, section: Any, lead: str = "\n") -> Iterator[str]:
    yield f"{lead}[{name}]"
    nested: list[Iterator[str]] = []
    for f in fields(section):
        value = getattr(section, f.name)
        if isinstance(value, Mapping):
            nested.append(_options(f"{name}.{f.name}", value))
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            nested.extend(_table(f"[{name}.{f.name}]", item) for item in value)
        elif value is None:
            yield f"# {f.metadata['says']}\n# {f.name} = (set from the system's scale when the run begins)"
        elif isinstance(value, tuple) and f.name == "case":
            continue
        else:
            if "says" in f.metadata:
                yield f"# {f.metadata['says']}"
            yield f"{f.name} = {_toml(list(value) if isinstance(value, tuple) else value)}"
    for lines in nested:
        yield from lines


def _options(name: str, options: Mapping[str, Any]) -> Iterator[str]:
    if options:
        yield f"\n[{name}]"
        yield from (f"{_key(key)} = {_toml(value)}" for key, value in options.items())


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else _toml(key)
