"""What is said of a value that is not what was declared."""

from __future__ import annotations


class MisfitError(ValueError):
    """A value that does not belong where it stands: what does, what is there instead, and where.

    Attributes:
        expected: what belongs there.
        got: what is there.
        path: from the whole to it: ".thresholds[0].fmr"; "" for the whole.
    """

    def __init__(self, expected: str, got: str, path: str = "") -> None:
        self.expected, self.got, self.path = expected, got, path
        super().__init__(expected, got)

    def __str__(self) -> str:
        place = self.path.lstrip(".")
        return f"{self.got}, not {self.expected}" + (f", at {place}" if place else "")

    def within(self, place: str) -> MisfitError:
        """The same, seen from what holds the value."""
        self.path = place + self.path
        return self
