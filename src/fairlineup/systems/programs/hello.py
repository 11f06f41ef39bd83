"""What a program says of itself when it is greeted, held against the protocol field by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fairlineup.records import ModelInformation, Price, Scale, SystemInformation, Threshold

PROTOCOL = 1


class Misstated(Exception):
    """A field of a greeting that is not what the protocol allows."""

    def __init__(self, expected: str, got: str) -> None:
        self.expected = expected
        self.got = got
        super().__init__(expected, got)


def information_from(answer: Mapping[str, Any]) -> SystemInformation:
    """What the program is. Raises: Misstated."""
    if answer.get("protocol") != PROTOCOL:
        raise Misstated(f"protocol {PROTOCOL}", _shown(answer.get("protocol")))
    stated = {name: value for name, value in answer.items() if name != "protocol"}
    for name in stated:
        if name not in FIELDS:
            raise Misstated(f"no field but protocol, {', '.join(FIELDS)}", repr(name))
    for name in ("name", "vendor", "version", "scale"):
        if name not in stated:
            raise Misstated(f"a field {name}", "none")
    read = {name: FIELDS[name](name, value) for name, value in stated.items()}
    read.setdefault("default_threshold", None)
    read.setdefault("recommended_threshold", None)
    information = SystemInformation(**read)
    _check_thresholds(information)
    return information


def _check_thresholds(information: SystemInformation) -> None:
    scale = information.scale
    named = (information.default_threshold, information.recommended_threshold, *information.sample_thresholds)
    for threshold in named:
        if threshold is not None and not scale.low <= threshold.score <= scale.high:
            raise Misstated(
                f"thresholds on its scale, {scale.low:g} to {scale.high:g}", f"{threshold.score:g}"
            )


def _text(name: str, value: Any) -> str:
    if not (isinstance(value, str) and value.strip()):
        raise Misstated(f"{name} as a text that is not blank", _shown(value))
    return value


def _yes(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Misstated(f"{name} as true or false", _shown(value))
    return value


def _number(name: str, value: Any) -> float:
    if type(value) not in (int, float):
        raise Misstated(f"{name} as a number", _shown(value))
    return float(value)


def _positive(name: str, value: Any) -> int:
    if not (type(value) is int and value > 0):
        raise Misstated(f"{name} as a whole number above 0", _shown(value))
    return value


def _or_none(read: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    return lambda name, value: None if value is None else read(name, value)


def _each(read: Callable[[str, Any], Any]) -> Callable[[str, Any], tuple[Any, ...]]:
    def of_list(name: str, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Misstated(f"{name} as a list", _shown(value))
        return tuple(read(name, one) for one in value)

    return of_list


def _record(
    kind: Callable[..., Any], readers: Mapping[str, Callable[[str, Any], Any]]
) -> Callable[[str, Any], Any]:
    """A reader of an object that has all these fields and no others."""

    def of_object(name: str, value: Any) -> Any:
        if not (isinstance(value, dict) and set(value) == set(readers)):
            raise Misstated(f"{name} as an object of {', '.join(readers)}", _shown(value))
        return kind(**{one: read(f"{name}.{one}", value[one]) for one, read in readers.items()})

    return of_object


def _scale(name: str, value: Any) -> Scale:
    scale: Scale = _record(
        Scale, {"kind": _one_of("distance", "similarity"), "low": _number, "high": _number, "name": _text}
    )(name, value)
    if not scale.low < scale.high:
        raise Misstated("scale.low below scale.high", f"{scale.low:g} and {scale.high:g}")
    return scale


def _one_of(*allowed: str) -> Callable[[str, Any], str]:
    def of_text(name: str, value: Any) -> str:
        if value not in allowed:
            raise Misstated(f"{name} as {' or '.join(map(repr, allowed))}", _shown(value))
        return str(value)

    return of_text


def _settings(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or any(type(one) not in (str, int, float, bool) for one in value.values()):
        raise Misstated(f"{name} as an object of texts, numbers and truths", _shown(value))
    return value


_threshold = _record(Threshold, {"score": _number, "source": _text})
_price = _record(Price, {"amount": _number, "currency": _text, "date": _text, "source": _text})
_model = _record(
    ModelInformation,
    {
        "name": _text,
        "digest": _text,
        "source": _text,
        "licence": _text,
        "template_length": _positive,
        "metric": _one_of("euclidean", "cosine"),
    },
)

FIELDS: dict[str, Callable[[str, Any], Any]] = {
    "name": _text,
    "vendor": _text,
    "version": _text,
    "scale": _scale,
    "default_threshold": _or_none(_threshold),
    "recommended_threshold": _or_none(_threshold),
    "sample_thresholds": _each(_threshold),
    "max_candidates": _or_none(_positive),
    "max_photo_bytes": _or_none(_positive),
    "models": _each(_model),
    "population": _one_of("real", "simulated"),
    "keeps_galleries": _yes,
    "seconds_per_photograph": _or_none(_number),
    "settings": _settings,
    "wire": _yes,
    "at_once": _positive,
    "price": _or_none(_price),
    "calls_per_enrolment": _positive,
    "calls_per_search": _positive,
    "terms": _each(_text),
}
"""What may be stated, and how each is read."""


def _shown(value: Any) -> str:
    return repr(value)[:100]
