"""Two results value by value: where they differ, by their paths in the file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TOLERANCE = 1e-9
"""Relative difference two numbers may have that other versions of the software computed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two files differ.

    Attributes:
        path: file and place in it, e.g. "results.json thresholds[0].fpir.value".
        told: what the bundle says there; "nothing" where it has no such place.
        found: what was computed.
    """

    path: str
    told: str
    found: str


def differences(told: Any, found: Any, tolerance: float, path: str = "") -> Iterator[Difference]:
    """Every place where two JSON values differ.

    Args:
        told: one.
        found: the other.
        tolerance: largest relative difference between two numbers that is none; 0: they are the same.
        path: where they stand.
    """
    if isinstance(told, Mapping) and isinstance(found, Mapping):
        for key in dict.fromkeys((*told, *found)):
            yield from _at(told, found, key, tolerance, f"{path}.{key}" if path else key)
    elif isinstance(told, list) and isinstance(found, list):
        for index in range(max(len(told), len(found))):
            here = f"{path}[{index}]"
            if index < min(len(told), len(found)):
                yield from differences(told[index], found[index], tolerance, here)
            else:
                sides = [_shown(side[index]) if index < len(side) else "nothing" for side in (told, found)]
                yield Difference(here, *sides)
    elif not _alike(told, found, tolerance):
        yield Difference(path, _shown(told), _shown(found))


def numbers_in(value: Any) -> int:
    """How many numbers stand in a JSON value."""
    if isinstance(value, Mapping):
        return sum(numbers_in(one) for one in value.values())
    if isinstance(value, list):
        return sum(numbers_in(one) for one in value)
    return int(isinstance(value, int | float) and not isinstance(value, bool))


def _at(
    told: Mapping[str, Any], found: Mapping[str, Any], key: str, tolerance: float, path: str
) -> Iterator[Difference]:
    if key in told and key in found:
        yield from differences(told[key], found[key], tolerance, path)
    else:
        yield Difference(path, *(_shown(side[key]) if key in side else "nothing" for side in (told, found)))


def _alike(told: Any, found: Any, tolerance: float) -> bool:
    both_real = isinstance(told, float) and isinstance(found, float)
    if both_real and tolerance:
        return math.isclose(told, found, rel_tol=tolerance, abs_tol=0.0)
    return type(told) is type(found) and bool(told == found)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping | list):
        return f"{'an object' if isinstance(value, Mapping) else 'a list'} of {len(value)}"
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
