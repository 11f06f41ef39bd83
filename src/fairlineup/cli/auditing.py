"""What `audit run`, `congress` and `demo` share: a plan goes in, a run directory with a report comes out."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.console import EXIT_FAILED, EXIT_LIMIT_BROKEN, Watch, duration, percent, say, watching
from fairlineup.cli.outlook import outlook
from fairlineup.cli.places import place_of
from fairlineup.evidence.asking import (
    CostEstimate,
    RunLimits,
    RunOptions,
    ask_system,
    cost_of_plan,
    remaining_cost,
)
from fairlineup.evidence.evaluation import evaluate, observations_of, timing
from fairlineup.evidence.pages import write_report, write_short
from fairlineup.evidence.plan import (
    Folder,
    Place,
    Plan,
    SettledDataset,
    calibration_of,
    lay_out,
    parse_plan,
    resolve,
)
from fairlineup.evidence.runs import (
    FrozenRun,
    RunDirectory,
    check_out,
    freeze_run,
    load_run,
)
from fairlineup.files import is_file, is_folder
from fairlineup.records import (
    BadInput,
    FaceSystem,
    FairlineupError,
    SystemInformation,
    kind_of,
    place_in_ours,
)
from fairlineup.results import to_json
from fairlineup.systems import open_system


@dataclass(frozen=True, slots=True)
class Most:
    """What a run may take: cost in its currency, searches, questions at once; None and 0: as it comes."""

    cost: float | None = None
    searches: int | None = None
    at_once: int = 0


@dataclass(frozen=True, slots=True)
class Manner:
    """How an audit is presented.

    Attributes:
        faces: whether the report shows photographs.
        quiet: whether progress is hidden.
        most: what may be taken at most.
        short: whether the short report is written too.
    """

    faces: bool = True
    quiet: bool = False
    most: Most = Most()
    short: bool = False


def audit_plan(plan: Plan, out: Path, manner: Manner) -> dict[str, Any]:
    """Run a plan, or go on with it, measure and report; the results come back.

    Raises:
        BadInput, SystemFailed, Refused: as the rooms below say.
    """
    check_out(out)
    system = open_system(plan.system.name, plan.system.options)
    try:
        with RunDirectory(out).locked():
            return _audit(plan, out, system, manner)
    finally:
        system.close()


def report_run(out: Path, *, faces: bool, photographs: Path | None = None, short: bool = False) -> Path:
    """Write report.html of a finished run and give its path.

    Args:
        out: the run directory.
        faces: whether photographs are shown.
        photographs: their folder now; by default they are where they were when the run was begun.
        short: whether the short report is written too; one that stands there is, so that it stays true.
    Raises:
        BadInput: no finished run, or an unwritable place.
    """
    directory = RunDirectory(out)
    shown = faces and faces_declared(out)
    if faces and not shown:
        say(
            "photographs are not shown: neither manifest nor plan declares test use (fairlineup help dataset)"
        )
    place = shown_photographs(directory, photographs).photograph if shown else None
    try:
        if short or short_report(out):
            write_short(directory)
        return write_report(directory, place)
    except FairlineupError:
        raise
    except Exception:
        say(f"the report could not be drawn; every number stands in {out / 'results.json'}")
        raise


def short_report(out: Path) -> Path | None:
    """The short report of a run, where there is one."""
    path = out / "report-short.html"
    return path if is_file(path) else None


def faces_declared(out: Path) -> bool:
    """Whether a run's photographs may be shown. Raises: BadInput (no finished run)."""
    return load_run(out).may_show


def shown_photographs(
    directory: RunDirectory, photographs: Path | None, otherwise: str = ", or leave them out with --no-faces"
) -> Place:
    """Where the photographs of a run are now. Raises: BadInput (no such folder)."""
    folder = str(photographs or directory.read_identity().photographs_folder)
    choice = parse_plan(directory.read_document("plan.toml").decode()).dataset
    if choice.generator and not photographs:
        return place_of(choice)
    if not (folder and is_folder(Path(folder))):
        raise BadInput(
            "the photographs cannot be shown",
            expected="the folder they were in when the run was begun, or the one --photographs names",
            got=f"no folder {folder}".rstrip(),
            remedy=f"name their folder with --photographs{otherwise}",
        )
    return Folder(Path(folder))


def measure_run(out: Path, plan: Plan | None = None) -> dict[str, Any]:
    """Measure a finished run again from its observations.

    Args:
        out: the run directory.
        plan: the run's plan with other words: title, population, sources; None for the one it has.
    Raises: BadInput: it is not finished, or the plan asks for something else.
    """
    papers = load_run(out)
    if plan is not None:
        with RunDirectory(out).locked():
            papers = freeze_run(plan, papers.information, out, place=place_of(plan.dataset))
    return measure(papers)


def measure(papers: FrozenRun) -> dict[str, Any]:
    """Measure a finished run and put its numbers in place; a section that fails is told, the others stand."""
    papers.directory.write_timing(timing(papers, failed_section))
    results = evaluate(papers, failed_section)
    papers.directory.write_results(results)
    found: dict[str, Any] = to_json(results)
    return found


def failed_section(section: str, error: Exception) -> None:
    """Say that a section of the results failed, and with --debug where."""
    say(f"warning: {section} could not be measured: {kind_of(error)} at {place_in_ours(error)}")
    if click.get_current_context().find_root().params.get("debug"):
        say("".join(traceback.format_exception(error)).rstrip())


def _audit(plan: Plan, out: Path, system: FaceSystem, manner: Manner) -> dict[str, Any]:
    information = system.information()
    with watching(quiet=manner.quiet) as progress:
        papers = freeze_run(plan, information, out, progress, place_of(plan.dataset))
    directory = papers.directory
    if not (directory.finished or directory.compacted):
        if not manner.quiet:
            bill = remaining_cost(papers, information)
            if information.price is not None or information.wire:
                for warned in outlook(papers.plan, papers.dataset):
                    say(f"warning: {warned}")
            say(announcement(information, bill, begun=papers.begun_before))
        with watching(quiet=manner.quiet) as progress:
            ask_system(papers, system, _options(manner, progress))
    if not (directory.finished and directory.read_results().get("digests") == _sealed(directory)):
        measure(papers)
        directory.events.add("measured")
    if not directory.compacted:
        compact(papers)
    report_run(out, faces=manner.faces, short=manner.short)
    return directory.read_results()


def _sealed(directory: RunDirectory) -> Any:
    """Digests of what a run is now; results of others were taken before a word of its plan was changed."""
    return to_json(directory.read_identity().digests)


def compact(papers: FrozenRun) -> None:
    """Move a measured run's observations from the journal to Parquet."""
    papers.directory.compact(observations_of(papers), papers.population)


def check_plan(plan: Plan, dataset: SettledDataset) -> str:
    """Hold a plan against its system and settled data set; what a run of it takes comes back in words.

    Raises: BadInput (it cannot be run).
    """
    system = open_system(plan.system.name, plan.system.options)
    try:
        information = system.information()
        protocol = lay_out(resolve(plan, information, calibration_of(plan, information)), dataset)
        return announcement(information, cost_of_plan(protocol, information), begun=False)
    finally:
        system.close()


def _options(manner: Manner, progress: Watch) -> RunOptions:
    most = manner.most
    limits = RunLimits(most.cost, most.searches, most.at_once)
    return RunOptions(progress=progress, limits=limits, note=progress.note)


def announcement(information: SystemInformation, bill: CostEstimate, *, begun: bool) -> str:
    """What the run will take, before it takes it."""
    text = f"{information.name}: {bill.enrolments:,} photographs to enrol, {bill.searches:,} searches"
    price = information.price
    if price is not None and bill.cost is not None:
        text += (
            f", {bill.calls:,} paid calls, {bill.cost:,.2f} {price.currency} ({price.source}, {price.date})"
        )
    if bill.seconds:
        text += f", about {duration(bill.seconds)}"
    return text + (" (going on with a run begun before)" if begun else "")


def _notice(population: Mapping[str, Any], photographs: int) -> str:
    """What has to be said first of people who are not real."""
    if population["kind"] == "simulated":
        return "These people are simulated: nothing here is about real people or real systems."
    made_up = population["synthetic_photographs"]
    who = (
        "These people are synthetic, they do not exist"
        if made_up == photographs
        else f"{made_up:,} of {photographs:,} photographs are synthetic, of people who do not exist"
    )
    return f"{who}: nothing here is about real people, nor about which of two systems is better for them."


def finding(results: Mapping[str, Any]) -> str:
    """What was found, in the words the report begins with, one threshold a paragraph."""
    lines = [f"WARNING: {warning}" for warning in results.get("warnings", ())]
    if results["population"]["kind"] != "real":
        lines.append(_notice(results["population"], results["dataset"]["photographs"]))
    gallery = results["gallery"]["people"]
    thresholds = results["thresholds"]
    if results.get("searches", {}).get("strangers") == "leave-one-out":
        lines.append(
            "Each was searched once among everybody, and their own photographs were taken off the list "
            "(leave-one-out)."
        )
    searched = any(held["fpir"].get("trials") for held in thresholds)
    if searched and not (gallery and any(held["fpir_processed"].get("trials") for held in thresholds)):
        lines.append("Nothing was measured: no photograph searched with was processed, or nobody enrolled.")
    for threshold in thresholds:
        at = threshold.get("distance", threshold.get("score"))
        fpir, fmr, fnir = (threshold[name] for name in ("fpir", "fmr", "fnir"))
        shown = f"{at:.10g}"
        name = threshold["name"] if threshold["name"] == shown else f"{threshold['name']} ({shown})"
        lines.append(
            f"At {name}, among {gallery:,} people who are not them: "
            f"{fpir.get('errors', 0):,} of {fpir.get('trials', 0):,} searches flagged an innocent person, "
            f"FPIR {percent(fpir)}; FMR {percent(fmr, 4)}; missed when present, FNIR {percent(fnir)}."
        )
    return "\n".join([*lines, *_verdicts(results["verdicts"]), *unmeasured(results)])


def unmeasured(
    results: Mapping[str, Any],
    again: str = "`fairlineup audit measure RUN` measures again: every answer is kept",
) -> list[str]:
    """What failed to be measured, and what to do about it; nothing where everything was."""
    failed = results.get("failed_sections") or ()
    if not failed:
        return []
    return [
        "Not everything could be measured, for a fault of this software; the other numbers stand:",
        *(f"  {one['section']}: {one['reason']}" for one in failed),
        f"Please report it. Once it is mended, {again}.",
    ]


def _verdicts(verdicts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each verdict in a sentence; limits that get none for one reason are told of once."""
    without = Counter(held["reason"] for held in verdicts if held["outcome"] == "not_given")
    told = []
    for held in verdicts:
        if held["outcome"] != "not_given":
            told.append(_verdict(held))
        elif (several := without[held["reason"]]) == 1:
            told.append(f"No verdict: {held['reason']}.")
        else:
            which = "any of the" if several == len(verdicts) else "some of the"
            told.append(f"No verdict on {which} {len(verdicts)} limits: {held['reason']}.")
    return list(dict.fromkeys(told))


def _verdict(held: Mapping[str, Any]) -> str:
    """A verdict in one sentence with the limit it is about."""
    at = "" if held["measure"] == "fte" else f" at {held['threshold']}"
    who = f" in every group of {held['of']}" if held["of"] else ""
    more = f" (need {held['need_n_more']:,} more people)" if held["need_n_more"] else ""
    return (
        f"The declared limit ({held['measure'].upper()} at most {100 * held['at_most']:g} %{at}{who}; "
        f"set by: {held.get('source') or 'nobody named'}): "
        f"{held['outcome'].upper()}{more}, {held['reason']}."
    )


def exit_status(results: Mapping[str, Any], fail_on: str | None) -> int:
    """0, or 1 where --fail-on calls an outcome of any limit a failure; no verdict counts as inconclusive.

    3 where a section failed, whatever the limits: a fault of ours is told before anybody's rates.
    """
    if results.get("failed_sections"):
        return EXIT_FAILED
    outcomes = {held["outcome"] for held in results["verdicts"]}
    failing = {None: (), "fail": ("fail",), "inconclusive": ("fail", "inconclusive", "not_given")}[fail_on]
    return EXIT_LIMIT_BROKEN if outcomes.intersection(failing) else 0
