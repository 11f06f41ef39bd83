"""Sections of the results that failed: told in their place, and empty for whatever shows them."""

from __future__ import annotations

from typing import TypeVar

from fairlineup.records import NotMeasured
from fairlineup.results import AuditResults

T = TypeVar("T")
WHERE = {
    "processing": ("failed", "what failed to process"),
    "canaries": ("failed", "whether the system changed"),
    "calibration": ("limits", "who the calibration was made from"),
    "direction": ("finding", "which way the scores lie"),
    "ladder": ("gallery", "other sizes of the gallery"),
    "extrapolation": ("gallery", "larger galleries"),
    "gallery_kinds": ("gallery", "kinds of gallery photograph"),
    "labels": ("labels", "the label review"),
    "likelihood": ("likelihood", "scores as evidence"),
    "sweep": ("thresholds", "thresholds in between"),
    "false_matches": ("false-matches", "the false matches"),
    "closest_non_mated": ("closest", "the closest pairs"),
    "within_gallery": ("closest", "the gallery compared with itself"),
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


def listed(section: tuple[T, ...] | NotMeasured) -> tuple[T, ...]:
    """The entries of a section; none where it failed."""
    return () if isinstance(section, NotMeasured) else section


def failures(results: AuditResults) -> dict[str, list[str]]:
    """What is said of failed sections, by the part of the page; all of it under "" for page 1."""
    sentences: dict[str, list[str]] = {}
    for one in results.failed_sections:
        place, text = _worded(one.section, one.reason, results)
        for key in ("", place):
            if text not in sentences.setdefault(key, []):
                sentences[key].append(text)
    return sentences


def _worded(section: str, reason: str, results: AuditResults) -> tuple[str, str]:
    at = ""
    for threshold in results.thresholds:
        if section.startswith(head := f"thresholds.{threshold.name}."):
            section, at = section.removeprefix(head), f" at “{threshold.name}”"
    name, _, part = section.removeprefix("thresholds.").partition(".")
    place, what = WHERE.get(name, ("numbers", name.replace("_", " ")))
    inner = f" ({part.replace('_', ' ')})" if part else ""
    return place, f"{what[0].upper()}{what[1:]}{inner}{at}: {reason}"
