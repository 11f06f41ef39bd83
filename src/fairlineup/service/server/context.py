"""What an operation works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from fairlineup.faces.engine import Analysis
from fairlineup.records import ModelInformation


class Engine(Protocol):
    """Photographs to faces and templates, asked from any thread."""

    @property
    def information(self) -> ModelInformation:
        """What travels with every template."""
        ...

    @property
    def workers(self) -> int:
        """Processes under way."""
        ...

    def check_sound(self) -> None:
        """Raises: SystemFailed: its processes end at one photograph after the other."""
        ...

    def analyse(self, content: bytes, which: Literal["all", "largest"] = "largest") -> Analysis:
        """One photograph; waits for it."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """Shared by all operations, from all threads."""

    engine: Engine
    service: Any = None
