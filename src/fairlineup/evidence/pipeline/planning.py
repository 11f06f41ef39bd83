"""Plans made from a folder of photographs: one to start from, and that of the Congress test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from fairlineup.evidence.plan import (
    SHIPPED,
    CalibrationChoice,
    ContrastChoice,
    DatasetChoice,
    GalleryChoice,
    LimitChoice,
    Plan,
    Policy,
    ProbesChoice,
    SearchChoice,
    SystemChoice,
    ThresholdChoice,
    is_similarity,
    read_dataset,
    strangers_for,
    write_plan,
)
from fairlineup.files import has_name
from fairlineup.records import BadInput

LABELS = ("sex", "ethnicity", "birth_year")  # columns known to be labels; no source is taken for granted
NAMED = ("default", "recommended")


def plan_text(dataset: Path, manifest: str, system: SystemChoice) -> str:
    """A plan for a data set as a file: every default spelled out, and why probes are searched as they are."""
    found = read_dataset(dataset, manifest)
    strangers, reason = strangers_for(found.entries)
    text = write_plan(
        Plan(
            DatasetChoice(str(dataset.resolve()), manifest),
            system,
            labels={**found.label_sources, **dict.fromkeys(filter(has_name, found.unknown_columns), "")},
            groups=tuple(found.label_sources),
            search=SearchChoice(strangers=strangers),
        )
    )
    return text.replace("\nstrangers = ", f"\n# {reason}\nstrangers = ", 1)


def congress_plan(
    folder: Path,
    system: SystemChoice,
    thresholds: Sequence[str] = ("default",),
    *,
    probes: int = 0,
    gallery: int = 0,
    citations: Mapping[str, str] | None = None,
) -> Plan:
    """The plan of the Congress test.

    Args:
        folder: the photographs.
        system: the system under test.
        thresholds: scores, "default", "recommended" or "similarity 66" by the calibration that ships.
        probes: members drawn, 0 for all.
        gallery: people who are no probe drawn, 0 for all.
        citations: label to where its values come from, for a manifest that does not say.
    Raises:
        BadInput: no manifest in the folder, a citation of a label it does not have, or a threshold that is
            neither a score nor named by the system's maker.
    """
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
        calibration=CalibrationChoice(SHIPPED if any(map(is_similarity, thresholds)) else ""),
        limit=(LimitChoice(threshold="default" if "default" in thresholds else thresholds[0]),),
        contrast=(ContrastChoice("sex", "F", "M"),) if {"F", "M"} <= sexes else (),
    )


def _threshold(said: str) -> ThresholdChoice:
    """A threshold of the plan, called as it was given."""
    if said in NAMED or is_similarity(said):
        return ThresholdChoice(said, said)
    try:
        return ThresholdChoice(said, float(said))
    except ValueError:
        raise BadInput(
            "a threshold of the Congress test",
            expected="a score, 'default', 'recommended' or 'similarity 66'",
            got=repr(said),
            remedy="correct it",
            code="option-unusable",
            facts={"threshold": said},
        ) from None
