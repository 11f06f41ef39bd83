"""`fairlineup threshold`: which threshold gives a wanted false alarm rate, and what it would miss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import click

from fairlineup.cli.audit import PATH
from fairlineup.cli.console import percent, show_json
from fairlineup.cli.folders import check_is_run
from fairlineup.cli.options import json_option
from fairlineup.evidence.evaluation import threshold_card
from fairlineup.evidence.pages import called
from fairlineup.evidence.runs import FrozenRun, load_run
from fairlineup.results import to_json


@click.command()
@click.argument("run_directory", metavar="RUN", type=PATH)
@click.option("--fpir", "wanted", type=float, multiple=True, help="Rate wanted, e.g. 0.01; may be repeated.")
@click.option("--gallery", type=int, metavar="N", help="People in the gallery; by default all that RUN had.")
@json_option
def threshold(run_directory: Path, wanted: tuple[float, ...], gallery: int | None, *, as_json: bool) -> None:
    """Print the threshold card of a finished RUN.

    Which threshold flags so few of the people who are not in the gallery, for everyone and for the worst-off
    group; what it misses; and where the maker's own thresholds stand. With fewer than 30 errors behind a
    threshold none is given.
    """
    check_is_run(run_directory)
    papers = load_run(run_directory)
    card = to_json(threshold_card(papers, wanted, gallery))
    if as_json:
        show_json(card)
    else:
        click.echo(words(card, called(_system(papers))))


def _system(papers: FrozenRun) -> Mapping[str, Any]:
    """What the system said of itself, as the results have it."""
    return cast("Mapping[str, Any]", papers.directory.read_results()["system"])


def words(card: Mapping[str, Any], system: str) -> str:
    """The card for a person to read, of a system by the name that people know."""
    lines = [f"Thresholds of {system} in a gallery of {card['gallery_people']:,} people"]
    if card["population"] != "real":
        lines.append(f"The people are {card['population']}: no threshold here is one for real people.")
    unit = card["scale"] if card["scale"] == "distance" else "score"
    for one in card["wanted"]:
        lines += ["", f"To flag {100 * one['fpir']:g} % of people who are not in the gallery:"]
        lines.append(f"  everyone: {_point(one['everyone'], unit)}")
        worst = one["worst_group"]
        who = f"{worst['label']} {worst['value']}" if "value" in worst else "worst-off group"
        lines.append(f"  {who}, the group that needs the strictest: {_point(worst, unit)}")
        lines += _unmeasured(one["groups"])
    lines += ["", "Thresholds somebody named, in the gallery searched:"]
    lines += [_named(one, unit) for one in card["named"]]
    lines += [
        "",
        "These thresholds were chosen on the people they are reported on: on others they will be off as",
        "often to one side as to the other. Test the one you choose on people with no part in choosing it.",
    ]
    return "\n".join(lines)


def _unmeasured(groups: Sequence[Mapping[str, Any]]) -> list[str]:
    """Groups without a threshold, one line a label and reason."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for group in groups:
        if "not_measured" in group:
            reasons.setdefault((group["label"], group["not_measured"]), []).append(group["value"])
    return [f"  {label} {', '.join(values)}: none ({why})" for (label, why), values in reasons.items()]


def _point(point: Mapping[str, Any], unit: str) -> str:
    if "not_measured" in point:
        return f"no threshold is given: {point['not_measured']}"
    side = "or less" if unit == "distance" else "or more"
    return (
        f"{unit} {point['score']:.5g} {side}; FPIR {percent(point['fpir'], 2)}, "
        f"misses {percent(point['fnir'])} of those who are there"
    )


def _named(one: Mapping[str, Any], unit: str) -> str:
    head = f"  {one['name']} ({unit} {one['score']:g}; {one['source']})"
    if "not_measured" in one:
        return f"{head}: not measured, {one['not_measured']}"
    return f"{head}: FPIR {percent(one['fpir'])}, misses {percent(one['fnir'])}"
