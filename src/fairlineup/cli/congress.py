"""`fairlineup congress`: the test of 2018 on a folder of photographs, in one command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fairlineup.cli.audit import PATH, tell
from fairlineup.cli.auditing import Manner, audit_plan
from fairlineup.cli.options import faces_option, fail_on_option, json_option, out_option, quiet_option

if TYPE_CHECKING:
    from fairlineup.audit import Plan

# Where the labels come from is stated in the data set's README, not in its manifest. Ethnicity has no cited
# source there, so that it gets counts and no rate.
LABEL_SOURCES = {
    "sex": "unitedstates/congress-legislators",
    "birth_year": "unitedstates/congress-legislators",
    "ethnicity": "",
}
THRESHOLDS = (("0.5", 0.5), ("0.46", 0.46))


@click.command()
@click.argument("folder", metavar="DIR", type=PATH)
@out_option("congress-audit")
@click.option("--probes", default=0, help="Search only this many members, drawn with the plan's seed.")
@click.option("--gallery", default=0, help="Enrol only this many people who are no probe.")
@faces_option
@fail_on_option
@json_option
@quiet_option
def congress(  # noqa: PLR0913 - a command's options
    folder: Path,
    out: Path,
    probes: int,
    gallery: int,
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
    results = audit_plan(congress_plan(folder, probes, gallery), out, Manner(faces=faces, quiet=quiet))
    return tell(results, out, fail_on, as_json=as_json)


def congress_plan(folder: Path, probes: int = 0, gallery: int = 0) -> Plan:
    """The plan of the Congress test. Raises: BadInput (no manifest in the folder)."""
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

    columns = {*read_dataset(folder).unknown_columns, *read_dataset(folder).label_sources}
    labels = {label: source for label, source in LABEL_SOURCES.items() if label in columns}
    return Plan(
        title="The Congress test",
        dataset=DatasetChoice(
            folder=str(folder.resolve()),
            capture="official studio portraits",
            population="members of the United States Congress, searched among former members",
        ),
        labels=labels,
        groups=tuple(label for label in labels if label != "birth_year"),
        settle=Policy(one_picture_two_people="merge", one_name_two_people="keep"),
        system=SystemChoice("local"),
        probes=ProbesChoice(people=probes),
        gallery=GalleryChoice(people=gallery),
        threshold=(
            ThresholdChoice("default", "default"),
            *(ThresholdChoice(name, score) for name, score in THRESHOLDS),
        ),
        contrast=(ContrastChoice("sex", "F", "M"),) if "sex" in labels else (),
    )
