"""A file of scores that somebody else made, measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fairlineup.evidence.evaluation import OnFailure, ignore_failure
from fairlineup.evidence.runs import RunDirectory
from fairlineup.evidence.scorefiles import Terms, Wanted, measure_scores, read_scores
from fairlineup.files import is_folder, is_there
from fairlineup.records import BadInput
from fairlineup.seals import digest_file


def import_scores(
    scores: Path,
    wanted: Wanted,
    terms: Terms,
    out: Path | None = None,
    on_failure: OnFailure = ignore_failure,
) -> Mapping[str, Any]:
    """Measure the error rates of a file with one comparison a row.

    Args:
        scores: the file.
        wanted: which columns are what; names left blank are found by the file's layout.
        terms: thresholds, and sources of labels.
        out: a new folder for results.json; None writes nothing.
        on_failure: told of each section that could not be measured.
    Raises: BadInput: no such file or column, or a table that makes no sense.
    """
    if out is not None:
        check_new(out)
    found = read_scores(scores, wanted)
    source = {"file": scores.name, "sha256": digest_file(scores)}
    results = measure_scores(found, source, terms, on_failure)
    if out is not None:
        RunDirectory(out).write_results(results)
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
