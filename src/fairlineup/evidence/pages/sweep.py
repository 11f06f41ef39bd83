"""The rates at many thresholds as records like those of the declared ones, and their HTML embedded once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from fairlineup.evidence.pages.figures import Results
from fairlineup.evidence.pages.subject import Subject

Fragments = Mapping[str, Markup]
"""HTML of everything that moves with the threshold, by its place on the page."""


def swept(subject: Subject) -> bool:
    """Whether the results hold a sweep, and it goes through the deployed threshold."""
    scores = (subject.results.get("sweep") or {}).get("scores", ())
    return float(subject.deployed[subject.unit]) in [float(score) for score in scores]


def records(subject: Subject) -> list[Results]:
    """Each threshold of the sweep shaped like a declared one; none where the deployed one is not in it."""
    if not swept(subject):
        return []
    sweep = subject.results["sweep"]
    return [_record(subject, sweep, place, float(score)) for place, score in enumerate(sweep["scores"])]


def start(subject: Subject, found: Sequence[Results]) -> int:
    """The place of the deployed threshold."""
    return next(n for n, one in enumerate(found) if subject.told_at(one).is_limit(subject.deployed))


def embedded(pages: Sequence[Fragments], first: int) -> Markup:
    """Fragments of every threshold as JSON for a script element.

    Args:
        pages: the fragments at each threshold.
        first: the place of the deployed threshold.
    Returns: `pieces`, each tag with the text behind it once; and for each fragment, at each threshold, the
        places of its pieces, which put together are its HTML.
    """
    pieces: dict[str, int] = {}
    fragments: dict[str, list[list[int]]] = {}
    for page in pages:
        for key, html in page.items():
            places = [pieces.setdefault(piece, len(pieces)) for piece in _pieces(html)]
            fragments.setdefault(key, []).append(places)
    written = json.dumps(
        {"start": first, "pieces": list(pieces), "fragments": fragments},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    # no "<" may stand in it, or a name with "</script" would end the element
    return Markup(written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704


def _pieces(html: str) -> list[str]:
    return [piece for piece in re.split(r"(?=<)", html) if piece]


def _record(subject: Subject, sweep: Results, place: int, score: float) -> Results:
    declared = next((one for one in subject.results["thresholds"] if float(one[subject.unit]) == score), None)
    known = {(one["label"], one["value"]): one for one in subject.deployed.get("groups", ())}
    reasons = sweep["reasons"]
    return {
        "name": declared["name"] if declared else "",
        "source": declared.get("source", "") if declared else "",
        subject.unit: score,
        **_rates(sweep["everyone"], place, reasons, subject.deployed),
        "groups": [
            {**_head(known[key]), **_rates(one, place, reasons, known[key])}
            for one in sweep.get("groups", ())
            if (key := (one["label"], one["value"])) in known
        ],
        "contrasts": (declared or {}).get("contrasts", sweep["contrasts"][place]),
        "matrices": (declared or {}).get("matrices", sweep["matrices"][place]),
    }


def _head(group: Results) -> dict[str, Any]:
    return {key: group.get(key) for key in ("label", "value", "people", "label_source")}


def _rates(series: Results, place: int, reasons: Sequence[str], like: Results) -> dict[str, Results]:
    return {
        name: _measured(points[place], reasons, like.get(name) or {})
        for name, points in series.items()
        if isinstance(points, list)
    }


def _measured(point: Sequence[Any], reasons: Sequence[str], like: Results) -> Results:
    """A short row as a measured number; people searched are those of the deployed threshold."""
    names = ("value", "low", "high", "errors", "trials")
    found = (
        dict(zip(names, point, strict=True))
        if len(point) == len(names)
        else {
            "not_measured": reasons[point[0]],
            **{key: count for key, count in zip(names[3:], point[1:], strict=True) if count is not None},
        }
    )
    if found.get("trials") is not None and found["trials"] == like.get("trials"):
        found |= {key: like[key] for key in ("people",) if key in like}
    return found
