"""What an audit found, in sentences for a terminal, and the exit status that says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from fairlineup.cli.console import EXIT_FAILED, EXIT_LIMIT_BROKEN
from fairlineup.records import NotMeasured, escaped
from fairlineup.results import (
    Amount,
    AuditResults,
    CalibrationUsed,
    FailedSection,
    LimitVerdict,
    PublishedEstimate,
    Share,
    ThresholdResults,
)

LEAVE_ONE_OUT = (
    "Each was searched once among everybody, and their own photographs were taken off the list "
    "(leave-one-out)."
)
NOTHING = "Nothing was measured: no photograph searched with was processed, or nobody enrolled."
MAKE_UP = "A gallery with more of one kind, or less, gives another FPIR than this one."
FAILING = {None: (), "fail": ("fail",), "inconclusive": ("fail", "inconclusive", "not_given")}
MEASURE_AGAIN = "`fairlineup audit measure RUN` measures again: every answer is kept"


def finding(results: AuditResults) -> str:
    """What was found, in the words the report begins with, one threshold a paragraph."""
    searched = any(held.rates.fpir.trials for held in results.thresholds)
    processed = any(held.rates.fpir_processed.trials for held in results.thresholds)
    lines = [f"WARNING: {warning}" for warning in results.warnings]
    lines += [*_made_up(results), *_calibrated(results)]
    lines += [LEAVE_ONE_OUT] if results.searches.strangers == "leave-one-out" else []
    lines += [NOTHING] if searched and not (results.gallery.others.people and processed) else []
    lines += [_at(held, results.gallery.others.people) for held in results.thresholds]
    lines += [*kinds, MAKE_UP] if (kinds := list(_kinds(results))) else []
    lines += [*_verdicts(results.verdicts), *unmeasured(results.failed_sections)]
    return "\n".join(map(escaped, lines))


def _made_up(results: AuditResults) -> Iterator[str]:
    """What has to be said first of people who are not real."""
    population, photographs = results.population, results.dataset.photographs
    made_up = population.synthetic_photographs
    if population.kind == "simulated":
        yield "These people are simulated: nothing here is about real people or real systems."
    elif population.kind == "synthetic":
        who = (
            "These people are synthetic, they do not exist"
            if made_up == photographs
            else f"{made_up:,} of {photographs:,} photographs are synthetic, of people who do not exist"
        )
        yield (
            f"{who}: nothing here is about real people, nor about which of two systems is better for them."
        )


def _calibrated(results: AuditResults) -> Iterator[str]:
    """Which table of a calibration with halves thresholds were read off, and why."""
    used = results.calibration
    if isinstance(used, CalibrationUsed) and used.part:
        yield f"Thresholds by similarity are read off “{used.name}”, {used.part}: {used.why}."


def _at(held: ThresholdResults, gallery: int) -> str:
    rates, shown = held.rates, f"{held.at.value:.10g}"
    name = held.name if held.name == shown else f"{held.name} ({shown})"
    return (
        f"At {name}, among {gallery:,} people who are not them: "
        f"{_counted(rates.fpir)}FPIR {in_percent(rates.fpir)}; FMR {in_percent(rates.fmr, 4)}; "
        f"missed when present, FNIR {in_percent(rates.fnir)}."
    )


def _kinds(results: AuditResults) -> Iterator[str]:
    """Kinds of gallery photograph whose rates are told apart, the lowest and the highest of each trait."""
    found = () if isinstance(results.gallery_kinds, NotMeasured) else results.gallery_kinds
    for at in found:
        if isinstance(at.found, NotMeasured):
            continue
        times = [one.times for one in at.found.kinds if isinstance(one.times, Amount)]
        if all(one.low <= 1 <= one.high for one in times):
            continue
        rates = [(one.name, one.fpir) for one in at.found.kinds if isinstance(one.fpir, Share)]
        rates.sort(key=lambda one: one[1].value)
        said = " and ".join(f"{in_percent(fpir)} for “{name}”" for name, fpir in (rates[0], rates[-1]))
        yield (
            f"At {at.threshold}, FPIR differs by kind of gallery photograph: among "
            f"{at.found.gallery_people:,} people of each kind {said}."
        )


def _counted(fpir: PublishedEstimate | NotMeasured) -> str:
    """How many searches flagged somebody; blank where they were not counted."""
    if fpir.errors is None or fpir.trials is None:
        return ""
    return f"{fpir.errors:,} of {fpir.trials:,} searches flagged an innocent person, "


def unmeasured(failed: Sequence[FailedSection], again: str = MEASURE_AGAIN) -> list[str]:
    """What could not be measured, and what to do about it; nothing where everything was."""
    if not failed:
        return []
    return [
        "Not everything could be measured, for a fault of this software; the other numbers stand:",
        *(f"  {one.section}: {one.reason}" for one in failed),
        f"Please report it. Once it is fixed, {again}.",
    ]


def _verdicts(verdicts: Sequence[LimitVerdict]) -> list[str]:
    """Each verdict in a sentence; limits that get none for one reason are named once."""
    without = Counter(held.reason for held in verdicts if held.outcome == "not_given")
    sentences = []
    for held in verdicts:
        if held.outcome != "not_given":
            sentences.append(_verdict(held))
        elif (several := without[held.reason]) == 1:
            sentences.append(f"No verdict: {held.reason}.")
        else:
            which = "any of the" if several == len(verdicts) else "some of the"
            sentences.append(f"No verdict on {which} {len(verdicts)} limits: {held.reason}.")
    return list(dict.fromkeys(sentences))


def _verdict(held: LimitVerdict) -> str:
    """A verdict in one sentence with the limit it is about."""
    at = "" if held.measure == "fte" else f" at {held.threshold}"
    who = f" in every group of {held.of}" if held.of else ""
    more = f" (need {held.need_n_more:,} more people)" if held.need_n_more else ""
    reason = held.reason[:1].upper() + held.reason[1:]
    return (
        f"The declared limit ({held.measure.upper()} at most {100 * held.at_most:g} %{at}{who}; "
        f"set by: {held.source or 'nobody named'}): {held.outcome.upper()}{more}. {reason}."
    )


def exit_status(results: AuditResults, fail_on: str | None) -> int:
    """0, or 1 where --fail-on calls an outcome of any limit a failure; no verdict counts as inconclusive.

    3 where a section failed, whatever the limits: a fault of ours is reported before anybody's rates.
    """
    if results.failed_sections:
        return EXIT_FAILED
    outcomes = {held.outcome for held in results.verdicts}
    return EXIT_LIMIT_BROKEN if outcomes.intersection(FAILING[fail_on]) else 0


def in_percent(measured: PublishedEstimate | NotMeasured, digits: int = 1) -> str:
    """A rate with its interval: "84.4 % (81.1 to 87.4 %)", or why there is none."""
    if isinstance(measured, NotMeasured):
        return f"not measured ({measured.reason})"
    value, low, high = (f"{100 * end:.{digits}f}" for end in (measured.value, measured.low, measured.high))
    return f"{value} % ({low} to {high} %)"
