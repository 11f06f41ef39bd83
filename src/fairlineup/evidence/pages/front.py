"""The two tables of page 1: who was matched with somebody else, by group; and what each threshold trades."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.drawing import MEASURED
from fairlineup.evidence.pages.figures import Figure, Results
from fairlineup.evidence.pages.finding import measure_of
from fairlineup.evidence.pages.subject import Subject
from fairlineup.evidence.pages.svg import Axis, across, element, mark, rooted
from fairlineup.evidence.pages.terms import FMR, FNIR, FPIR, PEOPLE_FLAGGED, SELECTIVITY

TRADED = (PEOPLE_FLAGGED, SELECTIVITY, FMR, FNIR)
MINOR_TICKS = (1, 3, 4)  # left out where there is little room
MOST_GROUPS = 12  # of one label on page 1; all stand under Groups


@dataclass(frozen=True, slots=True)
class Flagged:
    """How many were flagged of everyone, or of one group.

    Attributes:
        label: heads the first group of a label; blank otherwise.
        name: who.
        per_1000: flagged per 1,000 searches.
        fpir: the same as a share, with its counts.
        bar: the interval and value, drawn.
    """

    label: str
    name: str
    per_1000: Figure
    fpir: Figure
    bar: Markup


@dataclass(frozen=True, slots=True)
class Untold:
    """Why page 1 gives no figure of a label's groups, or not of every one."""

    label: str
    reason: str
    partly: bool


@dataclass(frozen=True, slots=True)
class Trade:
    """What one threshold trades.

    Attributes:
        name: of the threshold; blank where nobody declared it.
        at: what it accepts.
        cells: flagged, listed, false matches, missed.
        deployed: whether the first limit is held there.
    """

    name: str
    at: str
    cells: tuple[Figure, ...]
    deployed: bool


def flagged_rows(subject: Subject) -> list[Flagged]:
    """Everyone, then every group that may be published, at the threshold told of."""
    told = [("", subject.people, subject.limit)]
    for label in _labels(subject):
        told += [(label, str(one["value"]), one) for one in _published(subject, label)[:MOST_GROUPS]]
    scale = strip_scale(subject)
    headed: set[str] = set()
    rows: list[Flagged] = []
    for label, name, record in told:
        rows.append(
            Flagged(
                label="" if label in headed else label.replace("_", " "),
                name=name,
                per_1000=measure_of(record, PEOPLE_FLAGGED),
                fpir=measure_of(record, FPIR),
                bar=_bar(record, scale),
            )
        )
        headed.add(label)
    return rows


def strip_scale(subject: Subject) -> Axis:
    """From 0 to the highest end of any interval at any threshold: the same wherever it is told."""
    return rooted(max(_ends(subject), default=1.0), most=1.0)


def _ends(subject: Subject) -> Iterator[float]:
    for at in subject.results["thresholds"]:
        for one in (at, *at.get("groups", ())):
            if "high" in (one.get(FPIR.key) or {}):
                yield float(one[FPIR.key]["high"])
    sweep = subject.results.get("sweep") or {"everyone": {}}
    for series in (sweep["everyone"], *sweep.get("groups", ())):
        yield from (float(point[2]) for point in series.get(FPIR.key, ()) if len(point) == len(MEASURED) - 1)


def strip_axis(subject: Subject) -> Markup:
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
    return element(
        "svg", unit, line, *marks, *names, class_="chart bar", width="100%", height=36, aria_hidden="true"
    )


def untold(subject: Subject) -> list[Untold]:
    """Labels of which page 1 shows no group, or not all, each with the reason."""
    missing: list[Untold] = []
    for label in _labels(subject):
        groups = [one for one in subject.deployed["groups"] if one["label"] == label]
        shown = len(_published(subject, label))
        reasons = _reasons(groups)
        if shown > MOST_GROUPS:
            reasons.append(f"{words.count(shown - MOST_GROUPS)} more stand under Groups")
        if reasons:
            missing.append(Untold(label.replace("_", " "), "; ".join(reasons), partly=shown > 0))
    return missing


def _reasons(groups: list[Results]) -> list[str]:
    """Why groups have no figure: once where it is the same for all, else with the groups it is true of."""
    found: dict[str, list[str]] = {}
    for one in groups:
        if "value" not in one[FPIR.key]:
            found.setdefault(str(one[FPIR.key]["not_measured"]), []).append(f"“{one['value']}”")
    if len(found) == 1 and len(groups) == sum(map(len, found.values())):
        return list(found)
    return [f"{', '.join(names)}: {reason}" for reason, names in found.items()]


def trades(subject: Subject) -> list[Trade]:
    """Every declared threshold, in the plan's order."""
    return [trade(subject, one) for one in subject.results["thresholds"]]


def trade(subject: Subject, threshold: Results) -> Trade:
    """One threshold, declared or chosen."""
    cells = tuple(measure_of(threshold, term) for term in TRADED)
    return Trade(str(threshold["name"]), subject.at(threshold), cells, threshold is subject.deployed)


def _labels(subject: Subject) -> list[str]:
    return list(dict.fromkeys(str(one["label"]) for one in subject.deployed.get("groups", ())))


def _published(subject: Subject, label: str) -> list[Results]:
    """Groups published at the deployed threshold, so that rows stay while the threshold moves."""
    shown = {
        one["value"]
        for one in subject.deployed["groups"]
        if one["label"] == label and "value" in (one.get(FPIR.key) or {})
    }
    return [one for one in subject.limit["groups"] if one["label"] == label and one["value"] in shown]


def _rate(record: Results) -> tuple[float, float, float]:
    fpir = record[FPIR.key]
    return float(fpir["value"]), float(fpir["low"]), float(fpir["high"])


def _bar(record: Results, scale: Axis) -> Markup:
    """Value and interval on one line; decoration, since both stand beside it in words."""
    if "value" not in record[FPIR.key]:
        return Markup("")
    value, low, high = (across(scale.share(end)) for end in _rate(record))
    ticks = [across(scale.share(tick)) for tick in scale.ticks]
    return element(
        "svg",
        *(element("line", x1=x, x2=x, y1=0, y2="100%", class_="grid") for x in ticks),
        element("line", x1=low, x2=high, y1="50%", y2="50%", class_="interval"),
        mark("circle", value, "50%"),
        class_="chart bar",
        width="100%",
        height=24,
        aria_hidden="true",
    )
