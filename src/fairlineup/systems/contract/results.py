"""What a check finds: passed, failed (expected, got), or not applicable (why)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fairlineup.records import shortened

LONGEST_GOT = 1_200  # characters: the end of a traceback, with what was asked before it


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found."""

    outcome: Literal["passed", "failed", "not applicable"]  #: "passed", "failed" or "not applicable".
    expected: str = ""  #: where it failed, what should have been.
    got: str = ""  #: where it failed, what was.
    reason: str = ""  #: where it is not applicable, why.


PASSED = CheckResult("passed")


def failed(expected: str, got: str) -> CheckResult:
    """It did not do what it must."""
    return CheckResult("failed", expected=expected, got=shortened(" ".join(got.split()), LONGEST_GOT))


def not_applicable(reason: str) -> CheckResult:
    """There is nothing to check."""
    return CheckResult("not applicable", reason=reason)


def first_fault(*verdicts: CheckResult) -> CheckResult:
    """The first that failed, or else PASSED."""
    return next((one for one in verdicts if one.outcome == "failed"), PASSED)
