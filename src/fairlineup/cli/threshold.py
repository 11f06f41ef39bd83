"""`fairlineup threshold`: which threshold gives a wanted false alarm rate, and what it would miss."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from fairlineup.cli.auditing import section_failed
from fairlineup.cli.console import EXIT_FAILED, say, show_json
from fairlineup.cli.finding import in_percent
from fairlineup.cli.options import PATH, json_option
from fairlineup.evidence.evaluation import threshold_card
from fairlineup.evidence.pages import called
from fairlineup.evidence.pipeline import finished_run
from fairlineup.records import NotMeasured
from fairlineup.results import GroupThreshold, NamedThreshold, OperatingThreshold, ThresholdCard, to_json


@click.command()
@click.argument("run_directory", metavar="RUN", type=PATH)
@click.option("--fpir", "wanted", type=float, multiple=True, help="Rate wanted, e.g. 0.01; may be repeated.")
@click.option("--gallery", type=int, metavar="N", help="People in the gallery; by default all that RUN had.")
@json_option
def threshold(run_directory: Path, wanted: tuple[float, ...], gallery: int | None, *, as_json: bool) -> int:
    """Print the threshold card of a finished RUN.

    Which threshold flags so few of the people who are not in the gallery, for everyone and for the worst-off
    group; what it misses; and where the maker's own thresholds stand. With fewer than 30 errors behind a
    threshold none is given.
    """
    run, missing = finished_run(run_directory), []

    def failed(section: str, error: Exception) -> None:
        missing.append(section)
        section_failed(section, error)

    card = threshold_card(run, wanted, gallery, failed)
    if as_json:
        show_json(to_json(card))
    else:
        say(*words(card, called(run.directory.audit_results().system)))
    return EXIT_FAILED if missing else 0


def words(card: ThresholdCard, system: str) -> list[str]:
    """The card for a person to read, of a system by the name that people know."""
    lines = [f"Thresholds of {system} in a gallery of {card.gallery_people:,} people"]
    if card.population != "real":
        lines.append(f"The people are {card.population}: no threshold here is one for real people.")
    unit = card.scale if card.scale == "distance" else "score"
    for one in card.wanted:
        lines += ["", f"To flag {100 * one.fpir:g} % of people who are not in the gallery:"]
        lines.append(f"  everyone: {_point(one.everyone, unit)}")
        lines.append(f"  {_worst(one.worst_group, unit)}")
        lines += _unmeasured(one.groups)
    lines += ["", "Thresholds somebody named, in the gallery searched:"]
    lines += [_named(one, unit) for one in card.named]
    return [
        *lines,
        "",
        "These thresholds were chosen on the people they are reported on: on others they will be off as",
        "often to one side as to the other. Test the one you choose on people with no part in choosing it.",
        "They say nothing of a gallery of another kind of people, or of another kind of photographs.",
    ]


def _worst(worst: GroupThreshold | NotMeasured, unit: str) -> str:
    if isinstance(worst, NotMeasured):
        return f"worst-off group, the group that needs the strictest: {_point(worst, unit)}"
    return f"{worst.label} {worst.value}, the group that needs the strictest: {_point(worst.found, unit)}"


def _unmeasured(groups: Sequence[GroupThreshold]) -> list[str]:
    """Groups without a threshold, one line a label and reason."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for group in groups:
        if isinstance(group.found, NotMeasured):
            reasons.setdefault((group.label, group.found.reason), []).append(group.value)
    return [f"  {label} {', '.join(values)}: none ({why})" for (label, why), values in reasons.items()]


def _point(point: OperatingThreshold | NotMeasured, unit: str) -> str:
    if isinstance(point, NotMeasured):
        return f"no threshold is given: {point.reason}"
    side = "or less" if unit == "distance" else "or more"
    return (
        f"{unit} {point.score:.5g} {side}; FPIR {in_percent(point.fpir, 2)}, "
        f"misses {in_percent(point.fnir)} of those who are there"
    )


def _named(one: NamedThreshold, unit: str) -> str:
    head = f"  {one.name} ({unit} {one.score:g}; {one.source})"
    if isinstance(one.found, NotMeasured):
        return f"{head}: not measured, {one.found.reason}"
    return f"{head}: FPIR {in_percent(one.found.fpir)}, misses {in_percent(one.found.fnir)}"
