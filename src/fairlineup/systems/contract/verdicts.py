"""What a check finds: passed, failed (expected, got), or not applicable (why)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check found.

    Attributes:
        outcome: "passed", "failed" or "not applicable".
        expected: where it failed, what should have been.
        got: where it failed, what was.
        reason: where it is not applicable, why.
    """

    outcome: Literal["passed", "failed", "not applicable"]
    expected: str = ""
    got: str = ""
    reason: str = ""


PASSED = Verdict("passed")


def failed(expected: str, got: str) -> Verdict:
    """It did not do what it must."""
    return Verdict("failed", expected=expected, got=" ".join(got.split())[:300])


def not_applicable(reason: str) -> Verdict:
    """There is nothing to check."""
    return Verdict("not applicable", reason=reason)


def first_fault(*verdicts: Verdict) -> Verdict:
    """The first that failed, or else PASSED."""
    return next((one for one in verdicts if one.outcome == "failed"), PASSED)
