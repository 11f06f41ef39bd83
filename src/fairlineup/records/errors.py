"""The three roots of every error, by whose fault it is, and the stable code of each kind.

A message says what was expected, what was got and what to do about it. It names no flag and no command: an
edge (command line, server) knows its own, and looks them up by `code` and `facts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fairlineup.records.codes import CODES

_NO_FACTS: Mapping[str, str] = MappingProxyType({})
LONGEST_PART = 4_000  # characters of each part of an error


class FairlineupError(Exception):
    """Root of the errors a user is meant to read; use one of its three children.

    Attributes:
        code: the kind of error, one of `codes.CODES`; it stays the same from release to release.
        what: the subject of the error.
        expected: what would have been right.
        got: what was there instead.
        remedy: what to do, in words that hold at every edge.
        facts: names and values from which an edge words a remedy of its own.
    """

    code = "unspecified"

    def __init__(
        self,
        what: str,
        *,
        expected: str,
        got: str,
        remedy: str,
        code: str = "",
        facts: Mapping[str, str] = _NO_FACTS,
    ) -> None:
        self.code = code or type(self).code
        if self.code not in CODES:
            raise ValueError(f"{self.code!r} is no code of records/codes.py")
        self.what, self.expected, self.got = map(shortened, (what, expected, got))
        self.remedy = remedy
        self.facts = dict(facts)
        super().__init__(self.what, self.expected, self.got, remedy, self.code)

    def __str__(self) -> str:
        return f"{self.what}: expected {self.expected}, got {self.got}; {self.remedy}"

    def __reduce__(self) -> tuple[object, ...]:
        said = {"expected": self.expected, "got": self.got, "remedy": self.remedy, "code": self.code}
        return (_restore, (type(self), self.what, said, self.facts))


class BadInput(FairlineupError):
    """The data, the plan or the command given to us is wrong."""


class SystemFailed(FairlineupError):
    """A system under test, a disk or a library did not do its part."""


class UnusableAnswer(SystemFailed):
    """An answer about one photograph that no system may give, as one with a candidate whom nobody enrolled.

    A run keeps it as an error of that photograph; a system that goes on so has failed.
    """

    code = "answer-unusable"


class Refused(FairlineupError):
    """The act is understood and will not be done."""


class TransportError(SystemFailed):
    """The question never got an answer: neither a match, a non-match nor a failure to process.

    It is retried, then excluded and counted; it never enters FTE or FTA.
    """

    code = "no-answer"


class Throttled(TransportError):
    """The system asks for fewer questions a second; `retry_after_s` is how long to wait, if it says."""

    code = "throttled"
    retry_after_s: float | None = None


def shortened(text: str, longest: int = LONGEST_PART) -> str:
    """A text with its middle left out where it is too long: the end of it may say what matters."""
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]} … {text[-half:]}"


def _restore(
    kind: type[FairlineupError], what: str, said: Mapping[str, str], facts: Mapping[str, str]
) -> FairlineupError:
    return kind(
        what,
        expected=said["expected"],
        got=said["got"],
        remedy=said["remedy"],
        code=said["code"],
        facts=facts,
    )
