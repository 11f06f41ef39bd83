"""Scores as evidence: likelihood ratios with their bounds and costs, never those of a case."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.curves import Axes, Curve, curve_plot
from fairlineup.evidence.pages.drawing import Drawing
from fairlineup.evidence.pages.figures import Datum, Figure, Results, Unit, figure
from fairlineup.evidence.pages.subject import Subject
from fairlineup.evidence.pages.svg import Caption, between, linear

BITS = Unit(words.significant)
METHODS = {
    "affine": "The log of the ratio is taken to be a straight line in the score (logistic regression).",
    "kernel": "The ratio is that of two densities of the score, each fitted locally; no shape is supposed.",
    "isotonic": "The ratio is a falling step function of the score (pool adjacent violators).",
}


@dataclass(frozen=True, slots=True)
class Prior:
    """What answers and candidates are worth, for one supposed share of people enrolled."""

    prior: Datum
    threshold: str
    enrolled: Figure
    mate: Figure


@dataclass(frozen=True, slots=True)
class LikelihoodView:
    """The whole section.

    Attributes:
        reason: why there is none; blank where there is one.
        capture: what kind of photograph it holds for.
        says: sentences on costs, bounds and people.
        table: threshold or score, and log10 of its likelihood ratio.
        groups: label, value, Cllr, and the ratio at each threshold or why there is none.
        priors: what answers and candidates are worth.
        drawings: the ratio against the score, Tippett and ECE.
    """

    reason: str
    capture: str = ""
    says: tuple[str, ...] = ()
    table: tuple[tuple[str, Datum], ...] = ()
    groups: tuple[tuple[str, str, Figure, str], ...] = ()
    priors: tuple[Prior, ...] = ()
    drawings: tuple[Drawing, ...] = ()


def likelihood(subject: Subject) -> LikelihoodView | None:
    """The section; None where the results have no such part."""
    found = subject.results.get("likelihood")
    if not found:
        return None
    priors = tuple(
        Prior(
            Datum(words.declared_percent(float(one["prior"])), float(one["prior"])),
            str(one["threshold"]),
            figure(one["enrolled"]),
            figure(one["mate"]),
        )
        for one in found.get("posterior") or ()
    )
    if "not_measured" in found:
        return LikelihoodView(str(found["not_measured"]), priors=priors)
    return LikelihoodView(
        reason="",
        capture=str(found.get("capture", "")),
        says=tuple(_says(subject, found)),
        table=_table(found),
        groups=tuple(_group(one) for one in found.get("groups") or ()),
        priors=priors,
        drawings=tuple(
            one for one in (_ratio(subject, found), _tippett(subject, found), _ece(subject, found)) if one
        ),
    )


def _says(subject: Subject, found: Results) -> list[str]:
    said = []
    cllr = figure(found["cllr"], BITS)
    if cllr.value and cllr.low and cllr.high:
        said.append(
            f"Cllr, the cost of taking these ratios for evidence, is {cllr.value.text} bits "
            f"({subject.level} interval {cllr.low.text} to {cllr.high.text}); 0 is perfect, 1 is "
            "what no comparison at all would cost."
        )
    else:
        said.append(f"Cllr was not measured: {cllr.reason}.")
    for key, says in (
        ("cllr_min", "of it, {} is lost because the scores overlap"),
        ("cllr_cal", "and {} because the ratios are off"),
    ):
        if isinstance(found.get(key), int | float):
            said[0] = said[0].rstrip(".") + f"; {says.format(words.significant(float(found[key])))}."
    if found.get("method") in METHODS:
        said.append(METHODS[found["method"]])
    if found.get("withheld"):
        said.append(f"No likelihood ratio is stated: {found['withheld']}.")
    if found.get("other_splits"):
        others = ", ".join(_number(value) for value in found["other_splits"])
        said.append(f"Had other people been fitted on, Cllr would have been {others}.")
    elub = found.get("elub") or {}
    if all(isinstance(elub.get(end), int | float) for end in ("low", "high")):
        said.append(
            f"log10 ratios are given only between {_number(elub['low'])} and {_number(elub['high'])} (ELUB): "
            "the photographs tested support nothing stronger in either direction."
        )
    people = found.get("people") or {}
    if "fit" in people:
        said.append(
            f"The method was chosen and fitted on {words.count(people['fit'])} people and judged on "
            f"{words.count(people['test'])} others; the ratios come from the same method fitted on all."
        )
    if found.get("note"):
        said.append(f"{str(found['note']).rstrip('.')}.")
    return said


def _number(value: float | None) -> str:
    return "beyond all bounds" if value is None else words.signed_number(float(value))


def _table(found: Results) -> tuple[tuple[str, Datum], ...]:
    """The ratio right at each declared threshold, then some ten scores; all stand in the drawing's data."""
    at = [
        (f"at “{one['threshold']}”", _interval(one["log10_lr"], one["low"], one["high"]))
        for one in found.get("at_thresholds") or ()
        if one["log10_lr"] is not None
    ]
    line = [
        (words.score(score), _interval(ratio, low, high))
        for score, ratio, low, high in _line(found)
        if ratio is not None
    ]
    step = max(1, -(-len(line) // 10))
    return (*at, *line[::step])


def _line(found: Results) -> list[tuple[float, float | None, float | None, float | None]]:
    """Score, log10 of its ratio, and the ends of its interval."""
    columns = (found.get(name) or () for name in ("scores", "log10_lr", "log10_lr_low", "log10_lr_high"))
    return sorted(zip(*columns, strict=True))


def _interval(value: float, low: float | None, high: float | None) -> Datum:
    return Datum(f"{_number(value)} ({_number(low)} to {_number(high)})", float(value))


def _group(one: Results) -> tuple[str, str, Figure, str]:
    ratios = "; ".join(
        f"{_interval(at['log10_lr'], at['low'], at['high']).text} at “{at['threshold']}”"
        for at in one.get("at_thresholds") or ()
        if at["log10_lr"] is not None
    )
    withheld = next((at["not_measured"] for at in one.get("at_thresholds") or () if "not_measured" in at), "")
    measured = one.get("cllr") or {"not_measured": one.get("not_measured", "no reason is recorded")}
    label = str(one["label"]).replace("_", " ")
    return label, str(one["value"]), figure(measured, BITS), ratios or str(withheld)


Series = tuple[tuple[str, str], ...]


def _ratio(subject: Subject, found: Results) -> Drawing | None:
    """The ratio against the score with its interval, as far as it is supported."""
    rows = _line(found)
    known = [end for row in rows for end in row[1:] if end is not None]
    if len(rows) < 2 or not known:
        return None
    title = f"How strong the evidence of each {subject.unit} is, in this test’s photographs"
    caption = subject.caption(title, "log10 of the likelihood ratio; above 0 it speaks for one person.")
    axes = Axes(
        along=between(rows[0][0], rows[-1][0]),
        up=between(min(known), max(known)),
        along_name=subject.unit,
        up_percent=False,
    )
    names = ("log10 of the likelihood ratio", "lower end of its interval", "upper end")
    curves = [Curve(name, tuple((row[0], row[k]) for row in rows)) for k, name in enumerate(names, 1)]
    columns = (subject.unit, "log10_lr", "low", "high")
    return Drawing("likelihood-ratio", title, curve_plot(caption, curves, axes), columns, tuple(rows))


def _tippett(subject: Subject, found: Results) -> Drawing | None:
    caption = subject.caption(
        "Tippett plot: how often one person, and two, give at least so strong a ratio",
        "Shares of comparisons with at least a given log10 likelihood ratio.",
    )
    series = (("mated", "one person (mated)"), ("non_mated", "two people (non-mated)"))
    marks = ((0.0, "LR = 1"),)
    return _drawn("tippett", caption, found, series, ("log10_lr", "log10 of the ratio, at least", marks))


def _ece(subject: Subject, found: Results) -> Drawing | None:
    caption = subject.caption(
        "ECE plot: what is still not known after the comparison, in bits",
        "Empirical cross-entropy against the log10 prior odds of one person.",
    )
    series = (("system", "these ratios"), ("pav", "recalibrated (PAV)"), ("none", "no comparison"))
    return _drawn("ece", caption, found, series, ("log10_odds", "log10 of the prior odds", ()))


def _drawn(
    key: str,
    caption: Caption,
    found: Results,
    series: Series,
    across: tuple[str, str, tuple[tuple[float, str], ...]],
) -> Drawing | None:
    """Curves of one part of the results; None where it has none."""
    part, (along_key, along_name, marks) = found.get(key) or {}, across
    along = [float(place) for place in part.get(along_key) or ()]
    if len(along) < 2:
        return None
    values = [list(part[name]) for name, _ in series]
    most = max((v for column in values for v in column if v is not None), default=1.0)
    axes = Axes(
        along=between(along[0], along[-1]),
        up=linear(most),
        along_name=along_name,
        up_percent=key == "tippett",
        marks=marks,
    )
    curves = [
        Curve(name, tuple(zip(along, column, strict=True)))
        for (_, name), column in zip(series, values, strict=True)
    ]
    rows = tuple(zip(along, *values, strict=True))
    columns = (along_key, *(name for name, _ in series))
    return Drawing(key, caption.title, curve_plot(caption, curves, axes), columns, rows)
