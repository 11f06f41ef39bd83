"""The charts of the whole page, from results.json."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from fairlineup.reports import words
from fairlineup.reports.charts import Dot, Line, dot_plot, line_plot, strips
from fairlineup.reports.figures import Results
from fairlineup.reports.groups import dot
from fairlineup.reports.subject import Subject


def trade_chart(subject: Subject) -> Markup:
    """At each threshold, how many innocent people are flagged and how many people are missed."""
    rows: list[Dot] = []
    for threshold in subject.results["thresholds"]:
        name = f"{threshold['name']} ({subject.at(threshold)})"
        flagged = dot("innocent people flagged", threshold["fpir"], heading=name)
        missed = dot("people in the gallery missed", threshold["fnir"], shape="diamond")
        rows.append(replace(flagged, limit=_limit(subject, threshold, "fpir")))
        rows.append(replace(missed, limit=_limit(subject, threshold, "fnir")))
    desc = " ".join(
        f"{f'{row.heading}: ' if row.heading else ''}{row.label} {row.text}{';' if row.heading else '.'}"
        for row in rows
    )
    return dot_plot(
        subject.caption("What each threshold trades: people flagged against people missed", desc), rows
    )


def _limit(subject: Subject, threshold: Results, measure: str) -> float | None:
    """The declared limit, where it is one of this measure at this threshold and was ruled on."""
    held = subject.results.get("verdict") or {}
    if threshold is not subject.limit or held.get("measure") != measure or held["outcome"] == "not_given":
        return None
    return float(held["at_most"])


def ladder_chart(subject: Subject) -> Markup | None:
    """FPIR against gallery size, a line for each threshold; None where no two sizes were measured."""
    points: dict[str, list[tuple[float, float, float, float]]] = {}
    for rung in sorted(subject.results["ladder"], key=lambda one: int(one["people"])):
        fpir = rung["fpir"]
        if "value" in fpir:
            rate = (float(fpir["value"]), float(fpir["low"]), float(fpir["high"]))
            points.setdefault(str(rung["threshold"]), []).append((float(rung["people"]), *rate))
    lines = [Line(name, tuple(found)) for name, found in points.items()]
    if len({point[0] for line in lines for point in line.points}) < 2:
        return None
    desc = " ".join(_line_in_words(line) for line in lines)
    caption = subject.caption("Searches that flag an innocent person, against the size of the gallery", desc)
    return line_plot(caption, lines, "people in the gallery")


def _line_in_words(line: Line) -> str:
    first, last = line.points[0], line.points[-1]
    return (
        f"{line.label}: {words.percent(first[1])} among {words.count(first[0])} people, "
        f"{words.percent(last[1])} among {words.count(last[0])}."
    )


def processing_chart(subject: Subject) -> Markup:
    """Photographs not enrolled and not searched, as parts of all."""
    processing = subject.results["processing"]
    named = (("gallery photographs not enrolled", "fte"), ("probe photographs not searched", "fta"))
    rows = [
        (label, int(processing[key].get("errors") or 0), int(processing[key].get("trials") or 0))
        for label, key in named
    ]
    desc = (
        "; ".join(f"{label}: {words.count(part)} of {words.count(whole)}" for label, part, whole in rows)
        + "."
    )
    return strips(subject.caption("Photographs that failed to process", desc), rows)
