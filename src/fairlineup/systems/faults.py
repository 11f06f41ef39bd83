"""What can become of a question to a system that runs elsewhere, in the same words for every adapter."""

from __future__ import annotations

from fairlineup.records import Outcome, Refused, SystemFailed, Throttled, TransportError


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


def gallery_gone(system: str, gallery: str, got: str) -> SystemFailed:
    """A gallery is not there, and an empty list would be read as nobody found."""
    return SystemFailed(
        f"{system} does not hold the gallery {gallery}",
        code="gallery-gone",
        expected="a gallery with those who were enrolled in it",
        got=got,
        remedy="begin the audit anew: somebody deleted the gallery, or nobody could be enrolled",
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
