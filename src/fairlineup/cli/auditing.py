"""What `audit run`, `congress` and `demo` share: a system opened, an audit of it, and what is said."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import click

from fairlineup.cli.console import notice, say, show_json, watching
from fairlineup.cli.enginechoice import begun_with
from fairlineup.cli.finding import exit_status, finding
from fairlineup.cli.forecast import duration
from fairlineup.cli.trust import TYPED, Origin, check_trusted
from fairlineup.evidence.asking import CostEstimate, RunLimits, RunOptions
from fairlineup.evidence.pages import called
from fairlineup.evidence.pipeline import (
    Audit,
    AuditOptions,
    PageOptions,
    Pages,
    outlook,
)
from fairlineup.evidence.pipeline import audit as audit_system
from fairlineup.evidence.plan import Plan, SystemChoice
from fairlineup.evidence.runs import FrozenRun, check_out
from fairlineup.records import FaceSystem, SystemInformation, kind_of, place_in_ours
from fairlineup.results import to_json
from fairlineup.systems import open_system

NO_LIMITS = RunLimits()


@contextmanager
def opened(chosen: SystemChoice, origin: Origin = TYPED) -> Iterator[FaceSystem]:
    """The system a plan names, closed at the end.

    Raises: BadInput, SystemFailed; Refused: a plan from elsewhere names it, and nobody allowed it.
    """
    check_trusted(chosen, origin)
    system = open_system(chosen.name, chosen.options)
    try:
        yield system
    finally:
        system.close()


def audit_plan(
    plan: Plan,
    out: Path,
    pages: PageOptions,
    limits: RunLimits = NO_LIMITS,
    *,
    origin: Origin = TYPED,
    quiet: bool = False,
) -> Audit:
    """Run a plan, or go on with it, measure and report.

    A plan that names no engine goes on with the one it was begun with.

    Raises:
        BadInput, SystemFailed, Refused: as the rooms below say.
    """
    check_out(out)
    chosen = plan.system
    if engine := begun_with(chosen, out):
        chosen = replace(chosen, options={**chosen.options, "engine": engine})
    with watching(quiet=quiet) as watch, ExitStack() as asked:
        system = asked.enter_context(opened(chosen, origin))
        options = AuditOptions(
            run=RunOptions(progress=watch, limits=limits, note=watch.note),
            pages=pages,
            after_asking=asked.close,
            on_failure=section_failed,
        )
        if not quiet:
            options = replace(options, before_asking=_announce)
        found = audit_system(plan, system, out, options)
    tell_withheld(found.pages)
    return found


def _announce(run: FrozenRun, cost: CostEstimate) -> None:
    """Say what a run takes; of a system across a wire also what cannot come out, before it is paid for."""
    information = run.information
    if information.price is not None or information.wire:
        for one in outlook(run.plan, run.dataset):
            notice(f"warning: {one}")
    notice(announcement(information, cost, begun=run.begun_before))


def announcement(information: SystemInformation, bill: CostEstimate, *, begun: bool) -> str:
    """What the run will take, before it takes it."""
    text = f"{called(information)}: {bill.enrolments:,} photographs to enrol, {bill.searches:,} searches"
    price = information.price
    if price is not None and bill.cost is not None:
        text += (
            f", {bill.calls:,} paid calls, {bill.cost:,.2f} {price.currency} ({price.source}, {price.date})"
        )
    if bill.seconds:
        text += f", about {duration(bill.seconds)}"
    return text + (" (going on with a run begun before)" if begun else "")


def section_failed(section: str, error: Exception) -> None:
    """Say that a section of the results failed, and with --debug where."""
    notice(f"warning: {section} could not be measured: {kind_of(error)} at {place_in_ours(error)}")
    if click.get_current_context().find_root().params.get("debug"):
        notice(*"".join(traceback.format_exception(error)).rstrip().split("\n"))


def tell_withheld(pages: Pages) -> None:
    """Say why photographs that were wanted are not shown."""
    if pages.faces_withheld:
        notice(WITHHELD)


WITHHELD = "photographs are not shown: neither manifest nor plan declares test use (fairlineup help dataset)"


def show_audit(audit: Audit, fail_on: str | None, *, as_json: bool) -> int:
    """Say what was found and where it is; the exit status comes back."""
    if as_json:
        show_json(to_json(audit.results))
    else:
        say(*finding(audit.results).split("\n"), *where(audit))
    return exit_status(audit.results, fail_on)


def where(audit: Audit) -> Iterator[str]:
    """What was measured and what was written, a line each."""
    yield f"system: {called(audit.results.system)}"
    yield f"report: {audit.pages.report}"
    if audit.pages.short:
        yield f"in short: {audit.pages.short}"
    yield f"every number: {audit.run.directory.path / 'results.json'}"
