"""A sweep that agrees with its declared thresholds, and the page's embedded fragments read back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]
MEASURED = ("value", "low", "high", "errors", "trials")


def sweep(thresholds: Sequence[Json]) -> Json:
    """A sweep through the declared thresholds, and two steps nobody declared around each."""
    unit = "distance" if "distance" in thresholds[0] else "score"
    step = 0.01 if unit == "distance" else 1
    laxest = -1 if unit == "score" else 1
    places = {float(one[unit]): one for one in thresholds}
    for score in list(places):
        for number in (-1, 1):
            places.setdefault(round(score + number * step, 4), _shifted(places[score], number))
    reasons: list[str] = []
    scores = sorted(places, key=lambda score: laxest * score)
    columns = [places[score] for score in scores]
    names = [key for key in columns[0] if all(_is_measured(one.get(key)) for one in columns)]
    return {
        "scores": scores,
        "everyone": {name: [point(one[name], reasons) for one in columns] for name in names},
        "groups": [
            {
                "label": group["label"],
                "value": group["value"],
                **{
                    name: [point(_of(one, group)[name], reasons) for one in columns]
                    for name, measured in group.items()
                    if _is_measured(measured)
                },
            }
            for group in thresholds[0]["groups"]
        ],
        "reasons": reasons,
        "contrasts": [[_untested(contrast) for contrast in one["contrasts"]] for one in columns],
        "matrices": [one.get("matrices") or thresholds[0].get("matrices", []) for one in columns],
    }


def point(measured: Json, reasons: list[str]) -> list[Any]:
    """A measured number as a row."""
    if "value" in measured:
        return [measured[key] for key in MEASURED]
    if measured["not_measured"] not in reasons:
        reasons.append(measured["not_measured"])
    return [reasons.index(measured["not_measured"]), measured.get("errors"), measured.get("trials")]


def fragments(html: str) -> dict[str, list[str]]:
    """Every fragment a page embeds, at every threshold, put together as its script does."""
    found = re.search(r'<script type="application/json" id="sweep">(.*?)</script>', html, re.DOTALL)
    assert found
    data = json.loads(found.group(1))
    return {
        key: ["".join(data["pieces"][n] for n in places) for places in at_each]
        for key, at_each in data["fragments"].items()
    }


def _untested(contrast: Json) -> Json:
    """A contrast at a threshold nobody declared."""
    tests = ("fisher_two_sided", "hypergeometric_one_sided", "mid_p", "detectable_ratio", "holm_p", "tests")
    return {key: value for key, value in contrast.items() if key not in tests}


def _is_measured(value: object) -> bool:
    return isinstance(value, dict) and ("value" in value or "not_measured" in value)


def _of(threshold: Json, group: Json) -> Json:
    """The same group at another threshold; as it is where that one has no groups."""
    found = [one for one in threshold["groups"] if one["value"] == group["value"]]
    return found[0] if found else group


def _shifted(threshold: Json, number: int) -> Json:
    """A threshold nearby, with one error more or less in each rate."""
    shifted = {key: _more(one, number) if _is_measured(one) else one for key, one in threshold.items()}
    groups = [
        {key: _more(one, number) if _is_measured(one) else one for key, one in group.items()}
        for group in threshold["groups"]
    ]
    matrices = [
        {**one, "cells": [{**cell, **_more(cell, number)} for cell in one.get("cells", ())]}
        if "cells" in one
        else one
        for one in threshold.get("matrices") or ()
    ]
    return {**shifted, "groups": groups, "matrices": matrices}


def _more(measured: Json, number: int) -> Json:
    if "value" not in measured:
        return measured
    errors = measured["errors"] + number
    if errors < 1 or errors > measured["trials"]:
        return measured
    scale = errors / max(measured["errors"], 1)
    value = measured["value"] * scale if measured["errors"] else errors / measured["trials"]
    ends = {"low": measured["low"] * 0.9, "high": min(measured["high"] * 1.1, max(measured["high"], 1.0))}
    return {**measured, **ends, "value": value, "errors": errors}
