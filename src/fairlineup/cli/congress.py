"""`fairlineup congress`: the test of 2018 on a folder of photographs, in one command."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fairlineup.cli.audit import PATH, tell
from fairlineup.cli.auditing import Manner, audit_plan
from fairlineup.cli.options import faces_option, fail_on_option, json_option, out_option, quiet_option

if TYPE_CHECKING:
    from fairlineup.audit import Plan

LABELS = ("sex", "ethnicity", "birth_year")  # columns known to be labels; no source is taken for granted
THRESHOLDS = (("0.5", 0.5), ("0.46", 0.46))


@click.command()
@click.argument("folder", metavar="DIR", type=PATH)
@out_option("congress-audit")
@click.option("--probes", default=0, help="Search only this many members, drawn with the plan's seed.")
@click.option("--gallery", default=0, help="Enrol only this many people who are no probe.")
@click.option(
    "--cite",
    metavar="LABEL=SOURCE",
    multiple=True,
    help="Where the values of a label come from, e.g. sex=unitedstates/congress-legislators. A label with "
    "no source gets counts and no rate.",
)
@faces_option
@fail_on_option
@json_option
@quiet_option
def congress(  # noqa: PLR0913 - a command's options
    folder: Path,
    out: Path,
    probes: int,
    gallery: int,
    cite: tuple[str, ...],
    fail_on: str | None,
    *,
    faces: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Search every member of Congress in DIR among people who are not them, with the local engine.

    DIR holds people.csv and the photographs it names. The plan is written to the run directory, where it
    can be read, edited and run again with `fairlineup audit run`.
    """
    plan = congress_plan(folder, probes, gallery, citations(cite))
    return tell(audit_plan(plan, out, Manner(faces=faces, quiet=quiet)), out, fail_on, as_json=as_json)


def citations(cite: tuple[str, ...]) -> dict[str, str]:
    """Labels and their sources from --cite. Raises: click.BadParameter."""
    for one in cite:
        if not all(part.strip() for part in one.partition("=")):
            raise click.BadParameter(f"expected LABEL=SOURCE, got {one!r}", param_hint="--cite")
    return {label.strip(): source.strip() for label, _, source in (one.partition("=") for one in cite)}


def congress_plan(
    folder: Path, probes: int = 0, gallery: int = 0, citations: Mapping[str, str] | None = None
) -> Plan:
    """The plan of the Congress test.

    Args:
        folder: the photographs.
        probes: members drawn, 0 for all.
        gallery: people who are no probe drawn, 0 for all.
        citations: label to where its values come from, for a manifest that does not say.
    Raises:
        BadInput: no manifest in the folder, or a citation of a label it does not have.
    """
    from fairlineup.audit import (
        ContrastChoice,
        DatasetChoice,
        GalleryChoice,
        Plan,
        Policy,
        ProbesChoice,
        SystemChoice,
        ThresholdChoice,
        read_dataset,
    )

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
        ),
        labels=labels,
        groups=tuple(label for label in labels if label != "birth_year"),
        settle=Policy(unreadable="leave_out", one_picture_two_people="merge", one_name_two_people="keep"),
        system=SystemChoice("local"),
        probes=ProbesChoice(people=probes),
        gallery=GalleryChoice(people=gallery),
        threshold=(
            ThresholdChoice("default", "default"),
            *(ThresholdChoice(name, score) for name, score in THRESHOLDS),
        ),
        contrast=(ContrastChoice("sex", "F", "M"),) if {"F", "M"} <= sexes else (),
    )
