"""How long work says how far it is, without knowing who is watching."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of every step; a terminal draws it, a log writes it, `no_progress` ignores it."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` things of this stage are finished."""
        ...


def no_progress(stage: str, done: int, total: int) -> None:
    """Watch nothing."""
