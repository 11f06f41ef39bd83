"""Verdicts as sentences that carry everything they hang on, and what would have to be true for another."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.figures import Figure, Results, figure
from fairlineup.evidence.pages.subject import Subject

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
COUNTED = {"fpir": ("search", "flagged"), "fnir": ("search", "missed"), "fte": ("photograph", "not enrolled")}
NO_REVIEW = "No review of the labels is recorded with this run: every number takes them as they are."


@dataclass(frozen=True, slots=True)
class VerdictView:
    """One declared limit and what was found.

    Attributes:
        sentences: the verdict, what it says, what would change it.
        limit: of at most how much, and who set it; blank where none was declared.
        groups: of a limit every group must keep: group, over which searches, its rate.
    """

    sentences: tuple[str, ...]
    limit: str
    groups: tuple[tuple[str, str, Figure], ...]


def verdicts(subject: Subject) -> list[VerdictView]:
    """Every declared limit; the first is the headline."""
    declared = subject.results.get("verdicts") or []
    if not declared:
        return [VerdictView(("No verdict is given: no limit was declared.",), "", ())]
    return [
        VerdictView(
            tuple(told(subject, one)), limit_with_origin(one) if "at_most" in one else "", _groups(one)
        )
        for one in declared
    ]


def limit_with_origin(held: Results) -> str:
    """How much a limit allows, and who set it: a law, a contract, the plan's author, or this tool."""
    source = str(held.get("source") or "").strip().rstrip(".")
    return f"{words.declared_percent(float(held['at_most']))} (set by: {source or 'nobody named'})"


def told(subject: Subject, held: Results) -> list[str]:
    """A verdict in a sentence with all it hangs on, one on what it says, one on what would change it."""
    if "outcome" not in held:
        return [f"No verdict is given: {held.get('not_measured', 'no reason is recorded')}."]
    if held["outcome"] == "not_given":
        return [f"No verdict is given on the declared limit{_of(held)}: {held['reason']}."]
    did, means = OUTCOMES.get(str(held["outcome"]), (f"({held['outcome']})", ""))
    rate = RATES.get(str(held["measure"]), f"({str(held['measure']).upper()})")
    sentence = (
        f"On {subject.day}, {subject.system} {did.format(more=_more(held))} the limit declared before the "
        f"test{_of(held)} – at most {limit_with_origin(held)} {rate} – "
        f"{_where(subject, held)}, tested on: {subject.population}."
    )
    says = f"{means} ({held['reason']})." if means else f"Reason: {held['reason']}."
    return [sentence, says, *_change(held)]


def exclusions(subject: Subject) -> list[str]:
    """What reviewers of the labels agreed to leave out, and the headline verdict without it."""
    labels = subject.results.get("labels") or {}
    reviewers = list(labels.get("decided") or {})
    if not reviewers:
        return [NO_REVIEW]
    names, agreed = " and ".join(reviewers), list(labels.get("exclusions") or ())
    if not agreed:
        listed = words.plural(int(labels["pairs"]), "listed pair")
        return [
            f"Labels were reviewed by {names} ({listed}); no label error was agreed on, nothing is left out."
        ]
    pairs = words.plural(len(agreed), "pair")
    said = [
        f"Reviewed by {names}: {pairs} of photographs held by both to be label errors (see Label review)."
    ]
    again = list(labels.get("verdicts_without") or ())
    return [*said, f"Without these: {told(subject, again[0])[0]}"] if again else said


def calibrated(subject: Subject) -> str:
    """Which calibration stands behind thresholds by similarity, and whom it shares; blank where none does."""
    found = subject.results.get("calibration")
    if not found:
        return ""
    overlap = found["calibration_overlap"]
    if isinstance(overlap, int):
        shared = (
            f"it shares {'up to ' * (overlap > 0)}{words.plural(overlap, 'person', 'people')} with this audit"
        )
    else:
        shared = f"whom it shares with this audit is not known: {overlap['not_measured']}"
    return f"Thresholds by similarity rest on the calibration “{found['name']}”; {shared}."


def _of(held: Results) -> str:
    return f" for every group of “{held['of']}”" if held.get("of") else ""


def _more(held: Results) -> str:
    more = held.get("need_n_more")
    return f", need {words.count(more)} more" if more else ""


def _where(subject: Subject, held: Results) -> str:
    """Threshold and gallery, as far as the rate hangs on them."""
    if held["measure"] == "fte":
        return f"over {words.plural(subject.offered, 'photograph')} offered"
    threshold = next(
        (one for one in subject.results["thresholds"] if one["name"] == held["threshold"]), subject.deployed
    )
    people = subject.mates_people if held["measure"] == "fnir" else subject.gallery_people
    return f"at {subject.named(threshold)}, in a gallery of {words.plural(people, 'person', 'people')}"


def _change(held: Results) -> list[str]:
    """How few or many errors among as many searches would have given another verdict."""
    margin = held.get("would_change")
    if not margin:
        return []
    noun, done = COUNTED.get(str(held["measure"]), ("trial", "counted"))
    many = "searches" if noun == "search" else ""
    trials = words.plural(int(margin["trials"]), noun, many)
    least, most = margin.get("pass_up_to"), margin.get("fail_from")
    passes = (
        "no result could have passed, since so few cannot show so low a rate"
        if least is None
        else f"it would have passed with at most {words.count(least)} {done}"
    )
    fails = (
        "no result could have failed" if most is None else f"it would have failed from {words.count(most)} on"
    )
    worst = f" in “{held['worst_group']}”" if held.get("worst_group") else ""
    here = words.count(margin["errors"])
    return [f"With the same {trials}{worst}, {passes}, and {fails}; here it was {here}."]


def _groups(held: Results) -> tuple[tuple[str, str, Figure], ...]:
    return tuple(
        (str(one["group"]), str(one.get("over", "")), figure(one)) for one in held.get("groups") or ()
    )
