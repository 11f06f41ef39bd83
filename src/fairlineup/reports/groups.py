"""Groups and declared contrasts: rates with intervals where they may be published, counts where not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from fairlineup.reports import words
from fairlineup.reports.charts import Dot, dot_plot
from fairlineup.reports.figures import RATIO, Figure, Results, figure
from fairlineup.reports.finding import measure_of
from fairlineup.reports.subject import Subject
from fairlineup.reports.terms import FNIR, FPIR, GROUP_MEASURES, Term


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
class ContrastView:
    """A declared comparison of two groups in words.

    Attributes:
        heading: whom against whom.
        counts: flagged people of each.
        says: what was found, sentence by sentence.
        ratio: how many times as likely.
    """

    heading: str
    counts: str
    says: tuple[str, ...]
    ratio: Figure


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
        limit: whether the limit is held at this threshold.
    """

    label: str
    source: str
    threshold: str
    at: str
    rows: tuple[GroupRow, ...]
    withheld: str
    charts: tuple[tuple[str, Markup], ...]
    contrasts: tuple[ContrastView, ...]
    limit: bool


def groups(subject: Subject) -> list[list[GroupsAt]]:
    """For each label that makes groups: its tables, the limit's threshold first."""
    thresholds = sorted(subject.results["thresholds"], key=lambda one: one is not subject.limit)
    labels = _labels(subject.limit)
    return [[_at(subject, label, threshold) for threshold in thresholds] for label in labels]


def _labels(threshold: Results) -> list[str]:
    named = [*threshold.get("groups", ()), *threshold.get("contrasts", ())]
    return list(dict.fromkeys(str(one["label"]) for one in named))


def _at(subject: Subject, label: str, threshold: Results) -> GroupsAt:
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
        contrasts=tuple(_contrast(subject, one) for one in contrasts),
        limit=threshold is subject.limit,
    )


def _row(group: Results) -> GroupRow:
    cells = tuple(measure_of(group, term) for term in GROUP_MEASURES)
    reasons = {cell.reason for cell in cells}
    withheld = reasons.pop() if len(reasons) == 1 else ""
    return GroupRow(str(group["value"]), int(group["people"]), cells, withheld)


def _charts(
    subject: Subject, label: str, threshold: Results, found: list[Results]
) -> list[tuple[str, Markup]]:
    return [
        (
            f"{subject.artefact}{term.name} ({_short(term)}), “{threshold['name']}”",
            _chart(subject, term, shape, f"{label}, at {subject.named(threshold)}", found),
        )
        for term, shape in ((FPIR, "circle"), (FNIR, "diamond"))
        if any("value" in (one.get(term.key) or {}) for one in found)
    ]


def _chart(subject: Subject, term: Term, shape: str, where: str, found: list[Results]) -> Markup:
    rows = [dot(str(one["value"]), one.get(term.key) or {}, shape=shape) for one in found]
    desc = "; ".join(f"{row.label}: {row.text}" for row in rows) + "."
    caption = subject.caption(f"{subject.artefact}{term.name} ({_short(term)}) by {where}", desc)
    if subject.artefact:
        caption = replace(caption, notice=f"{caption.notice}: generator artefact")
    return dot_plot(caption, rows)


def _short(term: Term) -> str:
    """Its abbreviation without arguments: FNIR."""
    return term.abbreviation.partition("(")[0]


def dot(label: str, measured: Results, *, shape: str = "circle", heading: str = "") -> Dot:
    """A measured number as a row of a dot plot."""
    if "value" not in measured:
        return Dot(label, "not measured", None, shape, heading)
    rate = (float(measured["value"]), float(measured["low"]), float(measured["high"]))
    return Dot(label, words.percent(rate[0]), rate, shape, heading)


# --- contrasts -----------------------------------------------------------------------------------


def _contrast(subject: Subject, contrast: Results) -> ContrastView:
    one = f"“{contrast['one']}”"
    other = "everyone else with a label" if contrast["other"] == "others" else f"“{contrast['other']}”"
    a, b = contrast["one_counts"], contrast["other_counts"]
    ratio = contrast.get("risk_ratio") or {"not_measured": contrast.get("not_measured", "not compared")}
    return ContrastView(
        heading=f"{one} against {other}",
        counts=(
            f"{words.count(a['errors'])} of {words.count(a['people'])} people flagged in {one}, "
            f"{words.count(b['errors'])} of {words.count(b['people'])} among {other}."
        ),
        says=tuple(_says(subject, contrast, one, other)),
        ratio=figure(ratio, RATIO),
    )


def _says(subject: Subject, contrast: Results, one: str, other: str) -> list[str]:
    if "not_measured" in contrast:
        return [f"Not compared: {contrast['not_measured']}."]
    said = [_ratio_sentence(subject, contrast["risk_ratio"], one, other)]
    fisher = contrast["fisher_two_sided"]
    if not isinstance(fisher, int | float):
        return [*said, f"No p-value: {fisher['not_measured']}."]
    said.append(_chance_sentence(contrast, float(fisher), one))
    if fisher > 1 - float(subject.results["statistics"]["level"]):
        said.append(_power_sentence(contrast["detectable_ratio"]))
    return said


def _ratio_sentence(subject: Subject, ratio: Results, one: str, other: str) -> str:
    if "value" not in ratio:
        return f"How many times as likely was not measured: {ratio['not_measured']}."
    value, low, high = (words.ratio_number(float(ratio[key])) for key in ("value", "low", "high"))
    return (
        f"Someone in {one} was {value} times as likely to be flagged as someone among {other} "
        f"({subject.level} interval {low} to {high}; {ratio['method']})."
    )


def _chance_sentence(contrast: Results, fisher: float, one: str) -> str:
    one_sided = f"one-sided, that {one} is flagged more, hypergeometric p"
    named = ((one_sided, "hypergeometric_one_sided"), ("mid-p", "mid_p"))
    others = "; ".join(f"{name} {_p(contrast.get(key))}" for name, key in named)
    if fisher < 0.0001:
        often = "fewer than 1 in 10,000"
    elif fisher >= 0.995:
        often = "practically all"
    else:
        many, base = words.of_every(fisher)
        often = f"about {many} in {base}"
    return (
        f"If both had the same true rate, {often} such tests would show a difference at least this large "
        f"(Fisher, two-sided p {words.p_value(fisher)}; {others})."
    )


def _p(value: object) -> str:
    if isinstance(value, int | float):
        return words.p_value(float(value))
    return "not measured"


def _power_sentence(detectable: object) -> str:
    if not isinstance(detectable, int | float):
        reason = detectable.get("not_measured") if isinstance(detectable, dict) else None
        return f"That is no finding of equality: {reason or 'what could have been found is not recorded'}."
    least = words.ratio_number(float(detectable))
    return (
        f"That is no finding of equality: with so many people this test could only have detected a ratio of "
        f"{least} or more (four times in five)."
    )
