"""Why a file is not taken as a photograph; all are the data's fault."""

from __future__ import annotations

from fairlineup.records import BadInput

ACCEPTED = "a JPEG, PNG or WebP photograph"


class UnreadablePhotograph(BadInput):
    """Root of what can be wrong with one photograph: catch this to skip a file and go on."""

    code = "photograph-unreadable"


class NotAPhotograph(UnreadablePhotograph):
    """Empty, or not JPEG, PNG or WebP, whatever its name says."""


class TruncatedPhotograph(UnreadablePhotograph):
    """The file ends before its picture does."""


class DamagedPhotograph(UnreadablePhotograph):
    """The file has the right form, and its contents cannot be decoded."""


class PhotographTooLarge(UnreadablePhotograph):
    """More bytes or pixels than the limits allow; found before anything is decompressed."""


class HostilePhotograph(UnreadablePhotograph):
    """Built to cost far more to decode than any photograph."""


def not_a_photograph(name: str, got: str) -> NotAPhotograph:
    """The error for a file of another kind."""
    return NotAPhotograph(
        name, expected=ACCEPTED, got=got, remedy="convert it to JPEG, PNG or WebP, or leave it out"
    )


def truncated(name: str, got: str) -> TruncatedPhotograph:
    """The error for a file that ends too soon."""
    return TruncatedPhotograph(
        name, expected="a complete file", got=got, remedy="copy or download it again, or leave it out"
    )


def damaged(name: str, got: str) -> DamagedPhotograph:
    """The error for a file whose contents contradict its form."""
    return DamagedPhotograph(
        name,
        expected=f"{ACCEPTED} that can be decoded",
        got=got,
        remedy="save it again from its original, or leave it out",
    )


def too_large(name: str, expected: str, got: str) -> PhotographTooLarge:
    """The error for a file beyond the limits."""
    return PhotographTooLarge(name, expected=expected, got=got, remedy="scale it down first, or leave it out")


def hostile(name: str, expected: str, got: str) -> HostilePhotograph:
    """The error for a file that no camera or editor makes."""
    return HostilePhotograph(
        name, expected=expected, got=got, remedy="leave it out, and ask where it came from"
    )
