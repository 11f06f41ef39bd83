"""`fairlineup audit`: plan, check, run, measure and report an audit of any system."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fairlineup.cli.auditing import (
    Manner,
    Most,
    audit_plan,
    exit_status,
    finding,
    measure_run,
    report_run,
    short_report,
)
from fairlineup.cli.console import say, show_json
from fairlineup.cli.folders import check_is_run
from fairlineup.cli.options import (
    faces_option,
    fail_on_option,
    json_option,
    most_options,
    out_option,
    quiet_option,
    short_option,
)
from fairlineup.evidence.pages import write_short
from fairlineup.evidence.plan import (
    DatasetChoice,
    Plan,
    SearchChoice,
    SystemChoice,
    read_dataset,
    read_plan,
    strangers_for,
    write_plan,
)
from fairlineup.evidence.runs import RunDirectory
from fairlineup.files import has_name, is_there, write_atomic
from fairlineup.records import BadInput
from fairlineup.systems import check_name

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("dataset", type=PATH)
@click.option("--system", default="local", show_default=True, help="Name of the system under test.")
@click.option("--manifest", default="people.csv", show_default=True, help="CSV file in the data set.")
@click.option("--out", type=PATH, help="Write the plan here instead of printing it.")
def plan(dataset: Path, system: str, manifest: str, out: Path | None) -> None:
    """Write a plan for the photographs in DATASET, every default spelled out, to be edited."""
    check_name(system)
    text = plan_text(dataset, manifest, system)
    if out is None:
        click.echo(text, nl=False)
        return
    write_plan_file(out, text)
    say(f"wrote {out}; next: fairlineup audit check {out}")


def plan_text(dataset: Path, manifest: str, system: str) -> str:
    """A plan for a data set as a file: every default spelled out, and why probes are searched as they are."""
    found = read_dataset(dataset, manifest)
    strangers, reason = strangers_for(found.entries)
    text = write_plan(
        Plan(
            DatasetChoice(str(dataset.resolve()), manifest),
            SystemChoice(system),
            labels={**found.label_sources, **dict.fromkeys(filter(has_name, found.unknown_columns), "")},
            groups=tuple(found.label_sources),
            search=SearchChoice(strangers=strangers),
        )
    )
    return text.replace("\nstrangers = ", f"\n# {reason}\nstrangers = ", 1)


def write_plan_file(out: Path, text: str) -> None:
    """Write a plan where none is. Raises: BadInput: there is a file already."""
    if is_there(out):
        raise BadInput(
            f"{out} is there already",
            expected="a new file",
            got="one that would be overwritten",
            remedy="choose another name",
        )
    write_atomic(out, text.encode())


@click.command()
@click.argument("plan_file", metavar="PLAN", type=PATH)
@out_option("audit-run")
@faces_option
@short_option
@most_options
@fail_on_option
@json_option
@quiet_option
def run(plan_file: Path, out: Path, **how: Any) -> int:
    """Run the audit in PLAN, or go on with it, and write results and report.

    What it will take, and cost, is said before anything is asked.
    """
    most = Most(how["max_cost"], how["max_searches"], how["at_once"] or 0)
    results = audit_plan(read_plan(plan_file), out, Manner(how["faces"], how["quiet"], most, how["short"]))
    return tell(results, out, how["fail_on"], as_json=how["as_json"])


@click.command()
@click.argument("run_directory", metavar="RUN", type=PATH)
@click.option("--photographs", type=PATH, help="Where the photographs are now, if they were moved.")
@faces_option
@click.option(
    "--short",
    is_flag=True,
    help="Write RUN/report-short.html instead: three or four pages to print or to send, without photographs.",
)
def report(run_directory: Path, photographs: Path | None, *, faces: bool, short: bool) -> None:
    """Write RUN/report.html again, from the results that stand there.

    The page stands alone: it can be sent without the folder it lies in.
    """
    check_is_run(run_directory)
    if short:
        say(f"wrote {write_short(RunDirectory(run_directory))}")
        return
    say(f"wrote {report_run(run_directory, faces=faces, photographs=photographs)}")


@click.command()
@click.argument("run_directory", metavar="RUN", type=PATH)
@click.option(
    "--plan", "plan_file", type=PATH, help="Its plan with another title, population or source of a label."
)
@faces_option
@short_option
@fail_on_option
@json_option
def measure(
    run_directory: Path,
    plan_file: Path | None,
    fail_on: str | None,
    *,
    faces: bool,
    short: bool,
    as_json: bool,
) -> int:
    """Measure RUN again from its observations, without asking the system anything."""
    check_is_run(run_directory)
    results = measure_run(run_directory, read_plan(plan_file) if plan_file else None)
    report_run(run_directory, faces=faces, short=short)
    return tell(results, run_directory, fail_on, as_json=as_json)


def tell(results: dict[str, Any], out: Path, fail_on: str | None, *, as_json: bool) -> int:
    """Say what was found and where it stands; the exit status comes back."""
    if as_json:
        show_json(results)
    else:
        click.echo(finding(results))
        short = short_report(out)
        in_short = f"in short: {short}\n" if short else ""
        click.echo(f"report: {out / 'report.html'}\n{in_short}every number: {out / 'results.json'}")
    return exit_status(results, fail_on)
