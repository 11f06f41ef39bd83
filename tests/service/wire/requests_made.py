"""Requests made from the service model: good ones, borders, and what no SDK would send.

@given(body=bodies("IndexFaces"))       # bytes, to be decoded here or sent over a socket
@given(asked=st.sampled_from(sorted(BUILT)).flatmap(lambda name: st.tuples(st.just(name), bodies(name))))
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from fairlineup.service.wire.model import Shape, input_of, shape_of

Strategy = st.SearchStrategy[Any]

HOSTILE: list[Any] = [
    None,
    True,
    "",
    " ",
    "a\n",
    "../../etc/passwd",
    "\x00",
    "é" * 300,
    "a" * 5_000,
    0,
    -1,
    0.7,
    1e300,
    2**31,
    2**63,
    -(2**63),
    [],
    {},
    [[]],
    [None] * 5,
    {"": {}},
    {"Bytes": 1},
    float("nan"),
    float("inf"),
]

RAW = [
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b"{}{}",
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    b'{"CollectionId":"a","CollectionId":"b"}',
    b'{"CollectionId":"\\ud800"}',
    b'{"MaxResults":' + b"9" * 5_000 + b"}",
    b'{"MaxResults":1e999}',
    b'{"a":' * 2_000,
    b"[" * 2_000 + b"]" * 2_000,
    b"{" + b'"a":1,' * 2_000 + b'"a":1}',
    b" " * 5_000,
]
"""Bodies that are no JSON, or mean nothing."""


def asked(operation: str) -> Strategy:
    """The members of requests that the model allows, required ones and some of the others."""
    return _of(input_of(operation))


def bodies(operation: str) -> st.SearchStrategy[bytes]:
    """Bodies as anybody may send them: about a third as the model allows."""
    good = asked(operation)
    bad = st.tuples(good, st.randoms(use_true_random=False), st.sampled_from(HOSTILE)).map(_spoiled)
    junk = st.sampled_from(RAW) | st.binary(max_size=40)
    cut = st.tuples(good.map(_text), st.floats(0, 1)).map(lambda pair: pair[0][: int(len(pair[0]) * pair[1])])
    return st.one_of(good.map(_text), bad.map(_text), bad.map(_text), junk, cut)


def _text(members: Any) -> bytes:
    return json.dumps(members).encode()


def _of(name: str) -> Strategy:
    shape = shape_of(name)
    return _MAKERS[shape["type"]](shape)


def _structure(shape: Shape) -> Strategy:
    of = {member: _of(said["shape"]) for member, said in shape["members"].items()}
    if {"Bytes", "S3Object"} <= of.keys():  # of which the model's words want one
        return st.one_of(*(st.fixed_dictionaries({name: one}) for name, one in of.items()))
    required = {name: of.pop(name) for name in (*shape.get("required", ()), *(_OF_OBJECT & of.keys()))}
    return st.fixed_dictionaries(required, optional=of)


_OF_OBJECT = {"Bucket", "Name"}


def _list(shape: Shape) -> Strategy:
    least = shape.get("min", 0)
    return st.lists(
        _of(shape["member"]["shape"]), min_size=least, max_size=min(shape.get("max", 4), least + 4)
    )


def _map(shape: Shape) -> Strategy:
    return st.dictionaries(*(_of(shape[part]["shape"]) for part in ("key", "value")), max_size=3)


def _string(shape: Shape) -> Strategy:
    if "enum" in shape:
        return st.sampled_from(shape["enum"])
    pattern = shape.get("pattern", "")
    least, most = shape.get("min", 0), shape.get("max", 40)
    if "{8}" in pattern:
        return st.uuids().map(str)
    letters = "abcXYZ012-_" + (".:" if ":" in pattern else "")
    border = st.sampled_from([max(least, 1), min(most, 2_048)]).map(lambda size: "a" * size)
    return border | st.text(letters, min_size=least, max_size=min(most, least + 20))


def _blob(_: Shape) -> Strategy:
    return st.binary(min_size=1, max_size=200).map(lambda content: base64.b64encode(content).decode())


def _number(shape: Shape) -> Strategy:
    borders = st.sampled_from([shape.get("min", 0), shape.get("max", 2**31 - 1)])
    if shape["type"] != "float":
        return borders | st.integers(shape.get("min", 0), shape.get("max", 2**31 - 1))
    return borders | st.floats(min(shape["min"] + 1.5, shape["max"]), shape["max"])


_MAKERS: dict[str, Callable[[Shape], Strategy]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "blob": _blob,
    "float": _number,
    "integer": _number,
    "long": _number,
    "boolean": lambda _: st.booleans(),
}


def _spoiled(made: tuple[Any, Any, Any]) -> Any:
    """One value somewhere in a request is another, gone, or under a name that nobody knows."""
    members, random, hostile = made
    if not isinstance(members, dict) or not members:
        return hostile if random.random() < 0.5 else {"Unknown": hostile}
    spoiled = dict(members)
    name = random.choice(sorted(spoiled))
    value = spoiled[name]
    way = random.randrange(5)
    if way == 0:
        del spoiled[name]
    elif way == 1:
        spoiled[f"{name}s"] = value
    elif way == 2 and isinstance(value, dict):
        spoiled[name] = _spoiled((value, random, hostile))
    elif way == 3 and isinstance(value, list):
        spoiled[name] = [*value, hostile] if random.random() < 0.5 else value * 5_000
    else:
        spoiled[name] = hostile
    return spoiled
