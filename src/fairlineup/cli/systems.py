"""`fairlineup systems`: which systems can be put under test, whether one keeps the contract, what it left."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any, TypeGuard

import click

from fairlineup.cli.console import EXIT_LIMIT_BROKEN, notice, say, show_json, watching
from fairlineup.cli.manual import shown_by
from fairlineup.cli.options import PATH, json_option, quiet_option, trust_option
from fairlineup.cli.trust import TYPED, Origin, check_trusted
from fairlineup.cli.trying import announced, known_photographs, options_of, paid_for
from fairlineup.evidence.asking import RunLimits
from fairlineup.evidence.plan import SystemChoice
from fairlineup.records import (
    GALLERY_PREFIX,
    FaceSystem,
    KeepingSystem,
    SystemFailed,
    extra_installed,
    how_to_install,
)
from fairlineup.systems import (
    Adapter,
    ContractReport,
    all_adapters,
    check_system,
    contract_cost,
    entrusted_by,
    find_adapter,
    open_system,
)

GONE_AFTER_S = (0.0, 0.5, 1.0, 2.0)  # a server may need a moment to forget

options_option = click.option("--options", "table", type=PATH, help="TOML file of options, or a plan.")
option_option = click.option(
    "--option", "single", metavar="NAME=VALUE", multiple=True, help="One option; repeatable."
)


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def systems(context: click.Context, *, as_json: bool) -> None:
    """List the face recognition systems that can be put under test.

    Says what each is, the extra it needs, whether its credentials are set (never what they are), and how
    far it was tried. Exit status 3 if one that another package brings cannot be loaded.
    """
    if context.invoked_subcommand is not None:
        return
    rows = [_row(adapter) for adapter in all_adapters()]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        _show(row)


def _row(adapter: Adapter) -> dict[str, Any]:
    facts = adapter.facts
    return {
        "name": facts.name,
        "argument": facts.argument,
        "title": facts.title,
        "extra": facts.extra,
        "extra_installed": extra_installed(facts.extra) if facts.extra else None,
        "credentials": facts.credentials_set,
        "tried": facts.tried,
        "page": facts.page,
        "help": shown_by(facts.page),
    }


def _show(row: dict[str, Any]) -> None:
    words = {True: "set", False: "not set", None: ""}
    here = {True: "installed", False: "not installed", None: "not of this installation"}
    named = f"{row['name']}:{row['argument']}" if row["argument"] else row["name"]
    say(named, f"  {row['title']}")
    if row["extra"]:
        say(f"  extra {row['extra']}: {here[row['extra_installed']]}")
        if not row["extra_installed"]:
            say(f"  {how_to_install(row['extra'])}")
    for name, is_set in row["credentials"].items():
        say(f"  credentials {name} {words[is_set]}".rstrip())
    if row["tried"]:
        say(f"  tried {row['tried']}")
    if row["page"]:
        say(f"  {row['help'] or row['page']}")


@systems.command()
@click.argument("name")
@options_option
@option_option
@click.option("--photographs", type=PATH, help="Data set to take a few known people from.")
@click.option("--yes", is_flag=True, help="Pay for the calls.")
@click.option("--max-cost", type=float, help="Pay for the calls if they cost no more than this.")
@trust_option
@json_option
@quiet_option
def check(  # noqa: PLR0913 - a command's options
    name: str,
    table: Path | None,
    single: tuple[str, ...],
    photographs: Path | None,
    max_cost: float | None,
    *,
    yes: bool,
    trust: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Put the contract of every system to the live system NAME, and delete what it enrolled.

    The people are some who do not exist (cards for the simulated system), or a few of --photographs. What
    it costs is said first; calls that are paid need --yes or --max-cost. Exit status 1 if a check failed.
    """
    adapter, options = find_adapter(name), _allowed(name, table, single, trust=trust)
    known = known_photographs(adapter.facts, photographs)
    opened = partial(adapter.open, name.partition(":")[2], options)
    system = opened()
    try:
        information = system.information()
    finally:
        system.close()
    calls = contract_cost(information, known)
    if not quiet:
        notice(announced(information, calls), *information.terms)
    paid_for(information, calls, yes=yes, max_cost=RunLimits(max_cost).cost)
    with watching(quiet=quiet) as progress:
        report = check_system(opened, known, adapter.facts.credentials, progress=progress)
    if as_json:
        show_json(_report_json(report))
    else:
        _show_report(report)
    return EXIT_LIMIT_BROKEN if report.failed else 0


def _allowed(name: str, table: Path | None, single: tuple[str, ...], *, trust: bool) -> dict[str, Any]:
    """The options of a system that may be opened: what a file adds to what was typed may be refused.

    Raises: BadInput; Refused: nobody allowed what the file has done.
    """
    options = options_of(table, single)
    typed = entrusted_by(name, options_of(None, single)) == entrusted_by(name, options)
    check_trusted(SystemChoice(name, options), TYPED if typed else Origin(table, trust))
    return options


def _report_json(report: ContractReport) -> dict[str, Any]:
    return {
        "system": report.information.name,
        "version": report.information.version,
        "enrolments": report.calls.enrolments,
        "searches": report.calls.searches,
        "failed": len(report.failed),
        "checks": [
            {
                "name": check.name,
                "says": check.says,
                "outcome": verdict.outcome,
                "expected": verdict.expected,
                "got": verdict.got,
                "reason": verdict.reason,
            }
            for check, verdict in report.findings
        ],
    }


def _show_report(report: ContractReport) -> None:
    width = max(len(check.name) for check, _ in report.findings)
    told: dict[str, str] = {}
    for check, verdict in report.findings:
        why = f"  {verdict.reason}" if verdict.reason else ""
        say(f"{check.name:<{width}}  {verdict.outcome}{why}")
        if verdict.outcome == "failed":
            said = told.setdefault(verdict.got, check.name)
            got = verdict.got if said == check.name else f'the same as at "{said}"'
            say(f"  {check.says}", f"  expected {verdict.expected}", f"  got {got}")
    kept = sum(verdict.outcome == "passed" for _, verdict in report.findings)
    say(
        f"{report.information.name} {report.information.version}: {kept} kept, {len(report.failed)} failed, "
        f"{len(report.findings) - kept - len(report.failed)} not applicable; "
        f"{report.calls.enrolments} photographs enrolled, {report.calls.searches} searched"
    )


@systems.command()
@click.argument("name")
@options_option
@option_option
@click.option("--yes", is_flag=True, help="Delete them.")
@trust_option
@json_option
def clean(
    name: str, table: Path | None, single: tuple[str, ...], *, yes: bool, trust: bool, as_json: bool
) -> None:
    """Delete the galleries that audits left in the system NAME, as after a crash.

    Lists them first, and deletes them with --yes. A run that is to go on loses its gallery. Exit status 3
    if the system still lists one afterwards.
    """
    system = open_system(name, _allowed(name, table, single, trust=trust))
    try:
        keeping = system if _keeps(system) else None
        found = keeping.galleries() if keeping else ()
        if not as_json:
            _say_found(name, found, keeps=keeping is not None)
        if yes and keeping:
            _delete(keeping, name, found)
    finally:
        system.close()
    if as_json:
        show_json({"system": name, "galleries": list(found), "deleted": yes and bool(found)})
    elif found:
        what = "deleted, and gone from its list" if yes else "nothing was deleted: give --yes to delete them"
        say(what)


def _say_found(name: str, found: tuple[str, ...], *, keeps: bool) -> None:
    if not keeps:
        say(f"{name} keeps no galleries: they end with the process that made them")
    elif not found:
        say(f"{name} holds no gallery whose name begins with {GALLERY_PREFIX}")
    for gallery in found:
        say(gallery)


def _keeps(system: FaceSystem) -> TypeGuard[KeepingSystem]:
    return isinstance(system, KeepingSystem) and system.information().keeps_galleries


def _delete(system: KeepingSystem, name: str, galleries: tuple[str, ...]) -> None:
    """Delete galleries, and see that they are gone. Raises: SystemFailed: some are not."""
    for gallery in galleries:
        system.delete_gallery(gallery)
    left: set[str] = set()
    for wait_s in GONE_AFTER_S:
        time.sleep(wait_s)
        left = set(system.galleries()) & set(galleries)
        if not left:
            return
    raise SystemFailed(
        f"{name} still lists galleries that were deleted",
        expected="none of them",
        got=", ".join(sorted(left)),
        remedy="delete them with the system's own tools: they hold people's templates",
        code="system-failed",
    )
