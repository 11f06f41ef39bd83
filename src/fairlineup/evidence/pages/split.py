"""A gap between groups told apart: the algorithm's part, and that of who is in the gallery."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.contrasts import sides
from fairlineup.evidence.pages.figures import SIGNED, interval
from fairlineup.evidence.pages.subject import Subject
from fairlineup.records import NotMeasured
from fairlineup.results import Effect, FalseCandidates, GroupContrast, PublishedDecomposition

NONE_DECLARED = "The plan declared no comparison of two groups, so there is no gap to tell apart."


@dataclass(frozen=True, slots=True)
class Split:
    """All gaps at the current threshold.

    Attributes:
        at: the threshold, as a caption names it.
        gaps: those told apart: in sentences, and each group with its expected false candidates.
        reasons: sentences on the others.
    """

    at: str
    gaps: list[tuple[str, list[tuple[str, FalseCandidates]]]]
    reasons: list[str]


def split(subject: Subject) -> Split:
    """Algorithm against gallery, for each declared comparison at the current threshold."""
    threshold = subject.current
    at = f"“{threshold.name}”" if threshold.name else subject.at(threshold)
    if isinstance(threshold.contrasts, NotMeasured):
        return Split(at, [], [f"No gap was told apart: {threshold.contrasts.reason}."])
    if not threshold.contrasts:
        return Split(at, [], [NONE_DECLARED])
    gaps = []
    unmeasured: dict[str, list[str]] = {}
    for one in (declared.contrast for declared in threshold.contrasts):
        found = one.ratios if isinstance(one.ratios, NotMeasured) else one.ratios.decomposition
        if isinstance(found, NotMeasured):
            unmeasured.setdefault(found.reason, []).append(" and ".join(sides(one)))
        else:
            gaps.append(
                (_says(subject, one, found), list(zip(sides(one), (found.one, found.other), strict=True)))
            )
    reasons = [
        f"The gap between {'; '.join(names)} could not be told apart: {reason}."
        for reason, names in unmeasured.items()
    ]
    return Split(at, gaps, reasons)


def _says(subject: Subject, contrast: GroupContrast, found: PublishedDecomposition) -> str:
    one, other = sides(contrast)
    gap, algorithm, gallery = (_effect(subject, part) for part in (found.gap, found.algorithm, found.gallery))
    return (
        f"{_gallery(subject, found)}Photographs of other people matched per search among these, {one} less "
        f"{other}: {gap}. With equally many of each group it would be {algorithm}: the algorithm’s part. That"
        f" the groups are not equally many adds {gallery}."
    )


def _effect(subject: Subject, measured: Effect | NotMeasured) -> str:
    if isinstance(measured, NotMeasured):
        return f"not measured ({measured.reason})"
    return interval(measured, SIGNED, subject.level)


def _gallery(subject: Subject, found: PublishedDecomposition) -> str:
    """Whose photographs these are, and that they are not the gallery searched above where they are not."""
    counted = ", ".join(f"“{value}” {words.count(n)}" for value, n in found.composition.items())
    photographs = words.plural(sum(found.composition.values()), "labelled photograph")
    said = f"Counted among the {photographs} ({counted}) of {found.of}"
    if found.searched:
        return f"{said}. "
    return (
        f"{said}: another and smaller gallery than the {words.count(subject.gallery_people)} people above. "
    )
