"""What an error is at the command line: its exit status, and a remedy that names flags and commands."""

from __future__ import annotations

from fairlineup.records import BadInput, FairlineupError, Refused

REFUSED, BAD_INPUT, FAILED = 4, 2, 3


def exit_status_of(error: FairlineupError) -> int:
    """By whose fault it is: 2 the input's, 3 a system's or a disk's, 4 refused."""
    if isinstance(error, Refused):
        return REFUSED
    return BAD_INPUT if isinstance(error, BadInput) else FAILED
