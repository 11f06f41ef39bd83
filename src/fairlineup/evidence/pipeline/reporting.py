"""The pages of a finished run, and where its photographs are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fairlineup.evidence.pages import write_report, write_short
from fairlineup.evidence.pipeline.options import PageOptions
from fairlineup.evidence.pipeline.places import place_of
from fairlineup.evidence.plan import Folder, Place
from fairlineup.evidence.runs import FrozenRun, load_run
from fairlineup.files import LARGEST_LIST, is_file, is_folder, is_there
from fairlineup.foreign import decode_json
from fairlineup.records import BadInput, FairlineupError, read_regular
from fairlineup.results import SCORES_FORMAT, AuditResults

DEFAULTS = PageOptions()


@dataclass(frozen=True, slots=True)
class Pages:
    """What was written for people."""

    report: Path  #: the page.
    short: Path | None  #: the short one; None where there is none.
    faces_withheld: bool  #: whether photographs were wanted and not shown, since test use is not declared.


def finished_run(path: Path) -> FrozenRun:
    """A run as it was frozen. Raises: BadInput: it is no run."""
    check_is_run(path)
    return load_run(path)


def check_is_run(path: Path) -> None:
    """Raise BadInput for a folder of an imported score file: it has numbers and nothing behind them."""
    results = path / "results.json"
    if is_there(path / "run.json") or not is_file(results):
        return
    try:
        schema = decode_json(read_regular(results, LARGEST_LIST))["schema"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    if schema == SCORES_FORMAT:
        raise BadInput(
            f"{path} is no run",
            expected="the folder of a run",
            got="that of imported scores, which have neither report nor labels",
            remedy=f"its numbers are in {results}",
            code="run-unreadable",
        )


def write_pages(
    run: FrozenRun, options: PageOptions = DEFAULTS, results: AuditResults | None = None
) -> Pages:
    """Write report.html of a finished run, and report-short.html where it is wanted or there.

    Args:
        run: the run.
        options: what they show.
        results: of the run; None reads them.
    Raises: BadInput: no results, an unwritable place, or no photographs where they should be.
    """
    directory = run.directory
    shown = options.faces and run.may_show
    place = photographs_of(run, options.photographs).photograph if shown else None
    results = results or directory.audit_results()
    try:
        renewed = options.short or short_report(directory.path) is not None
        short = write_short(results, directory) if renewed else None
        report = write_report(results, directory, place)
        return Pages(report, short, faces_withheld=options.faces and not shown)
    except FairlineupError:
        raise
    except Exception as error:
        error.add_note(f"the report could not be drawn; every number is in {directory.path / 'results.json'}")
        raise


def short_report(out: Path) -> Path | None:
    """The short report of a run, where there is one."""
    path = out / "report-short.html"
    return path if is_file(path) else None


def photographs_of(run: FrozenRun, folder: Path | None = None) -> Place:
    """Where the photographs of a run are now. Raises: BadInput (no such folder)."""
    if run.plan.dataset.generator and folder is None:
        return place_of(run.plan.dataset)
    named = str(folder or run.identity.photographs_folder)
    if not (named and is_folder(Path(named))):
        raise BadInput(
            "the photographs cannot be shown",
            expected="the folder they were in when the run was begun, or where they are now",
            got=f"no folder {named}".rstrip(),
            remedy="name their folder, or leave photographs out",
            code="file-missing",
            facts={"photographs": named or "none"},
        )
    return Folder(Path(named))
