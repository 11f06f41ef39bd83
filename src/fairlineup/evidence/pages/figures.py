"""Measured numbers for print: text beside the very number it stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from fairlineup.evidence.pages import words
from fairlineup.records import NotMeasured
from fairlineup.results import AuditResults, PublishedEstimate, to_json

Measured = PublishedEstimate | NotMeasured


@dataclass(frozen=True, slots=True)
class Unit:
    """How numbers of one kind are written."""

    number: Callable[[float], str]  #: the number alone.
    sign: str = ""  #: what stands behind the last number, e.g. " %".

    def text(self, value: float) -> str:
        """A number with its sign."""
        return f"{self.number(value)}{self.sign}"


COUNT = Unit(words.count)
PERCENT = Unit(words.percent_number, f"{words.SPACE}%")
PERCENT_WHOLE = Unit(words.percent)
DECLARED = Unit(words.declared_percent)
PER_1000 = Unit(words.thousand_number)
MEAN = Unit(words.mean_number)
RATIO = Unit(words.ratio_number)
SIGNED = Unit(words.signed_number)
SECONDS = Unit(words.significant, f"{words.SPACE}s")
BITS = Unit(words.significant)
SUMMARY = Unit(lambda value: words.significant(value, 3))
SCORE = Unit(words.score)
POINTS = Unit(words.points_number, f"{words.SPACE}points")


def shown(value: float, unit: Unit) -> Markup:
    """A number as printed, and as it stands in the results for whoever reads the page with a program."""
    return Markup('<data value="{}">{}</data>').format(value, unit.number(value))


def is_measured(found: object) -> bool:
    """Whether there is a number, or anything but the reason for none."""
    return not isinstance(found, NotMeasured)


def interval(measured: PublishedEstimate, unit: Unit, level: str) -> str:
    """A number with its interval in a sentence: "0.12 bits (95 % interval 0.09 to 0.17)"."""
    low, high = unit.number(measured.low), unit.number(measured.high)
    return f"{unit.text(measured.value)} ({level} interval {low} to {high})"


def methods(results: AuditResults) -> dict[str, list[str]]:
    """Every way an interval was made, by the key it stands under in results.json, in the order met."""
    found: dict[str, list[str]] = {}
    for name, method in _methods(to_json(results), ""):
        if method not in found.setdefault(name, []):
            found[name].append(method)
    return found


def _methods(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if "low" in value and "method" in value:
            yield name, value["method"]
        for key, inner in value.items():
            yield from _methods(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _methods(inner, name)
