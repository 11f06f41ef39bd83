"""Lists and facts of the page: photographs not processed, questions lost, what the run was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.figures import SECONDS, Figure, Results, figure, methods
from fairlineup.evidence.pages.pairs import MOST_ROWS
from fairlineup.evidence.pages.subject import Subject
from fairlineup.evidence.pages.terms import MEASURES, OUTCOMES, STAGES, settled

MOST_CHARACTERS = 300  # of what a system says of one photograph


def list_parts(subject: Subject) -> dict[str, Any]:
    """What became of photographs and questions."""
    results = subject.results
    processing = results["processing"]
    outcomes = sorted({*processing["enrolment_outcomes"], *processing["probe_outcomes"]}, key=_ok_first)
    failed = list(results["not_processed"])
    return {
        "outcomes": [
            (
                OUTCOMES.get(name, name),
                processing["enrolment_outcomes"].get(name),
                processing["probe_outcomes"].get(name),
            )
            for name in outcomes
        ],
        "failed": [
            (
                subject.name(one["person"]),
                one["photo"],
                OUTCOMES.get(one["outcome"], one["outcome"]),
                words.shortened(one["detail"], MOST_CHARACTERS),
            )
            for one in failed[:MOST_ROWS]
        ],
        "failed_total": len(failed),
        "lost": [(STAGES.get(k, k), n) for k, n in results["searches"]["lost"].items()],
        "if_lost": _if_lost(subject),
        "canaries": _canaries(subject),
        "processing_groups": [
            (str(one["label"]).replace("_", " "), str(one["value"]), figure(one["fte"]), figure(one["fta"]))
            for one in processing.get("groups") or ()
        ],
        "settled": [(*settled(key), n) for key, n in results["dataset"]["settled"].items()],
    }


def _if_lost(subject: Subject) -> list[str]:
    """What the rates would be had all lost searches been right, and all wrong, at each threshold."""
    said = []
    for threshold in subject.results["thresholds"]:
        bounds = threshold.get("if_lost_were") or {}
        told = [
            f"{MEASURES[key].name} ({key.upper()}) would be {words.percent(float(found['least']))} to "
            f"{words.percent(float(found['most']))}"
            for key, found in bounds.items()
            if found
        ]
        if told:
            said.append(f"At “{threshold['name']}”: {'; '.join(told)}.")
    return said


def _canaries(subject: Subject) -> str:
    """Whether the system was the same at begin and end; blank where nobody looked."""
    found = subject.results.get("canaries")
    if not found:
        return ""
    begun = (
        f"{words.count(found['photographs'])} photographs were put to the system before all others and again"
    )
    if found["changed"] == 0 and found["largest_change"] == 0:
        return f"{begun} at the end, and answered alike: it did not change meanwhile as far as they show."
    return (
        f"{begun} at the end: {words.count(found['changed'])} were answered otherwise, and a score moved by "
        f"{words.score(float(found['largest_change']))}. The system changed while it was audited."
    )


def timing_rows(timing: Results | None, level: str) -> list[tuple[str, str, Figure, Figure]]:
    """How long photographs took: label, value, to enrol, to search with; none where nothing was timed."""
    if not timing or "value" not in timing.get("seconds", {}).get("search", ()):
        return []
    rows = [("", f"everyone ({level} intervals)", timing["seconds"])]
    rows += [(str(one["label"]).replace("_", " "), str(one["value"]), one) for one in timing["groups"]]
    return [(label, value, _seconds(one["enrol"]), _seconds(one["search"])) for label, value, one in rows]


def asked_again(timing: Results | None) -> list[str]:
    """How often questions were asked again, for everyone and each group; none where none was."""
    told = timing or {}
    if not any(side["asked_again"] for side in (told.get("retries") or {}).values()):
        return []
    groups = [
        (f"{one['label']} “{one['value']}”".replace("_", " "), one["retries"]) for one in told["groups"]
    ]
    return [_again(who, retries) for who, retries in [("everyone", told["retries"]), *groups]]


def _again(who: str, retries: Results) -> str:
    search, enrol = retries["search"], retries["enrol"]
    searches = words.plural(search["questions"], "search", "searches")
    enrolments = words.plural(enrol["questions"], "enrolment")
    return (
        f"{who}: {words.count(search['asked_again'])} times for {searches}, "
        f"{words.count(enrol['asked_again'])} for {enrolments}"
    )


def _seconds(measured: Results) -> Figure:
    shown = {key: value for key, value in measured.items() if key not in {"errors", "trials"}}
    return figure(shown, SECONDS)


def _ok_first(outcome: str) -> tuple[bool, str]:
    return outcome != "ok", outcome


DIGESTED = {
    "plan": 'SHA-256 of RUN/plan.toml with its folder blank (folder = "")',
    "manifest": "SHA-256 of the data set’s people.csv",
    "photographs": "SHA-256 of RUN/manifest.csv, which has that of every photograph",
    "system": "SHA-256 of what the system said of itself, as canonical JSON",
    "version": "version of Fairlineup",
}


def repeat_parts(subject: Subject) -> dict[str, Any]:
    """What the run was, and how each interval was made."""
    results = subject.results
    system = {
        key: value for key, value in results["system"].items() if key not in {"models", "scale", "population"}
    }
    return {
        "digests": [(DIGESTED.get(name, name), value) for name, value in results["digests"].items()],
        "system_facts": _flat(system),
        "environment": _flat(subject.identity.environment),
        "methods": [
            (MEASURES[key].name if key in MEASURES else key.replace("_", " "), ways)
            for key, ways in methods(results).items()
        ],
    }


def _flat(record: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Nested facts as lines: ("libraries, numpy", "2.4.6")."""
    lines: list[tuple[str, str]] = []
    for key, value in record.items():
        name = f"{before}{key.replace('_', ' ')}"
        if isinstance(value, Mapping):
            lines += _flat(value, f"{name}, ")
        else:
            lines.append((name, _fact(value)))
    return lines


def _fact(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)
