"""A whole audit in one call: a plan and a system go in; results, report and their folder come out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from fairlineup.evidence.asking import ask_system, remaining_cost
from fairlineup.evidence.evaluation import measure, observations_of
from fairlineup.evidence.pipeline.options import AuditOptions
from fairlineup.evidence.pipeline.places import place_of
from fairlineup.evidence.pipeline.reporting import Pages, finished_run, write_pages
from fairlineup.evidence.plan import Plan
from fairlineup.evidence.runs import FrozenRun, RunDirectory, check_out, freeze_run
from fairlineup.records import FaceSystem
from fairlineup.results import AuditResults, from_json, to_json

DEFAULTS = AuditOptions()


@dataclass(frozen=True, slots=True)
class Audit:
    """A finished audit. A notebook that shows one shows its pages alone; the rest would fill it."""

    run: FrozenRun = field(repr=False)  #: plan, people and system it was made on.
    results: AuditResults = field(repr=False)  #: every number.
    pages: Pages  #: what was written for people.


def audit(plan: Plan, system: FaceSystem, out: Path | str, options: AuditOptions = DEFAULTS) -> Audit:
    """Put a plan to a system, measure what came of it, and write results and report into a folder.

    It can be interrupted at any point: called again with the same plan and folder it goes on where it was.

    Args:
        plan: what is searched, with what, and at which thresholds.
        system: whom to ask; the caller opens and closes it.
        out: a new folder, or one in which this plan was begun.
        options: progress, limits, pages.
    Returns: every number as a record, and where the report is.
    Raises:
        BadInput: plan, photographs or folder are unusable.
        SystemFailed: the system or the disk failed; the answers until then are kept.
        Refused: it would take more than the limits.
    """
    out = Path(out)
    check_out(out)
    directory = RunDirectory(out)
    with directory.locked():
        progress = options.run.progress
        run = freeze_run(plan, system.information(), out, progress, place_of(plan.dataset))
        if not (directory.finished or directory.compacted):
            options.before_asking(run, remaining_cost(run, run.information))
            ask_system(run, system, options.run)
        options.after_asking()
        results = _measured_before(run)
        if results is None:
            results = measure(run, options.on_failure, progress)
            directory.events.add("measured")
        if not directory.compacted:
            directory.compact(observations_of(run), run.population)
        return Audit(run, results, write_pages(run, options.pages, results))


def measure_again(out: Path | str, plan: Plan | None = None, options: AuditOptions = DEFAULTS) -> Audit:
    """Measure a finished run from its answers, without asking the system anything, and write its pages.

    Args:
        out: the run directory.
        plan: the run's plan with another title, population or source of a label; None for the one it has.
        options: pages, and who is told of a section that failed.
    Raises: BadInput: it is not finished, or the plan asks for something else.
    """
    out = Path(out)
    run = finished_run(out)
    with run.directory.locked():
        if plan is not None:
            run = freeze_run(plan, run.information, out, place=place_of(plan.dataset))
        results = measure(run, options.on_failure, options.run.progress)
    return Audit(run, results, write_pages(run, options.pages, results))


def _measured_before(run: FrozenRun) -> AuditResults | None:
    """The results of the run as it is; None where they were taken before a word of its plan changed."""
    if not run.directory.finished:
        return None
    found = run.directory.read_results()
    if found.get("digests") != to_json(run.identity.digests):
        return None
    return from_json(found, AuditResults, str(run.directory.path / "results.json"))
