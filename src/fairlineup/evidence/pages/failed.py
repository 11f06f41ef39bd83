"""Sections of results.json that failed: told in their place, and empty for whatever draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairlineup.evidence.pages.figures import Results

WHERE = {
    "processing": ("failed", "what failed to process"),
    "canaries": ("failed", "whether the system changed"),
    "calibration": ("limits", "who the calibration was made from"),
    "direction": ("finding", "which way the scores lie"),
    "ladder": ("gallery", "other sizes of the gallery"),
    "extrapolation": ("gallery", "larger galleries"),
    "labels": ("labels", "the label review"),
    "likelihood": ("likelihood", "scores as evidence"),
    "sweep": ("thresholds", "thresholds in between"),
    "false_matches": ("false-matches", "the false matches"),
    "closest_non_mated": ("closest", "the closest pairs"),
    "missed": ("missed", "those missed"),
    "same_picture_mates": ("missed", "pictures that are their own mates"),
    "not_processed": ("failed", "photographs not processed"),
    "verdicts": ("finding", "a limit"),
    "groups": ("groups", "the groups"),
    "contrasts": ("groups", "the contrasts"),
    "matrices": ("matrices", "who is mistaken for whom"),
    "alike": ("appendix", "people of the same groups"),
    "intersections": ("appendix", "intersections of groups"),
    "differentials": ("appendix", "differentials"),
    "hubs": ("gallery", "faces returned again and again"),
    "fpir_galleries_like_it": ("gallery", "galleries like this one"),
    "fmr_design_effect": ("numbers", "how comparisons depend on each other"),
    "fmr_bounds": ("numbers", "bounds of the false match rate"),
    "if_lost_were": ("failed", "questions that were lost"),
}
"""Section of the results to the part of the page it stands in, and what it is."""


def readable(results: Results) -> Results:
    """Results in which every section that failed is empty in its own form."""
    if not results.get("failed_sections"):
        return results
    found = {**results, "thresholds": [_emptied(one, AT_A_THRESHOLD) for one in results["thresholds"]]}
    return _emptied(found, SECTIONS)


def failures(results: Results) -> dict[str, list[str]]:
    """What is said of failed sections, by the part of the page; all of it under "" for page 1."""
    told: dict[str, list[str]] = {}
    for one in results.get("failed_sections") or ():
        place, text = _said(str(one["section"]), str(one["reason"]), results)
        for key in ("", place):
            if text not in told.setdefault(key, []):
                told[key].append(text)
    return told


def _said(section: str, reason: str, results: Results) -> tuple[str, str]:
    at = ""
    for threshold in results["thresholds"]:
        if section.startswith(head := f"thresholds.{threshold['name']}."):
            section, at = section.removeprefix(head), f" at “{threshold['name']}”"
    name, _, part = section.removeprefix("thresholds.").partition(".")
    place, what = WHERE.get(name, ("numbers", name.replace("_", " ")))
    inner = f" ({part.replace('_', ' ')})" if part else ""
    return place, f"{what[0].upper()}{what[1:]}{inner}{at}: {reason}"


def _emptied(record: Results, empty: Mapping[str, Any]) -> Results:
    """The record with sections that are `not_measured` alone replaced by what is empty in their form."""
    failed = [
        key for key in empty if isinstance(record.get(key), dict) and [*record[key]] == ["not_measured"]
    ]
    return {
        **record,
        **{key: _with(empty[key], record[key]) for key in failed},
    }


def _with(empty: Any, why: Results) -> Any:
    """An empty form whose figures carry the reason."""
    if not isinstance(empty, dict):
        return empty
    return {key: why if value is WHY else value for key, value in empty.items()}


WHY: dict[str, str] = {}
SECTIONS: Mapping[str, Any] = {
    "processing": {
        "fte": WHY,
        "fta": WHY,
        "groups": [],
        "enrolment_outcomes": {},
        "probe_outcomes": {},
    },
    "canaries": None,
    "calibration": None,
    "ladder": [],
    "extrapolation": [],
    "labels": None,
    "sweep": {},
    "false_matches": [],
    "closest_non_mated": [],
    "missed": [],
    "same_picture_mates": [],
    "not_processed": [],
}
AT_A_THRESHOLD: Mapping[str, Any] = {
    "groups": [],
    "contrasts": [],
    "matrices": [],
    "intersections": [],
    "differentials": [],
    "if_lost_were": None,
}
