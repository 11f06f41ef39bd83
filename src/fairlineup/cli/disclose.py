"""`fairlineup audit disclose`: who was told of a run's results, when an answer is due, when it is public."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.console import notice, say, show_json, show_table
from fairlineup.cli.options import PATH, Command, json_option
from fairlineup.evidence.disclosure import Act, State, Told, read_acts, record, state_of
from fairlineup.evidence.pipeline import check_is_run
from fairlineup.evidence.runs import RunDirectory
from fairlineup.results import to_json


def _day_of(_context: click.Context, _parameter: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


def _day(name: str, doc: str) -> Callable[[Command], Command]:
    """An option that takes a day like 2026-11-23."""
    return click.option(name, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", callback=_day_of, help=doc)


@click.command()
@click.argument("run_directory", metavar="RUN", type=PATH)
@click.option("--told", metavar="WHO", help="Record that they were told of the results, with --on.")
@_day("--on", "The day they were told.")
@_day("--due", "The day their answer is due.  [default: 90 days after --on]")
@_day("--answered", "Record that they answered on this day.")
@click.option("--by", metavar="WHO", default="", help="Who answered, where several were told.")
@_day("--public", "Record the day of publication, to come or past.")
@click.option("--note", default="", help="Why, or what was said; needed for a day that is out of order.")
@_day("--today", "Show how it stands on this day.  [default: today]")
@json_option
def disclose(run_directory: Path, *, today: date | None, as_json: bool, **asked: Any) -> None:
    """Keep the clock of a coordinated disclosure of RUN: who was told, answer due, public on.

    Without options it shows how things stand and what comes next. Lines are only added, to
    RUN/disclosure.jsonl: a later one supersedes, the earlier one stays. Not legal advice.
    """
    act = _act(asked)
    check_is_run(run_directory)
    run = RunDirectory(run_directory)
    run.read_results()  # there is nothing to tell of a run that is not finished
    now = datetime.now(UTC).date()
    if act is not None:
        with run.locked():
            record(run.path, act, now)
        notice(f"recorded in {run.path / 'disclosure.jsonl'}")
    state = state_of(read_acts(run.path), today or now)
    if as_json:
        show_json(to_json(state))
    else:
        _show(state)


def _act(asked: Mapping[str, Any]) -> Act | None:
    """What is to be recorded; None where nothing is. Raises: click.UsageError (options that do not fit)."""
    acts = [name for name in ("told", "answered", "public") if asked[name] is not None]
    if len(acts) > 1:
        raise click.UsageError("one act at a time: --told, --answered or --public")
    act = acts[0] if acts else ""
    needs = {"on": ("told",), "due": ("told",), "by": ("answered",), "note": ("told", "answered", "public")}
    for name, with_these in needs.items():
        if asked[name] and act not in with_these:
            raise click.UsageError(f"--{name} goes with --{' or --'.join(with_these)}")
    if act == "told":
        if asked["on"] is None:
            raise click.UsageError("--told WHO needs --on DATE, the day they were told")
        return Act("told", asked["on"], " ".join(asked["told"].split()), asked["due"], asked["note"])
    if act == "answered":
        return Act("answered", asked["answered"], asked["by"], None, asked["note"])
    return Act("public", asked["public"], note=asked["note"]) if act else None


def _show(state: State) -> None:
    if state.told:
        show_table(("who", "told on", "answer due", "answered", "days left", "note"), map(_row, state.told))
        source = next((one.due_source for one in state.told if one.due_source != "recorded"), "")
        say(*([f"answers due by {source}"] if source else []))
    if state.public:
        say(f"public on {state.public} ({state.public_source})")
    say("next:", *(f"  {step}" for step in state.comes_next))


def _row(one: Told) -> tuple[str, ...]:
    left = "" if one.days_left is None else str(one.days_left)
    if one.days_left is not None and one.overdue:
        left = f"overdue by {-one.days_left}"
    answered = "not yet" if one.answered is None else str(one.answered)
    return one.who, str(one.on), str(one.due), answered, left, one.note
