"""Photographs that failed with one run and not with the other, paired by photograph, counted by person."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fairlineup import measures
from fairlineup.evidence.plan import ENROL_STAGES, Entry
from fairlineup.evidence.runs import Attempt
from fairlineup.evidence.versus.outcomes import Pair, counts_of
from fairlineup.evidence.versus.side import Key, Side
from fairlineup.records import NotMeasured, Outcome
from fairlineup.results import Effect, FailuresBeforeAfter, Share, significant

Failures = FailuresBeforeAfter | NotMeasured


def failures(sides: Sequence[Side], pair: Pair, level: float) -> tuple[Failures, Failures]:
    """Failures to enrol (FTE) and to acquire (FTA) with either run, and their paired difference."""
    chosen = [sides[n] for n in pair]
    enrolments, probes = [_enrolments(side) for side in chosen], [_probes(side) for side in chosen]
    return _paired(enrolments, level), _paired(probes, level)


def _enrolments(side: Side) -> dict[Key, bool]:
    protocol = side.run.protocol
    found: dict[Key, bool] = {}
    for stage, entries in zip(ENROL_STAGES, (protocol.others, protocol.mates), strict=True):
        attempts = [a for a in side.evidence.enrolments if a.stage == stage]
        found |= _failed(side, entries, attempts)
    return found


def _probes(side: Side) -> dict[Key, bool]:
    protocol = side.run.protocol
    absent = _failed(side, protocol.absent, side.evidence.absent_attempts)
    return absent or _failed(side, protocol.present, side.evidence.mated_attempts)


def _failed(side: Side, entries: Sequence[Entry], attempts: Sequence[Attempt]) -> dict[Key, bool]:
    key_of = {entry.photo: key for entry, key in zip(entries, side.keys(entries), strict=True)}
    return {key_of[a.photo]: a.outcome != Outcome.OK.value for a in attempts if a.photo in key_of}


def _paired(sides: Sequence[dict[Key, bool]], level: float) -> Failures:
    keys = sorted(set.intersection(*(set(side) for side in sides)))
    if not keys:
        return NotMeasured("no photograph was put to both")
    code = {name: n for n, name in enumerate(sorted({person for _, person, _ in keys}))}
    person = np.array([code[name] for _, name, _ in keys], dtype=np.int64)
    one, other = (np.array([side[key] for key in keys], dtype=np.bool_) for side in sides)
    people = measures.paired_people(one, other, person)
    return FailuresBeforeAfter(
        counts=counts_of(people),
        before=Share.of(measures.share_of_searches(one, person, level)),
        after=Share.of(measures.share_of_searches(other, person, level)),
        difference=Effect.of(measures.paired_difference(one, other, person, level)),
        p=significant(measures.mcnemar_exact(people.first_only, people.second_only)),
    )
