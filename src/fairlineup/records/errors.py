"""The three roots of every error, by whose fault it is.

A message always says what was expected, what was got, and what to do about it.
"""

from __future__ import annotations


class FairlineupError(Exception):
    """Root of the errors a user is meant to read; use one of its three children."""

    exit_status = 3

    def __init__(self, what: str, *, expected: str, got: str, remedy: str) -> None:
        self.what = what
        self.expected = expected
        self.got = got
        self.remedy = remedy
        super().__init__(what, expected, got, remedy)

    def __str__(self) -> str:
        return f"{self.what}: expected {self.expected}, got {self.got}; {self.remedy}"

    def __reduce__(self) -> tuple[object, ...]:
        return (_restore, (type(self), self.what, self.expected, self.got, self.remedy))


class BadInput(FairlineupError):
    """The data, the plan or the command given to us is wrong."""

    exit_status = 2


class SystemFailed(FairlineupError):
    """A system under test, a disk or a library did not do its part."""

    exit_status = 3


class Refused(FairlineupError):
    """The act is understood and will not be done."""

    exit_status = 4


class TransportError(SystemFailed):
    """The question never got an answer: neither a match, a non-match nor a failure to process.

    It is retried, then excluded and counted; it never enters FTE or FTA.
    """


class Throttled(TransportError):
    """The system asks for fewer questions a second; `retry_after_s` is how long to wait, if it says."""

    retry_after_s: float | None = None


def _restore(kind: type[FairlineupError], what: str, expected: str, got: str, remedy: str) -> FairlineupError:
    return kind(what, expected=expected, got=got, remedy=remedy)
