"""What failed to process, what was lost on the way, and how often questions were asked again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast

import numpy as np

from fairlineup import measures
from fairlineup.evidence.evaluation.desk import Desk
from fairlineup.evidence.evaluation.figures import Json, measured_json, number_json
from fairlineup.evidence.evaluation.rates import everyone
from fairlineup.evidence.plan import SEARCH_STAGES
from fairlineup.evidence.runs import LOST, Attempt, Observations
from fairlineup.records import Estimate, Measured, Outcome
from fairlineup.seals import Plain


def if_lost_were(desk: Desk, threshold: float) -> Json | None:
    """FPIR and FNIR had every lost search been right, and had every one been wrong; None where none was lost.

    A lost enrolment is in no rate: the gallery is smaller by it, as `gallery` says.
    """
    stages = {"fpir": desk.papers.protocol.absent_stage, "fnir": SEARCH_STAGES[1]}
    lost = {name: int(desk.evidence.lost.get(stage, 0)) for name, stage in stages.items()}
    if not any(lost.values()):
        return None
    rates = everyone(desk, threshold)
    return {name: _bounded(rates[name], count) for name, count in lost.items()}


def _bounded(rate: Measured, lost: int) -> Plain:
    errors, trials = rate.errors or 0, (rate.trials or 0) + lost
    if not isinstance(rate, Estimate):
        return None
    return {
        "lost": lost,
        "least": number_json(errors / trials),
        "most": number_json((errors + lost) / trials),
    }


def processing(desk: Desk, observations: Observations) -> Json:
    """Failures to enrol and to acquire, for everyone and each group, and what the system said of each."""
    enrolments = [a for a in observations.enrolments if a.outcome != LOST]
    probes = list({a.photo: a for a in observations.searches if a.outcome != LOST}.values())
    return {
        "fte": measured_json(failures(enrolments, desk.level)),
        "fta": measured_json(failures(probes, desk.level)),
        "groups": _failures(desk, enrolments, probes),
        "enrolment_outcomes": _outcomes(enrolments),
        "probe_outcomes": _outcomes(probes),
    }


def _failures(desk: Desk, enrolments: Sequence[Attempt], probes: Sequence[Attempt]) -> list[Plain]:
    """Failures to enrol and to acquire of each declared group."""
    rows: list[Plain] = []
    for label in desk.papers.plan.groups:
        for value in measures.in_order({*desk.group_of[label], *desk.in_gallery[label]}):
            rates: Json = {}
            for name, sides, attempts in (
                ("fte", desk.in_gallery, enrolments),
                ("fta", desk.group_of, probes),
            ):
                people = sides[label].get(value, np.zeros(0, np.int64))
                names = {desk.evidence.people[code] for code in people.tolist()}
                theirs = [a for a in attempts if a.person in names]
                rate = failures(theirs, desk.level)
                rates[name] = measured_json(measures.publish(rate, len(people), desk.source(label)))
            rows.append({"label": label, "value": value, **rates})
    return rows


def failures(attempts: Sequence[Attempt], level: float) -> measures.Measured:
    """Share of photographs put to the system that gave nothing it could use, FTE or FTA."""
    code = {name: n for n, name in enumerate(dict.fromkeys(attempt.person for attempt in attempts))}
    failed = np.array([attempt.outcome != Outcome.OK.value for attempt in attempts], np.bool_)
    person = np.array([code[attempt.person] for attempt in attempts], np.int64)
    return measures.failures_of_photographs(failed, person, level)


def _outcomes(attempts: Sequence[Attempt]) -> Json:
    return cast("Json", dict(sorted(Counter(attempt.outcome for attempt in attempts).items())))
