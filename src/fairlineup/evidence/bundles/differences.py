"""Two results value by value: where they differ, by their paths in the file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TOLERANCE = 1e-9
"""Relative difference two numbers may have that other versions of the software computed."""
NOTHING = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two files differ."""

    path: str  #: file and place in it, e.g. "results.json.thresholds[0].fpir.value".
    stated: str  #: what the bundle says there; "nothing" where it has no such place.
    found: str  #: what was computed.


def differences(stated: Any, found: Any, tolerance: float, path: str = "") -> Iterator[Difference]:
    """Every place where two JSON values differ.

    Args:
        stated: one.
        found: the other.
        tolerance: largest relative difference between two numbers that is let pass; 0 lets none.
        path: where they stand.
    """
    one, other = _parts(stated, path), _parts(found, path)
    if one is not None and other is not None and type(stated) is type(found):
        for place in dict.fromkeys((*one, *other)):
            yield from differences(one.get(place, NOTHING), other.get(place, NOTHING), tolerance, place)
    elif not _alike(stated, found, tolerance):
        yield Difference(path, _shown(stated), _shown(found))


def numbers_in(value: Any) -> int:
    """How many numbers stand in a JSON value."""
    parts = _parts(value, "")
    if parts is not None:
        return sum(map(numbers_in, parts.values()))
    return int(isinstance(value, int | float) and not isinstance(value, bool))


def _parts(value: Any, path: str) -> dict[str, Any] | None:
    """What stands in an object or an array, by its place; None for any other value."""
    if isinstance(value, Mapping):
        return {f"{path}.{key}" if path else key: part for key, part in value.items()}
    return {f"{path}[{n}]": part for n, part in enumerate(value)} if isinstance(value, list) else None


def _alike(stated: Any, found: Any, tolerance: float) -> bool:
    both_real = isinstance(stated, float) and isinstance(found, float)
    if both_real and tolerance:
        return math.isclose(stated, found, rel_tol=tolerance, abs_tol=0.0)
    return type(stated) is type(found) and bool(stated == found)


def _shown(value: Any) -> str:
    if value is NOTHING:
        return "nothing"
    if isinstance(value, Mapping | list):
        return f"{'an object' if isinstance(value, Mapping) else 'a list'} of {len(value)}"
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
