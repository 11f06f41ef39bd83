"""How a whole audit is carried out, and what is written for people; none of it changes a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fairlineup.evidence.asking import CostEstimate, RunOptions
from fairlineup.evidence.evaluation import OnFailure, ignore_failure
from fairlineup.evidence.runs import FrozenRun


@dataclass(frozen=True, slots=True)
class PageOptions:
    """What is written for people.

    Attributes:
        faces: whether the report shows photographs, where their test use is declared.
        short: whether the short report is written too; one that is there is renewed either way.
        photographs: the folder they are in now; None is where they were when the run was begun.
    """

    faces: bool = True
    short: bool = False
    photographs: Path | None = None


def _say_nothing(run: FrozenRun, cost: CostEstimate) -> None:
    """Go on."""


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """How an audit is carried out.

    Attributes:
        run: progress, limits, retries.
        pages: what is written for people.
        before_asking: told what the run will take before anything is asked; what it raises ends the audit.
        on_failure: told of each section of the results that could not be measured; the others stand.
    """

    run: RunOptions = field(default_factory=RunOptions)
    pages: PageOptions = field(default_factory=PageOptions)
    before_asking: Callable[[FrozenRun, CostEstimate], None] = _say_nothing
    on_failure: OnFailure = ignore_failure
