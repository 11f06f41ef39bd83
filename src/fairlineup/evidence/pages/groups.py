"""Groups and declared contrasts: rates with intervals where they may be published, counts where not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.charts import Dot, Mark, dot_plot
from fairlineup.evidence.pages.contrasts import ContrastInWords, comparison
from fairlineup.evidence.pages.drawing import MEASURED, Drawing, named, numbers_of
from fairlineup.evidence.pages.failed import listed
from fairlineup.evidence.pages.figures import Measured
from fairlineup.evidence.pages.front import group_labels, groups_of
from fairlineup.evidence.pages.subject import Report
from fairlineup.evidence.pages.terms import FNIR, FPIR, GROUP_MEASURES, Term, short_name
from fairlineup.records import NotMeasured
from fairlineup.results import GroupRates, Share, ThresholdResults


@dataclass(frozen=True, slots=True)
class LabelAt:
    """All groups of one label at one threshold."""

    label: str  #: of the groups.
    threshold: ThresholdResults  #: all rates at it.
    groups: list[GroupRates]  #: with this label.
    withheld: str  #: why none of the groups is published; blank where some are.
    #: flagged and missed, drawn, each under its heading; none where no rate is published.
    charts: list[tuple[str, Drawing]]
    contrasts: list[ContrastInWords]  #: the declared ones, in words.


def labels_at(subject: Report, threshold: ThresholdResults) -> list[LabelAt]:
    """Each label that makes groups, or whose groups are compared, at a threshold."""
    compared = (one.contrast.label for one in listed(subject.deployed.contrasts))
    labels = dict.fromkeys([*group_labels(subject.deployed), *compared])
    return [_label_at(subject, label, threshold) for label in labels]


def _label_at(subject: Report, label: str, threshold: ThresholdResults) -> LabelAt:
    groups = groups_of(threshold, label)
    reasons = {withheld(one) for one in groups}
    return LabelAt(
        label=label,
        threshold=threshold,
        groups=groups,
        withheld=reasons.pop() if len(reasons) == 1 else "",
        charts=_charts(subject, label, threshold, groups),
        contrasts=[
            comparison(subject, one) for one in listed(threshold.contrasts) if one.contrast.label == label
        ],
    )


def none_says(subject: Report) -> str:
    """Why there is no group to show."""
    asked = " or ".join(f"“{label.replace('_', ' ')}”" for label in subject.results.searches.unlabelled)
    if asked:
        return f"Nobody searched for carries a value of {asked}, so no rate of a group is given."
    return "The plan declared no groups, so no rate is given for any."


def rate_of(group: GroupRates, term: Term) -> Measured:
    """A rate of a group."""
    found: Measured = group.fta if term.key == "fta" else getattr(group.rates, term.key)
    return found


def withheld(group: GroupRates) -> str:
    """Why none of a group's rates is published; blank where some are."""
    found = [rate_of(group, term) for term in GROUP_MEASURES]
    reasons = {one.reason if isinstance(one, NotMeasured) else "" for one in found}
    return reasons.pop() if len(reasons) == 1 else ""


def _charts(
    subject: Report, label: str, threshold: ThresholdResults, groups: list[GroupRates]
) -> list[tuple[str, Drawing]]:
    called = f"“{threshold.name}”" if threshold.name else subject.at(threshold)
    return [
        (f"{subject.artifact}{short_name(term)}, {called}", _chart(subject, (term, shape), threshold, groups))
        for term, shape in ((FPIR, "circle"), (FNIR, "diamond"))
        if any(isinstance(rate_of(one, term), Share) for one in groups)
    ]


def _chart(
    subject: Report, drawn: tuple[Term, str], threshold: ThresholdResults, groups: list[GroupRates]
) -> Drawing:
    (term, shape), label = drawn, groups[0].label
    rates = [(one.value, rate_of(one, term)) for one in groups]
    rows = [dot(value, rate, shape=shape) for value, rate in rates]
    desc = "; ".join(f"{row.label}: {row.text}" for row in rows) + "."
    where = f"{label}, at {subject.named(threshold)}"
    caption = subject.caption(f"{subject.artifact}{short_name(term)} by {where}", desc)
    if subject.artifact:
        caption = replace(caption, notice=f"{caption.notice}: generator artifact")
    name = named(term.key, "by", label, "at", threshold.name) if threshold.name else ""
    numbers = tuple((value, *numbers_of(rate)) for value, rate in rates)
    return Drawing(name, caption.title, dot_plot(caption, rows), (label, *MEASURED), numbers)


def dot(label: str, measured: Measured, *, shape: str = "circle", heading: str = "") -> Dot:
    """A measured number as a row of a dot plot."""
    if isinstance(measured, NotMeasured):
        return Dot(label, "not measured", (Mark(shape, None),), heading)
    rate = (measured.value, measured.low, measured.high)
    return Dot(label, words.percent(measured.value), (Mark(shape, rate),), heading)
