"""The same rates at many thresholds, so that a reader can move the threshold and see every number move."""

from __future__ import annotations

import numpy as np

from fairlineup.evidence.evaluation.contrasts import contrast_ratios
from fairlineup.evidence.evaluation.desk import Desk
from fairlineup.evidence.evaluation.figures import Json, point_json
from fairlineup.evidence.evaluation.matrices import matrices
from fairlineup.evidence.evaluation.rates import everyone, of_groups
from fairlineup.records import decimals
from fairlineup.seals import Plain

STEPS = 40


def sweep(desk: Desk) -> Json:
    """Rates of everyone and of each group at thresholds over all of the recorded range.

    Returns: `scores` on the system's scale, the declared thresholds among them, most permissive last; and for
        everyone and each group, by measure, one point a score: [value, low, high, errors, trials], or
        [reason, errors, trials] with the reason's place in `reasons`; `contrasts` and `matrices` at each
        score as a declared threshold has them, but for tests.
    """
    distances = _distances(desk)
    reasons: list[str] = []
    groups: dict[tuple[str, str], list[dict[str, Plain]]] = {}
    for_all: list[dict[str, Plain]] = []
    for distance in distances:
        rates = everyone(desk, distance)
        for_all.append({name: point_json(rate, reasons) for name, rate in rates.items()})
        for label in desk.papers.plan.groups:
            for part, of_group in of_groups(desk, label, distance):
                points = {name: point_json(rate, reasons) for name, rate in of_group.items()}
                groups.setdefault((label, part.value), []).append(points)
    return {
        "scores": [desk.distance(distance) for distance in distances],
        "everyone": _by_measure(for_all),
        "groups": [
            {"label": label, "value": value, **_by_measure(points)}
            for (label, value), points in groups.items()
        ],
        "reasons": list(reasons),
        "contrasts": [contrast_ratios(desk, distance) for distance in distances],
        "matrices": [matrices(desk, distance) for distance in distances],
    }


def _distances(desk: Desk) -> list[float]:
    """Declared thresholds, and even steps from before the first false match to the weakest score recorded."""
    declared = [desk.score(choice) for choice in desk.papers.plan.threshold]
    found = desk.evidence.absent.distance
    last = max(*declared, desk.distance(desk.papers.plan.search.record_to))
    first = min([*declared, *([float(found.min())] if len(found) else [])])
    steps = np.round(np.linspace(first - 0.02 * (last - first), last, STEPS), decimals(declared) - 1).tolist()
    return sorted({*declared, *(step for step in steps if step <= last)})


def _by_measure(points: list[dict[str, Plain]]) -> dict[str, Plain]:
    return {name: [point[name] for point in points] for name in points[0]} if points else {}
