"""Plans as TOML: read with every misspelling named, written with every default spelled out."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

from fairlineup.evidence.plan.findings import Kind
from fairlineup.evidence.plan.plan import PLAN, SHIPPED, CalibrationChoice, DatasetChoice, Plan, ResolvedPlan
from fairlineup.evidence.plan.settle import STOP, Policy, check_action
from fairlineup.files import read_text
from fairlineup.foreign import parse_toml
from fairlineup.options import read_options
from fairlineup.records import BadInput

P = TypeVar("P", bound=Plan)
TWICE = ("Cannot overwrite a value", "Cannot declare")  # tomllib, of a name that stands twice


def read_plan(path: Path | str) -> Plan:
    """Read a plan; a relative data set folder starts at the plan's own folder.

    Raises:
        BadInput: no such file, not TOML, an unknown key, a value of the wrong kind.
    """
    path = Path(path)
    text = read_text(
        path,
        f"the plan {path}",
        expected="a TOML file in UTF-8",
        remedy="name the file of a plan",
        facts={"plan": str(path)},
    )
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
            f"{name} is not TOML",
            expected="a TOML document",
            got=got,
            remedy="correct that line",
            code="plan-invalid",
        )
    where = got[got.rfind("(at ") + 1 :].rstrip(")")
    return BadInput(
        f"{name} sets a name twice",
        expected="each name of a table, and each table, once",
        got=f"one for the second time {where}",
        remedy="keep one of the two lines",
        code="plan-invalid",
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
    plan = read_options(kind, table, PLAN)
    _check_place(plan.dataset)
    _check_policy(plan.settle)
    return plan


def write_plan(plan: Plan) -> str:
    """The plan as TOML, each value with a sentence above it. `parse_plan` reads it back to an equal plan."""
    return "\n".join(_lines(plan)) + "\n"


def _check_place(choice: DatasetChoice) -> None:
    if bool(choice.folder) == bool(choice.generator):
        got = "both" if choice.folder else "nothing"
        raise PLAN.wrong("dataset.folder", "a value, or one of dataset.generator", got)
    if choice.options and not choice.generator:
        raise PLAN.wrong("dataset.options", "a dataset.generator whose options they are", "none")


def _check_policy(policy: Policy) -> None:
    for kind in Kind:
        choice = getattr(policy, kind.value)
        if choice != STOP:
            check_action(kind, choice)
    for case in policy.case:
        kind_name = case.finding.partition(":")[0]
        if kind_name in set(Kind) and case.action != STOP:
            check_action(Kind(kind_name), case.action)


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
