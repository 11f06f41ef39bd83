"""Finished runs laid side by side: versus.json and versus.html."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fairlineup.evidence.evaluation import OnFailure, ignore_failure
from fairlineup.evidence.pages import write_versus
from fairlineup.evidence.pipeline.options import PageOptions
from fairlineup.evidence.pipeline.reporting import finished_run, photographs_of
from fairlineup.evidence.runs import SUMS, FrozenRun, put_files
from fairlineup.evidence.versus import compare_runs
from fairlineup.files import is_there
from fairlineup.records import BadInput
from fairlineup.results import VersusResults, encode

RESULTS, PAGE = "versus.json", "versus.html"
DEFAULTS = PageOptions()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs compared."""

    results: VersusResults = field(repr=False)  #: every number.
    page: Path  #: the page.
    faces_withheld: bool  #: whether photographs were wanted and not shown, since test use is not declared.


def compare(
    runs: Sequence[Path | str],
    out: Path | str,
    fmr: Sequence[float] = (),
    pages: PageOptions = DEFAULTS,
    on_failure: OnFailure = ignore_failure,
) -> Comparison:
    """Lay finished runs of several systems side by side, the first as the one before.

    Args:
        runs: run directories of the same photographs.
        out: a new folder, or one that holds an earlier comparison.
        fmr: false match rates to compare at; none is every decade that all runs support.
        pages: whether photographs are shown, and where they are.
        on_failure: told of each section that could not be measured.
    Raises: BadInput: they cannot be compared. Refused: they are about people who do not exist.
    """
    out = Path(out)
    loaded = [finished_run(Path(run)) for run in runs]
    _check_out(out)
    results = compare_runs(*loaded, fmr=tuple(fmr), on_failure=on_failure)
    wanted = pages.faces and any(one.people for one in results.parted)
    declared = all(run.may_show for run in loaded)
    shown = _photographs(loaded, results, pages) if wanted and declared else {}
    put_files(out, {RESULTS: encode(results)})
    page = write_versus(out, results, shown)
    return Comparison(results, page, faces_withheld=wanted and not declared)


def _photographs(runs: Sequence[FrozenRun], results: VersusResults, pages: PageOptions) -> dict[str, Any]:
    """Run key to where its photographs come from."""
    places = ((run.directory, photographs_of(run, pages.photographs).photograph) for run in runs)
    return dict(zip((run.key for run in results.runs), places, strict=True))


def _check_out(out: Path) -> None:
    """Raise BadInput for a folder that holds something else than an earlier comparison."""
    try:
        held = sorted(item.name for item in out.iterdir()) if is_there(out) else []
    except NotADirectoryError:
        held = [out.name]
    strangers = [name for name in held if name not in {RESULTS, PAGE, SUMS}]
    if strangers:
        raise BadInput(
            f"{out} cannot take the comparison",
            expected="a new or empty folder, or one that holds an earlier comparison",
            got=f"one that holds {strangers[0]}",
            remedy="choose another folder",
            code="file-exists",
            facts={"folder": str(out)},
        )
