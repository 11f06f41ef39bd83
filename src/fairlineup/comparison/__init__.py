"""Templates to distances: exact top-k, tails and histograms, in blocks; distances to the similarity scale."""

from fairlineup.comparison.backend import available
from fairlineup.comparison.calibrationfile import (
    calibration_json,
    parse_calibration,
    read_calibration,
    shipped_calibration,
)
from fairlineup.comparison.histograms import Bins, Histogram, histogram
from fairlineup.comparison.nearest import nearest
from fairlineup.comparison.pairs import MixedModelsError, distance
from fairlineup.comparison.similarity import (
    Calibration,
    CalibrationRow,
    GroupCurve,
    GroupReading,
    Reading,
    fmr_of,
    read_rows,
    similarity_of,
)
from fairlineup.comparison.tails import Tail, tail
from fairlineup.comparison.templates import Metric, TemplateSet

__all__ = [
    "Bins",
    "Calibration",
    "CalibrationRow",
    "GroupCurve",
    "GroupReading",
    "Histogram",
    "Metric",
    "MixedModelsError",
    "Reading",
    "Tail",
    "TemplateSet",
    "available",
    "calibration_json",
    "distance",
    "fmr_of",
    "histogram",
    "nearest",
    "parse_calibration",
    "read_calibration",
    "read_rows",
    "shipped_calibration",
    "similarity_of",
    "tail",
]
