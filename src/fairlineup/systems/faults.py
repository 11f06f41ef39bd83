"""What can become of a question to a system that runs elsewhere, in the same words for every adapter."""

from __future__ import annotations

from collections.abc import Iterable

from fairlineup.foreign import MisfitError, number
from fairlineup.records import (
    Candidate,
    Outcome,
    Refused,
    Scale,
    SystemFailed,
    Throttled,
    TransportError,
    UnusableAnswer,
)


class NotProcessed(Exception):
    """A photograph was not processed, which is an answer about it.

    Attributes:
        outcome: what became of it.
        words: of the system, or ours.
        sent: whether it was put to the system at all.
    """

    def __init__(self, outcome: Outcome, words: str, *, sent: bool = True) -> None:
        self.outcome, self.words, self.sent = outcome, words, sent
        super().__init__(outcome, words)


def unanswered(system: str, got: str, expected: str = "an answer") -> TransportError:
    """The question got no answer."""
    return TransportError(f"{system} did not answer", expected=expected, got=got, remedy="ask again later")


def throttled(system: str, got: str, retry_after_s: float | None) -> Throttled:
    """It got none because there were too many."""
    what = f"{system} asks for fewer questions"
    error = Throttled(what, expected="an answer", got=got, remedy="wait, then ask again")
    error.retry_after_s = retry_after_s
    return error


def not_admitted(system: str, got: str, expected: str, remedy: str) -> Refused:
    """The credentials are missing or not accepted."""
    return Refused(
        f"{system} does not accept the credentials",
        code="credentials-refused",
        expected=expected,
        got=got,
        remedy=remedy,
        facts={"system": system},
    )


def wrong_answer(system: str, asked: str, expected: str, got: str) -> SystemFailed:
    """The answer is none that the system's documentation allows."""
    return SystemFailed(
        f"{system} answered {asked} wrongly",
        code="answer-unusable",
        expected=expected,
        got=got,
        remedy="look whether its version is one that its page names; finished answers are kept",
        facts={"system": system, "page": f"systems/{system}"},
    )


def unusable_answer(system: str, asked: str, expected: str, got: str) -> UnusableAnswer:
    """An answer about one photograph is none that the system's documentation allows."""
    return UnusableAnswer(
        f"{system} answered {asked} wrongly",
        expected=expected,
        got=got,
        remedy="look whether its version is one that its page names",
        facts={"system": system, "page": f"systems/{system}"},
    )


def accepted(
    system: str, found: Iterable[Candidate], scale: Scale, threshold: float | None
) -> list[Candidate]:
    """The candidates that a threshold accepts, each score held to the scale before any is left out.

    Raises: UnusableAnswer: a score is no number, or not on the scale.
    """
    kept, expected = [], f"scores from {scale.low:g} to {scale.high:g}"
    for photo, stated in found:
        try:
            score = number(stated)
        except MisfitError as error:
            raise unusable_answer(system, "a search", expected, error.got) from None
        if not scale.low <= score <= scale.high:
            raise unusable_answer(system, "a search", expected, f"{score:g}")
        if threshold is None or scale.accepts(score, threshold):
            kept.append(Candidate(photo, score))
    return kept


def gallery_gone(system: str, gallery: str, got: str) -> SystemFailed:
    """A gallery is not there, and an empty list would be read as nobody found."""
    return SystemFailed(
        f"{system} does not hold the gallery {gallery}",
        code="gallery-gone",
        expected="a gallery with those who were enrolled in it",
        got=got,
        remedy="see who deletes galleries, or why nobody could be enrolled, then go on with the run",
    )


def other_model(system: str, expected: str, got: str) -> SystemFailed:
    """Another model answers than the run was begun with."""
    return SystemFailed(
        f"{system} answers with another model than the run was begun with",
        code="answer-unusable",
        expected=expected,
        got=got,
        remedy="begin a new run: scores of two models cannot be put together",
    )
