"""The declared limits held against what was measured, and what would change a verdict."""

from __future__ import annotations

from dataclasses import asdict

from fairlineup import measures
from fairlineup.evidence.evaluation.measured_run import Codes, MeasuredRun
from fairlineup.evidence.evaluation.processing import attempts_of, failures
from fairlineup.evidence.plan import LimitChoice
from fairlineup.measures import Over, Verdict
from fairlineup.records import Estimate, Measured, NotMeasured
from fairlineup.results import GroupHeld, HeldByEveryone, HeldByGroups, LimitVerdict, Share, WouldChange

MADE_UP = "people who do not exist say nothing about how a system does on real ones"


def verdicts(run: MeasuredRun, forbidden: str = "") -> tuple[LimitVerdict, ...]:
    """Each declared limit as a verdict.

    Args:
        run: the run.
        forbidden: why no verdict may be given; blank where one may. Made-up people never get one.
    """
    forbidden = MADE_UP if run.frozen.population == "synthetic" else forbidden
    given: list[LimitVerdict] = []
    for number, limit in enumerate(run.frozen.plan.limit, start=1):
        found = run.sections.take(str(number), _verdict, run, limit, forbidden or _failed(run, limit))
        given.append(_not_given(limit, found.reason) if isinstance(found, NotMeasured) else found)
    return tuple(given)


def _failed(run: MeasuredRun, limit: LimitChoice) -> str:
    """Why a limit is held against no number: the section it is about failed; blank where none did."""
    if limit.measure == "fte":
        return run.sections.reason("processing")
    at = ("thresholds", limit.threshold)
    rates = [(limit.measure,), (f"{limit.measure}_processed",), *([("groups",)] if limit.of else [])]
    return next((why for one in rates if (why := run.sections.reason(*at, *one))), "")


def _not_given(limit: LimitChoice, reason: str) -> LimitVerdict:
    return LimitVerdict(**asdict(limit), outcome="not_given", over=None, reason=reason, need_n_more=None)


def _verdict(run: MeasuredRun, limit: LimitChoice, forbidden: str) -> LimitVerdict:
    if forbidden:
        return _not_given(limit, forbidden)
    return _of_groups(run, limit) if limit.of else _of_everyone(run, limit)


def _of_everyone(run: MeasuredRun, limit: LimitChoice) -> LimitVerdict:
    """Over all searches and over processed ones: the worse counts, so that refusing faces buys nothing."""
    people = run.everyone.people
    rates = {over: _rate(run, limit, people, over, run.level) for over in _overs(limit)}
    found = measures.verdict(list(rates.values()), limit.at_most)
    over = next((over for over, rate in rates.items() if rate == found.worst), _overs(limit)[0])
    held = HeldByEveryone(_published(found.worst), _would_change(found, limit.at_most))
    return _given(limit, found, over, held)


def _of_groups(run: MeasuredRun, limit: LimitChoice) -> LimitVerdict:
    """Every group must keep the limit: one-sided bounds, and Holm before one is said to break it."""
    one_sided = 2 * run.level - 1
    source = run.source(limit.of)
    groups = (run.gallery if limit.measure == "fte" else run.probes)[limit.of]
    rates = {
        (value, over): measures.publish(_rate(run, limit, people, over, one_sided), len(people), source)
        for value, people in groups.items()
        for over in _overs(limit)
    }
    found = measures.verdict_of_groups(list(rates.values()), limit.at_most, run.level)
    nobody: tuple[None, Over] = (None, "all")
    worst, over = next((key for key, rate in rates.items() if rate == found.worst), nobody)
    held = HeldByGroups(
        worst=_published(found.worst),
        worst_group=worst,
        groups=tuple(GroupHeld(value, over, Share.of(rate)) for (value, over), rate in rates.items()),
        would_change=_would_change(found, limit.at_most),
    )
    return _given(limit, found, over, held)


def _given(
    limit: LimitChoice, found: Verdict, over: Over, held: HeldByEveryone | HeldByGroups
) -> LimitVerdict:
    searches = "over processed searches" if over == "processed" else "over all searches"
    group = held.worst_group if isinstance(held, HeldByGroups) else None
    return LimitVerdict(
        **asdict(limit),
        outcome=found.outcome,
        over=over,
        reason=f"{searches}, {found.reason}" + (f"; {limit.of} {group}" if group else ""),
        need_n_more=found.need_n_more,
        held=held,
    )


def _published(worst: Measured | None) -> Share | NotMeasured | None:
    return None if worst is None else Share.of(worst)


def _would_change(found: Verdict, limit: float) -> WouldChange | None:
    """How few or many errors the deciding rate would need for another verdict."""
    if not isinstance(found.worst, Estimate):
        return None
    margins = measures.margins(found.worst, limit)
    return WouldChange(found.worst.errors, found.worst.trials, margins.pass_up_to, margins.fail_from)


def _overs(limit: LimitChoice) -> tuple[Over, ...]:
    return ("all",) if limit.measure == "fte" else ("all", "processed")


def _rate(run: MeasuredRun, limit: LimitChoice, people: Codes, over: Over, level: float) -> Measured:
    """The rate a limit is about, of some people."""
    if limit.measure == "fte":
        offered = attempts_of(run, run.answers.enrolments, people)
        if not offered:
            return NotMeasured("no photograph of them was offered to a gallery", 0, 0, 0)
        return failures(offered, level)
    threshold, group = run.named(limit.threshold).threshold, run.group_of("", people)
    if limit.measure == "fpir":
        return measures.false_positive_identification_rate(group.absent, threshold, over=over, level=level)
    return measures.false_negative_identification_rate(
        group.mated, threshold, run.list_length, over=over, level=level
    )
