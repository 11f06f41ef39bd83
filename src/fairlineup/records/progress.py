"""How long work says what it will take and how far it is, without knowing who is watching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


class Progress(Protocol):
    """Told of every step; a terminal draws it, a log writes it, `no_progress` ignores it."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` things of this stage are finished."""
        ...


@dataclass(frozen=True, slots=True)
class Forecast:
    """What work of several stages will take, said before it begins."""

    work: str  #: its name, as "looking".
    things: int  #: how many there are to be worked on.
    seconds: Mapping[str, float]  #: rough time of each stage, in their order.


@runtime_checkable
class ForecastProgress(Progress, Protocol):
    """Progress that also wants to know what work will take."""

    def expect(self, forecast: Forecast) -> None:
        """Work begins."""
        ...


def no_progress(stage: str, done: int, total: int) -> None:
    """Watch nothing."""


def foretell(progress: Progress, work: str, things: int, seconds: Mapping[str, float]) -> None:
    """Say what work will take to whoever watches and wants to know."""
    if isinstance(progress, ForecastProgress):
        progress.expect(Forecast(work, things, seconds))
