"""Distances to false match rates and the similarity scale, with the calibrations that ship."""

from fairlineup.faces.scale.calibrationfile import (
    calibration_json,
    parse_calibration,
    read_calibration,
    shipped_calibration,
)
from fairlineup.faces.scale.fitting import fitting
from fairlineup.faces.scale.inside import KEY_BYTES, Overlap, PeopleInside, people_inside
from fairlineup.faces.scale.offkind import shared_kinds, strange
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
    "KEY_BYTES",
    "Calibration",
    "CalibrationRow",
    "GroupCurve",
    "GroupReading",
    "Overlap",
    "PeopleInside",
    "calibration_json",
    "fitting",
    "fmr_of",
    "parse_calibration",
    "people_inside",
    "read_calibration",
    "read_rows",
    "shared_kinds",
    "shipped_calibration",
    "similarity_of",
    "strange",
]
