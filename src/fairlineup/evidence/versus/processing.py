"""Photographs that failed with one run and not with the other, paired by photograph, counted by person."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.evidence.evaluation import Json, measured_json, number_json
from fairlineup.evidence.plan import ENROL_STAGES, Entry
from fairlineup.evidence.runs import Attempt
from fairlineup.evidence.versus.outcomes import Pair, people_json
from fairlineup.evidence.versus.side import Key, Side
from fairlineup.records import NotMeasured, Outcome
from fairlineup.seals import Plain


def processing_json(sides: Sequence[Side], pair: Pair, level: float) -> Json:
    """Failures to enrol (FTE) and to acquire (FTA) with either run, and their paired difference."""
    chosen = [sides[n] for n in pair]
    return {
        "fte": _paired([_enrolments(side) for side in chosen], level),
        "fta": _paired([_probes(side) for side in chosen], level),
    }


def _enrolments(side: Side) -> dict[Key, bool]:
    protocol = side.papers.protocol
    found: dict[Key, bool] = {}
    for stage, entries in zip(ENROL_STAGES, (protocol.others, protocol.mates), strict=True):
        attempts = [a for a in side.evidence.enrolments if a.stage == stage]
        found |= _failed(side, entries, attempts)
    return found


def _probes(side: Side) -> dict[Key, bool]:
    protocol = side.papers.protocol
    absent = _failed(side, protocol.absent, side.evidence.absent_attempts)
    return absent or _failed(side, protocol.present, side.evidence.mated_attempts)


def _failed(side: Side, entries: Sequence[Entry], attempts: Sequence[Attempt]) -> dict[Key, bool]:
    key_of = {entry.photo: key for entry, key in zip(entries, side.keys(entries), strict=True)}
    return {key_of[a.photo]: a.outcome != Outcome.OK.value for a in attempts if a.photo in key_of}


def _paired(sides: Sequence[dict[Key, bool]], level: float) -> Plain:
    keys = sorted(set.intersection(*(set(side) for side in sides)))
    if not keys:
        return measured_json(NotMeasured("no photograph was put to both"))
    code = {name: n for n, name in enumerate(sorted({person for _, person, _ in keys}))}
    person = np.array([code[name] for _, name, _ in keys], dtype=np.int64)
    one, other = (np.array([side[key] for key in keys], dtype=np.bool_) for side in sides)
    people = measures.paired_people(one, other, person)
    return {
        **people_json(people),
        "before": measured_json(_rate(one, person, level)),
        "after": measured_json(_rate(other, person, level)),
        "difference": measured_json(measures.paired_difference(one, other, person, level)),
        "p": number_json(measures.mcnemar_exact(people.first_only, people.second_only)),
    }


def _rate(failed: NDArray[np.bool_], person: NDArray[np.int64], level: float) -> measures.Measured:
    return measures.share_of_searches(failed, person, level)
