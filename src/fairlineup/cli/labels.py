"""`fairlineup audit labels`: doubtful labels to two people who do not see each other's answers."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from fairlineup.cli.console import notice, say, show_json
from fairlineup.cli.options import PATH, json_option, photographs_option
from fairlineup.evidence.evaluation import (
    LABELS_FOLDER,
    LABELS_WORKLIST,
    decision_log,
    draw_worklist,
    keep_pairs,
    listed_pairs,
    observations_of,
    read_reviews,
    take_decisions,
)
from fairlineup.evidence.pages import Sheet, write_review
from fairlineup.evidence.pipeline import finished_run, photographs_of
from fairlineup.evidence.plan import Place
from fairlineup.evidence.runs import FrozenRun, RunDirectory
from fairlineup.files import read_file, write_atomic
from fairlineup.labels import (
    blank_sheet,
    check_reviewer,
    in_order_of,
    reviewer_name,
    sheet_name,
)
from fairlineup.records import BadInput, NotMeasured
from fairlineup.results import Effect, LabelReview, to_json

PAIRS = 50


@click.command()
@click.argument("run_directory", metavar="RUN", type=PATH)
@click.option("--pairs", type=click.IntRange(1), help=f"Pairs of each kind on the list.  [default: {PAIRS}]")
@click.option("--reviewer", default="", help="Who looks, or whose decisions are read.")
@click.option("--decisions", type=PATH, help="Read this CSV file of the reviewer's decisions.")
@click.option("--change", is_flag=True, help="Let decisions differ from the reviewer's earlier ones.")
@photographs_option
@click.option("--status", is_flag=True, help="Say how far the review has come.")
@json_option
def labels(  # noqa: PLR0913 - a command's options
    run_directory: Path,
    pairs: int | None,
    reviewer: str,
    decisions: Path | None,
    photographs: Path | None,
    *,
    change: bool,
    status: bool,
    as_json: bool,
) -> None:
    """List the pairs of RUN whose labels are most likely wrong, for two people to look at.

    These are the nearest pairs said to be two people, a probe with a photograph of the gallery or two of
    the gallery, and the farthest said to be one, mixed, without saying which is which. Each reviewer gets
    a page of their own (--reviewer NAME) and hands back a CSV file (--reviewer NAME --decisions FILE). A
    label counts as wrong only if both say so.
    """
    _check_asked(reviewer, decisions, change=change)
    run = finished_run(run_directory)
    directory = run.directory
    directory.read_results()  # an unfinished run has no tails yet
    if decisions is not None:
        _read_in(directory, reviewer, decisions, change=change)
    elif not status:
        _hand_out(run, pairs, reviewer, photographs)
    reviews = read_reviews(directory)
    if as_json:
        _tell(reviews, as_json=True)
    elif status or decisions is not None:
        _tell(reviews, as_json=False)
    elif not reviewer:
        say(f"{reviews.pairs} pairs: {directory.path / LABELS_WORKLIST}")
        _tell_gallery(directory)
        _tell_next(run)


def _tell_gallery(directory: RunDirectory) -> None:
    """What comparing the gallery with itself found without anybody's looking."""
    found = directory.audit_results().within_gallery
    if isinstance(found, NotMeasured):
        notice(f"the gallery was not compared with itself: {found.reason}")
        return
    for one in found.one_picture:
        say(f"one picture under two people, by the pictures: {one.photo} and {one.other_photo}")
    compared = found.compared
    if isinstance(compared, NotMeasured):
        notice(f"whom the system finds alike within the gallery was not looked at: {compared.reason}")
    elif compared.looked_at < compared.references:
        notice(
            f"of {compared.references:,} photographs of the gallery {compared.looked_at:,}, spread evenly, "
            "were compared with all others"
        )


def _tell_next(run: FrozenRun) -> None:
    """The command that makes a reviewer's page, and what has to be declared before it can."""
    if not run.may_show:
        notice(
            "no reviewer can be shown these pairs yet: test use is not declared for every photograph. "
            'If they may be shown, say use = "test" under [dataset] in the plan and give the command '
            "of the run again; the system is not asked again"
        )
    folder = shlex.quote(str(run.directory.path))
    notice(f"next: fairlineup audit labels {folder} --reviewer NAME, for each of two people")


def _check_asked(reviewer: str, decisions: Path | None, *, change: bool) -> None:
    if decisions is not None and not reviewer.strip():
        raise click.UsageError("--decisions needs --reviewer: whose decisions are they?")
    if change and decisions is None:
        raise click.UsageError("--change goes with --decisions")


def _hand_out(run: FrozenRun, pairs: int | None, reviewer: str, photographs: Path | None) -> None:
    """Draw the list, or take up the one that was drawn; make the reviewer's page and sheet."""
    directory = run.directory
    name, place = (sheet_name(reviewer), _photographs(run, photographs)) if reviewer else ("", None)
    if reviewer:
        check_reviewer(decision_log(directory).read(), reviewer)
    with directory.locked():  # from here nothing is refused: a refusal leaves no list behind
        listed = listed_pairs(directory)
        if pairs is not None or not listed:
            drawn = draw_worklist(run, observations_of(run), pairs if pairs is not None else PAIRS)
            listed = keep_pairs(directory, drawn)
        if place is not None:
            _write_pages(directory, reviewer, name, place)


def _photographs(run: FrozenRun, photographs: Path | None) -> Place:
    """Where the photographs are that a reviewer is to see. Raises: BadInput (they may not, or cannot be)."""
    if not run.may_show:
        raise BadInput(
            "the pairs cannot be shown to a reviewer",
            expected="test use declared for every photograph: a column use with test, or use under [dataset]",
            got="photographs whose use nobody declares",
            remedy='if they may be shown, say use = "test" under [dataset] in the plan and give the command '
            "of the run again; the system is not asked again",
            code="use-not-declared",
        )
    return photographs_of(run, photographs)


def _write_pages(directory: RunDirectory, reviewer: str, name: str, place: Place) -> None:
    pairs = in_order_of(listed_pairs(directory), reviewer)
    shown = Sheet(reviewer_name(reviewer), name, [(p.name, p.one, p.other) for p in pairs])
    page = write_review(directory.audit_results(), directory, LABELS_FOLDER, shown, place.photograph)
    sheet = page.with_name(f"sheet-{name}.csv")
    write_atomic(sheet, blank_sheet(pairs))
    say(f"{len(pairs)} pairs for {shown.reviewer}: {page}", f"or to be filled in by hand: {sheet}")
    notice("give the reviewer that one file; the work list beside it names the photographs")


def _read_in(directory: RunDirectory, reviewer: str, decisions: Path, *, change: bool) -> None:
    expected, remedy = "a CSV file of decisions", "name the file the page saved"
    sheet = read_file(decisions, str(decisions), expected=expected, remedy=remedy)
    with directory.locked():
        taken = take_decisions(directory, reviewer, sheet, change=change)
    parts = [f"{taken.added} decisions recorded"]
    parts += [f"{taken.known} recorded before"] if taken.known else []
    parts += [f"{taken.blank} left blank"] if taken.blank else []
    run = shlex.quote(str(directory.path))
    notice(f"{', '.join(parts)}; fairlineup audit measure {run} counts them")


def _tell(reviews: LabelReview, *, as_json: bool) -> None:
    if as_json:
        show_json(to_json(reviews))
        return
    say(f"{reviews.pairs} pairs on the list, {reviews.decided_by_both} decided by two people")
    for name, count in reviews.decided.items():
        say(f"  {name}: {count} decided")
    say(f"agreed {reviews.agreed}, disagreed {reviews.disagreed}, undecided {reviews.undecided}")
    say(f"Cohen's kappa: {_kappa(reviews.kappa)}")
    say(f"labels both say are wrong: {len(reviews.exclusions)}")
    for one in reviews.exclusions:
        said = "one person" if one.kind == "mated" else "two people"
        say(f"  {one.pair}  said to be {said}: {one.probe_photo} and {one.gallery_photo}")
        for who, what, why in zip(one.reviewers, one.decisions, one.reasons, strict=True):
            say(f"      {who}: {what.replace('_', ' ')}, {why}")


def _kappa(kappa: Effect | NotMeasured) -> str:
    if isinstance(kappa, NotMeasured):
        return f"not measured ({kappa.reason})"
    return f"{kappa.value:.2f} ({kappa.low:.2f} to {kappa.high:.2f})"
