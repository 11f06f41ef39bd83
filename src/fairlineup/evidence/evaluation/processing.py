"""What failed to process, and what rates would be had nothing been lost on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from fairlineup import measures
from fairlineup.evidence.evaluation.measured_run import Codes, MeasuredRun, RunAtThreshold
from fairlineup.evidence.evaluation.rates import everyone
from fairlineup.evidence.plan import SEARCH_STAGES
from fairlineup.evidence.runs import LOST, Attempt, Observations
from fairlineup.records import Estimate, Measured, Outcome
from fairlineup.results import GroupFailures, IfLostWere, LostBounds, Processing, Share, significant


def if_lost_were(at: RunAtThreshold) -> IfLostWere | None:
    """FPIR and FNIR had every lost search been right, and had every one been wrong; None where none was lost.

    A lost enrolment is in no rate: the gallery is smaller by it, as `gallery` says.
    """
    lost = at.run.answers.lost
    absent, present = lost.get(at.run.frozen.protocol.absent_stage, 0), lost.get(SEARCH_STAGES[1], 0)
    if not (absent or present):
        return None
    rates = everyone(at)
    return IfLostWere(fpir=_bounded(rates["fpir"], absent), fnir=_bounded(rates["fnir"], present))


def _bounded(rate: Measured, lost: int) -> LostBounds | None:
    if not isinstance(rate, Estimate):
        return None
    trials = rate.trials + lost
    return LostBounds(lost, significant(rate.errors / trials), significant((rate.errors + lost) / trials))


def processing(run: MeasuredRun, observations: Observations) -> Processing:
    """Failures to enrol and to acquire, for everyone and each group, and what the system said of each."""
    enrolments = [a for a in observations.enrolments if a.outcome != LOST]
    probes = _probes(observations)
    return Processing(
        fte=Share.of(failures(enrolments, run.level)),
        fta=Share.of(failures(probes, run.level)),
        groups=tuple(_failures_of_groups(run, enrolments, probes)),
        enrolment_outcomes=_outcomes(enrolments),
        probe_outcomes=_outcomes(probes),
    )


def _probes(observations: Observations) -> list[Attempt]:
    """One attempt a probe: searched twice, it was not processed if it was not once."""
    found: dict[str, Attempt] = {}
    for attempt in observations.searches:
        if attempt.outcome != LOST and (attempt.outcome != Outcome.OK or attempt.photo not in found):
            found[attempt.photo] = attempt
    return list(found.values())


def attempts_of(run: MeasuredRun, attempts: Iterable[Attempt], people: Codes) -> list[Attempt]:
    """The attempts on photographs of some people."""
    names = {run.answers.people[code] for code in people.tolist()}
    return [a for a in attempts if a.person in names]


def failures(attempts: Sequence[Attempt], level: float) -> Measured:
    """Share of photographs put to the system that gave nothing it could use, FTE or FTA."""
    code = {name: n for n, name in enumerate(dict.fromkeys(attempt.person for attempt in attempts))}
    failed = np.array([attempt.outcome != Outcome.OK.value for attempt in attempts], np.bool_)
    person = np.array([code[attempt.person] for attempt in attempts], np.int64)
    return measures.failures_of_photographs(failed, person, level)


def _failures_of_groups(
    run: MeasuredRun, enrolments: Sequence[Attempt], probes: Sequence[Attempt]
) -> Iterable[GroupFailures]:
    """Failures to enrol and to acquire of each declared group."""
    nobody = np.zeros(0, np.int64)
    for label in run.labels:

        def share(attempts: Sequence[Attempt], people: Codes, label: str = label) -> Measured:
            rate = failures(attempts_of(run, attempts, people), run.level)
            return measures.publish(rate, len(people), run.source(label))

        for value in measures.in_order({*run.probes[label], *run.gallery[label]}):
            fte = share(enrolments, run.gallery[label].get(value, nobody))
            fta = share(probes, run.probes[label].get(value, nobody))
            yield GroupFailures(label, value, Share.of(fte), Share.of(fta))


def _outcomes(attempts: Sequence[Attempt]) -> Mapping[str, int]:
    return dict(sorted(Counter(attempt.outcome for attempt in attempts).items()))
