"""Measured numbers of results.json as figures for print: text beside the very number it stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fairlineup.evidence.pages import words

Results = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Datum:
    """A number as printed and as it stands in results.json."""

    text: str
    value: float


@dataclass(frozen=True, slots=True)
class Unit:
    """How numbers of one kind are written.

    Attributes:
        number: the number alone.
        sign: what stands behind the last number, e.g. " %".
    """

    number: Callable[[float], str]
    sign: str = ""


PERCENT = Unit(words.percent_number, f"{words.SPACE}%")
PER_1000 = Unit(words.thousand_number)
MEAN = Unit(words.mean_number)
RATIO = Unit(words.ratio_number)
SECONDS = Unit(words.significant, f"{words.SPACE}s")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured number, or why there is none.

    Attributes:
        value: the estimate; None where nothing was measured.
        low: lower end of its interval.
        high: upper end.
        sign: of the unit.
        errors: what was counted; None where not known.
        trials: out of how many.
        counts: how the counts read between `errors` and `trials`, e.g. "of".
        reason: why there is no estimate.
        one_in: a small rate as "1 in 42,000".
        method: how the interval was made.
    """

    value: Datum | None
    low: Datum | None
    high: Datum | None
    sign: str
    errors: Datum | None
    trials: Datum | None
    counts: str
    reason: str
    one_in: str
    method: str


def figure(measured: Results, unit: Unit = PERCENT, *, counts: str = "of", one_in: bool = False) -> Figure:
    """A measured number of results.json as a figure."""
    rate = None if "not_measured" in measured else float(measured["value"])
    return Figure(
        value=_datum(measured.get("value"), unit.number),
        low=_datum(measured.get("low"), unit.number),
        high=_datum(measured.get("high"), unit.number),
        sign=unit.sign,
        errors=_datum(measured.get("errors"), words.count),
        trials=_datum(measured.get("trials"), words.count),
        counts=counts,
        reason=str(measured.get("not_measured", "")),
        one_in=words.one_in(rate) if one_in and rate else "",
        method=str(measured.get("method", "")),
    )


def methods(results: Results) -> dict[str, list[str]]:
    """Every way an interval was made, by the measure's key, in the order met."""
    found: dict[str, list[str]] = {}
    for key, method in _methods(results, ""):
        if method not in found.setdefault(key, []):
            found[key].append(method)
    return found


def _methods(value: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if isinstance(value.get("method"), str):
            yield key, value["method"]
        for name, inner in value.items():
            yield from _methods(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _methods(inner, key)


def _datum(value: float | None, text: Callable[[float], str]) -> Datum | None:
    return None if value is None else Datum(text(value), value)
