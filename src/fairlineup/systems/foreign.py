"""Code that is not ours behind the port: what it raises or answers wrongly is told by its file and line."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TextIO

from fairlineup.foreign import MisfitError, number
from fairlineup.records import (
    Candidate,
    ComparingSystem,
    Enrolment,
    FaceSystem,
    FairlineupError,
    KeepingSystem,
    Outcome,
    Photograph,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    SystemInformation,
    UnusableAnswer,
)
from fairlineup.systems.facts import Adapter, Options
from fairlineup.systems.information import Misstated, check_information
from fairlineup.systems.usercode import said

REMEDY = "correct it there, and begin again: finished answers are kept"


def guarded(adapter: Adapter, name: str) -> Adapter:
    """The adapter of somebody else's system, whose faults are told as theirs.

    Args:
        adapter: as they wrote it.
        name: of the system, as the plan calls it.
    """

    def opened(argument: str, options: Options) -> FaceSystem:
        with their_code(f"the system {name} cannot be opened"):
            system = adapter.open(argument, options)
        return Foreign(system, name)

    return replace(adapter, open=opened)


@contextmanager
def their_code(what: str, remedy: str = REMEDY) -> Iterator[None]:
    """Turn whatever somebody else's code raises into an error that names its file and line.

    What it prints goes to standard error, since standard output carries our result.

    Args:
        what: the error's first words, e.g. "the system ours failed at a search".
        remedy: its last.
    Raises: SystemFailed; our own errors pass as they are.
    """
    try:
        with _PRINTING:
            yield
    except (FairlineupError, MemoryError, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise SystemFailed(
            what, code="system-failed", expected="no exception", got=said(error), remedy=remedy
        ) from error


class Foreign:
    """A FaceSystem of somebody else, which compares and keeps galleries if theirs does."""

    def __init__(self, system: Any, name: str) -> None:
        self._system, self._name = system, name
        if isinstance(system, ComparingSystem):
            self.compare = self._compare
        if isinstance(system, KeepingSystem):
            self.galleries = self._galleries

    def information(self) -> SystemInformation:
        """As the system says, if it says it rightly. Raises: SystemFailed."""
        with their_code(f"the system {self._name} cannot say what it is"):
            found = self._system.information()
        if not isinstance(found, SystemInformation):
            raise self._wrong("what it is", "a SystemInformation", type(found).__name__)
        try:
            return check_information(found)
        except Misstated as wrong:
            raise self._wrong("what it is", wrong.expected, wrong.got) from wrong

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """As the system's. Raises: SystemFailed."""
        return self._answers("an enrolment", Enrolment, lambda: self._system.enrol(gallery, photos))

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """As the system's. Raises: SystemFailed."""
        return self._answers("a search", SearchAnswer, lambda: self._system.search(gallery, photos, request))

    def delete_gallery(self, gallery: str) -> None:
        """As the system's. Raises: SystemFailed."""
        with their_code(f"the system {self._name} failed to delete a gallery"):
            self._system.delete_gallery(gallery)

    def close(self) -> None:
        """As the system's. Raises: SystemFailed."""
        with their_code(f"the system {self._name} failed to close"):
            self._system.close()

    def _compare(self, one: Photograph, other: Photograph) -> SearchAnswer:
        with their_code(f"the system {self._name} failed at a comparison"):
            answer: SearchAnswer = self._system.compare(one, other)
        if fault := _fault(answer, SearchAnswer):
            raise self._wrong("a comparison", *fault)
        return answer

    def _galleries(self) -> tuple[str, ...]:
        with their_code(f"the system {self._name} cannot name its galleries"):
            return tuple(self._system.galleries())

    def _answers(self, what: str, kind: type[Any], ask: Callable[[], Iterable[Any]]) -> Iterator[Any]:
        failed = f"the system {self._name} failed at {what}"
        with their_code(failed):
            answers = iter(ask())
        while True:
            with their_code(failed):
                answer = next(answers, None)
            if answer is None:
                return
            if fault := _fault(answer, kind):
                raise self._wrong(what, *fault, kind=UnusableAnswer)
            yield answer

    def _wrong(
        self, what: str, expected: str, got: str, kind: type[SystemFailed] = SystemFailed
    ) -> SystemFailed:
        return kind(
            f"the system {self._name} answered wrongly ({what})",
            code="answer-unusable",
            expected=expected,
            got=got,
            remedy=REMEDY,
        )


def _fault(answer: Any, kind: type[object]) -> tuple[str, str] | None:
    """What was expected of an answer and what was got; None where its parts are of the right kinds."""
    if not isinstance(answer, kind):
        return f"a {kind.__name__}", type(answer).__name__
    outcome, seconds = getattr(answer, "outcome", None), getattr(answer, "seconds", None)
    if not isinstance(outcome, Outcome):
        return "an outcome that is an Outcome", repr(outcome)
    if not isinstance(seconds, int | float | None):
        return "seconds that are a number, or none", repr(seconds)
    for one in getattr(answer, "candidates", ()):
        if not (isinstance(one, Candidate) and isinstance(one.photo, str)):
            return "candidates that are Candidate(photo, score)", repr(one)
        try:
            number(one.score)
        except MisfitError as misfit:
            return "scores that are finite numbers", misfit.got
    return None


class _Printing:
    """Standard output lent to standard error while somebody else's code runs, in however many threads."""

    def __init__(self) -> None:
        self._lock, self._inside = threading.Lock(), 0
        self._usual: TextIO | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._usual, sys.stdout = sys.stdout, sys.stderr

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                sys.stdout = self._usual
                self._usual = None


_PRINTING = _Printing()
