"""Groups and declared contrasts: rates with intervals where they may be published, counts where not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.charts import Dot, Mark, dot_plot
from fairlineup.evidence.pages.contrasts import ContrastView, contrast_view
from fairlineup.evidence.pages.drawing import MEASURED, Drawing, named, numbers_of
from fairlineup.evidence.pages.figures import Figure, Results
from fairlineup.evidence.pages.finding import measure_of
from fairlineup.evidence.pages.subject import Subject
from fairlineup.evidence.pages.terms import FNIR, FPIR, GROUP_MEASURES, Term


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group at one threshold.

    Attributes:
        value: of the label.
        people: how many were searched for.
        cells: its measures.
        withheld: why none of them is published; blank where some are.
    """

    value: str
    people: int
    cells: tuple[Figure, ...]
    withheld: str


@dataclass(frozen=True, slots=True)
class GroupsAt:
    """All groups of one label at one threshold.

    Attributes:
        label: the label column.
        source: where its values come from; blank where no source is cited.
        threshold: name of the threshold.
        at: what it accepts.
        rows: the groups.
        withheld: why none of the groups is published; blank where some are.
        charts: flagged and missed, drawn, each under its heading; none where no rate is published.
        contrasts: the declared ones.
        deployed: whether the first limit is held at this threshold.
    """

    label: str
    source: str
    threshold: str
    at: str
    rows: tuple[GroupRow, ...]
    withheld: str
    charts: tuple[tuple[str, Drawing], ...]
    contrasts: tuple[ContrastView, ...]
    deployed: bool


def groups(subject: Subject) -> list[list[GroupsAt]]:
    """For each label that makes groups: its tables, the deployed threshold first."""
    thresholds = sorted(subject.results["thresholds"], key=lambda one: one is not subject.deployed)
    return [[groups_at(subject, label, threshold) for threshold in thresholds] for label in labels(subject)]


def labels(subject: Subject) -> list[str]:
    """Labels that make groups, or whose groups are compared."""
    threshold = subject.deployed
    named = [*threshold.get("groups", ()), *threshold.get("contrasts", ())]
    return list(dict.fromkeys(str(one["label"]) for one in named))


def groups_at(subject: Subject, label: str, threshold: Results) -> GroupsAt:
    """All groups of a label at a threshold, declared or chosen."""
    found = [one for one in threshold.get("groups", ()) if one["label"] == label]
    contrasts = [one for one in threshold.get("contrasts", ()) if one["label"] == label]
    sources = subject.results["dataset"].get("label_sources") or {}
    rows = tuple(_row(one) for one in found)
    reasons = {row.withheld for row in rows}
    return GroupsAt(
        label=label.replace("_", " "),
        source=str(sources.get(label) or ""),
        threshold=str(threshold["name"]),
        at=subject.at(threshold),
        rows=rows,
        withheld=reasons.pop() if len(reasons) == 1 else "",
        charts=tuple(_charts(subject, label, threshold, found)),
        contrasts=tuple(contrast_view(subject, one) for one in contrasts),
        deployed=threshold is subject.deployed,
    )


def _row(group: Results) -> GroupRow:
    cells = tuple(measure_of(group, term) for term in GROUP_MEASURES)
    reasons = {cell.reason for cell in cells}
    withheld = reasons.pop() if len(reasons) == 1 else ""
    return GroupRow(str(group["value"]), int(group["people"]), cells, withheld)


def _charts(
    subject: Subject, label: str, threshold: Results, found: list[Results]
) -> list[tuple[str, Drawing]]:
    called = f"“{threshold['name']}”" if threshold["name"] else subject.at(threshold)
    return [
        (
            f"{subject.artefact}{term.name} ({_short(term)}), {called}",
            _chart(subject, (term, shape), label, threshold, found),
        )
        for term, shape in ((FPIR, "circle"), (FNIR, "diamond"))
        if any("value" in (one.get(term.key) or {}) for one in found)
    ]


def _chart(
    subject: Subject, drawn: tuple[Term, str], label: str, threshold: Results, found: list[Results]
) -> Drawing:
    term, shape = drawn
    rows = [dot(str(one["value"]), one.get(term.key) or {}, shape=shape) for one in found]
    desc = "; ".join(f"{row.label}: {row.text}" for row in rows) + "."
    where = f"{label}, at {subject.named(threshold)}"
    caption = subject.caption(f"{subject.artefact}{term.name} ({_short(term)}) by {where}", desc)
    if subject.artefact:
        caption = replace(caption, notice=f"{caption.notice}: generator artefact")
    name = named(term.key, "by", label, "at", str(threshold["name"])) if threshold["name"] else ""
    rates = tuple((str(one["value"]), *numbers_of(one.get(term.key) or {})) for one in found)
    return Drawing(name, caption.title, dot_plot(caption, rows), (label, *MEASURED), rates)


def _short(term: Term) -> str:
    """Its abbreviation without arguments: FNIR."""
    return term.abbreviation.partition("(")[0]


def dot(label: str, measured: Results, *, shape: str = "circle", heading: str = "") -> Dot:
    """A measured number as a row of a dot plot."""
    if "value" not in measured:
        return Dot(label, "not measured", (Mark(shape, None),), heading)
    rate = (float(measured["value"]), float(measured["low"]), float(measured["high"]))
    return Dot(label, words.percent(rate[0]), (Mark(shape, rate),), heading)
