"""Distances to false match rates: doubtful pairs settled, a table from everybody compared, who is in it."""

from fairlineup.evidence.calibration.agreement import held_against
from fairlineup.evidence.calibration.calibration import CalibrationSubject, RowCheck, build, check
from fairlineup.evidence.calibration.compared import Compared
from fairlineup.evidence.calibration.crossfit import build_cross_fitted
from fairlineup.evidence.calibration.doubts import Doubt, doubts_csv, doubts_of, read_decisions
from fairlineup.evidence.calibration.settledpeople import SettledPeople
from fairlineup.evidence.calibration.split import calibration_overlap

__all__ = [
    "CalibrationSubject",
    "Compared",
    "Doubt",
    "RowCheck",
    "SettledPeople",
    "build",
    "build_cross_fitted",
    "calibration_overlap",
    "check",
    "doubts_csv",
    "doubts_of",
    "held_against",
    "read_decisions",
]
