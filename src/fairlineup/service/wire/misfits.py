"""What is said of a request that is not as the model says: what belongs in that place, and what was there."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from fairlineup.foreign import MisfitError
from fairlineup.records import BadInput
from fairlineup.service.wire.model import Shape, input_of, shape_of

LONGEST_SAID = 80
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_OF_KEYS = ("the key", "no key", "each key")


def unusable(what: str, expected: str, got: str, remedy: str = "") -> BadInput:
    """The error for a request that cannot be used."""
    said = remedy or "the service model of Rekognition says what this operation takes"
    return BadInput(what, expected=expected, got=got, remedy=said, code="request-unusable")


def worded(operation: str, body: bytes, error: MisfitError) -> BadInput:
    """A misfit in the words of the model, with the value that was sent."""
    path = error.path.partition("[...]")[0]
    place = path.lstrip(".") or "the body of the request"
    if path and not error.expected.startswith(_OF_KEYS):
        with suppress(LookupError, TypeError):  # of two values under one key, one may be another's kind
            shape, value = _found(shape_of(input_of(operation)), json.loads(body), path)
            return unusable(place, described(shape), repr(value)[:LONGEST_SAID])
    return unusable(place, error.expected, error.got)


def _found(shape: Shape, value: Any, path: str) -> tuple[Shape, Any]:
    for member, index in _STEP.findall(path):
        said = shape["members"][member] if member else shape["member"]
        shape, value = shape_of(said["shape"]), value[member or int(index)]
    return shape, value


def described(shape: Shape) -> str:
    """What belongs where a shape is."""
    least = shape.get("min", 0)
    bounds = f"{least:,} to {shape['max']:,}" if "max" in shape else f"{least:,} or more"
    match shape["type"]:
        case "structure":
            return f"an object of {', '.join(shape['members'])}"
        case "list":
            return f"a list of {bounds}"
        case "map":
            key, value = (described(shape_of(shape[part]["shape"])) for part in ("key", "value"))
            return f"{bounds} pairs of {key}, and {value}"
        case "blob":
            return "a photograph in base64"
        case "string":
            form = f" of the form {shape['pattern']}" if "pattern" in shape else ""
            words = ", ".join(shape.get("enum", ()))
            return f"one of {words}" if words else f"text of {bounds} characters{form}"
        case kind:
            return f"{'a number' if kind == 'float' else 'a whole number'}, {bounds}"
