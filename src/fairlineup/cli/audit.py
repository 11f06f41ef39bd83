"""`fairlineup audit plan`, `run`, `measure` and `report`: an audit of any system by a written plan."""

from __future__ import annotations

from pathlib import Path

import click

from fairlineup.cli.auditing import audit_plan, section_failed, show_audit, tell_withheld
from fairlineup.cli.console import notice, watching
from fairlineup.cli.errors import check_absent
from fairlineup.cli.options import (
    PATH,
    faces_option,
    fail_on_option,
    json_option,
    manifest_option,
    out_option,
    photographs_option,
    quiet_option,
    system_option,
    trust_option,
)
from fairlineup.cli.runoptions import limit_options, page_options
from fairlineup.cli.trust import Origin, check_trusted
from fairlineup.evidence.asking import RunLimits, RunOptions
from fairlineup.evidence.pages import write_short
from fairlineup.evidence.pipeline import (
    AuditOptions,
    PageOptions,
    finished_run,
    measure_again,
    plan_text,
    write_pages,
)
from fairlineup.evidence.plan import SystemChoice, read_plan
from fairlineup.files import write_atomic
from fairlineup.systems import find_adapter


@click.command()
@click.argument("dataset", type=PATH)
@system_option
@manifest_option
@click.option("--out", type=PATH, help="Write the plan here instead of printing it.")
def plan(dataset: Path, system: str, manifest: str, out: Path | None) -> None:
    """Write a plan for the photographs in DATASET, every default spelled out, to be edited."""
    find_adapter(system)
    text = plan_text(dataset, manifest, system)
    check_trusted(SystemChoice(system))
    if out is None:
        click.echo(text, nl=False)
        return
    check_absent(out, "--out")
    write_atomic(out, text.encode())
    notice(f"wrote {out}; next: fairlineup audit check {out}")


@click.command()
@click.argument("plan_file", metavar="PLAN", type=PATH)
@out_option("audit-run")
@page_options
@limit_options
@fail_on_option
@trust_option
@json_option
@quiet_option
def run(  # noqa: PLR0913 - a command's options
    plan_file: Path,
    out: Path,
    pages: PageOptions,
    limits: RunLimits,
    fail_on: str | None,
    *,
    trust: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Run the audit in PLAN, or go on with it, and write results and report.

    What it will take, and cost, is said before anything is asked. A plan can start programs, and send
    photographs to a server: the first time it is asked whether it may.
    """
    origin = Origin(plan_file, trust)
    found = audit_plan(read_plan(plan_file), out, pages, limits, origin=origin, quiet=quiet)
    return show_audit(found, fail_on, as_json=as_json)


@click.command()
@click.argument("run_directory", metavar="RUN", type=PATH)
@photographs_option
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
    found = finished_run(run_directory)
    if short:
        notice(f"wrote {write_short(found.directory.audit_results(), found.directory)}")
        return
    pages = write_pages(found, PageOptions(faces, photographs=photographs))
    tell_withheld(pages)
    notice(f"wrote {pages.report}")


@click.command()
@click.argument("run_directory", metavar="RUN", type=PATH)
@click.option(
    "--plan",
    "plan_file",
    type=PATH,
    help="The run's plan with another title, population or source of a label.",
)
@page_options
@fail_on_option
@json_option
@quiet_option
def measure(
    run_directory: Path,
    plan_file: Path | None,
    pages: PageOptions,
    fail_on: str | None,
    *,
    as_json: bool,
    quiet: bool,
) -> int:
    """Measure RUN again from its answers, without asking the system anything."""
    plan = read_plan(plan_file) if plan_file else None
    with watching(quiet=quiet) as watch:
        options = AuditOptions(RunOptions(progress=watch), pages, on_failure=section_failed)
        found = measure_again(run_directory, plan, options)
    tell_withheld(found.pages)
    return show_audit(found, fail_on, as_json=as_json)
