"""What an operation works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from fairlineup.faces.engine import Analysis
from fairlineup.records import ModelInformation
from fairlineup.service.access import Meter
from fairlineup.service.gallery import Galleries
from fairlineup.service.safeguards import Permits


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
    galleries: Galleries
    permits: Permits
    meter: Meter  #: `meter.probes(call.client.counted, n)` before n faces are searched for or compared.
