"""`fairlineup congress`: the test of 2018 on a folder of photographs, in one command."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from fairlineup.cli.auditing import audit_plan, show_audit
from fairlineup.cli.enginechoice import on_engine
from fairlineup.cli.options import (
    PATH,
    cite_option,
    engine_option,
    fail_on_option,
    half_option,
    json_option,
    out_option,
    quiet_option,
    system_option,
)
from fairlineup.cli.runoptions import page_options
from fairlineup.cli.trying import options_of
from fairlineup.evidence.pipeline import PageOptions, congress_plan
from fairlineup.evidence.plan import Half, SystemChoice
from fairlineup.systems import find_adapter

DLIB = ("dlib", "face_recognition")  # one network, so that one distance means the same
DLIB_THRESHOLDS = ("default", "0.5", "0.46")


@click.command()
@click.argument("folder", metavar="DIR", type=PATH)
@out_option("congress-audit")
@system_option
@engine_option
@click.option(
    "--option",
    metavar="NAME=VALUE",
    multiple=True,
    help="An option of the system, as under [system.options] in a plan, e.g. workers=2.",
)
@click.option(
    "--threshold",
    metavar="SCORE",
    multiple=True,
    help="On the system's scale, default, recommended, or 'similarity 66' by the calibration that ships. "
    "[default: default; with dlib's network also 0.5 and 0.46]",
)
@click.option("--probes", default=0, help="Search only this many members, drawn with the plan's seed.")
@click.option("--gallery", default=0, help="Enrol only this many people who are no probe.")
@half_option("Only these people, so that the calibration of the other half shares nobody with them.")
@cite_option(
    "Where the values of a label come from, e.g. sex=unitedstates/congress-legislators. A label with no "
    "source gets counts and no rate."
)
@page_options
@fail_on_option
@json_option
@quiet_option
def congress(  # noqa: PLR0913, PLR0917 - a command's options
    folder: Path,
    out: Path,
    system: str,
    engine: str,
    option: tuple[str, ...],
    threshold: tuple[str, ...],
    probes: int,
    gallery: int,
    half: Half,
    cite: dict[str, str],
    pages: PageOptions,
    fail_on: str | None,
    *,
    as_json: bool,
    quiet: bool,
) -> int:
    """Search every member of Congress in DIR among people who are not them, with any system.

    DIR holds people.csv and the photographs it names. The plan is written to the run directory, where it
    can be read, edited and run again with `fairlineup audit run`.
    """
    find_adapter(system)
    chosen = on_engine(SystemChoice(system, options_of(None, option)), engine, out)
    thresholds = thresholds_for(chosen, threshold)
    plan = congress_plan(folder, chosen, thresholds, probes=probes, gallery=gallery, citations=cite)
    plan = replace(plan, dataset=replace(plan.dataset, half=half))
    return show_audit(audit_plan(plan, out, pages, quiet=quiet), fail_on, as_json=as_json)


def thresholds_for(system: SystemChoice, given: tuple[str, ...]) -> tuple[str, ...]:
    """Those given, or those that suit the system or its engine."""
    network = system.options.get("engine", system.name)
    return given or (DLIB_THRESHOLDS if network in DLIB else ("default",))
