"""`fairlineup audit`: plan, check, run, measure and report an audit of any system."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
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
    short_report,
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
    short_option,
)
from fairlineup.cli.outlook import Warned, outlook, uncited
from fairlineup.cli.places import place_of
from fairlineup.cli.versus import compare
from fairlineup.files import is_there
from fairlineup.records import BadInput

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
    from fairlineup.systems import check_name

    check_name(system)
    text = plan_text(dataset, manifest, system)
    if out is None:
        click.echo(text, nl=False)
        return
    write_plan_file(out, text)
    say(f"wrote {out}; next: fairlineup audit check {out}")


def plan_text(dataset: Path, manifest: str, system: str) -> str:
    """A plan for a data set as a file: every default spelled out, and why probes are searched as they are."""
    from fairlineup.evidence.plan import (
        DatasetChoice,
        Plan,
        SearchChoice,
        SystemChoice,
        read_dataset,
        strangers_for,
        write_plan,
    )
    from fairlineup.files import has_name

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
    from fairlineup.files import write_whole

    if is_there(out):
        raise BadInput(
            f"{out} is there already",
            expected="a new file",
            got="one that would be overwritten",
            remedy="choose another name",
        )
    write_whole(out, text.encode())


@audit.command()
@click.argument("plan_file", metavar="PLAN", type=PATH)
@click.option("--all", "show_all", is_flag=True, help="Show each finding the plan settles, not their number.")
@json_option
@quiet_option
def check(plan_file: Path, *, show_all: bool, as_json: bool, quiet: bool) -> int:
    """List what is doubtful in the plan's photographs, what it cannot show, and whether it can be run.

    What cannot come out (a group without a source, a limit so few people cannot show) is a warning, with
    what helps; then what the run will take, and cost.

    Exit status 2 if something is not settled yet, or the plan cannot be run.
    """
    from fairlineup.evidence.plan import (
        ALLOWED,
        MEANING,
        find,
        read_place,
        read_plan,
        settle,
        settlement_of,
    )

    chosen = read_plan(plan_file)
    dataset = read_place(place_of(chosen.dataset), chosen.labels, chosen.groups)
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
    stopping = [row for row in rows if row["settled"] == "stop"]
    if not as_json:
        _show_findings([row for row in rows if row["settled"] != "stop"], one_by_one=show_all)
        _show_findings(stopping, one_by_one=True)
        say(f"{len(rows)} findings, {len(stopping)} to be settled before the audit can run{_how(stopping)}")
    for label, words in dataset.no_value.items():
        say(f"note: no value of {label}: {', '.join(map(repr, words))}")
    settled = None if stopping else settle(dataset, findings, chosen.settle)
    try:
        warned = outlook(chosen, settled) if settled else tuple(uncited(chosen, dataset.label_sources))
    except BadInput:
        if as_json:
            show_json(rows)
        raise
    if as_json:
        show_json([*rows, *map(_warning_row, warned)])
    else:
        for one in warned:
            say(f"warning: {one}")
    if settled is None:
        return 2
    taken = check_plan(chosen, settled)
    say(f"{taken}\nthe plan can be run")
    say(f"next: {shlex.join(['fairlineup', 'audit', 'run', str(plan_file), '--out', 'RUN'])}")
    return 0


def _warning_row(warned: Warned) -> dict[str, Any]:
    """A warning among the findings: nothing to settle, and a remedy."""
    return {
        "id": f"{warned.kind}:{warned.what}",
        "kind": warned.kind,
        "meaning": warned.says,
        "people": [],
        "photos": [],
        "detail": warned.remedy,
        "settled": "warning",
        "allowed": [],
    }


def _how(stopping: Sequence[Mapping[str, Any]]) -> str:
    """What to write into the plan for each kind of finding that stops; nothing where nothing stops."""
    if not stopping:
        return ""
    kinds = {row["kind"]: " or ".join(row["allowed"]) for row in stopping}
    how = ": under [settle] in the plan set " + ", ".join(
        f"{kind} to {allowed}" for kind, allowed in kinds.items()
    )
    how += "; [[settle.case]] settles one alone (`fairlineup help dataset`)"
    if "unknown_column" in kinds:
        how += "; a column that is a label goes under [labels], with its source"
    return how


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
@short_option
@most_options
@fail_on_option
@json_option
@quiet_option
def run(plan_file: Path, out: Path, **how: Any) -> int:
    """Run the audit in PLAN, or go on with it, and write results and report.

    What it will take, and cost, is said before anything is asked.
    """
    from fairlineup.evidence.plan import read_plan

    most = Most(how["max_cost"], how["max_searches"], how["at_once"] or 0)
    results = audit_plan(read_plan(plan_file), out, Manner(how["faces"], how["quiet"], most, how["short"]))
    return tell(results, out, how["fail_on"], as_json=how["as_json"])


@audit.command()
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
        from fairlineup.evidence.pages import write_short
        from fairlineup.evidence.runs import RunDirectory

        say(f"wrote {write_short(RunDirectory(run_directory))}")
        return
    say(f"wrote {report_run(run_directory, faces=faces, photographs=photographs)}")


@audit.command()
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
    from fairlineup.evidence.plan import read_plan

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
