"""The threshold card of a run: which threshold gives a wanted FPIR, for all and for the worst-off group."""

from __future__ import annotations

from collections.abc import Sequence

from fairlineup import measures, results
from fairlineup.evidence.evaluation.joined import joined_answers
from fairlineup.evidence.evaluation.measured_run import MeasuredRun, ProbeGroup
from fairlineup.evidence.evaluation.sections import OnFailure, Sections, ignore_failure
from fairlineup.evidence.runs import FrozenRun
from fairlineup.records import BadInput, NotMeasured
from fairlineup.results import Share


def threshold_card(
    frozen: FrozenRun,
    wanted: Sequence[float],
    gallery_people: int | None = None,
    on_failure: OnFailure = ignore_failure,
) -> results.ThresholdCard:
    """Thresholds for each FPIR wanted, with what they miss, and the maker's own thresholds beside them.

    Args:
        frozen: a finished run.
        wanted: FPIRs; with none the plan's limits on FPIR, and 0.3 %, at which NIST reports identification.
        gallery_people: N; None for the gallery searched.
        on_failure: told of each threshold that could not be measured; the others stand.
    Raises: BadInput: the run is not finished, it made no target-absent search, or an FPIR is out of range.
    """
    run = MeasuredRun(frozen, joined_answers(frozen), sections=Sections(on_failure))
    if not len(run.answers.absent):
        raise BadInput(
            "the run searched nobody among strangers",
            expected="a run with target-absent searches",
            got="none",
            remedy="set target_absent = true under [search] in the plan, and run it",
            code="not-enough-data",
        )
    for rate in wanted:
        if not 0 < rate < 1:
            raise BadInput(
                "the FPIR wanted",
                expected="above 0 and under 1",
                got=str(rate),
                remedy="0.003 is usual",
                code="argument-unusable",
            )
    people = gallery_people or run.answers.others.people_enrolled
    declared = {limit.at_most for limit in frozen.plan.limit if limit.measure == "fpir"} | {0.003}
    rates = sorted(wanted or declared, reverse=True)
    return results.ThresholdCard(
        system=frozen.information.name,
        population=frozen.population,
        gallery_people=people,
        scale=run.scale.kind,
        wanted=tuple(_wanted(run, rate, people) for rate in rates),
        named=tuple(
            results.NamedThreshold(
                name, score, source, run.sections.take(f"the threshold {name}", _named, run, score)
            )
            for name, score, source in _named_thresholds(frozen)
        ),
    )


def _wanted(run: MeasuredRun, rate: float, people: int) -> results.WantedFpir:
    groups = tuple(
        results.GroupThreshold(
            label, group.value, len(group.people), _of_group(run, label, group, rate, people)
        )
        for label in run.labels
        for group in run.groups[label]
    )
    strictest = min(
        (
            (run.scale.to_distance(one.found.score), n)
            for n, one in enumerate(groups)
            if not isinstance(one.found, NotMeasured)
        ),
        default=None,
    )
    none = NotMeasured("no group has enough behind it")
    return results.WantedFpir(
        fpir=rate,
        everyone=_taken(run, run.everyone, rate, people),
        groups=groups,
        worst_group=none if strictest is None else groups[strictest[1]],
    )


def _of_group(
    run: MeasuredRun, label: str, group: ProbeGroup, rate: float, people: int
) -> results.OperatingThreshold | NotMeasured:
    withheld = measures.group_publishable(len(group.people), run.source(label))
    return _taken(run, group, rate, people) if withheld is None else NotMeasured(withheld.reason)


def _taken(
    run: MeasuredRun, group: ProbeGroup, rate: float, people: int
) -> results.OperatingThreshold | NotMeasured:
    return run.sections.take(f"the threshold of FPIR {rate:g}", _operating, run, group, rate, people)


def _operating(
    run: MeasuredRun, group: ProbeGroup, rate: float, people: int
) -> results.OperatingThreshold | NotMeasured:
    found = measures.threshold_for_fpir(group.absent, rate, people, run.level)
    if isinstance(found, NotMeasured):
        return NotMeasured(found.reason)
    at = run.at(found.threshold)
    missed = measures.false_negative_identification_rate(
        group.mated, found.threshold, run.list_length, level=run.level
    )
    return at.incomplete or results.OperatingThreshold(at.score, Share.of(found.fpir), Share.of(missed))


def _named_thresholds(frozen: FrozenRun) -> list[tuple[str, float, str]]:
    """The plan's thresholds and the maker's: default, recommended, and those of its sample code."""
    system = frozen.information
    makers = [
        ("default", system.default_threshold),
        ("recommended", system.recommended_threshold),
        *(("sample code", one) for one in system.sample_thresholds),
    ]
    plan = [(choice.name, choice.score, choice.source) for choice in frozen.plan.threshold]
    known = {score for _, score, _ in plan}
    return [*plan, *((name, t.score, t.source) for name, t in makers if t and t.score not in known)]


def _named(run: MeasuredRun, score: float) -> results.NamedRates | NotMeasured:
    """What a threshold that somebody named gives; the whole gallery was searched."""
    answers, threshold = run.answers, run.scale.to_distance(score)
    if threshold > run.scale.to_distance(run.frozen.plan.search.record_to):
        return NotMeasured("it is weaker than the weakest score recorded")
    flagged = measures.false_positive_identification_rate(answers.absent, threshold, level=run.level)
    missed = measures.false_negative_identification_rate(
        answers.mated, threshold, run.list_length, level=run.level
    )
    return results.NamedRates(Share.of(flagged), Share.of(missed))
