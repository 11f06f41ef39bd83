"""Distances to false match rates and the similarity scale, with the calibrations that ship."""

from fairlineup.faces.scale.calibrationfile import (
    calibration_json,
    parse_calibration,
    read_calibration,
    shipped_calibration,
)
from fairlineup.faces.scale.similarity import (
    Calibration,
    CalibrationRow,
    GroupCurve,
    GroupReading,
    fmr_of,
    read_rows,
    similarity_of,
)

__all__ = [
    "Calibration",
    "CalibrationRow",
    "GroupCurve",
    "GroupReading",
    "calibration_json",
    "fmr_of",
    "parse_calibration",
    "read_calibration",
    "read_rows",
    "shipped_calibration",
    "similarity_of",
]
