"""FPIR in other galleries than the one searched, in sentences that say for which galleries they hold."""

from __future__ import annotations

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.subject import Report
from fairlineup.records import NotMeasured
from fairlineup.results import LargerGallery


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
