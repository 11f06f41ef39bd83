"""The charts of the whole page, from the results."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.charts import Dot, dot_plot, strips
from fairlineup.evidence.pages.curves import Axes, Curve, Line, cursor, curve_plot, line_plot
from fairlineup.evidence.pages.drawing import MEASURED, Drawing, numbers_of
from fairlineup.evidence.pages.failed import listed
from fairlineup.evidence.pages.groups import dot
from fairlineup.evidence.pages.subject import Report, score_of
from fairlineup.evidence.pages.svg import between, linear
from fairlineup.evidence.pages.sweep import swept
from fairlineup.evidence.pages.terms import FNIR, FPIR, FTA, FTE
from fairlineup.evidence.pages.verdicts import ruled_on
from fairlineup.records import NotMeasured
from fairlineup.results import Sweep, SweepPoint, ThresholdResults

SWEPT = ("innocent people flagged", "people in the gallery missed")


def trade_chart(subject: Report) -> Drawing:
    """At each threshold, how many innocent people are flagged and how many people are missed."""
    rows: list[Dot] = []
    numbers = []
    for threshold in subject.results.thresholds:
        name, rates = f"{threshold.name} ({subject.at(threshold)})", threshold.rates
        flagged = dot(SWEPT[0], rates.fpir, heading=name)
        missed = dot(SWEPT[1], rates.fnir, shape="diamond")
        rows.append(replace(flagged, limit=_limit(subject, threshold, FPIR.key)))
        rows.append(replace(missed, limit=_limit(subject, threshold, FNIR.key)))
        numbers += [
            (threshold.name, FPIR.key, *numbers_of(rates.fpir)),
            (threshold.name, FNIR.key, *numbers_of(rates.fnir)),
        ]
    desc = " ".join(
        f"{f'{row.heading}: ' if row.heading else ''}{row.label} {row.text}{';' if row.heading else '.'}"
        for row in rows
    )
    caption = subject.caption("What each threshold trades: people flagged against people missed", desc)
    columns = ("threshold", "measure", *MEASURED)
    return Drawing("trade", caption.title, dot_plot(caption, rows), columns, tuple(numbers))


def _limit(subject: Report, threshold: ThresholdResults, measure: str) -> float | None:
    """The declared limit on everyone, where it is one of this measure at this threshold and was ruled on."""
    here = (measure, threshold.name, "")
    return next(
        (one.at_most for one in ruled_on(subject) if (one.measure, one.threshold, one.of) == here), None
    )


def _sweep_axes(subject: Report, sweep: Sweep) -> Axes:
    """Along all thresholds of the sweep, the declared ones marked."""
    marks = tuple((score_of(one.at), one.name) for one in subject.results.thresholds)
    along = between(min(sweep.scores), max(sweep.scores))
    return Axes(along, linear(1.0), f"threshold ({subject.unit})", marks=marks)


def sweep_chart(subject: Report) -> Drawing | None:
    """FPIR and FNIR at every threshold of the sweep; None where there is none."""
    sweep = swept(subject)
    if sweep is None:
        return None
    series = (sweep.everyone.fpir, sweep.everyone.fnir)
    values = [[point.value if isinstance(point, SweepPoint) else None for point in one] for one in series]
    rows = sorted(zip(sweep.scores, *values, strict=True))
    curves = [
        Curve(name, tuple(sorted(zip(sweep.scores, one, strict=True))))
        for name, one in zip(SWEPT, values, strict=True)
    ]
    desc = "As the threshold accepts more, more innocent people are flagged and fewer people missed."
    caption = subject.caption("People flagged and people missed, at every threshold", desc)
    drawn = curve_plot(caption, curves, _sweep_axes(subject, sweep), sweep_cursor(subject))
    return Drawing("sweep", caption.title, drawn, (subject.unit, FPIR.key, FNIR.key), tuple(rows))


def sweep_cursor(subject: Report) -> Markup | None:
    """The current threshold, on the sweep's chart; None where there is none."""
    sweep = swept(subject)
    return cursor(_sweep_axes(subject, sweep), score_of(subject.current.at), len(SWEPT)) if sweep else None


def ladder_chart(subject: Report) -> Drawing | None:
    """FPIR against gallery size, a line for each threshold; None where no two sizes were measured."""
    points: dict[str, list[tuple[float, float, float, float]]] = {}
    rungs = sorted(listed(subject.results.ladder), key=lambda one: one.people)
    for rung in rungs:
        fpir = rung.fpir
        if not isinstance(fpir, NotMeasured):
            points.setdefault(rung.threshold, []).append((rung.people, fpir.value, fpir.low, fpir.high))
    lines = [Line(name, tuple(found)) for name, found in points.items()]
    if len({point[0] for line in lines for point in line.points}) < 2:
        return None
    desc = " ".join(_line_in_words(line) for line in lines)
    caption = subject.caption("Searches that flag an innocent person, against the size of the gallery", desc)
    drawn = line_plot(caption, lines, "people in the gallery")
    rows = tuple((one.threshold, one.people, *numbers_of(one.fpir)) for one in rungs)
    return Drawing("ladder", caption.title, drawn, ("threshold", "people", *MEASURED), rows)


def _line_in_words(line: Line) -> str:
    first, last = line.points[0], line.points[-1]
    return (
        f"{line.label}: {words.percent(first[1])} among {words.count(first[0])} people, "
        f"{words.percent(last[1])} among {words.count(last[0])}."
    )


def processing_chart(subject: Report) -> Drawing:
    """Photographs not enrolled and not searched, as parts of all."""
    fte, fta = subject.processing.fte, subject.processing.fta
    rows = [
        ("not enrolled, of the gallery", fte.errors or 0, fte.trials or 0),
        ("not searched with, of the probes", fta.errors or 0, fta.trials or 0),
    ]
    said = (f"{label}: {words.count(part)} of {words.count(whole)}" for label, part, whole in rows)
    caption = subject.caption("Photographs that failed to process", f"{'; '.join(said)}.")
    numbers = ((FTE.abbreviation, *numbers_of(fte)), (FTA.abbreviation, *numbers_of(fta)))
    return Drawing("processing", caption.title, strips(caption, rows), ("measure", *MEASURED), numbers)
