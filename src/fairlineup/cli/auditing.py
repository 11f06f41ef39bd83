"""What `audit run`, `congress` and `demo` share: a plan goes in, a run directory with a report comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairlineup.cli.console import EXIT_LIMIT_BROKEN, percent, say, watching
from fairlineup.records import BadInput

if TYPE_CHECKING:
    from fairlineup.audit import Papers, Plan, SettledDataset
    from fairlineup.records import FaceSystem


@dataclass(frozen=True, slots=True)
class Manner:
    """How an audit is presented.

    Attributes:
        faces: whether the report shows photographs.
        quiet: whether progress is hidden.
    """

    faces: bool = True
    quiet: bool = False


def audit_plan(plan: Plan, out: Path, manner: Manner) -> dict[str, Any]:
    """Run a plan, or go on with it, measure and report; the results come back.

    Raises:
        BadInput, SystemFailed, Refused: as the rooms below say.
    """
    from fairlineup.runs import RunDirectory
    from fairlineup.systems import open_system

    system = open_system(plan.system.name, plan.system.options)
    try:
        with RunDirectory(out).locked():
            return _audit(plan, out, system, manner)
    finally:
        system.close()


def report_run(out: Path, *, faces: bool, photographs: Path | None = None) -> Path:
    """Write report.html of a finished run and give its path.

    Args:
        out: the run directory.
        faces: whether photographs are shown.
        photographs: where they are now; by default where they were when the run was begun.
    Raises:
        BadInput: no finished run, or an unwritable place.
    """
    from fairlineup.reports import write_report
    from fairlineup.runs import RunDirectory

    directory = RunDirectory(out)
    folder = photographs or Path(str(directory.read_identity()["photographs_folder"]))
    if faces and not folder.is_dir():
        raise BadInput(
            "the report cannot show photographs",
            expected="the folder they were in when the run was begun, or the one --photographs names",
            got=f"no folder {folder}",
            remedy="name their folder with --photographs, or leave them out with --no-faces",
        )
    return write_report(directory, folder if faces else None)


def measure_run(out: Path) -> dict[str, Any]:
    """Measure a finished run again from its observations. Raises: BadInput."""
    from fairlineup.audit import evaluate, read_back

    papers = read_back(out)
    results = evaluate(papers)
    papers.directory.write_results(results)
    return results


def _audit(plan: Plan, out: Path, system: FaceSystem, manner: Manner) -> dict[str, Any]:
    from fairlineup.audit import Conduct, Patience, draw_up, evaluate, perform

    information = system.information()
    with watching(quiet=manner.quiet) as progress:
        papers = draw_up(plan, information, out, progress)
    directory = papers.directory
    if not (directory.finished or directory.compacted):
        if not manner.quiet:
            say(announcement(papers))
        search = papers.plan.search
        with watching(quiet=manner.quiet) as progress:
            conduct = Conduct(search.searches_per_part, Patience(search.retries), progress)
            perform(papers.protocol, papers.dataset, system, directory, conduct)
    if not directory.finished:
        directory.write_results(evaluate(papers))
        directory.events.add("measured")
    if not directory.compacted:
        compact(papers)
    report_run(out, faces=manner.faces)
    return directory.read_results()


def compact(papers: Papers) -> None:
    """Move a measured run's observations from the journal to Parquet."""
    from fairlineup.audit import observations_of

    papers.directory.compact(observations_of(papers))


def check_plan(plan: Plan, dataset: SettledDataset) -> None:
    """Hold a plan against its system and settled data set. Raises: BadInput (it cannot be run)."""
    from fairlineup.audit import check_against, resolve
    from fairlineup.systems import open_system

    system = open_system(plan.system.name, plan.system.options)
    try:
        check_against(resolve(plan, system.information()), dataset)
    finally:
        system.close()


def announcement(papers: Papers) -> str:
    """What the run will take, before it takes it."""
    protocol, seconds = papers.protocol, papers.information.seconds_per_photograph
    probes = len(protocol.absent) + len(protocol.present)
    text = (
        f"{papers.information.name}: {len(protocol.others) + len(protocol.mates):,} photographs to enrol, "
        f"{probes:,} searches"
    )
    if seconds:
        text += f", about {max(1, round(protocol.photographs * seconds)):,} s"
    return text + (" (going on with a run begun before)" if papers.begun_before else "")


_NOTICES = {
    "simulated": "These people are simulated: nothing here is about real people or real systems.",
    "synthetic": "These people are synthetic, they do not exist: nothing here is about real people, nor "
    "about which of two systems is better for them.",
}


def finding(results: Mapping[str, Any]) -> str:
    """What was found, in the words the report begins with, one threshold a paragraph."""
    population = results["population"]["kind"]
    lines = []
    if population != "real":
        lines.append(_NOTICES[population])
    gallery = results["gallery"]["people"]
    for threshold in results["thresholds"]:
        at = threshold.get("distance", threshold.get("score"))
        fpir, fmr, fnir = (threshold[name] for name in ("fpir", "fmr", "fnir"))
        name = threshold["name"] if threshold["name"] == f"{at:g}" else f"{threshold['name']} ({at:g})"
        lines.append(
            f"At {name}, among {gallery:,} people who are not them: "
            f"{fpir.get('errors', 0):,} of {fpir.get('trials', 0):,} searches flagged an innocent person, "
            f"FPIR {percent(fpir)}; FMR {percent(fmr, 4)}; missed when present, FNIR {percent(fnir)}."
        )
    verdict = results["verdict"]
    if verdict["outcome"] == "not_given":
        return "\n".join([*lines, f"No verdict: {verdict['reason']}."])
    lines.append(
        f"The declared limit ({verdict['measure'].upper()} at most {100 * verdict['at_most']:g} % at "
        f"{verdict['threshold']}) is {verdict['outcome']}: {verdict['reason']}."
    )
    return "\n".join(lines)


def exit_status(results: Mapping[str, Any], fail_on: str | None) -> int:
    """0, or 1 where --fail-on says that a broken or undecided limit is a failure; no verdict is undecided."""
    outcome = results["verdict"]["outcome"]
    failing = {None: (), "broken": ("broken",), "undecided": ("broken", "undecided", "not_given")}[fail_on]
    return EXIT_LIMIT_BROKEN if outcome in failing else 0
