"""`fairlineup audit import`: scores that somebody else made, measured with the same care."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import click

from fairlineup.cli.auditing import failed_section, unmeasured
from fairlineup.cli.console import EXIT_FAILED, percent, say, show_json
from fairlineup.cli.folders import check_new
from fairlineup.cli.options import json_option
from fairlineup.evidence.runs import RunDirectory
from fairlineup.evidence.scorefiles import Terms, Wanted, measure_scores, read_scores
from fairlineup.seals import digest_file

PATH = click.Path(path_type=Path)


@click.command("import")
@click.argument("scores", metavar="SCORES", type=PATH)
@click.option("--out", type=PATH, help="Write results.json into this new folder.")
@click.option("--probe-person", default="", metavar="COL", help="Column of the person on the probe.")
@click.option("--gallery-person", default="", metavar="COL", help="Column of the person compared with.")
@click.option("--probe-photo", default="", metavar="COL", help="Column of the photograph on the probe.")
@click.option("--gallery-photo", default="", metavar="COL", help="Column of the photograph compared with.")
@click.option("--distance", default="", metavar="COL", help="Column of scores where lower is more alike.")
@click.option("--similarity", default="", metavar="COL", help="Column of scores where higher is more alike.")
@click.option(
    "--group",
    "groups",
    multiple=True,
    metavar="LABEL=PROBECOL,GALLERYCOL",
    help="Columns of a label on both sides; either may be left blank.",
)
@click.option(
    "--cite",
    multiple=True,
    metavar="LABEL=SOURCE",
    help="Where the values of a label come from. A label with no source gets counts and no rate.",
)
@click.option(
    "--threshold", "thresholds", multiple=True, type=float, help="Measure at this score; repeatable."
)
@click.option(
    "--as-written",
    is_flag=True,
    help="Ids, photographs and values that differ in form only (7 and 007, F and f) are different ones.",
)
@json_option
def import_scores(  # noqa: PLR0913 - a command's options
    scores: Path,
    *,
    out: Path | None,
    probe_person: str,
    gallery_person: str,
    probe_photo: str,
    gallery_photo: str,
    distance: str,
    similarity: str,
    groups: tuple[str, ...],
    cite: tuple[str, ...],
    thresholds: tuple[float, ...],
    as_written: bool,
    as_json: bool,
) -> int:
    """Measure the error rates of SCORES, one comparison a row, whoever made them.

    SCORES is a CSV file (semicolons and tabs do too) with the columns person_probe, person_gallery and
    distance or similarity; BFW's table; a score file of bob's; or any other whose columns are named. Without
    --threshold it is measured where the false match rate on these very comparisons is 1 in 100, 1,000 and
    10,000.
    """
    if distance and similarity:
        raise click.UsageError("--distance or --similarity, not both")
    if bool(probe_person) != bool(gallery_person):
        raise click.UsageError("--probe-person and --gallery-person go together")
    if bool(probe_photo) != bool(gallery_photo):
        raise click.UsageError("--probe-photo and --gallery-photo go together")
    if out is not None:
        check_new(out)
    sources = dict(_parted("--cite", one) for one in cite)
    labels, photos = dict(_columns(one) for one in groups), (probe_photo, gallery_photo)
    wanted = Wanted(probe_person, gallery_person, distance, similarity, labels, photos, as_written=as_written)
    found = read_scores(scores, wanted)
    source = {"file": scores.name, "sha256": digest_file(scores)}
    results = measure_scores(found, source, Terms(thresholds, sources), failed_section)
    for warning in cast("list[str]", results["warnings"]):
        say(f"warning: {warning}")
    if out is not None:
        RunDirectory(out).write_results(results)
    if as_json:
        show_json(results)
    else:
        click.echo(table(results))
    if out is not None:
        say(f"every number: {out / 'results.json'}")
    return EXIT_FAILED if results["failed_sections"] else 0


def table(results: Mapping[str, Any]) -> str:
    """The results as plain text."""
    counts = results["counts"]
    parted = results["source"].get("cells_parted_by")
    layout = results["source"]["layout"] + (f", cells parted by {parted}" if parted else "")
    lines = [
        *(f"WARNING: {warning}" for warning in results["warnings"]),
        f"{_several(counts['comparisons'], 'comparison')} ({layout}): "
        f"{counts['non_mated']:,} of different people, {counts['mated']:,} of one person with themselves "
        f"({_people(counts['mated_people'])}); {_people(counts['people'])} in all",
    ]
    if counts["same_photograph"]:
        rows = _several(counts["same_photograph"], "row")
        lines.append(
            f"{rows} left out: the same photograph on both sides, which is no comparison (if they are two, "
            "give them two names)"
        )
    if counts["mirrored"]:
        lines.append(_mirrored(counts))
    if counts["one_set"]:
        lines.append(
            "One set of people, each pair compared once: which side a person stands on says nothing, and a "
            "pair counts in both people's groups"
        )
    if counts["failed"]:
        failed = counts["failed"]
        lines.append(
            f"{_several(failed, 'comparison')} failed: {'it matches' if failed == 1 else 'they match'} nobody"
        )
    for label, one in results["labels"].items():
        if one["taken_for_no_value"]:
            lines.append(f"no value of {label}: {', '.join(map(repr, one['taken_for_no_value']))}")
    for at in results["thresholds"]:
        lines += ["", *_at(results, at)]
    if results.get("failed_sections"):
        lines += ["", *unmeasured(results, "give the command again")]
    return "\n".join([*lines, "", *results["limits"]])


def _several(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"


def _mirrored(counts: Mapping[str, Any]) -> str:
    """What became of rows that list a comparison from the other side too."""
    rows = f"{_several(counts['mirrored'], 'mirrored row')}"
    if counts["mirrored_counted_once"]:
        return f"{rows} counted once: the same comparison from the other side, with the same score"
    return (
        f"{rows} with the same score, but other pairs have two or are listed one way: each row is a "
        "comparison of its own, and what needs ten false matches needs them of ten pairs of people"
    )


def _at(results: Mapping[str, Any], at: Mapping[str, Any]) -> list[str]:
    unit, one_set = results["score"], results["counts"]["one_set"]
    target = f"FMR at most {at['chosen_for_fmr']:g} on these data" if "chosen_for_fmr" in at else ""
    if at["threshold"] is None:
        return [f"{target}: {at['not_measured']}"]
    digits = ".6g" if target else ".15g"  # as it was given
    head = f"At {unit} {at['threshold']:{digits}}" + (f" ({target}; {at['warning']})" if target else "")
    lines = [head, f"  FMR   {percent(at['fmr'], 4)}{_counts(at['fmr'])}"]
    if at["zero_bounds"] and "disjoint" in at["zero_bounds"]:
        bounds = at["zero_bounds"]
        lines.append(
            f"        it cannot be claimed that FMR is below {100 * bounds['disjoint']:.3g} % (one-sided, no "
            f"person twice); {100 * bounds['naive']:.3g} % would take all comparisons for independent"
        )
    lines += [f"  FNMR  {percent(at['fnmr'], 2)}{_counts(at['fnmr'])}"]
    lines += [f"  FPIR  {percent(at['fpir'], 2)}" + _among(at), f"  FNIR  {percent(at['fnir'], 2)}"]
    return [
        *lines,
        *_group_lines(at["groups"], one_set=one_set),
        *_matrix_lines(at["matrices"], one_set=one_set),
    ]


def _among(at: Mapping[str, Any]) -> str:
    return f" among {at['searched_among_people']:,} people" if at["searched_among_people"] else ""


def _counts(measured: Mapping[str, Any]) -> str:
    if measured.get("trials") is None:
        return ""
    return f", {measured['errors']:,} of {measured['trials']:,}"


def _group_lines(groups: Sequence[Mapping[str, Any]], *, one_set: bool) -> list[str]:
    lines = []
    for label in dict.fromkeys(row["label"] for row in groups):
        lines.append(
            f"  by {label}, each person against all others:" if one_set else f"  by {label} of the probe:"
        )
        for row in (row for row in groups if row["label"] == label):
            if "not_measured" in row:
                lines.append(f"    not measured ({row['not_measured']})")
                continue
            ratio = row["ratio_to_best"]
            beside = (
                f"; {ratio['value']:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f}) times {ratio['best']}"
                if ratio
                else ""
            )
            lines.append(
                f"    {row['value']}, {row['people']:,} people: FMR {percent(row['fmr'], 4)}"
                f"{_counts(row['fmr'])}{beside}"
            )
            lines.append(f"      FNMR {percent(row['fnmr'], 2)}{_counts(row['fnmr'])}")
    return lines


def _matrix_lines(matrices: Sequence[Mapping[str, Any]], *, one_set: bool) -> list[str]:
    """The cells of each matrix, false matches in a million comparisons."""
    lines = []
    for matrix in matrices:
        if "not_measured" in matrix:
            lines.append(f"  {matrix['label']} against {matrix['label']}: {matrix['not_measured']}")
            continue
        values = matrix["values"]
        width = max(12, *(len(value) + 2 for value in values))
        sides = "either side by row and by column" if one_set else "probe by row, gallery by column"
        lines.append(f"  {matrix['label']}, {sides}; false matches in a million,")
        lines.append(
            "    in brackets how many where they are too few for a rate, with ? where a third may be chance:"
        )
        lines.append(" " * (width + 4) + "".join(f"{value:>{width}}" for value in values))
        for g, value in enumerate(values):
            cells = [_cell(cell) for cell in matrix["cells"] if cell["probe"] == g]
            lines.append(f"    {value:<{width}}" + "".join(f"{cell:>{width}}" for cell in cells))
    return lines


def _cell(cell: Mapping[str, Any]) -> str:
    if "not_measured" in cell:
        return f"({cell.get('errors', 0):,})"
    rate = 1e6 * cell["value"]
    shown = f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"
    return shown + ("?" if cell["grey"] else "")


def _parted(option: str, text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not (name.strip() and value.strip()):
        raise click.BadParameter(f"expected LABEL=..., got {text!r}", param_hint=option)
    return name.strip(), value.strip()


def _columns(text: str) -> tuple[str, tuple[str, str]]:
    label, value = _parted("--group", text)
    probe, comma, gallery = value.partition(",")
    if not comma or not (probe.strip() or gallery.strip()):
        raise click.BadParameter(f"expected LABEL=PROBECOL,GALLERYCOL, got {text!r}", param_hint="--group")
    return label, (probe.strip(), gallery.strip())
