"""Measures as they stand in results.json: ten significant digits, and a reason where there is no number."""

from __future__ import annotations

from fairlineup.records import Estimate, Measured, NotMeasured
from fairlineup.seals import Plain

Json = dict[str, Plain]


def measured_json(measured: Measured) -> Json:
    """An estimate with its interval, counts and method; or why there is none, with what was counted."""
    if isinstance(measured, Estimate):
        return {
            "value": _significant(measured.value),
            "low": _significant(measured.low),
            "high": _significant(measured.high),
            "errors": measured.errors,
            "trials": measured.trials,
            "people": measured.people,
            "method": measured.method,
        }
    counts = {"errors": measured.errors, "trials": measured.trials, "people": measured.people}
    return {"not_measured": measured.reason, **{k: v for k, v in counts.items() if v is not None}}


def number_json(value: float | NotMeasured) -> Plain:
    """A number without an interval, or the reason there is none."""
    return {"not_measured": value.reason} if isinstance(value, NotMeasured) else _significant(value)


def _significant(value: float) -> float:
    return float(f"{value:.10g}")


def point_json(measured: Measured, reasons: list[str]) -> Plain:
    """A measure as one short row; reasons are kept apart, since few recur often."""
    if isinstance(measured, Estimate):
        ends = [_significant(end) for end in (measured.value, measured.low, measured.high)]
        return [*ends, measured.errors, measured.trials]
    if measured.reason not in reasons:
        reasons.append(measured.reason)
    return [reasons.index(measured.reason), measured.errors, measured.trials]
