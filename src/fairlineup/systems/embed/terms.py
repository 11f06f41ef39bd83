"""What is said of a function besides its code: what it takes, how its vectors are compared, from where on."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal

from fairlineup.options import Naming, above, read_options, words_for
from fairlineup.records import BadInput, Scale, Threshold
from fairlineup.seals import digest_file
from fairlineup.systems.stated import Line, check_no_secret
from fairlineup.systems.usercode import function_of

Input = Literal["bytes", "pixels"]
Metric = Literal["cosine", "cosine similarity", "euclidean"]

FURTHEST = 4  # times the threshold: Euclidean distances beyond are all given as this
SHAPE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
OPTIONS = Naming(
    "the option {} of embed",
    remedy="say it under [system.options] in the plan, or in upper case in the module",
)


@dataclass(frozen=True, slots=True)
class EmbedOptions:
    """What may be said of a function: in the plan, on the function, or in its module."""

    input: Input | None = None  #: what the function takes.
    metric: Metric | None = None  #: how vectors are compared.
    threshold: float | None = None  #: what its users get who set none.
    threshold_source: Line = "said beside the function"  #: who says so.
    highest: Annotated[float, above(0)] | None = None  #: Euclidean distance from which on nobody is alike.
    name: Line = ""  #: of the system.
    vendor: Line = "not stated"  #: who makes it.
    version: Line = ""  #: of it.


@dataclass(frozen=True, slots=True)
class UserFunction:
    """A function and what is said of it."""

    argument: str  #: "module:function".
    call: Callable[[Any], Any]  #: photograph to vector, or to None where there is no face.
    stated: EmbedOptions  #: what is said of it, with nothing left open but thresholds.
    scale: Scale  #: of the scores.

    @property
    def threshold(self) -> Threshold | None:
        """What its users get who set none; None if it has none."""
        at = self.stated.threshold
        return None if at is None else Threshold(at, self.stated.threshold_source)


def described(argument: str, options: Mapping[str, Any]) -> UserFunction:
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
            code="no-such-system",
            expected="embed:module:function, as embed:recogniser:describe",
            got=repr(f"embed:{argument}"),
            remedy="correct the system's name in the plan",
        )
    check_no_secret("embed", options)
    read_options(EmbedOptions, options, OPTIONS)  # before their code runs
    module, _, called = argument.partition(":")
    imported, function = function_of(f"embed:{argument}", module, called)
    stated = {name: _stated(name, options, function, imported) for name in EmbedOptions.__slots__}
    read = read_options(
        EmbedOptions, {name: value for name, value in stated.items() if value is not None}, OPTIONS
    )
    settled = replace(
        read,
        input=read.input or _annotated(function) or _needed("input", Input),
        metric=read.metric or _needed("metric", Metric),
        name=read.name or called,
        version=read.version or _digest(imported),
    )
    return UserFunction(argument, function, settled, _scale(settled))


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
    annotation = "" if first is None else getattr(first.annotation, "__name__", str(first.annotation))
    if annotation == "bytes":
        return "bytes"
    return "pixels" if re.search(r"(^|\.)(ndarray|NDArray)\b", str(annotation)) else None


def _scale(options: EmbedOptions) -> Scale:
    if options.metric == "cosine similarity":
        scale = Scale("similarity", -1.0, 1.0, "cosine similarity of its vectors")
    elif options.metric == "cosine":
        scale = Scale("distance", 0.0, 2.0, "cosine distance of its vectors: 1 - cos")
    elif options.highest is None and options.threshold is None:
        expected = "the Euclidean distance from which on nobody is alike, since no threshold says it"
        raise OPTIONS.wrong("highest", expected, "neither")
    else:
        far = (
            options.highest
            if options.highest is not None
            else max(2.0, FURTHEST * (options.threshold or 0.0))
        )
        scale = Scale("distance", 0.0, far, "Euclidean distance of its vectors")
    if options.threshold is not None and not scale.low <= options.threshold <= scale.high:
        expected = f"a score from {scale.low:g} to {scale.high:g}"
        raise OPTIONS.wrong("threshold", expected, f"{options.threshold:g}")
    return scale


def _digest(module: ModuleType) -> str:
    """The digest of a module's file: another function is another system."""
    try:
        return digest_file(Path(getattr(module, "__file__", None) or ""))
    except OSError:
        return "not stated"


def _needed(name: str, choices: Any) -> Any:
    raise OPTIONS.wrong(name, words_for(choices), "nothing")
