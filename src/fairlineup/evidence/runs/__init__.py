"""The run directory: written once, resumable, re-readable."""

from fairlineup.evidence.runs.amending import first_digests
from fairlineup.evidence.runs.directory import RunDirectory, amend, check_empty, freeze
from fairlineup.evidence.runs.events import EventLog
from fairlineup.evidence.runs.frozen import (
    FrozenRun,
    calibration_of,
    check_against,
    check_out,
    environment,
    freeze_run,
    load_run,
    may_show,
)
from fairlineup.evidence.runs.journal import Journal, Row
from fairlineup.evidence.runs.observations import LOST, Attempt, Observations, collect

__all__ = [
    "LOST",
    "Attempt",
    "EventLog",
    "FrozenRun",
    "Journal",
    "Observations",
    "Row",
    "RunDirectory",
    "amend",
    "calibration_of",
    "check_against",
    "check_empty",
    "check_out",
    "collect",
    "environment",
    "first_digests",
    "freeze",
    "freeze_run",
    "load_run",
    "may_show",
]
