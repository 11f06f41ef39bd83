"""A program's answers, held against the protocol field by field."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from fairlineup.foreign import MisfitError, convert
from fairlineup.records import (
    Candidate,
    Enrolment,
    Outcome,
    Photograph,
    SearchAnswer,
    SystemFailed,
    UnusableAnswer,
    shortened,
)
from fairlineup.systems.faults import throttled, unanswered
from fairlineup.systems.programs.child import Answer

T = TypeVar("T")
Failed = TypeVar("Failed", bound=SystemFailed)
LONGEST_DETAIL = 500
LONGEST_WRONG = 1_200  # characters: with the end of a traceback


class Enrolled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to enrol."""

    outcome: Outcome
    detail: str = ""
    seconds: Annotated[float, msgspec.Meta(ge=0)] | None = None


class Found(Enrolled, frozen=True, forbid_unknown_fields=True):
    """The answer to search."""

    candidates: tuple[tuple[str, float], ...] = ()
    capped: bool = False
    withheld: bool = False


class Galleries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to galleries."""

    galleries: tuple[str, ...]


class Done(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to delete_gallery."""


@dataclass(frozen=True, slots=True)
class AnswerReader:
    """Reads the answers of one program, which errors call by its name.

    Every method raises SystemFailed where an answer is not what the protocol allows.
    """

    called: str

    def check_answered(self, answer: Answer) -> None:
        """Raises: TransportError ("lost"), Throttled ("retry_after_s"), SystemFailed ("failed")."""
        if "failed" in answer:
            raise SystemFailed(
                f"{self.called} failed",
                code="system-failed",
                expected="an answer",
                got=_words(answer["failed"]),
                remedy="see what it says",
            )
        if "lost" not in answer:
            return
        if "retry_after_s" not in answer:
            raise unanswered(self.called, _words(answer["lost"]))
        after = answer["retry_after_s"]
        seconds = float(after) if type(after) in (int, float) and after >= 0 else None
        raise throttled(self.called, _words(answer["lost"]), seconds)

    def enrolment(self, photo: Photograph, answer: Answer, seconds: float | None) -> Enrolment:
        """What became of a photograph offered to a gallery. Raises: UnusableAnswer."""
        one = self._about_a_photograph(answer, Enrolled)
        return Enrolment(photo.id, one.outcome, _detail(photo, one), _seconds(one, seconds))

    def search_answer(self, photo: Photograph, answer: Answer, seconds: float | None) -> SearchAnswer:
        """What a search found. Raises: UnusableAnswer."""
        one = self._about_a_photograph(answer, Found)
        return SearchAnswer(
            photo.id,
            one.outcome,
            tuple(Candidate(*pair) for pair in one.candidates),
            capped=one.capped,
            detail=_detail(photo, one),
            seconds=_seconds(one, seconds),
            withheld=one.withheld,
        )

    def plain(self, answer: Answer, kind: type[T]) -> T:
        """What is not about a photograph. Raises: SystemFailed."""
        try:
            return convert(answer, kind)
        except MisfitError as misfit:
            raise self.wrong(*_told(misfit)) from None

    def unusable(self, misfit: MisfitError) -> UnusableAnswer:
        """The error for an answer about a photograph that the protocol does not allow."""
        return self._wrong(UnusableAnswer, *_told(misfit))

    def wrong(self, expected: str, got: str) -> SystemFailed:
        """The error for what else the protocol does not allow."""
        return self._wrong(SystemFailed, expected, got)

    def _about_a_photograph(self, answer: Answer, kind: type[T]) -> T:
        try:
            return convert(answer, kind)
        except MisfitError as misfit:
            raise self.unusable(misfit) from None

    def _wrong(self, kind: type[Failed], expected: str, got: str) -> Failed:
        return kind(
            f"{self.called} does not keep to the protocol",
            code="answer-unusable",
            expected=expected,
            got=shortened(got, LONGEST_WRONG),
            remedy="correct the program; the page of the protocol says what it may answer",
            facts={"page": "systems/process"},
        )


def _told(misfit: MisfitError) -> tuple[str, str]:
    """Expected and got."""
    place = misfit.path.lstrip(".")
    expected = f"one of {', '.join(Outcome)}" if place == "outcome" else misfit.expected
    return (f"{expected} as {place}" if place else expected), misfit.got


def _detail(photo: Photograph, answer: Enrolled) -> str:
    """The program's own words. They stand in results, which name no place."""
    if not isinstance(photo.source, Path):
        return _words(answer.detail)
    return _words(answer.detail.replace(str(photo.source.absolute()), photo.id))


def _seconds(answer: Enrolled, took: float | None) -> float | None:
    return took if answer.seconds is None else answer.seconds


def _words(said: object) -> str:
    """A program's own words on one line, not too many."""
    return shortened(" ".join(str(said).split()), LONGEST_DETAIL - 3)
