"""Results section by section: one that fails says so in its place, and the others stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from fairlineup.records import NotMeasured, Progress, no_progress, place_in_ours
from fairlineup.results import FailedSection, to_json

P = ParamSpec("P")
T = TypeVar("T")
OnFailure = Callable[[str, Exception], None]
"""Called with the name of a section that failed, and with what it raised."""


def ignore_failure(section: str, error: Exception) -> None:
    """Do nothing: results.json says it."""


class Sections:
    """Takes measures one after another and keeps the failures.

    A failure is a fault of ours, or data no measure foresaw. What was paid for is in the other sections, and
    in the answers, from which the section can be measured once it is fixed.

    Args:
        on_failure: called for each failure as it happens.
        progress: told of what is long, part by part.
    """

    def __init__(self, on_failure: OnFailure = ignore_failure, progress: Progress = no_progress) -> None:
        self._on_failure, self._progress = on_failure, progress
        self._within: list[str] = []
        self._failed: dict[str, str] = {}
        self._raising = False

    @property
    def failed(self) -> tuple[FailedSection, ...]:
        """Every section that failed, in order."""
        return tuple(FailedSection(name, reason) for name, reason in self._failed.items())

    def take(self, name: str, measure: Callable[P, T], *of: P.args, **how: P.kwargs) -> T | NotMeasured:
        """A section that a file can hold, or the reason it failed."""

        def held(*of: P.args, **how: P.kwargs) -> T:
            found = measure(*of, **how)
            to_json(found)  # one number that JSON cannot say would spoil the whole file
            return found

        return self.rate(name, held, *of, **how)

    def rate(self, name: str, measure: Callable[P, T], *of: P.args, **how: P.kwargs) -> T | NotMeasured:
        """One estimate, or the reason it failed."""
        with self.within(name):
            try:
                return measure(*of, **how)
            except MemoryError:
                raise
            except Exception as error:
                if self._raising:
                    raise
                return NotMeasured(self._failure(error))

    def each(self, stage: str, parts: Sequence[T]) -> Iterator[T]:
        """The parts of something long, one after another, while whoever watches is told how far it is."""
        self.far(stage, 0, len(parts))
        for done, part in enumerate(parts, start=1):
            yield part
            self.far(stage, done, len(parts))

    def far(self, stage: str, done: int, total: int) -> None:
        """Tell whoever watches how far something long is."""
        self._progress(stage, done, total)

    @contextmanager
    def within(self, name: str) -> Iterator[None]:
        """Failures within are of parts of this section."""
        self._within.append(name)
        try:
            yield
        finally:
            self._within.pop()

    @contextmanager
    def raising(self) -> Iterator[None]:
        """What fails within is raised, and not kept as a failure: its section has still to come."""
        self._raising = True
        try:
            yield
        finally:
            self._raising = False

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
            self._on_failure(name, error)
        return reason
