"""FPIR in other galleries than the one searched, in sentences that say for which galleries they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.subject import Report
from fairlineup.records import NotMeasured
from fairlineup.results import KindsOfGallery, LargerGallery


def carried_on(subject: Report, one: LargerGallery) -> str:
    """FPIR in a larger gallery, with what decides whether it holds, or why there is none."""
    larger = f"At “{one.threshold}”, in a gallery of {words.count(one.people)} people"
    if isinstance(one.found, NotMeasured):
        return f"{larger}: not extrapolated: {one.found.reason}."
    fpir = one.found.fpir
    if isinstance(fpir, NotMeasured):
        return f"{larger}: not extrapolated: {fpir.reason}."
    searched = words.count(subject.gallery_people)
    return (
        f"{larger} of the same kind as the {searched} searched among, in the same kind of photographs, "
        f"{words.percent(fpir.value)} of searches ({words.percent_number(fpir.low)} to "
        f"{words.percent(fpir.high)}) would flag an innocent person. Extrapolated, not measured."
    )


@dataclass(frozen=True, slots=True)
class Trait:
    """One trait of gallery photographs, at all thresholds."""

    name: str  #: as the page calls it.
    compared: tuple[KindsOfGallery, ...]  #: thresholds at which kinds were compared.
    reasons: tuple[str, ...]  #: why they were not at others.


def by_trait(found: Sequence[KindsOfGallery]) -> list[Trait]:
    """The traits in their order, each with what was found at every threshold."""
    traits = []
    for trait in dict.fromkeys((one.trait, one.told_by) for one in found):
        mine = [one for one in found if (one.trait, one.told_by) == trait]
        reasons: dict[str, list[str]] = {}
        for one in mine:
            if isinstance(one.found, NotMeasured):
                reasons.setdefault(one.found.reason, []).append(f"“{one.threshold}”")
        compared = tuple(one for one in mine if not isinstance(one.found, NotMeasured))
        said = tuple(f"at {' and '.join(at)}: {reason}" for reason, at in reasons.items())
        traits.append(Trait(_called(mine[0]), compared, said))
    return traits


def _called(one: KindsOfGallery) -> str:
    return (
        "as the manifest declares it" if one.told_by == "manifest" else f"{one.trait} or not, by its pixels"
    )
