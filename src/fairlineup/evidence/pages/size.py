"""FPIR against gallery size in sentences: how comparisons hang together, and what chance gives a hub."""

from __future__ import annotations

from collections.abc import Iterator

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.subject import Subject
from fairlineup.records import NotMeasured
from fairlineup.results import PublishedHubs

MOST_HUBS = 20


def dependence(subject: Subject) -> Iterator[str]:
    """How far comparisons hang together at each threshold, and what may be claimed after no false match."""
    for one in subject.results.thresholds:
        effect, bounds = one.fmr_design_effect, one.fmr_bounds
        if not isinstance(effect, NotMeasured):
            yield f"At “{one.name}” the design effect of FMR is {words.significant(effect)}."
        if bounds is None:
            continue
        if isinstance(bounds, NotMeasured):
            yield f"At “{one.name}” bounds of FMR were not measured: {bounds.reason}."
            continue
        told = (
            f"{_bound(bounds.disjoint)} (by pairs of people with nobody twice)",
            f"{_bound(bounds.adjusted)} (with the design effect)",
            f"{_bound(bounds.naive)} (as if comparisons were independent, which claims too much)",
        )
        yield f"At “{one.name}” no false match was seen; FMR may still be as high as {', '.join(told)}."


def _bound(bound: float | NotMeasured) -> str:
    return "not measured" if isinstance(bound, NotMeasured) else words.percent(bound)


def expected(hubs: PublishedHubs) -> str:
    """What chance alone gives the most returned person."""
    return (
        "Spread by chance over the gallery, the most returned person would stand in "
        f"{hubs.expected_most:g} searches (in 95 of 100 draws at most {hubs.expected_95:g}; "
        f"p {words.p_value(hubs.p)})."
    )
