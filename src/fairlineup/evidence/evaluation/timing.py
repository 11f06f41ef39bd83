"""How long photographs took and how often they were asked again, by group: never the same twice."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.evidence.evaluation.evaluate import observations_of
from fairlineup.evidence.evaluation.figures import Json, measured_json
from fairlineup.evidence.evaluation.sections import Sections, Told, tell_nobody
from fairlineup.evidence.runs import Attempt, FrozenRun, Observations
from fairlineup.seals import Plain


def timing(papers: FrozenRun, told: Told = tell_nobody) -> Json:
    """Seconds a photograph took to enrol and to search with, and how often questions were asked again.

    Args:
        papers: of a finished run.
        told: of a failure, which gives `{"not_measured": reason}`.
    Raises: BadInput: the run is not finished.
    """
    return Sections(told).take("timing", _timing, papers, observations_of(papers))


def _timing(papers: FrozenRun, observations: Observations) -> Json:
    labels_of = {entry.photo: entry.labels for entry in papers.dataset.entries}
    code = {person: n for n, person in enumerate(sorted({e.person for e in papers.dataset.entries}))}
    level = papers.plan.statistics.level

    def mean(attempts: list[Attempt]) -> Json:
        seconds = np.array([math.nan if a.seconds is None else a.seconds for a in attempts], dtype=np.float64)
        person: NDArray[np.int64] = np.array([code[a.person] for a in attempts], dtype=np.int64)
        return measured_json(measures.seconds_per_photograph(seconds, person, level))

    def again(attempts: list[Attempt]) -> Json:
        return {"questions": len(attempts), "asked_again": sum(a.retries for a in attempts)}

    sides = {"enrol": list(observations.enrolments), "search": list(observations.searches)}
    groups: list[Plain] = []
    for label in papers.plan.groups:
        values = measures.in_order({labels[label] for labels in labels_of.values() if labels.get(label)})
        for value in values:
            theirs = {
                side: [a for a in attempts if labels_of[a.photo].get(label) == value]
                for side, attempts in sides.items()
            }
            told = {side: mean(some) for side, some in theirs.items()}
            retried: Json = {side: again(some) for side, some in theirs.items()}
            groups.append({"label": label, "value": value, **told, "retries": retried})
    return {
        "seconds": {side: mean(attempts) for side, attempts in sides.items()},
        "retries": {side: again(attempts) for side, attempts in sides.items()},
        "groups": groups,
    }
