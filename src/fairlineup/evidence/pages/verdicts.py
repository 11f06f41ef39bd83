"""Verdicts as sentences that carry everything they hang on, and what would have to be true for another."""

from __future__ import annotations

from collections.abc import Iterator

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.subject import Report
from fairlineup.records import NotMeasured
from fairlineup.results import HeldByGroups, LimitVerdict

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


def calibrated(subject: Report) -> str:
    """Which calibration stands behind thresholds by similarity, and whom it shares; blank where none does."""
    found = subject.results.calibration
    if found is None or isinstance(found, NotMeasured):
        return ""
    overlap = found.calibration_overlap
    if isinstance(overlap, NotMeasured):
        shared = f"whom it shares with this audit is not known: {overlap.reason}"
    else:
        at_most = "up to " if overlap else ""
        shared = f"it shares {at_most}{words.plural(overlap, 'person', 'people')} with this audit"
    return f"Thresholds by similarity rest on the calibration “{found.name}”; {shared}."


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
