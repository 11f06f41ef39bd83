"""`fairlineup congress`: the test of 2018 on a folder of photographs, in one command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.auditing import audit_plan, tell
from fairlineup.cli.options import (
    PATH,
    cite_option,
    fail_on_option,
    json_option,
    out_option,
    page_options,
    quiet_option,
    system_option,
)
from fairlineup.evidence.pipeline import PageOptions
from fairlineup.evidence.plan import (
    ContrastChoice,
    DatasetChoice,
    GalleryChoice,
    LimitChoice,
    Plan,
    Policy,
    ProbesChoice,
    SystemChoice,
    ThresholdChoice,
    read_dataset,
)
from fairlineup.files import parse_toml
from fairlineup.records import BadInput
from fairlineup.systems import find_adapter

LABELS = ("sex", "ethnicity", "birth_year")  # columns known to be labels; no source is taken for granted
DLIB = ("local", "face_recognition")  # one network, so that one distance means the same
DLIB_THRESHOLDS = ("default", "0.5", "0.46")


@click.command()
@click.argument("folder", metavar="DIR", type=PATH)
@out_option("congress-audit")
@system_option
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
    help="On the system's scale, or default or recommended. [default: default; with dlib's network also 0.5 "
    "and 0.46]",
)
@click.option("--probes", default=0, help="Search only this many members, drawn with the plan's seed.")
@click.option("--gallery", default=0, help="Enrol only this many people who are no probe.")
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
    option: tuple[str, ...],
    threshold: tuple[str, ...],
    probes: int,
    gallery: int,
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
    chosen = SystemChoice(system, options_of(option))
    plan = congress_plan(folder, probes, gallery, cite, system=chosen, thresholds=threshold)
    return tell(audit_plan(plan, out, pages, quiet=quiet), fail_on, as_json=as_json)


def options_of(option: tuple[str, ...]) -> dict[str, Any]:
    """Options of a system from --option; a value is read as TOML where it is some, else as a text.

    Raises: click.BadParameter.
    """
    options: dict[str, Any] = {}
    for one in option:
        name, equals, value = one.partition("=")
        if not (name.strip() and equals):
            raise click.BadParameter(f"expected NAME=VALUE, got {one!r}", param_hint="--option")
        try:
            read = parse_toml(f"value = {value}")
        except ValueError:
            read = {}
        options[name.strip()] = read["value"] if list(read) == ["value"] else value
    return options


def congress_plan(
    folder: Path,
    probes: int = 0,
    gallery: int = 0,
    citations: Mapping[str, str] | None = None,
    *,
    system: SystemChoice | None = None,
    thresholds: Sequence[str] = (),
) -> Plan:
    """The plan of the Congress test.

    Args:
        folder: the photographs.
        probes: members drawn, 0 for all.
        gallery: people who are no probe drawn, 0 for all.
        citations: label to where its values come from, for a manifest that does not say.
        system: the system under test; None for the local engine.
        thresholds: scores, "default" or "recommended"; none are those that suit the system.
    Raises:
        BadInput: no manifest in the folder, a citation of a label it does not have, or a threshold that is
            neither a score nor named by the system's maker.
    """
    system = system or SystemChoice("local")
    thresholds = thresholds or (DLIB_THRESHOLDS if system.name in DLIB else ("default",))
    found = read_dataset(folder)
    known = [label for label in LABELS if label in found.unknown_columns]
    labels = {**found.label_sources, **dict.fromkeys(known, ""), **(citations or {})}
    sexes = {entry.labels.get("sex") for entry in read_dataset(folder, labels=labels).entries}
    return Plan(
        title="The Congress test",
        dataset=DatasetChoice(
            folder=str(folder.resolve()),
            capture="official studio portraits",
            population="members of the United States Congress, searched among former members",
            use="test",
        ),
        labels=labels,
        groups=tuple(label for label in labels if label != "birth_year"),
        settle=Policy(unreadable="leave_out", one_picture_two_people="merge", one_name_two_people="keep"),
        system=system,
        probes=ProbesChoice(people=probes),
        gallery=GalleryChoice(people=gallery),
        threshold=tuple(map(_threshold, thresholds)),
        limit=(LimitChoice(threshold="default" if "default" in thresholds else thresholds[0]),),
        contrast=(ContrastChoice("sex", "F", "M"),) if {"F", "M"} <= sexes else (),
    )


def _threshold(said: str) -> ThresholdChoice:
    """A threshold of the plan, called as it was given."""
    if said in ("default", "recommended"):
        return ThresholdChoice(said, said)
    try:
        return ThresholdChoice(said, float(said))
    except ValueError:
        raise BadInput(
            "a threshold of the Congress test",
            expected="a score, 'default' or 'recommended'",
            got=repr(said),
            remedy="correct --threshold",
        ) from None
