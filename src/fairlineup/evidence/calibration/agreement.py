"""A rate of a calibration held against one that was measured on others."""

from __future__ import annotations

from fairlineup.faces.scale import CalibrationRow
from fairlineup.records import Estimate, NotMeasured
from fairlineup.results import PublishedEstimate, RateFound

EXPECTED_TO_TELL = 30.0  # false matches, where so few were found that they have no interval


def held_against(
    row: CalibrationRow, measured: Estimate | PublishedEstimate | NotMeasured, *, censored: bool = False
) -> RateFound:
    """Whether two rates agree, as far as their intervals say.

    Args:
        row: of the calibration.
        measured: the rate of other people there; NotMeasured with its counts under 10 errors.
        censored: whether the row is the calibration's end, and the rate it stands for lies below.
    """
    least = None if censored else row.low
    if isinstance(measured, NotMeasured):
        expected = (least or 0.0) * (measured.trials or 0)
        return "less" if expected >= EXPECTED_TO_TELL else "too few errors to tell"
    if row.high is not None and measured.low > row.high:
        return "more"
    return "less" if least is not None and measured.high < least else "agrees"
