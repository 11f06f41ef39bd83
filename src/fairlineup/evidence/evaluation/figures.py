"""Published numbers as plain JSON, for consumers that do not hold records yet."""

from __future__ import annotations

from fairlineup.records import Measured, NotMeasured
from fairlineup.results import PublishedEstimate, number, to_json
from fairlineup.seals import Plain

Json = dict[str, Plain]


def measured_json(measured: Measured) -> Json:
    """An estimate, or why there is none."""
    found: Json = to_json(PublishedEstimate.of(measured))
    return found


def number_json(value: float | NotMeasured) -> Plain:
    """A number without an interval, or the reason there is none."""
    found: Plain = to_json(number(value))
    return found
