"""Distances to false match rates: doubtful pairs settled, a table from everybody compared, who is in it."""

from fairlineup.evidence.calibration.agreement import held_against
from fairlineup.evidence.calibration.calibration import CalibrationSubject, RowCheck, build, check
from fairlineup.evidence.calibration.compared import Compared
from fairlineup.evidence.calibration.doubts import Doubt, doubts_csv, doubts_of, read_decisions
from fairlineup.evidence.calibration.split import Half, calibration_overlap, half_of, only_half

__all__ = [
    "CalibrationSubject",
    "Compared",
    "Doubt",
    "Half",
    "RowCheck",
    "build",
    "calibration_overlap",
    "check",
    "doubts_csv",
    "doubts_of",
    "half_of",
    "held_against",
    "only_half",
    "read_decisions",
]
