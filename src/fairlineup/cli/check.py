"""`fairlineup audit check`: what is doubtful in a plan's photographs, and whether it can be run."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.auditing import announcement, opened
from fairlineup.cli.console import notice, say, show_json, watching
from fairlineup.cli.options import PATH, json_option, quiet_option, trust_option
from fairlineup.cli.trust import Origin
from fairlineup.evidence.pipeline import Shortfall, cost_of, find_doubts, settled, shortfalls
from fairlineup.evidence.plan import ALLOWED, MEANING, Finding, read_plan
from fairlineup.records import BadInput


@click.command()
@click.argument("plan_file", metavar="PLAN", type=PATH)
@click.option("--all", "show_all", is_flag=True, help="Show each finding the plan settles, not their number.")
@trust_option
@json_option
@quiet_option
def check(plan_file: Path, *, show_all: bool, trust: bool, as_json: bool, quiet: bool) -> int:
    """List what is doubtful in the plan's photographs, what it cannot show, and whether it can be run.

    What cannot come out (a group without a source, a limit so few people cannot show) is a warning, with
    what helps; then what the run will take, and cost.

    The system is opened to say what it is: a plan can start programs, and the first time it is asked whether
    it may. Exit status 2 if something is not settled yet, or the plan cannot be run.
    """
    chosen = read_plan(plan_file)
    with watching(quiet=quiet) as progress:
        found = find_doubts(chosen, progress)
    rows = [_row(finding, settled_by) for finding, settled_by in found.settled_by]
    if not as_json:
        _show_findings(rows, one_by_one=show_all)
    for label, words in found.dataset.no_value.items():
        notice(f"note: no value of {label}: {', '.join(map(repr, words))}")
    try:
        missing = shortfalls(chosen, found)
    except BadInput:
        if as_json:
            show_json(rows)
        raise
    if as_json:
        show_json([*rows, *map(_shortfall_row, missing)])
    else:
        for one in missing:
            notice(f"warning: {one}")
    dataset = settled(chosen, found)
    if dataset is None:
        return 2
    with opened(chosen.system, Origin(plan_file, trust)) as system:
        information = system.information()
    notice(announcement(information, cost_of(chosen, dataset, information), begun=False))
    run = shlex.join(["fairlineup", "audit", "run", str(plan_file), "--out", "RUN"])
    notice("the plan can be run", f"next: {run}")
    return 0


def _row(finding: Finding, settled_by: str) -> dict[str, Any]:
    return {
        "id": finding.id,
        "kind": finding.kind.value,
        "meaning": MEANING[finding.kind],
        "people": list(finding.people),
        "photos": list(finding.photos),
        "detail": finding.detail,
        "settled": settled_by,
        "allowed": [action.value for action in ALLOWED[finding.kind]],
    }


def _shortfall_row(missing: Shortfall) -> dict[str, Any]:
    """What cannot come out, among the findings: nothing to settle, and a remedy."""
    return {
        "id": f"{missing.kind}:{missing.what}",
        "kind": missing.kind,
        "meaning": missing.says,
        "people": [],
        "photos": [],
        "detail": missing.remedy,
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


def _show_findings(rows: Sequence[dict[str, Any]], *, one_by_one: bool) -> None:
    """What the plan settles, counted or one by one; then each that it does not."""
    stopping = [row for row in rows if row["settled"] == "stop"]
    done = [row for row in rows if row["settled"] != "stop"]
    for row in done if one_by_one else ():
        _show_finding(row)
    counted = Counter((row["meaning"], row["settled"]) for row in done)
    for (meaning, settled_by), count in () if one_by_one else counted.items():
        say(f"{count:,} × {meaning}", f"    -> {settled_by}")
    for row in stopping:
        _show_finding(row)
    notice(f"{len(rows)} findings, {len(stopping)} to be settled before the audit can run{_how(stopping)}")


def _show_finding(row: dict[str, Any]) -> None:
    who = " and ".join(row["people"]) or row["detail"]
    say(f"{row['id']}  {row['meaning']}: {who}")
    for photo in row["photos"]:
        say(f"    {photo}")
    if row["people"]:
        say(f"    {row['detail']}")
    settled = row["settled"]
    choices = " or ".join(row["allowed"])
    say(f"    -> {'NOT SETTLED: choose ' + choices if settled == 'stop' else settled}")
