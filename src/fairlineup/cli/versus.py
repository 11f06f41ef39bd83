"""`fairlineup audit compare`: runs side by side, paired by photograph."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.auditing import WITHHELD, section_failed
from fairlineup.cli.console import EXIT_FAILED, say, show_json
from fairlineup.cli.finding import unmeasured
from fairlineup.cli.options import PATH, faces_option, json_option, photographs_option
from fairlineup.evidence.pages import called
from fairlineup.evidence.pipeline import PageOptions
from fairlineup.evidence.pipeline import compare as compare_runs
from fairlineup.results import FailedSection


@click.command("compare")
@click.argument("runs", metavar="RUN RUN...", type=PATH, nargs=-1)
@click.option("--out", type=PATH, required=True, help="Folder for versus.html and versus.json.")
@click.option(
    "--fmr",
    "wanted",
    type=float,
    multiple=True,
    help="False match rate to compare at, e.g. 0.0001; may be repeated. "
    "[default: every decade that all runs support]",
)
@photographs_option
@faces_option
@json_option
def compare(
    runs: tuple[Path, ...],
    out: Path,
    wanted: tuple[float, ...],
    photographs: Path | None,
    *,
    faces: bool,
    as_json: bool,
) -> int:
    """Lay finished RUNs of other systems or versions side by side, the first as the one before.

    The same photographs in the same gallery are paired: at each system's own threshold, and at thresholds of
    one false match rate. Runs on made-up people are refused.
    """
    pages = PageOptions(faces, photographs=photographs)
    found = compare_runs(runs, out, wanted, pages, section_failed)
    if found.faces_withheld:
        say(WITHHELD)
    if as_json:
        show_json(found.results)
    else:
        click.echo("\n".join(words(found.results)))
        click.echo(f"page: {found.page}\nevery number: {out / 'versus.json'}")
    return EXIT_FAILED if found.results["failed_sections"] else 0


def words(results: Mapping[str, Any]) -> list[str]:
    """The comparison for a person at a terminal."""
    kind = results["population"]["kind"]
    lines = [] if kind == "real" else [f"These people are {kind}: nothing here is about real ones."]
    for run in results["runs"]:
        role = "before" if run is results["runs"][0] else "after"
        lines.append(f"{run['key']} ({role}): {run['folder']}, {called(run['system'])}")
    for point in results["points"]:
        where = "own thresholds" if point["fmr"] is None else f"FMR at most {100 * point['fmr']:g} %"
        for pair in point["pairs"]:
            lines += [f"{where}, {_told(pair, key)}" for key in ("fpir", "fnir")]
    if results["equal_fmr_reason"]:
        lines.append(f"equal false match rates: not measured, {results['equal_fmr_reason']}")
    failed = [FailedSection(**one) for one in results["failed_sections"]]
    told = [f"note: {caution}" for caution in results["cautions"]]
    return [*lines, *told, *unmeasured(failed, "compare them again")]


def _told(pair: Mapping[str, Any], key: str) -> str:
    found, before, after = pair[key], pair["before"], pair["after"]
    head = f"{key.upper()} {after} less {before}"
    if "not_measured" in found:
        return f"{head}: not measured ({found['not_measured']})"
    moved = found["difference"]
    people = (
        f"{found['both']} people with both, {found['first_only']} with {before} alone, "
        f"{found['second_only']} with {after} alone"
    )
    if "not_measured" in moved:
        return f"{head}: not measured ({moved['not_measured']}); {people}"
    ends = [f"{100 * moved[end]:+.2f}" for end in ("value", "low", "high")]
    test = f"; McNemar p {found['p']:.3g}" if isinstance(found["p"], float) else ""
    return f"{head}: {ends[0]} points ({ends[1]} to {ends[2]}); {people}{test}"
