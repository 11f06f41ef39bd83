"""The tables of page 1: who was matched with somebody else, by group, on one axis at every threshold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from markupsafe import Markup

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.failed import listed
from fairlineup.evidence.pages.subject import Report
from fairlineup.evidence.pages.svg import Axis, across, element, mark, rooted
from fairlineup.evidence.pages.sweep import swept
from fairlineup.records import NotMeasured
from fairlineup.results import GroupRates, Rates, Share, SweepPoint, ThresholdResults

MINOR_TICKS = (1, 3, 4)  # left out where there is little room
MOST_GROUPS = 12  # of one label on page 1; all stand under Groups


class Flagged(NamedTuple):
    """How many were flagged of everyone, or of one group."""

    label: str  #: heads the first group of a label; blank otherwise.
    name: str  #: who.
    rates: Rates  #: of these.
    bar: Markup  #: value and interval, drawn.


class Omitted(NamedTuple):
    """Why page 1 gives no figure of a label's groups, or not of every one."""

    label: str
    reason: str
    partly: bool


def flagged_rows(subject: Report) -> Iterator[Flagged]:
    """Everyone, then every group that may be published, at the current threshold."""
    scale = strip_scale(subject)
    rates = subject.current.rates
    yield Flagged("", subject.people, rates, _bar(rates, scale))
    for label in group_labels(subject.deployed):
        for n, group in enumerate(_published(subject, label)[:MOST_GROUPS]):
            head = "" if n else label.replace("_", " ")
            yield Flagged(head, group.value, group.rates, _bar(group.rates, scale))


def strip_scale(subject: Report) -> Axis:
    """From 0 to the highest end of any interval at any threshold: the same wherever it is told."""
    return rooted(max(_ends(subject), default=1.0), most=1.0)


def _ends(subject: Report) -> Iterator[float]:
    for at in subject.results.thresholds:
        for rates in (at.rates, *(one.rates for one in listed(at.groups))):
            if isinstance(rates.fpir, Share):
                yield rates.fpir.high
    sweep = swept(subject)
    if sweep:
        for series in (sweep.everyone, *(one.rates for one in sweep.groups)):
            yield from (point.high for point in series.fpir if isinstance(point, SweepPoint))


def strip_axis(subject: Report) -> Markup:
    """The axis of every interval drawn, with its numbers per 1,000 searches."""
    scale = strip_scale(subject)
    ticks = [(tick, across(scale.share(tick))) for tick in scale.ticks]
    anchors = {0: "start", len(ticks) - 1: "end"}
    marks = [element("line", x1=x, x2=x, y1=30, y2=36, class_="axis") for _, x in ticks]
    names = [
        element(
            "text",
            words.plain_number(1000 * tick),
            x=x,
            y=26,
            class_=f"tick {anchors.get(n, 'middle')}{' minor' if n in MINOR_TICKS else ''}",
        )
        for n, (tick, x) in enumerate(ticks)
    ]
    line = element("line", x1=across(0), x2=across(1), y1=36, y2=36, class_="axis")
    unit = element("text", "per 1,000 searches", x=across(0), y=11, class_="axis-name start")
    return _strip(36, unit, line, *marks, *names)


def _bar(rates: Rates, scale: Axis) -> Markup:
    """Value and interval on one line; decoration, since both stand beside it in words."""
    fpir = rates.fpir
    if isinstance(fpir, NotMeasured):
        return Markup("")
    value, low, high = (across(scale.share(end)) for end in (fpir.value, fpir.low, fpir.high))
    ticks = [across(scale.share(tick)) for tick in scale.ticks]
    return _strip(
        24,
        *(element("line", x1=x, x2=x, y1=0, y2="100%", class_="grid") for x in ticks),
        element("line", x1=low, x2=high, y1="50%", y2="50%", class_="interval"),
        mark("circle", value, "50%"),
    )


def _strip(height: int, *drawn: Markup) -> Markup:
    return element("svg", *drawn, class_="chart bar", width="100%", height=height, aria_hidden="true")


def untold(subject: Report) -> Iterator[Omitted]:
    """Labels of which page 1 shows no group, or not all, each with the reason."""
    for label in group_labels(subject.deployed):
        groups = groups_of(subject.deployed, label)
        shown = len(_published(subject, label))
        reasons = _reasons(groups)
        if shown > MOST_GROUPS:
            reasons.append(f"{words.count(shown - MOST_GROUPS)} more stand under Groups")
        if reasons:
            yield Omitted(label.replace("_", " "), "; ".join(reasons), partly=shown > 0)


def _reasons(groups: list[GroupRates]) -> list[str]:
    """Why groups have no figure: once where it is the same for all, else with the groups it is true of."""
    found: dict[str, list[str]] = {}
    for one in groups:
        if isinstance(one.rates.fpir, NotMeasured):
            found.setdefault(one.rates.fpir.reason, []).append(f"“{one.value}”")
    if len(found) == 1 and len(groups) == sum(map(len, found.values())):
        return list(found)
    return [f"{', '.join(names)}: {reason}" for reason, names in found.items()]


def group_labels(threshold: ThresholdResults) -> list[str]:
    """Labels that make groups."""
    return list(dict.fromkeys(one.label for one in listed(threshold.groups)))


def groups_of(threshold: ThresholdResults, label: str) -> list[GroupRates]:
    """The groups of a label."""
    return [one for one in listed(threshold.groups) if one.label == label]


def _published(subject: Report, label: str) -> list[GroupRates]:
    """Groups published at the deployed threshold, so that rows stay while the threshold moves."""
    shown = {one.value for one in groups_of(subject.deployed, label) if isinstance(one.rates.fpir, Share)}
    return [one for one in groups_of(subject.current, label) if one.value in shown]
