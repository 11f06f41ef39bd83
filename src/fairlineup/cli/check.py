"""`fairlineup audit check`: what is doubtful in a plan's photographs, and whether it can be run."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.auditing import (
    check_plan,
)
from fairlineup.cli.console import say, show_json, watching
from fairlineup.cli.options import (
    json_option,
    quiet_option,
)
from fairlineup.cli.outlook import Warned, outlook, uncited
from fairlineup.cli.places import place_of
from fairlineup.evidence.plan import (
    ALLOWED,
    MEANING,
    find,
    read_place,
    read_plan,
    settle,
    settlement_of,
)
from fairlineup.records import BadInput

PATH = click.Path(path_type=Path)


@click.command()
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
