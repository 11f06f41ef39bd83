"""`fairlineup audit compare`: runs side by side, paired by photograph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.auditing import failed_section, shown_photographs, unmeasured
from fairlineup.cli.console import EXIT_FAILED, say, show_json
from fairlineup.cli.folders import check_is_run
from fairlineup.cli.options import faces_option, json_option
from fairlineup.evidence.pages import called, write_versus
from fairlineup.evidence.runs import load_run
from fairlineup.evidence.versus import compare_runs
from fairlineup.files import is_there, write_atomic
from fairlineup.records import BadInput, NotMeasured
from fairlineup.results import PairAtPoint, PairedRate, VersusResults, encode, to_json

PATH = click.Path(path_type=Path)
RESULTS = "versus.json"


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
@click.option("--photographs", type=PATH, help="Where the photographs are now, if they were moved.")
@faces_option
@json_option
def compare(runs: tuple[Path, ...], *, out: Path, wanted: tuple[float, ...], **how: Any) -> int:
    """Lay finished RUNs of other systems or versions side by side, the first as the one before.

    The same photographs in the same gallery are paired: at each system's own threshold, and at thresholds of
    one false match rate. Runs on made-up people are refused.
    """
    for run in runs:
        check_is_run(run)
    check_out(out)
    papers = [load_run(run) for run in runs]
    results = compare_runs(*papers, fmr=wanted, told=failed_section)
    shown = _shown(papers, results, how["photographs"]) if how["faces"] else {}
    write_atomic(out / RESULTS, encode(results))
    page = write_versus(out, to_json(results), shown)
    if how["as_json"]:
        show_json(to_json(results))
    else:
        click.echo("\n".join(words(results)))
        click.echo(f"page: {page}\nevery number: {out / RESULTS}")
    return EXIT_FAILED if results.failed_sections else 0


def check_out(out: Path) -> None:
    """Raise BadInput for a folder that holds something else than an earlier comparison."""
    try:
        held = sorted(item.name for item in out.iterdir()) if is_there(out) else []
    except NotADirectoryError:
        held = [out.name]
    strangers = [name for name in held if name not in {RESULTS, "versus.html"}]
    if strangers:
        raise BadInput(
            f"{out} cannot take the comparison",
            expected="a new or empty folder, or one that holds an earlier comparison",
            got=f"one that holds {strangers[0]}",
            remedy="choose another folder with --out",
            code="file-exists",
        )


def words(results: VersusResults) -> list[str]:
    """The comparison for a person at a terminal."""
    kind = results.population.kind
    lines = [] if kind == "real" else [f"These people are {kind}: nothing here is about real ones."]
    for run in results.runs:
        role = "before" if run is results.runs[0] else "after"
        lines.append(f"{run.key} ({role}): {run.folder}, {called(to_json(run.system))}")
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
    return [*lines, *notes, *unmeasured(to_json(results), "compare them again")]


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
    test = "" if isinstance(rate.p, NotMeasured) else f"; McNemar p {rate.p:.3g}"
    return f"{head}: {value} points ({low} to {high}); {people}{test}"


def _shown(papers: Sequence[Any], results: VersusResults, photographs: Path | None) -> dict[str, Any]:
    """Where each run's photographs come from; none where test use is not declared for all."""
    if not any(one.people for one in results.parted):
        return {}
    if not all(one.may_show for one in papers):
        say(
            "photographs are not shown: neither manifest nor plan declares test use (fairlineup help dataset)"
        )
        return {}
    keys = [run.key for run in results.runs]
    places = [shown_photographs(one.directory, photographs) for one in papers]
    return {
        key: (one.directory, place.photograph) for key, one, place in zip(keys, papers, places, strict=True)
    }
