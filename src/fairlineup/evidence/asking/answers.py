"""A system's answers as the journal keeps them, each checked before it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.evidence.runs import QUALITY, KeptAnswer
from fairlineup.foreign import MisfitError, number
from fairlineup.records import (
    Candidate,
    Enrolment,
    Outcome,
    Quality,
    Refused,
    Scale,
    SearchAnswer,
    SystemFailed,
    UnusableAnswer,
)

UNUSABLE = "an answer that cannot be used: "
LONGEST_DETAIL = 500


@dataclass(frozen=True, slots=True)
class AnswerRules:
    """What answers are held to."""

    scale: Scale  #: of the system's scores.
    record_to: float  #: weakest score recorded.
    enrolled: set[str]  #: photographs that candidates may be.
    #: photographs whose enrolment got no answer of use: they may be enrolled or not, and are no candidates.
    lost: set[str]
    decimals: int = 5  #: that scores are rounded to before any decision.


def kept_enrolment(answer: Enrolment, retries: int = 0) -> KeptAnswer:
    """An enrolment as the journal keeps it. Raises: UnusableAnswer."""
    outcome, detail, seconds = _checked(answer)
    quality = _measured(answer)
    return KeptAnswer(answer.photo, outcome, detail, seconds=seconds, retries=retries, quality=quality)


def kept_search(answer: SearchAnswer, rules: AnswerRules, retries: int = 0) -> KeptAnswer:
    """A search's answer as the journal keeps it: every candidate is checked before any is left out.

    Raises:
        UnusableAnswer: it says what cannot be.
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
    outcome, detail, seconds = _checked(answer)
    if outcome != Outcome.OK and answer.candidates:
        raise unusable(answer.photo, "no candidates for a probe that was not processed", outcome)
    photos = [candidate.photo for candidate in answer.candidates]
    if len(set(photos)) < len(photos):
        raise unusable(answer.photo, "each reference once", "one reference twice")
    scored = [(one.photo, _checked_score(answer.photo, one, rules)) for one in answer.candidates]
    accepted = [(photo, score) for photo, score in scored if rules.scale.accepts(score, rules.record_to)]
    return KeptAnswer(
        photo=answer.photo,
        outcome=outcome,
        detail=detail,
        capped=bool(answer.capped) and len(accepted) == len(scored),  # else it went far enough
        candidates=tuple(one for one in accepted if one[0] not in rules.lost),
        seconds=seconds,
        retries=retries,
        quality=_measured(answer),
    )


def kept_unusable(photo: str, error: UnusableAnswer, retries: int = 0) -> KeptAnswer:
    """An answer that cannot be used, as the journal keeps it: an error, and never a list of nobody."""
    detail = f"{UNUSABLE}expected {error.expected}, got {error.got}"
    return KeptAnswer(photo, Outcome.ERROR.value, detail[:LONGEST_DETAIL], retries=retries)


def is_unusable(answer: KeptAnswer) -> bool:
    """Whether an answer was kept because it cannot be used."""
    return answer.outcome == Outcome.ERROR and answer.detail.startswith(UNUSABLE)


def misbehaved(where: str, expected: str, got: str) -> SystemFailed:
    """The error for answers that no system may give, by what is left of a run."""
    return SystemFailed(
        f"the system answered wrongly ({where})",
        expected=expected,
        got=got,
        remedy="correct its adapter; finished answers are kept",
        code="answer-unusable",
    )


def unusable(photo: str, expected: str, got: str) -> UnusableAnswer:
    """The error for an answer about one photograph that no system may give."""
    return UnusableAnswer(
        f"the system answered wrongly ({photo})", expected=expected, got=got, remedy="correct its adapter"
    )


def _checked(answer: Enrolment | SearchAnswer) -> tuple[str, str, float | None]:
    """Outcome, detail and seconds. Raises: UnusableAnswer."""
    if not isinstance(answer.outcome, Outcome):
        raise unusable(answer.photo, f"an outcome of {', '.join(Outcome)}", repr(answer.outcome)[:80])
    detail = str(answer.detail).encode(errors="replace").decode()  # half a character can be kept nowhere
    try:
        seconds = None if answer.seconds is None else round(number(answer.seconds), 4)
    except MisfitError as error:
        raise unusable(answer.photo, "seconds that are a number, or none", error.got) from None
    return answer.outcome.value, detail, seconds


def _measured(answer: Enrolment | SearchAnswer) -> Quality | None:
    """What kind of photograph it is, to what a picture decoded again gives again. Raises: UnusableAnswer."""
    told = answer.quality
    if told is None:
        return None
    try:
        width, light, focus, turn, colour = (number(getattr(told, name, None)) for name in QUALITY)
    except MisfitError as error:
        raise unusable(answer.photo, "a quality of five numbers, or none", error.got) from None
    return Quality(round(width), round(light, 1), round(focus, 1), round(turn, 1), round(colour, 3))


def _checked_score(probe: str, candidate: Candidate, rules: AnswerRules) -> float:
    scale = rules.scale
    on_scale = f"scores from {scale.low:g} to {scale.high:g}"
    try:
        score = round(number(candidate.score), rules.decimals)
    except MisfitError as error:
        raise unusable(probe, on_scale, error.got) from None
    if not scale.low <= score <= scale.high:
        raise unusable(probe, on_scale, f"{score:g}")
    if candidate.photo not in rules.enrolled and candidate.photo not in rules.lost:
        raise unusable(probe, "candidates that were enrolled", repr(candidate.photo)[:80])
    return score
