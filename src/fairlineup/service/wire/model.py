"""The pinned model of Rekognition: its operations, and types that msgspec checks as the model says.

rekognition.json is botocore's, cut down by tools/service_model.py, which also says where another differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec

from fairlineup.foreign import Number, decode_json

Shape = Mapping[str, Any]
_STRUCTURES: dict[str, Any] = {
    "frozen": True,
    "kw_only": True,
    "forbid_unknown_fields": True,
    "omit_defaults": True,
}
LARGEST_INTEGER = {"integer": 2**31 - 1, "long": 2**63 - 1}
LONGEST_LIST = 4096
"""Of a list for which the model sets no limit; the longest for which it sets one."""

_CLASSES = {r"\p{L}\p{Z}\p{N}_": r"\w \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"}
"""Unicode's classes of letters, separators and numbers, which `re` does not know."""


@cache
def model() -> Shape:
    """The pinned model."""
    found: Shape = decode_json((files(__package__) / "rekognition.json").read_bytes())
    return found


def target_prefix() -> str:
    """What stands before the operation in X-Amz-Target."""
    return str(model()["target"])


@cache
def errors_of(operation: str) -> frozenset[str]:
    """The exceptions that an operation may answer with."""
    return frozenset(model()["operations"][operation]["errors"])


@cache
def exceptions() -> frozenset[str]:
    """Every exception of the model."""
    return frozenset().union(*(said["errors"] for said in model()["operations"].values()))


def shape_of(name: str) -> Shape:
    """A shape by its name."""
    found: Shape = model()["shapes"][name]
    return found


def input_of(operation: str) -> str:
    """The name of the shape of an operation's request."""
    return str(model()["operations"][operation]["input"])


def output_of(operation: str) -> str:
    """The name of the shape of an operation's reply."""
    return str(model()["operations"][operation]["output"])


@cache
def kind(name: str) -> Any:
    """A shape as a type that msgspec decodes and checks; a member that may be left out may be null."""
    shape = shape_of(name)
    return _structure(name, shape) if shape["type"] == "structure" else _KINDS[shape["type"]](shape)


def _structure(name: str, shape: Shape) -> type[msgspec.Struct]:
    required = shape.get("required", ())
    fields: list[Any] = []
    for member, said in shape["members"].items():
        of = kind(said["shape"])
        fields.append((member, of) if member in required else (member, of | None, None))
    return msgspec.defstruct(name, fields, **_STRUCTURES)


def _list(shape: Shape) -> Any:
    longest = shape.get("max", LONGEST_LIST)
    of = kind(shape["member"]["shape"])
    return _bounded(list.__class_getitem__(of), min_length=shape.get("min"), max_length=longest)


def _map(shape: Shape) -> Any:
    of = tuple(kind(shape[part]["shape"]) for part in ("key", "value"))
    return _bounded(dict.__class_getitem__(of), min_length=shape.get("min"), max_length=shape["max"])


def _text(shape: Shape) -> Any:
    if "enum" in shape:
        return Literal[tuple(shape["enum"])]
    lengths = {"min_length": shape.get("min"), "max_length": shape.get("max")}
    return _bounded(str, **lengths, pattern=pattern(shape))


def _blob(shape: Shape) -> Any:
    return _bounded(bytes, min_length=shape.get("min"))  # too large a one is said as of a photograph


def _whole(shape: Shape) -> Any:
    return _bounded(int, ge=shape["min"], le=shape.get("max", LARGEST_INTEGER[shape["type"]]))


def _number(shape: Shape) -> Any:
    return _bounded(float, ge=shape["min"], le=shape["max"]) if "max" in shape else Number


_KINDS: Mapping[str, Callable[[Shape], Any]] = MappingProxyType(
    {
        "list": _list,
        "map": _map,
        "string": _text,
        "blob": _blob,
        "boolean": lambda _: bool,
        "integer": _whole,
        "long": _whole,
        "float": _number,
        "timestamp": _number,
    }
)


def _bounded(of: Any, **limits: Any) -> Any:
    set_ = {name: limit for name, limit in limits.items() if limit is not None}
    return Annotated[of, msgspec.Meta(**set_)] if set_ else of


def pattern(shape: Shape) -> str | None:
    """The form of a text, for the whole of it, as `re` writes it."""
    said = shape.get("pattern")
    for theirs, ours in _CLASSES.items():
        said = said and said.replace(theirs, ours)
    return said and rf"\A(?:{said})\Z"
