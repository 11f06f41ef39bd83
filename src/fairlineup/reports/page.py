"""results.json and run.json to one HTML page that stands alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from fairlineup.reports import words
from fairlineup.reports.drawings import ladder_chart, processing_chart, trade_chart
from fairlineup.reports.faces import Photographs, open_album
from fairlineup.reports.figures import Figure, figure, methods
from fairlineup.reports.finding import (
    about,
    columns,
    key_rows,
    processing_rows,
    sentences,
    verdict,
    worked_examples,
)
from fairlineup.reports.groups import groups
from fairlineup.reports.pairs import MOST_ROWS, gather
from fairlineup.reports.subject import Subject
from fairlineup.reports.terms import MEASURES, MISS_MEASURES, OUTCOMES, STAGES, settled
from fairlineup.runs import RunDirectory, write_whole

NAME = "report.html"
MOST_CHARACTERS = 300  # of what a system says of one photograph


def write_report(directory: RunDirectory, photographs: Photographs | None) -> Path:
    """Write report.html into a finished run.

    Args:
        directory: the run, with results.json, run.json and manifest.csv.
        photographs: where photographs come from; None shows no faces.
    Returns: the page.
    Raises: BadInput: no finished run, or an unwritable place. SystemFailed: the disk is full.
    """
    subject = Subject.of(directory.read_results(), directory.read_identity())
    pairs = gather(subject, open_album(directory, photographs))
    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            **_finding_parts(subject),
            **_list_parts(subject),
            **_repeat_parts(subject),
            subject=subject,
            results=subject.results,
            pairs=pairs,
            faces=photographs is not None,
            groups=groups(subject),
            trade_chart=trade_chart(subject),
            ladder=_ladder_rows(subject),
            ladder_chart=ladder_chart(subject),
            processing_chart=processing_chart(subject),
        )
    )
    path = directory.path / NAME
    write_whole(path, page.encode())
    return path


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("fairlineup.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(count=words.count, plural=words.plural, declared=words.declared_percent)
    return environment


def _finding_parts(subject: Subject) -> dict[str, Any]:
    return {
        "about": about(subject),
        "sentences": sentences(subject),
        "columns": columns(subject),
        "key_rows": key_rows(subject),
        "miss_rows": key_rows(subject, MISS_MEASURES),
        "processing_rows": processing_rows(subject),
        "verdict": verdict(subject),
        "examples": worked_examples(subject),
    }


def _list_parts(subject: Subject) -> dict[str, Any]:
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
        "settled": [(*settled(key), n) for key, n in results["dataset"]["settled"].items()],
    }


def _ok_first(outcome: str) -> tuple[bool, str]:
    return outcome != "ok", outcome


def _repeat_parts(subject: Subject) -> dict[str, Any]:
    results = subject.results
    system = {
        key: value for key, value in results["system"].items() if key not in {"models", "scale", "population"}
    }
    return {
        "digests": list(results["digests"].items()),
        "system_facts": _flat(system),
        "environment": _flat(subject.identity.get("environment") or {}),
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


def _ladder_rows(subject: Subject) -> list[tuple[str, int, Figure]]:
    return [
        (str(rung["threshold"]), int(rung["people"]), figure(rung["fpir"]))
        for rung in subject.results["ladder"]
    ]
