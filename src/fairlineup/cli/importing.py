"""`fairlineup audit import`: scores that somebody else made, measured with the same care."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from fairlineup.cli.auditing import section_failed
from fairlineup.cli.console import EXIT_FAILED, notice, say, show_json
from fairlineup.cli.finding import in_percent, unmeasured
from fairlineup.cli.options import PATH, cite_option, json_option
from fairlineup.evidence.pipeline import import_scores as measure_scores
from fairlineup.evidence.scorefiles import ColumnNames, ScoreOptions
from fairlineup.records import NotMeasured, so_many_people
from fairlineup.results import (
    MatrixCell,
    PublishedZeroBounds,
    ScoreCounts,
    ScoreGroup,
    ScoreLabelMatrix,
    ScoreResults,
    ScoresAtThreshold,
    Share,
    to_json,
)


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
@cite_option("Where the values of a label come from. A label with no source gets counts and no rate.")
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
    cite: dict[str, str],
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
    labels, photos = dict(_columns(one) for one in groups), (probe_photo, gallery_photo)
    columns = ColumnNames(
        probe_person, gallery_person, distance, similarity, labels, photos, as_written=as_written
    )
    results = measure_scores(scores, columns, ScoreOptions(thresholds, cite), out, section_failed)
    for warning in results.warnings:
        notice(f"warning: {warning}")
    if as_json:
        show_json(to_json(results))
    else:
        say(*table(results))
    if out is not None:
        notice(f"every number: {out / 'results.json'}")
    return EXIT_FAILED if results.failed_sections else 0


def table(results: ScoreResults) -> list[str]:
    """The results as lines of plain text."""
    counts, source = results.counts, results.source
    layout = source.layout + (f", cells parted by {source.cells_parted_by}" if source.cells_parted_by else "")
    lines = [
        *(f"WARNING: {warning}" for warning in results.warnings),
        f"{_several(counts.comparisons, 'comparison')} ({layout}): "
        f"{counts.non_mated:,} of different people, {counts.mated:,} of one person with themselves "
        f"({so_many_people(counts.mated_people)}); {so_many_people(counts.people)} in all",
        *_notes(counts),
    ]
    for label, one in results.labels.items():
        if one.taken_for_no_value:
            lines.append(f"no value of {label}: {', '.join(map(repr, one.taken_for_no_value))}")
        if not one.source:
            lines.append(
                f"{label} gets counts and no rate: --cite {label}=SOURCE says where its values come from"
            )
    for at in results.thresholds:
        lines += ["", *_at(results, at)]
    if results.failed_sections:
        lines += ["", *unmeasured(results.failed_sections, "give the command again")]
    return [*lines, "", *results.limits]


def _notes(counts: ScoreCounts) -> Iterator[str]:
    """What became of rows that are not plain comparisons of two people."""
    if counts.same_photograph:
        yield (
            f"{_several(counts.same_photograph, 'row')} left out: the same photograph on both sides, which "
            "is no comparison (if they are two, give them two names)"
        )
    if counts.mirrored:
        yield _mirrored(counts)
    if counts.one_set:
        yield (
            "One set of people, each pair compared once: which side a person stands on says nothing, and a "
            "pair counts in both people's groups"
        )
    if counts.failed:
        who = "it matches" if counts.failed == 1 else "they match"
        yield f"{_several(counts.failed, 'comparison')} failed: {who} nobody"


def _several(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _mirrored(counts: ScoreCounts) -> str:
    """What became of rows that list a comparison from the other side too."""
    rows = _several(counts.mirrored, "mirrored row")
    if counts.mirrored_counted_once:
        return f"{rows} counted once: the same comparison from the other side, with the same score"
    return (
        f"{rows} with the same score, but other pairs have two or are listed one way: each row is a "
        "comparison of its own, and what needs ten false matches needs them of ten pairs of people"
    )


def _at(results: ScoreResults, at: ScoresAtThreshold) -> Iterator[str]:
    rates, one_set = at.rates, results.counts.one_set
    target = "" if at.chosen_for_fmr is None else f"FMR at most {at.chosen_for_fmr:g} on these data"
    if isinstance(rates, NotMeasured):
        yield f"{target}: {rates.reason}"
        return
    digits = ".6g" if target else ".15g"  # as it was given
    yield f"At {results.score} {at.threshold:{digits}}" + (f" ({target}; {at.warning})" if target else "")
    yield f"  FMR   {in_percent(rates.fmr, 4)}{_counts(rates.fmr)}"
    if isinstance(rates.zero_bounds, PublishedZeroBounds):
        disjoint, naive = (
            f"{100 * end:.3g} %" for end in (rates.zero_bounds.disjoint, rates.zero_bounds.naive)
        )
        yield (
            f"        it cannot be claimed that FMR is below {disjoint} (one-sided, no "
            f"person twice); {naive} would take all comparisons for independent"
        )
    yield f"  FNMR  {in_percent(rates.fnmr, 2)}{_counts(rates.fnmr)}"
    among = f" among {rates.searched_among_people:,} people" if rates.searched_among_people else ""
    yield f"  FPIR  {in_percent(rates.fpir, 2)}{among}"
    yield f"  FNIR  {in_percent(rates.fnir, 2)}"
    yield from _group_lines(rates.groups, one_set=one_set)
    yield from _matrix_lines(rates.matrices, one_set=one_set)


def _counts(rate: Share | NotMeasured) -> str:
    return "" if rate.trials is None else f", {rate.errors:,} of {rate.trials:,}"


def _group_lines(groups: Sequence[ScoreGroup], *, one_set: bool) -> Iterator[str]:
    last = None
    for label, rates in ((group.label, group.rates) for group in groups):
        if label != last:
            yield (
                f"  by {label}, each person against all others:" if one_set else f"  by {label} of the probe:"
            )
        last = label
        if isinstance(rates, NotMeasured):
            yield f"    not measured ({rates.reason})"
            continue
        beside = ""
        if rates.ratio_to_best is not None:
            ratio = rates.ratio_to_best.ratio
            best = rates.ratio_to_best.best
            beside = f"; {ratio.value:.2f} ({ratio.low:.2f} to {ratio.high:.2f}) times {best}"
        fmr = f"{in_percent(rates.fmr, 4)}{_counts(rates.fmr)}"
        yield f"    {rates.value}, {rates.people:,} people: FMR {fmr}{beside}"
        yield f"      FNMR {in_percent(rates.fnmr, 2)}{_counts(rates.fnmr)}"


def _matrix_lines(matrices: Sequence[ScoreLabelMatrix], *, one_set: bool) -> Iterator[str]:
    """The cells of each matrix, false matches in a million comparisons."""
    for label, matrix in ((one.label, one.matrix) for one in matrices):
        if isinstance(matrix, NotMeasured):
            yield f"  {label} against {label}: {matrix.reason}"
            continue
        width = max(12, *(len(value) + 2 for value in matrix.values))
        sides = "either side by row and by column" if one_set else "probe by row, gallery by column"
        yield f"  {label}, {sides}; false matches in a million,"
        yield (
            "    in brackets how many where they are too few for a rate, with ? where a third may be chance:"
        )
        yield " " * (width + 4) + "".join(f"{value:>{width}}" for value in matrix.values)
        for g, value in enumerate(matrix.values):
            cells = [_cell(cell) for cell in matrix.cells if cell.probe == g]
            yield f"    {value:<{width}}" + "".join(f"{cell:>{width}}" for cell in cells)


def _cell(cell: MatrixCell) -> str:
    if isinstance(cell.fmr, NotMeasured):
        return f"({cell.fmr.errors or 0:,})"
    rate = 1e6 * cell.fmr.value
    return (f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}") + ("?" if cell.grey else "")


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
