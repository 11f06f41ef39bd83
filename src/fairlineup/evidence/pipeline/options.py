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
    """What is written for people."""

    faces: bool = True  #: whether the report shows photographs, where their test use is declared.
    short: bool = False  #: whether the short report is written too; one that is there is renewed either way.
    #: the folder they are in now; None is where they were when the run was begun.
    photographs: Path | None = None


def _say_nothing(run: FrozenRun, cost: CostEstimate) -> None:
    """Go on."""


def _keep_it() -> None:
    """Leave the system open."""


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """How an audit is carried out."""

    run: RunOptions = field(default_factory=RunOptions)  #: progress, limits, retries.
    pages: PageOptions = field(default_factory=PageOptions)  #: what is written for people.
    #: told what the run will take before anything is asked; what it raises ends the audit.
    before_asking: Callable[[FrozenRun, CostEstimate], None] = _say_nothing
    #: told when the system is asked nothing more: it may be closed, so that it holds no memory meanwhile.
    after_asking: Callable[[], None] = _keep_it
    #: told of each section of the results that could not be measured; the others stand.
    on_failure: OnFailure = ignore_failure
