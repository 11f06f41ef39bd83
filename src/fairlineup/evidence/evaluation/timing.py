"""How long photographs took and how often they were asked again, by group: never the same twice."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.evidence.evaluation.joined import observations_of
from fairlineup.evidence.evaluation.sections import OnFailure, Sections, ignore_failure
from fairlineup.evidence.runs import Attempt, FrozenRun, Observations
from fairlineup.records import NotMeasured
from fairlineup.results import Amount, GroupTiming, RepeatedQuestions, Retries, Seconds, Timing


def timing(
    frozen: FrozenRun, on_failure: OnFailure = ignore_failure, observations: Observations | None = None
) -> Timing | NotMeasured:
    """Seconds a photograph took to enrol and to search with, and how often questions were asked again.

    Args:
        frozen: a finished run.
        on_failure: called for a failure, whose reason is returned.
        observations: its answers; None reads them.
    Raises: BadInput: the run is not finished.
    """
    return Sections(on_failure).take("timing", _timing, frozen, observations or observations_of(frozen))


def _timing(frozen: FrozenRun, observations: Observations) -> Timing:
    labels_of = {entry.photo: entry.labels for entry in frozen.dataset.entries}
    code = {person: n for n, person in enumerate(sorted({e.person for e in frozen.dataset.entries}))}

    def seconds(attempts: Sequence[Attempt]) -> Amount | NotMeasured:
        took = np.array([math.nan if a.seconds is None else a.seconds for a in attempts], dtype=np.float64)
        person: NDArray[np.int64] = np.array([code[a.person] for a in attempts], dtype=np.int64)
        return Amount.of(measures.seconds_per_photograph(took, person, frozen.plan.statistics.level))

    def of_group(label: str, value: str) -> GroupTiming:
        enrolled, searched = (
            [a for a in attempts if labels_of[a.photo].get(label) == value]
            for attempts in (observations.enrolments, observations.searches)
        )
        return GroupTiming(label, value, seconds(enrolled), seconds(searched), _retries(enrolled, searched))

    return Timing(
        seconds=Seconds(seconds(observations.enrolments), seconds(observations.searches)),
        retries=_retries(observations.enrolments, observations.searches),
        groups=tuple(
            of_group(label, value)
            for label in frozen.plan.groups
            for value in measures.in_order(
                {labels[label] for labels in labels_of.values() if labels.get(label)}
            )
        ),
    )


def _retries(enrolled: Sequence[Attempt], searched: Sequence[Attempt]) -> Retries:
    return Retries(
        *(RepeatedQuestions(len(side), sum(a.retries for a in side)) for side in (enrolled, searched))
    )
