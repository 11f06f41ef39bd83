"""A sweep that agrees with its declared thresholds, and the page's embedded fragments read back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from fairlineup import results as rec
from fairlineup.records import NotMeasured


def sweep(thresholds: Sequence[rec.ThresholdResults]) -> rec.Sweep:
    """A sweep through the declared thresholds, and a step nobody declared on either side of each."""
    distance = isinstance(thresholds[0].at, rec.DistanceScore)
    step = 0.01 if distance else 1
    places = {float(one.at.value or 0): one for one in thresholds}
    for score, one in list(places.items()):
        for number in (-1, 1):
            places.setdefault(round(score + number * step, 4), _shifted(one, number))
    scores = sorted(places, reverse=not distance)
    columns = [places[score] for score in scores]
    reasons: list[str] = []
    groups = zip(*(_listed(one.groups) for one in columns), strict=True)
    return rec.Sweep(
        scores=tuple(scores),
        everyone=_points([one.rates for one in columns], reasons),
        groups=tuple(
            rec.GroupPoints(
                of[0].label,
                of[0].value,
                _points([one.rates for one in of], reasons),
                tuple(_point(one.fta, reasons) for one in of),
            )
            for of in groups
        ),
        reasons=tuple(reasons),
        contrasts=tuple(tuple(one.contrast for one in _listed(at.contrasts)) for at in columns),
        matrices=tuple(_listed(at.matrices) for at in columns),
    )


def fragments(html: str) -> dict[str, list[str]]:
    """Every fragment a page embeds, at every threshold, put together as its script does."""
    found = re.search(r'<script type="application/json" id="sweep">(.*?)</script>', html, re.DOTALL)
    assert found
    data = json.loads(found.group(1))
    return {
        key: ["".join(data["pieces"][n] for n in places) for places in at_each]
        for key, at_each in data["fragments"].items()
    }


def _listed(section: Any) -> Any:
    return () if isinstance(section, NotMeasured) else section


def _points(columns: Sequence[rec.Rates], reasons: list[str]) -> rec.RatePoints:
    found: dict[str, rec.Points] = {
        one.name: tuple(_point(getattr(rates, one.name), reasons) for rates in columns)
        for one in fields(rec.Rates)
    }
    return rec.RatePoints(**found)


def _point(
    measured: rec.PublishedEstimate | NotMeasured, reasons: list[str]
) -> rec.SweepPoint | rec.UnmeasuredPoint:
    if not isinstance(measured, NotMeasured):
        return rec.SweepPoint(measured.value, measured.low, measured.high, measured.errors, measured.trials)
    if measured.reason not in reasons:
        reasons.append(measured.reason)
    return rec.UnmeasuredPoint(reasons.index(measured.reason), measured.errors, measured.trials)


def _shifted(threshold: rec.ThresholdResults, number: int) -> rec.ThresholdResults:
    """A threshold nearby, with one error more or less in each rate."""
    return replace(
        threshold,
        rates=_rates(threshold.rates, number),
        groups=tuple(
            replace(one, rates=_rates(one.rates, number), fta=_more(one.fta, number))
            for one in _listed(threshold.groups)
        ),
        matrices=tuple(_matrix(one, number) for one in _listed(threshold.matrices)),
    )


def _matrix(one: rec.LabelMatrix, number: int) -> rec.LabelMatrix:
    if not isinstance(one.matrix, rec.Matrix):
        return one
    cells = tuple(replace(cell, fmr=_more(cell.fmr, number)) for cell in one.matrix.cells)
    return replace(one, matrix=replace(one.matrix, cells=cells))


def _rates(found: rec.Rates, number: int) -> rec.Rates:
    return rec.Rates(**{one.name: _more(getattr(found, one.name), number) for one in fields(rec.Rates)})


def _more(measured: Any, number: int) -> Any:
    if isinstance(measured, NotMeasured) or not 1 <= measured.errors + number <= measured.trials:
        return measured
    errors = measured.errors + number
    scale = errors / max(measured.errors, 1)
    value = measured.value * scale if measured.errors else errors / measured.trials
    high = min(measured.high * 1.1, max(measured.high, 1.0))
    return replace(measured, value=value, low=measured.low * 0.9, high=high, errors=errors)
