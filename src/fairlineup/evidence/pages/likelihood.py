"""Scores as evidence: likelihood ratios with their bounds and costs, never those of a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.curves import Axes, Curve, curve_plot
from fairlineup.evidence.pages.drawing import Drawing
from fairlineup.evidence.pages.figures import Unit, interval
from fairlineup.evidence.pages.subject import Report
from fairlineup.evidence.pages.svg import Caption, between, linear
from fairlineup.records import NotMeasured
from fairlineup.results import GroupLikelihood, PublishedRatios, RatioAtThreshold

METHODS = {
    "affine": "The log of the ratio is taken to be a straight line in the score (logistic regression).",
    "kernel": "The ratio is that of two densities of the score, each fitted locally; no shape is supposed.",
    "isotonic": "The ratio is a falling step function of the score (pool adjacent violators).",
}
Row = tuple[float | None, ...]
Series = tuple[str, str, Row]
"""Name in the results, name on the chart, values."""


@dataclass(frozen=True, slots=True)
class Ratios:
    """The likelihood ratios in words and pictures."""

    says: list[str]  #: sentences on costs, bounds and people.
    table: list[tuple[str, Markup]]  #: threshold or score, and log10 of its likelihood ratio.
    drawings: list[Drawing]  #: the ratio against the score, Tippett and ECE.


def ratios(subject: Report) -> Ratios | None:
    """The ratios; None where there are none."""
    likelihood = subject.results.likelihood
    if isinstance(likelihood, NotMeasured) or isinstance(likelihood.ratios, NotMeasured):
        return None
    found = likelihood.ratios
    drawn = (_ratio_chart(subject, found), _tippett(subject, found), _ece(subject, found))
    says = [_cost(subject, found), *_says(found, likelihood.other_splits or ())]
    return Ratios(says, list(_table(found)), [one for one in drawn if one])


def _cost(subject: Report, found: PublishedRatios) -> str:
    if isinstance(found.cllr, NotMeasured):
        said = f"Cllr was not measured: {found.cllr.reason}"
    else:
        cllr = interval(found.cllr, Unit(words.significant, " bits"), subject.level)
        said = (
            f"Cllr, the cost of taking these ratios for evidence, is {cllr}; 0 is perfect, 1 is what no "
            "comparison at all would cost"
        )
    if found.cllr_min is not None:
        said += f"; of it, {words.significant(found.cllr_min)} is lost because the scores overlap"
    if found.cllr_cal is not None:
        said += f"; and {words.significant(found.cllr_cal)} because the ratios are off"
    return f"{said}."


def _says(found: PublishedRatios, other_splits: Row) -> Iterator[str]:
    yield METHODS[found.method]
    if found.withheld:
        yield f"No likelihood ratio is stated: {found.withheld}."
    if other_splits:
        others = ", ".join(_number(value) for value in other_splits)
        yield f"Had other people been fitted on, Cllr would have been {others}."
    yield (
        f"log10 ratios are given only between {_number(found.elub.low)} and {_number(found.elub.high)} "
        "(ELUB): the photographs tested support nothing stronger in either direction."
    )
    yield (
        f"The method was chosen and fitted on {words.count(found.people.fit)} people and judged on "
        f"{words.count(found.people.test)} others; the ratios come from the same method fitted on all."
    )
    if found.note:
        yield f"{found.note.rstrip('.')}."


def _number(value: float | None) -> str:
    return "beyond all bounds" if value is None else words.signed_number(value)


def _ratio_text(value: float, low: float | None, high: float | None) -> str:
    return f"{_number(value)} ({_number(low)} to {_number(high)})"


def _table(found: PublishedRatios) -> Iterator[tuple[str, Markup]]:
    """The ratio right at each declared threshold, then some ten scores; all stand in the drawing's data."""
    for one in found.at_thresholds:
        if one.log10_lr is not None:
            yield f"at “{one.threshold}”", _datum(one.log10_lr, one.low, one.high)
        elif one.not_measured:
            yield f"at “{one.threshold}”", escape(f"not measured: {one.not_measured}")
    line = [
        (words.score(score), _datum(ratio, low, high))
        for score, ratio, low, high in _line(found)
        if ratio is not None
    ]
    yield from line[:: max(1, -(-len(line) // 10))]


def _datum(value: float, low: float | None, high: float | None) -> Markup:
    return Markup('<data value="{}">{}</data>').format(value, _ratio_text(value, low, high))


def _line(found: PublishedRatios) -> list[tuple[float, float | None, float | None, float | None]]:
    """Score, log10 of its ratio, and the ends of its interval."""
    columns = (found.scores, found.log10_lr, found.log10_lr_low, found.log10_lr_high)
    return sorted((row[0], *row[1:]) for row in zip(*columns, strict=True) if row[0] is not None)


def group_ratios(one: GroupLikelihood) -> str:
    """The ratio of a group right at each threshold, or why there is none; blank where nothing is known."""
    at: tuple[RatioAtThreshold, ...] = () if isinstance(one.ratios, NotMeasured) else one.ratios.at_thresholds
    stated = "; ".join(
        f"{_ratio_text(found.log10_lr, found.low, found.high)} at “{found.threshold}”"
        for found in at
        if found.log10_lr is not None
    )
    return stated or next((found.not_measured for found in at if found.not_measured), "")


# --- the charts ----------------------------------------------------------------------------------


def _ratio_chart(subject: Report, found: PublishedRatios) -> Drawing | None:
    """The ratio against the score with its interval, as far as it is supported."""
    rows = _line(found)
    known = [end for row in rows for end in row[1:] if end is not None]
    if len(rows) < 2 or not known:
        return None
    title = f"How strong the evidence of each {subject.unit} is, in this test’s photographs"
    caption = subject.caption(title, "log10 of the likelihood ratio; above 0 it speaks for one person.")
    along = between(rows[0][0], rows[-1][0])
    axes = Axes(along, between(min(known), max(known)), subject.unit, up_percent=False)
    names = ("log10 of the likelihood ratio", "lower end of its interval", "upper end")
    curves = [Curve(name, tuple((row[0], row[k]) for row in rows)) for k, name in enumerate(names, 1)]
    columns = (subject.unit, "log10_lr", "low", "high")
    return Drawing("likelihood-ratio", title, curve_plot(caption, curves, axes), columns, tuple(rows))


def _tippett(subject: Report, found: PublishedRatios) -> Drawing | None:
    title = "Tippett plot: how often one person, and two, give at least so strong a ratio"
    desc = "Shares of comparisons with at least a given log10 likelihood ratio."
    part = found.tippett
    drawn = (
        ("log10_lr", "log10 of the ratio, at least", part.log10_lr),
        ("mated", "one person (mated)", part.mated),
        ("non_mated", "two people (non-mated)", part.non_mated),
    )
    return _drawn("tippett", subject.caption(title, desc), drawn)


def _ece(subject: Report, found: PublishedRatios) -> Drawing | None:
    title = "ECE plot: what is still not known after the comparison, in bits"
    desc = "Empirical cross-entropy against the log10 prior odds of one person."
    part = found.ece
    drawn = (
        ("log10_odds", "log10 of the prior odds", part.log10_odds),
        ("system", "these ratios", part.system),
        ("pav", "recalibrated (PAV)", part.pav),
        ("none", "no comparison", part.none),
    )
    return _drawn("ece", subject.caption(title, desc), drawn)


def _drawn(name: str, caption: Caption, drawn: tuple[Series, ...]) -> Drawing | None:
    """Curves over the first series; None where there are no two places along it."""
    (_, along_name, places), *curves = drawn
    along = [place for place in places if place is not None]
    if len(along) < 2:
        return None
    most = max((v for _, _, values in curves for v in values if v is not None), default=1.0)
    axes = Axes(
        along=between(along[0], along[-1]),
        up=linear(most),
        along_name=along_name,
        up_percent=name == "tippett",
        marks=((0.0, "LR = 1"),) if name == "tippett" else (),
    )
    lines = [Curve(label, tuple(zip(along, values, strict=True))) for _, label, values in curves]
    rows = tuple(zip(*(values for _, _, values in drawn), strict=True))
    columns = tuple(key for key, _, _ in drawn)
    return Drawing(name, caption.title, curve_plot(caption, lines, axes), columns, rows)
