"""The run directory: written once, resumable, re-readable."""

from fairlineup.evidence.runs.amending import first_digests
from fairlineup.evidence.runs.directory import RunDirectory, amend, check_empty, freeze
from fairlineup.evidence.runs.events import EventLog
from fairlineup.evidence.runs.journal import Journal, Row
from fairlineup.evidence.runs.observations import LOST, Attempt, Observations, collect
from fairlineup.evidence.runs.papers import (
    Papers,
    calibration_of,
    check_against,
    check_out,
    draw_up,
    environment,
    may_show,
    read_back,
)

__all__ = [
    "LOST",
    "Attempt",
    "EventLog",
    "Journal",
    "Observations",
    "Papers",
    "Row",
    "RunDirectory",
    "amend",
    "calibration_of",
    "check_against",
    "check_empty",
    "check_out",
    "collect",
    "draw_up",
    "environment",
    "first_digests",
    "freeze",
    "may_show",
    "read_back",
]
