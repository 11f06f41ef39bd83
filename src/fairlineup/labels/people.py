"""Ids that stand for one person, once some pairs are decided to be the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


class OnePerson:
    """Ids joined to one person, however they are linked; the first of them stands for all.

    Args:
        first: orders ids; the least of those joined stands for them.
    """

    def __init__(self, first: Callable[[str], Any] = lambda one: one) -> None:
        self._first = first
        self._for: dict[str, str] = {}

    def join(self, ids: Iterable[str]) -> None:
        """Count some ids as one person."""
        roots = {self.of(one) for one in ids}
        chosen = min(roots, key=self._first)
        for root in roots - {chosen}:
            self._for[root] = chosen

    def of(self, one: str) -> str:
        """The id that stands for a person."""
        while one in self._for:
            one = self._for[one]
        return one

    def others(self) -> dict[str, str]:
        """Every id that another stands for, with that other."""
        return {one: self.of(one) for one in self._for}
