"""A system's answers as the journal keeps them, each checked before it is kept."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fairlineup.evidence.runs import KeptAnswer
from fairlineup.records import (
    Candidate,
    Enrolment,
    Outcome,
    Refused,
    Scale,
    SearchAnswer,
    SystemFailed,
)


@dataclass(frozen=True, slots=True)
class AnswerRules:
    """What answers are held to."""

    scale: Scale  #: of the system's scores.
    record_to: float  #: weakest score recorded.
    enrolled: set[str]  #: photographs that candidates may be.
    #: photographs whose enrolment got no answer: they may be enrolled or not, and are no candidates.
    lost: set[str]
    decimals: int = 5  #: that scores are rounded to before any decision.


def kept_enrolment(answer: Enrolment, retries: int = 0) -> KeptAnswer:
    """An enrolment as the journal keeps it."""
    return KeptAnswer(
        answer.photo, answer.outcome.value, answer.detail, seconds=_rounded(answer.seconds), retries=retries
    )


def kept_search(answer: SearchAnswer, rules: AnswerRules, retries: int = 0) -> KeptAnswer:
    """A search's answer as the journal keeps it.

    Raises:
        SystemFailed: candidates that cannot be.
        Refused: candidates were held back.
    """
    if answer.withheld:
        raise Refused(
            f"the system holds candidates back ({answer.photo})",
            expected="every candidate that it found, with its score",
            got="a list from which some were withheld, as for people who decide on leads",
            remedy="audit it where it gives candidates: one withheld does not say that nobody was matched",
            code="candidates-withheld",
        )
    if answer.outcome is not Outcome.OK and answer.candidates:
        raise misbehaved(answer.photo, "no candidates for a probe that was not processed", answer.outcome)
    photos = [candidate.photo for candidate in answer.candidates]
    if len(set(photos)) < len(photos):
        raise misbehaved(answer.photo, "each reference once", "one reference twice")
    candidates: list[tuple[str, float]] = []
    for candidate in answer.candidates:
        score = _checked_score(answer.photo, candidate, rules)
        if candidate.photo not in rules.lost and rules.scale.accepts(score, rules.record_to):
            candidates.append((candidate.photo, score))
    return KeptAnswer(
        photo=answer.photo,
        outcome=answer.outcome.value,
        detail=answer.detail,
        capped=answer.capped and _all_accepted(answer, rules),  # else it went far enough
        candidates=tuple(candidates),
        seconds=_rounded(answer.seconds),
        retries=retries,
    )


def _all_accepted(answer: SearchAnswer, rules: AnswerRules) -> bool:
    return all(
        rules.scale.accepts(round(float(c.score), rules.decimals), rules.record_to) for c in answer.candidates
    )


def misbehaved(where: str, expected: str, got: str) -> SystemFailed:
    """The error for an answer that no system may give."""
    return SystemFailed(
        f"the system answered wrongly ({where})",
        expected=expected,
        got=got,
        remedy="correct its adapter; finished answers are kept",
        code="answer-unusable",
    )


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(float(seconds), 4)


def _checked_score(probe: str, candidate: Candidate, rules: AnswerRules) -> float:
    scale, score = rules.scale, round(float(candidate.score), rules.decimals)
    if not (math.isfinite(score) and scale.low <= score <= scale.high):
        raise misbehaved(probe, f"scores from {scale.low:g} to {scale.high:g}", str(candidate.score))
    if candidate.photo not in rules.enrolled and candidate.photo not in rules.lost:
        raise misbehaved(probe, "candidates that were enrolled", repr(candidate.photo))
    return score
