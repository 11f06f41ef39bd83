"""The order of group values: numbers by size, words by their letters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def in_order(values: Iterable[str]) -> list[str]:
    """Values of a label as people expect them: 1, 2, 10; 5-17, 18-29; east, west.

    Numbers come first, by size. Digits within other values count as numbers, so words keep their order.
    """
    return sorted(values, key=_key)


def _key(value: str) -> tuple[Any, ...]:
    if NUMBER.fullmatch(value):
        return (0, float(value), value)
    parts = re.split(r"([0-9]+)", value)
    return (1, [int(part) if place % 2 else part for place, part in enumerate(parts)], value)
