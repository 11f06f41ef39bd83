"""`fairlineup audit compare`: runs side by side, paired by photograph."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.auditing import failed_section, shown_photographs, unmeasured
from fairlineup.cli.console import EXIT_FAILED, say, show_json
from fairlineup.cli.folders import check_is_run
from fairlineup.cli.options import faces_option, json_option
from fairlineup.files import is_there

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
    from fairlineup.evidence.pages import write_versus
    from fairlineup.evidence.runs import load_run
    from fairlineup.evidence.versus import compare_runs
    from fairlineup.files import write_whole

    for run in runs:
        check_is_run(run)
    check_out(out)
    papers = [load_run(run) for run in runs]
    results = compare_runs(*papers, fmr=wanted, told=failed_section)
    shown = _shown(papers, results, how["photographs"]) if how["faces"] else {}
    text = json.dumps(results, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(out / RESULTS, text.encode())
    page = write_versus(out, results, shown)
    if how["as_json"]:
        show_json(results)
    else:
        click.echo("\n".join(words(results)))
        click.echo(f"page: {page}\nevery number: {out / RESULTS}")
    return EXIT_FAILED if results["failed_sections"] else 0


def check_out(out: Path) -> None:
    """Raise BadInput for a folder that holds something else than an earlier comparison."""
    from fairlineup.records import BadInput

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
        )


def words(results: Mapping[str, Any]) -> list[str]:
    """The comparison for a person at a terminal."""
    from fairlineup.evidence.pages import called

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
    told = [f"note: {caution}" for caution in results["cautions"]]
    return [*lines, *told, *unmeasured(results, "compare them again")]


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


def _shown(papers: Sequence[Any], results: Mapping[str, Any], photographs: Path | None) -> dict[str, Any]:
    """Where each run's photographs come from; none where test use is not declared for all."""
    if not any(one["people"] for one in results["parted"]):
        return {}
    if not all(one.may_show for one in papers):
        say(
            "photographs are not shown: neither manifest nor plan declares test use (fairlineup help dataset)"
        )
        return {}
    keys = [run["key"] for run in results["runs"]]
    places = [shown_photographs(one.directory, photographs) for one in papers]
    return {
        key: (one.directory, place.photograph) for key, one, place in zip(keys, papers, places, strict=True)
    }
