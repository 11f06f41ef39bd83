"""`fairlineup audit`: plan, check, run, measure and report an audit of any system."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.auditing import (
    Manner,
    Most,
    audit_plan,
    check_plan,
    exit_status,
    finding,
    measure_run,
    report_run,
    without_source,
)
from fairlineup.cli.bundle import bundle, verify
from fairlineup.cli.console import say, show_json, watching
from fairlineup.cli.disclose import disclose
from fairlineup.cli.folders import check_is_run
from fairlineup.cli.importing import import_scores
from fairlineup.cli.labels import labels
from fairlineup.cli.options import (
    faces_option,
    fail_on_option,
    json_option,
    most_options,
    out_option,
    quiet_option,
)
from fairlineup.cli.places import place_of
from fairlineup.cli.versus import compare
from fairlineup.files import is_there

PATH = click.Path(path_type=Path)


@click.group()
def audit() -> None:
    """Audit a face recognition system by a written plan."""


audit.add_command(labels)
audit.add_command(import_scores)
audit.add_command(bundle)
audit.add_command(verify)
audit.add_command(disclose)
audit.add_command(compare)


@audit.command()
@click.argument("dataset", type=PATH)
@click.option("--system", default="local", show_default=True, help="Name of the system under test.")
@click.option("--manifest", default="people.csv", show_default=True, help="CSV file in the data set.")
@click.option("--out", type=PATH, help="Write the plan here instead of printing it.")
def plan(dataset: Path, system: str, manifest: str, out: Path | None) -> None:
    """Write a plan for the photographs in DATASET, every default spelled out, to be edited."""
    from fairlineup.audit import DatasetChoice, Plan, SystemChoice, read_dataset, write_plan
    from fairlineup.files import write_whole
    from fairlineup.records import BadInput
    from fairlineup.systems import check_name

    check_name(system)
    found = read_dataset(dataset, manifest)
    text = write_plan(
        Plan(
            DatasetChoice(str(dataset.resolve()), manifest),
            SystemChoice(system),
            labels={**found.label_sources, **dict.fromkeys(found.unknown_columns, "")},
            groups=tuple(found.label_sources),
        )
    )
    if out is None:
        click.echo(text, nl=False)
        return
    if is_there(out):
        raise BadInput(
            f"{out} is there already",
            expected="a new file",
            got="one that would be overwritten",
            remedy="choose another name with --out",
        )
    write_whole(out, text.encode())
    say(f"wrote {out}; next: fairlineup audit check {out}")


@audit.command()
@click.argument("plan_file", metavar="PLAN", type=PATH)
@click.option("--all", "show_all", is_flag=True, help="Show each finding the plan settles, not their number.")
@json_option
@quiet_option
def check(plan_file: Path, *, show_all: bool, as_json: bool, quiet: bool) -> int:
    """List what is doubtful in the plan's photographs, how the plan settles it, and whether it can be run.

    Exit status 2 if something is not settled yet, or the plan cannot be run.
    """
    from fairlineup.audit import ALLOWED, MEANING, find, read_place, read_plan, settle, settlement_of

    chosen = read_plan(plan_file)
    dataset = read_place(place_of(chosen.dataset), chosen.labels)
    with watching(quiet=quiet) as progress:
        findings = find(dataset, progress)
    rows = [
        {
            "id": f.id,
            "kind": f.kind.value,
            "meaning": MEANING[f.kind],
            "people": list(f.people),
            "photos": list(f.photos),
            "detail": f.detail,
            "settled": settlement_of(f, chosen.settle),
            "allowed": [action.value for action in ALLOWED[f.kind]],
        }
        for f in findings
    ]
    stopping = sum(row["settled"] == "stop" for row in rows)
    if as_json:
        show_json(rows)
    else:
        settled = [row for row in rows if row["settled"] != "stop"]
        _show_findings(settled, one_by_one=show_all)
        _show_findings([row for row in rows if row["settled"] == "stop"], one_by_one=True)
        say(f"{len(rows)} findings, {stopping} to be settled before the audit can run{_how(stopping)}")
    for warning in without_source(chosen, dataset.label_sources):
        say(f"warning: {warning}")
    if stopping:
        return 2
    check_plan(chosen, settle(dataset, findings, chosen.settle))
    say("the plan can be run")
    return 0


def _how(stopping: int) -> str:
    return ": under [settle] in the plan, or a column as a label under [labels]" if stopping else ""


def _show_findings(rows: list[dict[str, Any]], *, one_by_one: bool) -> None:
    if one_by_one:
        for row in rows:
            _show_finding(row)
        return
    for (meaning, settled), count in Counter((row["meaning"], row["settled"]) for row in rows).items():
        click.echo(f"{count:,} × {meaning}\n    -> {settled}")


def _show_finding(row: dict[str, Any]) -> None:
    who = " and ".join(row["people"]) or row["detail"]
    click.echo(f"{row['id']}  {row['meaning']}: {who}")
    for photo in row["photos"]:
        click.echo(f"    {photo}")
    if row["people"]:
        click.echo(f"    {row['detail']}")
    settled = row["settled"]
    choices = " or ".join(row["allowed"])
    click.echo(f"    -> {'NOT SETTLED: choose ' + choices if settled == 'stop' else settled}")


@audit.command()
@click.argument("plan_file", metavar="PLAN", type=PATH)
@out_option("audit-run")
@faces_option
@most_options
@fail_on_option
@json_option
@quiet_option
def run(plan_file: Path, out: Path, **how: Any) -> int:
    """Run the audit in PLAN, or go on with it, and write results and report.

    What it will take, and cost, is said before anything is asked.
    """
    from fairlineup.audit import read_plan

    most = Most(how["max_cost"], how["max_searches"], how["at_once"] or 0)
    results = audit_plan(read_plan(plan_file), out, Manner(how["faces"], how["quiet"], most))
    return tell(results, out, how["fail_on"], as_json=how["as_json"])


@audit.command()
@click.argument("run_directory", metavar="RUN", type=PATH)
@click.option("--photographs", type=PATH, help="Where the photographs are now, if they were moved.")
@faces_option
def report(run_directory: Path, photographs: Path | None, *, faces: bool) -> None:
    """Write RUN/report.html again, from the results that stand there."""
    check_is_run(run_directory)
    say(f"wrote {report_run(run_directory, faces=faces, photographs=photographs)}")


@audit.command()
@click.argument("run_directory", metavar="RUN", type=PATH)
@click.option(
    "--plan", "plan_file", type=PATH, help="Its plan with another title, population or source of a label."
)
@faces_option
@fail_on_option
@json_option
def measure(
    run_directory: Path, plan_file: Path | None, fail_on: str | None, *, faces: bool, as_json: bool
) -> int:
    """Measure RUN again from its observations, without asking the system anything."""
    from fairlineup.audit import read_plan

    check_is_run(run_directory)
    results = measure_run(run_directory, read_plan(plan_file) if plan_file else None)
    report_run(run_directory, faces=faces)
    return tell(results, run_directory, fail_on, as_json=as_json)


def tell(results: dict[str, Any], out: Path, fail_on: str | None, *, as_json: bool) -> int:
    """Say what was found and where it stands; the exit status comes back."""
    if as_json:
        show_json(results)
    else:
        click.echo(finding(results))
        click.echo(f"report: {out / 'report.html'}\nevery number: {out / 'results.json'}")
    return exit_status(results, fail_on)
