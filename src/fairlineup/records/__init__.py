"""Frozen nouns both roads speak, the FaceSystem port and the roots of all errors; imports nothing of ours."""

from fairlineup.records.errors import BadInput, FairlineupError, Refused, SystemFailed, TransportError
from fairlineup.records.estimate import Estimate, Measured, NotMeasured
from fairlineup.records.face import Box, Face, ModelInformation, Quality, Template
from fairlineup.records.photograph import Photograph, PhotographSource
from fairlineup.records.progress import Progress, no_progress
from fairlineup.records.system import (
    Candidate,
    ComparingSystem,
    Enrolment,
    FaceSystem,
    Outcome,
    Scale,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
    Threshold,
)

__all__ = [
    "BadInput",
    "Box",
    "Candidate",
    "ComparingSystem",
    "Enrolment",
    "Estimate",
    "Face",
    "FaceSystem",
    "FairlineupError",
    "Measured",
    "ModelInformation",
    "NotMeasured",
    "Outcome",
    "Photograph",
    "PhotographSource",
    "Progress",
    "Quality",
    "Refused",
    "Scale",
    "SearchAnswer",
    "SearchRequest",
    "SystemFailed",
    "SystemInformation",
    "Template",
    "Threshold",
    "TransportError",
    "no_progress",
]
