"""What is said of a function besides its code: what it takes, how its vectors are compared, from where on."""

from __future__ import annotations

import hashlib
import inspect
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

from fairlineup.records import BadInput, Scale, Threshold
from fairlineup.systems.usercode import function_of

Input = Literal["bytes", "pixels"]
Metric = Literal["cosine", "cosine similarity", "euclidean"]

INPUTS: tuple[Input, ...] = ("bytes", "pixels")
METRICS: tuple[Metric, ...] = ("cosine", "cosine similarity", "euclidean")
TEXTS = ("name", "vendor", "version", "threshold_source")
NUMBERS = ("threshold", "highest")
NAMES = ("input", "metric", *NUMBERS, *TEXTS)
SECRET = re.compile(r"key|token|secret|password|credential", re.IGNORECASE)
FURTHEST = 4  # times the threshold: Euclidean distances beyond are all given as this
SHAPE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Terms:
    """A function and what is said of it.

    Attributes:
        argument: "module:function".
        function: photograph to vector, or to None where there is no face.
        input: what the function takes.
        metric: how vectors are compared.
        scale: of the scores.
        threshold: what its users get who set none; None if it has none.
        name: of the system.
        vendor: who makes it.
        version: of it, or the digest of the module's file.
    """

    argument: str
    function: Callable[[Any], Any]
    input: Input
    metric: Metric
    scale: Scale
    threshold: Threshold | None
    name: str
    vendor: str
    version: str


def terms_of(argument: str, options: Mapping[str, Any]) -> Terms:
    """What a plan, the function and its module say, in this order.

    Args:
        argument: "module:function".
        options: the plan's [system.options]; whatever is not in it is looked for on the function, in lower
            case, then in the module, in upper case.
    Raises: BadInput: something is not said, or not as it can be.
    """
    if not SHAPE.fullmatch(argument):
        raise BadInput(
            "the system embed:module:function",
            expected="embed:module:function, as embed:recogniser:describe",
            got=repr(f"embed:{argument}"),
            remedy="correct the system's name in the plan",
        )
    for name in options:
        _check_name(name)
    module, _, called = argument.partition(":")
    imported, function = function_of(f"embed:{argument}", module, called)
    stated = {name: _stated(name, options, function, imported) for name in NAMES}
    for name, value in stated.items():
        _check_value(name, value)
    metric: Metric = stated["metric"] or _needed("metric", METRICS)
    return Terms(
        argument=argument,
        function=function,
        input=stated["input"] or _annotated(function) or _needed("input", INPUTS),
        metric=metric,
        scale=_scale(metric, stated["threshold"], stated["highest"]),
        threshold=_threshold(stated),
        name=stated["name"] or called,
        vendor=stated["vendor"] or "not stated",
        version=stated["version"] or _digest(imported),
    )


def _stated(name: str, options: Mapping[str, Any], function: object, module: ModuleType) -> Any:
    if name in options:
        return options[name]
    found = getattr(function, name, None)
    return getattr(module, name.upper(), None) if found is None else found


def _annotated(function: Callable[[Any], Any]) -> Input | None:
    """What the first parameter is annotated with: bytes, or an array."""
    try:
        first = next(iter(inspect.signature(function).parameters.values()), None)
    except (TypeError, ValueError):
        return None
    told = "" if first is None else getattr(first.annotation, "__name__", str(first.annotation))
    if told == "bytes":
        return "bytes"
    return "pixels" if re.search(r"(^|\.)(ndarray|NDArray)\b", str(told)) else None


def _scale(metric: Metric, threshold: float | None, highest: float | None) -> Scale:
    if metric == "cosine similarity":
        scale = Scale("similarity", -1.0, 1.0, "cosine similarity of its vectors")
    elif metric == "cosine":
        scale = Scale("distance", 0.0, 2.0, "cosine distance of its vectors: 1 - cos")
    else:
        if highest is None and threshold is None:
            raise _wrong(
                "highest",
                "a number: the Euclidean distance from which on nobody is alike, since no threshold says it",
                "neither",
            )
        far = float(highest) if highest is not None else max(2.0, FURTHEST * float(threshold or 0.0))
        scale = Scale("distance", 0.0, far, "Euclidean distance of its vectors")
    if threshold is not None and not scale.low <= threshold <= scale.high:
        raise _wrong("threshold", f"a score from {scale.low:g} to {scale.high:g}", f"{threshold:g}")
    return scale


def _threshold(stated: Mapping[str, Any]) -> Threshold | None:
    if stated["threshold"] is None:
        return None
    return Threshold(float(stated["threshold"]), stated["threshold_source"] or "said beside the function")


def _digest(module: ModuleType) -> str:
    """The digest of a module's file: another function is another system."""
    try:
        with open(getattr(module, "__file__", None) or "", "rb") as source:  # noqa: PTH123
            return f"sha256:{hashlib.sha256(source.read()).hexdigest()}"
    except OSError:
        return "not stated"


def _check_name(name: str) -> None:
    if name in NAMES:
        return
    if SECRET.search(name):
        raise _wrong(name, "nothing that is secret: plans are published", "an option that looks like it")
    raise _wrong(name, f"one of {', '.join(NAMES)}", repr(name))


def _check_value(name: str, value: object) -> None:
    if value is None:
        return
    if name in TEXTS and not (isinstance(value, str) and value.strip()):
        raise _wrong(name, "text", repr(value))
    choices = {"input": INPUTS, "metric": METRICS}.get(name, ())
    if choices and value not in choices:
        raise _wrong(name, f"one of {', '.join(choices)}", repr(value))
    if name in NUMBERS:
        sound = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not sound or (name == "highest" and value <= 0):  # type: ignore[operator]
            raise _wrong(name, "a number" + (" over 0" if name == "highest" else ""), repr(value))


def _needed(name: str, choices: tuple[str, ...]) -> Any:
    raise _wrong(name, f"one of {', '.join(choices)}", "none")


def _wrong(name: str, expected: str, got: str) -> BadInput:
    return BadInput(
        f"the option {name} of embed",
        expected=expected,
        got=got,
        remedy=f"say {name} under [system.options] in the plan, or {name.upper()} in the module",
    )
