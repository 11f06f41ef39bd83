"""The charts of the whole page, from results.json."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.charts import Dot, dot_plot, strips
from fairlineup.evidence.pages.curves import Axes, Curve, Line, cursor, curve_plot, line_plot
from fairlineup.evidence.pages.drawing import MEASURED, Drawing, numbers_of
from fairlineup.evidence.pages.figures import Results
from fairlineup.evidence.pages.groups import dot
from fairlineup.evidence.pages.subject import Subject
from fairlineup.evidence.pages.svg import between, linear
from fairlineup.evidence.pages.terms import FNIR, FPIR, MEASURES

SWEPT = ((FPIR, "innocent people flagged"), (FNIR, "people in the gallery missed"))


def trade_chart(subject: Subject) -> Drawing:
    """At each threshold, how many innocent people are flagged and how many people are missed."""
    rows: list[Dot] = []
    numbers = []
    for threshold in subject.results["thresholds"]:
        name = f"{threshold['name']} ({subject.at(threshold)})"
        flagged = dot("innocent people flagged", threshold["fpir"], heading=name)
        missed = dot("people in the gallery missed", threshold["fnir"], shape="diamond")
        rows.append(replace(flagged, limit=_limit(subject, threshold, "fpir")))
        rows.append(replace(missed, limit=_limit(subject, threshold, "fnir")))
        numbers += [(str(threshold["name"]), key, *numbers_of(threshold[key])) for key in ("fpir", "fnir")]
    desc = " ".join(
        f"{f'{row.heading}: ' if row.heading else ''}{row.label} {row.text}{';' if row.heading else '.'}"
        for row in rows
    )
    caption = subject.caption("What each threshold trades: people flagged against people missed", desc)
    columns = ("threshold", "measure", *MEASURED)
    return Drawing("trade", caption.title, dot_plot(caption, rows), columns, tuple(numbers))


def _limit(subject: Subject, threshold: Results, measure: str) -> float | None:
    """The declared limit on everyone, where it is one of this measure at this threshold and was ruled on."""
    for held in subject.results.get("verdicts") or ():
        here = (held.get("measure"), held.get("threshold"), held.get("of") or "")
        if here == (measure, threshold["name"], "") and held.get("outcome") not in {None, "not_given"}:
            return float(held["at_most"])
    return None


def sweep_axes(subject: Subject) -> Axes:
    """Along all thresholds of the sweep, the declared ones marked."""
    scores = [float(score) for score in subject.results["sweep"]["scores"]]
    marks = tuple((float(one[subject.unit]), str(one["name"])) for one in subject.results["thresholds"])
    name = f"threshold ({subject.unit})"
    return Axes(between(min(scores), max(scores)), linear(1.0), name, marks=marks)


def sweep_chart(subject: Subject) -> Drawing:
    """FPIR and FNIR at every threshold of the sweep."""
    sweep = subject.results["sweep"]
    series = [(name, [_value(point) for point in sweep["everyone"][term.key]]) for term, name in SWEPT]
    order = sorted(range(len(sweep["scores"])), key=lambda place: float(sweep["scores"][place]))
    curves = [
        Curve(name, tuple((float(sweep["scores"][n]), values[n]) for n in order)) for name, values in series
    ]
    desc = "As the threshold accepts more, more innocent people are flagged and fewer people missed."
    caption = subject.caption("People flagged and people missed, at every threshold", desc)
    axes = sweep_axes(subject)
    drawn = curve_plot(caption, curves, axes, cursor_at(subject))
    rows = tuple((float(sweep["scores"][n]), *(values[n] for _, values in series)) for n in order)
    return Drawing("sweep", caption.title, drawn, (subject.unit, FPIR.key, FNIR.key), rows)


def cursor_at(subject: Subject) -> Markup:
    """The threshold the numbers are told at, on the sweep's chart."""
    return cursor(sweep_axes(subject), float(subject.limit[subject.unit]), len(SWEPT))


def _value(point: list[float]) -> float | None:
    return float(point[0]) if len(point) == len(MEASURED) - 1 else None


def ladder_chart(subject: Subject) -> Drawing | None:
    """FPIR against gallery size, a line for each threshold; None where no two sizes were measured."""
    points: dict[str, list[tuple[float, float, float, float]]] = {}
    rungs = sorted(subject.results["ladder"], key=lambda one: int(one["people"]))
    for rung in rungs:
        fpir = rung["fpir"]
        if "value" in fpir:
            rate = (float(fpir["value"]), float(fpir["low"]), float(fpir["high"]))
            points.setdefault(str(rung["threshold"]), []).append((float(rung["people"]), *rate))
    lines = [Line(name, tuple(found)) for name, found in points.items()]
    if len({point[0] for line in lines for point in line.points}) < 2:
        return None
    desc = " ".join(_line_in_words(line) for line in lines)
    caption = subject.caption("Searches that flag an innocent person, against the size of the gallery", desc)
    drawn = line_plot(caption, lines, "people in the gallery")
    rows = tuple((str(one["threshold"]), int(one["people"]), *numbers_of(one["fpir"])) for one in rungs)
    return Drawing("ladder", caption.title, drawn, ("threshold", "people", *MEASURED), rows)


def _line_in_words(line: Line) -> str:
    first, last = line.points[0], line.points[-1]
    return (
        f"{line.label}: {words.percent(first[1])} among {words.count(first[0])} people, "
        f"{words.percent(last[1])} among {words.count(last[0])}."
    )


def processing_chart(subject: Subject) -> Drawing:
    """Photographs not enrolled and not searched, as parts of all."""
    processing = subject.results["processing"]
    named = (("not enrolled, of the gallery", "fte"), ("not searched with, of the probes", "fta"))
    rows = [
        (label, int(processing[key].get("errors") or 0), int(processing[key].get("trials") or 0))
        for label, key in named
    ]
    desc = (
        "; ".join(f"{label}: {words.count(part)} of {words.count(whole)}" for label, part, whole in rows)
        + "."
    )
    caption = subject.caption("Photographs that failed to process", desc)
    numbers = tuple((MEASURES[key].abbreviation, *numbers_of(processing[key])) for _, key in named)
    return Drawing("processing", caption.title, strips(caption, rows), ("measure", *MEASURED), numbers)
