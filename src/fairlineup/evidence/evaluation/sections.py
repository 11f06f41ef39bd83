"""Results section by section: one that fails says so in its place, and the others stand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from fairlineup.evidence.evaluation.figures import Json
from fairlineup.records import NotMeasured, place_in_ours
from fairlineup.results import to_json
from fairlineup.seals import Plain

P = ParamSpec("P")
T = TypeVar("T")
Told = Callable[[str, Exception], None]
"""Is told of a section that failed, and of what it raised."""


def tell_nobody(section: str, error: Exception) -> None:
    """Say nothing: results.json says it."""


class Sections:
    """Takes measures one after another and keeps the failures.

    A failure is a fault of ours, or data no measure foresaw. What was paid for is in the other sections, and
    in the answers, from which the section can be measured once it is mended.

    Args:
        told: is told of each failure as it happens.
    """

    def __init__(self, told: Told = tell_nobody) -> None:
        self._told = told
        self._within: list[str] = []
        self._failed: dict[str, str] = {}

    @property
    def failed(self) -> list[Plain]:
        """Every section that failed, in order, with the reason."""
        return [{"section": name, "reason": reason} for name, reason in self._failed.items()]

    def take(self, name: str, measure: Callable[P, T], *of: P.args, **how: P.kwargs) -> T | Json:
        """A section, or `{"not_measured": reason}` in its place."""
        with self.within(name):
            try:
                found = measure(*of, **how)
                json.dumps(found, allow_nan=False)  # a number that is none would spoil the whole file
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the other sections stand
                return {"not_measured": self._failure(error)}
        return found

    def rate(self, name: str, measure: Callable[P, T], *of: P.args, **how: P.kwargs) -> T | NotMeasured:
        """One estimate, or the reason it failed as a NotMeasured."""
        with self.within(name):
            try:
                return measure(*of, **how)
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the other rates stand
                return NotMeasured(self._failure(error))

    def record(self, name: str, measure: Callable[P, T], *of: P.args, **how: P.kwargs) -> T | NotMeasured:
        """A part of the results as a record, or the reason it failed in its place."""

        def measured() -> T:
            found = measure(*of, **how)
            to_json(found)  # an infinite number would spoil the whole file
            return found

        return self.rate(name, measured)

    @contextmanager
    def within(self, name: str) -> Iterator[None]:
        """Failures within are of parts of this section."""
        self._within.append(name)
        try:
            yield
        finally:
            self._within.pop()

    def reason(self, *path: str) -> str:
        """Why a section, or a part of it, failed; blank where none did."""
        name = ".".join(path)
        parts = (why for one, why in self._failed.items() if one == name or one.startswith(f"{name}."))
        return next(parts, "")

    def _failure(self, error: Exception) -> str:
        name = ".".join(self._within)
        reason = f"the measure failed: {type(error).__name__} at {place_in_ours(error)}"
        if name not in self._failed:
            self._failed[name] = reason
            self._told(name, error)
        return reason
