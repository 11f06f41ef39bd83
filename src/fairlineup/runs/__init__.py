"""The run directory: written once, resumable, re-readable."""

from fairlineup.runs.directory import RunDirectory, amend, check_empty, freeze
from fairlineup.runs.events import EventLog
from fairlineup.runs.journal import Journal, Row
from fairlineup.runs.observations import LOST, Attempt, Observations, collect

__all__ = [
    "LOST",
    "Attempt",
    "EventLog",
    "Journal",
    "Observations",
    "Row",
    "RunDirectory",
    "amend",
    "check_empty",
    "collect",
    "freeze",
]
