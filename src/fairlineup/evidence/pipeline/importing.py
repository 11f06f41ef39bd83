"""A file of scores that somebody else made, measured."""

from __future__ import annotations

from pathlib import Path

from fairlineup.evidence.evaluation import OnFailure, ignore_failure
from fairlineup.evidence.runs import put_files
from fairlineup.evidence.scorefiles import ColumnNames, ScoreOptions, measure_scores, read_scores
from fairlineup.files import is_folder, is_there
from fairlineup.records import BadInput
from fairlineup.results import ScoreResults, encode

FOUND_BY_LAYOUT = ColumnNames()
DEFAULTS = ScoreOptions()


def import_scores(
    scores: Path | str,
    columns: ColumnNames = FOUND_BY_LAYOUT,
    options: ScoreOptions = DEFAULTS,
    out: Path | str | None = None,
    on_failure: OnFailure = ignore_failure,
) -> ScoreResults:
    """Measure the error rates of a file with one comparison a row.

    Args:
        scores: the file.
        columns: which columns are what; names left blank are found by the file's layout.
        options: thresholds, and sources of labels.
        out: a new folder for results.json; None writes nothing.
        on_failure: told of each section that could not be measured.
    Raises: BadInput: no such file or column, or a table that makes no sense.
    """
    folder = None if out is None else Path(out)
    if folder is not None:
        check_new(folder)
    results = measure_scores(read_scores(Path(scores), columns), options, on_failure)
    if folder is not None:
        put_files(folder, {"results.json": encode(results)})
    return results


def check_new(out: Path) -> None:
    """Raise BadInput for a folder that holds something."""
    if is_there(out) and (not is_folder(out) or any(out.iterdir())):
        raise BadInput(
            f"{out} is there already",
            expected="a new or empty folder",
            got="one that would be overwritten",
            remedy="choose another folder",
            code="file-exists",
            facts={"folder": str(out)},
        )
