"""`fairlineup audit compare`: runs side by side, paired by photograph."""

from __future__ import annotations

from pathlib import Path

import click

from fairlineup.cli.auditing import WITHHELD, section_failed
from fairlineup.cli.console import EXIT_FAILED, notice, say, show_json
from fairlineup.cli.finding import unmeasured
from fairlineup.cli.options import PATH, faces_option, json_option, photographs_option
from fairlineup.evidence.pages import called
from fairlineup.evidence.pipeline import PageOptions
from fairlineup.evidence.pipeline import compare as compare_runs
from fairlineup.records import NotMeasured
from fairlineup.results import PairAtPoint, PairedRate, VersusResults, to_json


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
    """Lay finished RUNs of several systems or versions side by side, the first as the one before.

    The same photographs in the same gallery are paired: at each system's own threshold, and at
    thresholds of equal false match rates. Runs on made-up people are refused.
    """
    pages = PageOptions(faces, photographs=photographs)
    found = compare_runs(runs, out, wanted, pages, section_failed)
    if found.faces_withheld:
        notice(WITHHELD)
    if as_json:
        show_json(to_json(found.results))
    else:
        say(*words(found.results), f"page: {found.page}", f"every number: {out / 'versus.json'}")
    return EXIT_FAILED if found.results.failed_sections else 0


def words(results: VersusResults) -> list[str]:
    """The comparison for a person at a terminal."""
    kind = results.population.kind
    lines = [] if kind == "real" else [f"These people are {kind}: nothing here is about real ones."]
    for run in results.runs:
        role = "before" if run is results.runs[0] else "after"
        lines.append(f"{run.key} ({role}): {run.folder}, {called(run.system)}")
    for point in results.points:
        where = "own thresholds" if point.fmr is None else f"FMR at most {100 * point.fmr:g} %"
        for pair in point.pairs:
            lines += [
                f"{where}, FPIR {_change(pair, pair.fpir)}",
                f"{where}, FNIR {_change(pair, pair.fnir)}",
            ]
    if results.equal_fmr_reason:
        lines.append(f"equal false match rates: not measured, {results.equal_fmr_reason}")
    notes = [f"note: {caution}" for caution in results.cautions]
    return [*lines, *notes, *unmeasured(results.failed_sections, "compare them again")]


def _change(pair: PairAtPoint, rate: PairedRate | NotMeasured) -> str:
    """How a rate moves from one run to another."""
    head = f"{pair.after} less {pair.before}"
    if isinstance(rate, NotMeasured):
        return f"{head}: not measured ({rate.reason})"
    counts, moved = rate.counts, rate.difference
    people = (
        f"{counts.both} people with both, {counts.first_only} with {pair.before} alone, "
        f"{counts.second_only} with {pair.after} alone"
    )
    if isinstance(moved, NotMeasured):
        return f"{head}: not measured ({moved.reason}); {people}"
    value, low, high = (f"{100 * end:+.2f}" for end in (moved.value, moved.low, moved.high))
    test = f"not measured ({rate.p.reason})" if isinstance(rate.p, NotMeasured) else f"{rate.p:.3g}"
    return f"{head}: {value} points ({low} to {high}); {people}; McNemar p {test}"
