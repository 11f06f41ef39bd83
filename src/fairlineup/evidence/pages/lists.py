"""Lists and facts of the page: photographs not processed, questions lost, what the run was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.figures import methods
from fairlineup.evidence.pages.subject import Report
from fairlineup.evidence.pages.terms import FNIR, FPIR, MEASURES
from fairlineup.records import NotMeasured
from fairlineup.results import PublishedHubs, Retries, Timing, to_json

MOST_ROWS = 500  # of photographs not processed
MOST_HUBS = 20


def outcomes(subject: Report) -> list[str]:
    """Everything that became of a photograph, processed first."""
    processing = subject.processing
    return sorted(
        {*processing.enrolment_outcomes, *processing.probe_outcomes}, key=lambda name: (name != "ok", name)
    )


def if_lost(subject: Report) -> Iterator[str]:
    """What the rates would be had all lost searches been right, and all wrong, at each threshold."""
    for threshold in subject.results.thresholds:
        bounds = threshold.if_lost_were
        if bounds is None or isinstance(bounds, NotMeasured):
            continue
        shown = [
            f"{term.name} ({term.key.upper()}) would be {words.percent(found.least)} to "
            f"{words.percent(found.most)}"
            for term, found in ((FPIR, bounds.fpir), (FNIR, bounds.fnir))
            if found
        ]
        if shown:
            yield f"At “{threshold.name}”: {'; '.join(shown)}."


def canaries(subject: Report) -> str:
    """Whether the system was the same at begin and end; blank where that is not known."""
    found = subject.results.canaries
    if found is None or isinstance(found, NotMeasured):
        return ""
    begun = f"{words.count(found.photographs)} photographs were put to the system before all others and again"
    if found.changed == 0 and found.largest_change == 0:
        return f"{begun} at the end, and answered alike: it did not change meanwhile as far as they show."
    return (
        f"{begun} at the end: {words.count(found.changed)} were answered otherwise, and a score moved by "
        f"{words.score(found.largest_change)}. The system changed while it was audited."
    )


def asked_again(timing: Timing | None) -> list[str]:
    """How often questions were asked again, for everyone and each group; none where none was."""
    if timing is None or not (timing.retries.search.asked_again or timing.retries.enrol.asked_again):
        return []
    groups = [(f"{one.label} “{one.value}”".replace("_", " "), one.retries) for one in timing.groups]
    return [_again(who, retries) for who, retries in [("everyone", timing.retries), *groups]]


def _again(who: str, retries: Retries) -> str:
    search, enrol = retries.search, retries.enrol
    searches = words.plural(search.questions, "search", "searches")
    enrolments = words.plural(enrol.questions, "enrolment")
    return (
        f"{who}: {words.count(search.asked_again)} times for {searches}, "
        f"{words.count(enrol.asked_again)} for {enrolments}"
    )


# --- comparisons that hang together ---------------------------------------------------------------


def dependence(subject: Report) -> Iterator[str]:
    """How far comparisons hang together at each threshold, and what may be claimed after no false match."""
    for one in subject.results.thresholds:
        effect, bounds = one.fmr_design_effect, one.fmr_bounds
        if isinstance(effect, NotMeasured):
            yield f"At “{one.name}” the design effect of FMR was not measured: {effect.reason}."
        else:
            yield f"At “{one.name}” the design effect of FMR is {words.significant(effect)}."
        if bounds is None:
            continue
        if isinstance(bounds, NotMeasured):
            yield f"At “{one.name}” bounds of FMR were not measured: {bounds.reason}."
            continue
        shown = (
            f"{_bound(bounds.disjoint)} (by pairs of people with nobody twice)",
            f"{_bound(bounds.adjusted)} (with the design effect)",
            f"{_bound(bounds.naive)} (as if comparisons were independent, which claims too much)",
        )
        yield f"At “{one.name}” no false match was seen; FMR may still be as high as {', '.join(shown)}."


def _bound(bound: float | NotMeasured) -> str:
    return f"not measured, {bound.reason}" if isinstance(bound, NotMeasured) else words.percent(bound)


def expected(hubs: PublishedHubs) -> str:
    """What chance alone gives the most returned person."""
    return (
        "Spread by chance over the gallery, the most returned person would stand in "
        f"{hubs.expected_most:g} searches (in 95 of 100 draws at most {hubs.expected_95:g}; "
        f"p {words.p_value(hubs.p)})."
    )


# --- what the run was ----------------------------------------------------------------------------

DIGESTED = {
    "plan": 'SHA-256 of RUN/plan.toml with its folder blank (folder = "")',
    "manifest": "SHA-256 of the data set’s people.csv",
    "photographs": "SHA-256 of RUN/manifest.csv, which has that of every photograph",
    "system": "SHA-256 of what the system said of itself, as canonical JSON",
    "version": "version of Fairlineup",
}


def system_facts(subject: Report) -> list[tuple[str, str]]:
    """What the system said of itself, as lines; its models and its scale stand elsewhere."""
    shown = to_json(subject.results.system)
    return flat({key: value for key, value in shown.items() if key not in {"models", "scale", "population"}})


def ways(subject: Report) -> list[tuple[str, list[str]]]:
    """How the interval of each measure was made."""
    found = methods(subject.results).items()
    return [(MEASURES[key].name if key in MEASURES else key.replace("_", " "), made) for key, made in found]


def flat(record: object, before: str = "") -> list[tuple[str, str]]:
    """Nested facts as lines: ("libraries, numpy", "2.4.6")."""
    lines: list[tuple[str, str]] = []
    for key, value in record.items() if isinstance(record, Mapping) else ():
        name = f"{before}{key.replace('_', ' ')}"
        lines += flat(value, f"{name}, ") if isinstance(value, Mapping) else [(name, _fact(value))]
    return lines


def _fact(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)
