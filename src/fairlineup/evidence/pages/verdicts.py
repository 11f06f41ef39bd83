"""Verdicts as sentences that carry everything they hang on, and what would have to be true for another."""

from __future__ import annotations

from collections.abc import Iterator

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.subject import Report
from fairlineup.records import NotMeasured
from fairlineup.results import CalibratedRate, HeldByGroups, KindCompared, LimitVerdict

OUTCOMES = {
    "fail": ("broke (FAIL)", "Even the lower end of the interval lies above the limit"),
    "pass": (
        "in this test kept (PASS, which endorses no use)",
        "The whole interval lies at or under the limit, for these people alone and without endorsing any use",
    ),
    "inconclusive": (
        "neither clearly kept nor clearly broke (INCONCLUSIVE{more})",
        "This test is too small, or its result too close to the limit, to tell",
    ),
}
RATES = {
    "fpir": "of searches for people who are not in the gallery may flag somebody (FPIR)",
    "fnir": "of searches for people who are in the gallery may miss them (FNIR)",
    "fte": "of photographs offered to the gallery may fail to enrol (FTE)",
}
COUNTED = {
    "fpir": ("search", "searches", "flagged"),
    "fnir": ("search", "searches", "missed"),
    "fte": ("photograph", "photographs", "not enrolled"),
}
FOUND = {
    "agrees": "the intervals meet",
    "more": "more than it stands for",
    "less": "less than it stands for",
    "too few errors to tell": "too few errors to tell whether it holds",
}
NO_REVIEW = "No review of the labels is recorded with this run: every number takes them as they are."


def limit_with_origin(held: LimitVerdict) -> str:
    """How much a limit allows, and who set it: a law, a contract, the plan's author, or this tool."""
    source = held.source.strip().rstrip(".")
    return f"{words.declared_percent(held.at_most)} (set by: {source or 'nobody named'})"


def ruled_on(subject: Report) -> list[LimitVerdict]:
    """Every limit that was ruled on, in the plan's order; of another there is no number to read one from."""
    return [one for one in subject.results.verdicts if one.outcome != "not_given"]


def verdict_says(subject: Report, held: LimitVerdict) -> list[str]:
    """A verdict in a sentence with all it hangs on, one on what it says, one on what would change it."""
    of = f" for every group of “{held.of}”" if held.of else ""
    if held.outcome == "not_given":
        return [f"No verdict is given on the declared limit{of}: {held.reason}."]
    did, means = OUTCOMES[held.outcome]
    more = f", need {words.count(held.need_n_more)} more" if held.need_n_more else ""
    sentence = (
        f"On {subject.day}, {subject.system} {did.format(more=more)} the limit declared before the test{of}"
        f" – at most {limit_with_origin(held)} {RATES[held.measure]} – {_where(subject, held)}, tested on: "
        f"{subject.population}."
    )
    return [sentence, f"{means} ({held.reason}).", *_change(held)]


def exclusions(subject: Report) -> list[str]:
    """What reviewers of the labels agreed to leave out, and the headline verdict without it."""
    labels = subject.results.labels
    if isinstance(labels, NotMeasured):
        return [f"Whether the labels were reviewed could not be found out: {labels.reason}."]
    if not labels.review.decided:
        return [NO_REVIEW]
    names, agreed = " and ".join(labels.review.decided), labels.review.exclusions
    if not agreed:
        listed = words.plural(labels.review.pairs, "listed pair")
        return [
            f"Labels were reviewed by {names} ({listed}); no label error was agreed on, nothing is left out."
        ]
    pairs = words.plural(len(agreed), "pair")
    said = f"Reviewed by {names}: {pairs} of photographs held by both to be label errors (see Label review)."
    again = [verdict_says(subject, one)[0] for one in labels.verdicts_without[:1]]
    return [said, *(f"Without these: {sentence}" for sentence in again)]


def calibrated(subject: Report) -> list[str]:
    """Which calibration stands behind thresholds by similarity, whom it shares, and whether it holds here."""
    found = subject.results.calibration
    if found is None or isinstance(found, NotMeasured):
        return []
    overlap, sure = found.calibration_overlap, found.overlap_by_photograph
    shared = f"it shares {words.plural(overlap, 'person', 'people')} with this audit"
    if overlap:
        shared += f", {words.count(sure)} of them with the very photograph, the others by their ids"
    said = subject.results.population
    return [
        f"Thresholds by similarity rest on the calibration “{found.name}”; {shared}. It is of "
        f"{found.population} ({found.capture}); this audit is of {said.described or 'nobody it names'} "
        f"({said.capture or 'photographs it does not describe'}).",
        *([f"The table is {found.part}: {found.why}."] if found.part else []),
        *(_held_against(one) for one in found.rates),
        _kinds(found.kinds),
    ]


def _held_against(rate: CalibratedRate) -> str:
    """What a threshold stands for, beside what was measured."""
    stands = ("less than " if rate.censored else "") + words.percent(rate.fmr)
    if rate.low is not None and rate.high is not None:
        stands += _between(rate.low, rate.high)
    if rate.modeled:
        stands += ", by its tail model and not counted"
    found = rate.measured
    here = (
        f"not measured here ({found.reason})"
        if isinstance(found, NotMeasured)
        else f"measured {words.percent(found.value)}{_between(found.low, found.high)}"
    )
    return f"“{rate.threshold}” stands for a false match rate of {stands}; {here}: {FOUND[rate.found]}."


def _between(low: float, high: float) -> str:
    return f" ({words.percent_number(low)} to {words.percent(high)})"


def _kinds(kinds: tuple[KindCompared, ...] | NotMeasured) -> str:
    if isinstance(kinds, NotMeasured):
        return f"Whether these photographs are of the calibration’s kinds was not measured: {kinds.reason}."
    shares = "; ".join(
        f"{one.means} {words.percent(one.probes)}, {words.percent(one.gallery)} and "
        f"{words.percent(one.calibration)}"
        for one in kinds
    )
    return f"Measured kinds of photograph, of probes, gallery and calibration: {shares}."


def _where(subject: Report, held: LimitVerdict) -> str:
    """Threshold and gallery, as far as the rate hangs on them."""
    if held.measure == "fte":
        return f"over {words.plural(subject.processing.fte.trials or 0, 'photograph')} offered"
    named = (one for one in subject.results.thresholds if one.name == held.threshold)
    people = subject.mates_people if held.measure == "fnir" else subject.gallery_people
    at = subject.named(next(named, subject.deployed))
    return f"at {at}, in a gallery of {words.plural(people, 'person', 'people')}"


def _change(held: LimitVerdict) -> Iterator[str]:
    """How few or many errors among as many searches would have given another verdict."""
    margin = held.held.would_change if held.held else None
    if margin is None:
        return
    one, many, done = COUNTED[held.measure]
    passes = (
        "no result could have passed, since so few cannot show so low a rate"
        if margin.pass_up_to is None
        else f"it would have passed with at most {words.count(margin.pass_up_to)} {done}"
    )
    fails = (
        "no result could have failed"
        if margin.fail_from is None
        else f"it would have failed from {words.count(margin.fail_from)} on"
    )
    group = held.held.worst_group if isinstance(held.held, HeldByGroups) else None
    worst = f" in “{group}”" if group else ""
    yield (
        f"With the same {words.plural(margin.trials, one, many)}{worst}, {passes}, and {fails}; "
        f"here it was {words.count(margin.errors)}."
    )


def group_limits(subject: Report) -> list[tuple[LimitVerdict, HeldByGroups]]:
    """Every limit that each group must keep, with the rates it was held against."""
    return [(one, one.held) for one in subject.results.verdicts if isinstance(one.held, HeldByGroups)]
