"""A program's answers, held against the protocol field by field."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from fairlineup.records import (
    Candidate,
    Enrolment,
    Outcome,
    Photograph,
    SearchAnswer,
    SystemFailed,
)
from fairlineup.systems.faults import throttled, unanswered
from fairlineup.systems.programs.child import Answer

ENROL_FIELDS = ("outcome", "detail", "seconds")
SEARCH_FIELDS = (*ENROL_FIELDS, "candidates", "capped", "withheld")
LONGEST_DETAIL = 500


@dataclass(frozen=True, slots=True)
class AnswerReader:
    """Reads the answers of one program, which errors call by its name.

    Every method raises SystemFailed where an answer is not what the protocol allows.
    """

    called: str

    def check_answered(self, answer: Answer) -> None:
        """Raises: TransportError ("lost"), Throttled ("retry_after_s"), SystemFailed ("failed")."""
        if "failed" in answer:
            raise SystemFailed(
                f"{self.called} failed",
                code="system-failed",
                expected="an answer",
                got=_words(answer["failed"]),
                remedy="see what it says",
            )
        if "lost" not in answer:
            return
        if "retry_after_s" not in answer:
            raise unanswered(self.called, _words(answer["lost"]))
        after = answer["retry_after_s"]
        seconds = float(after) if type(after) in (int, float) and after >= 0 else None
        raise throttled(self.called, _words(answer["lost"]), seconds)

    def enrolment(self, photo: Photograph, answer: Answer, seconds: float | None) -> Enrolment:
        """What became of a photograph offered to a gallery."""
        self.check_fields(answer, ENROL_FIELDS)
        outcome, detail = self._outcome(photo, answer)
        return Enrolment(photo.id, outcome, detail, self._seconds(answer, seconds))

    def search_answer(self, photo: Photograph, answer: Answer, seconds: float | None) -> SearchAnswer:
        """What a search found."""
        self.check_fields(answer, SEARCH_FIELDS)
        outcome, detail = self._outcome(photo, answer)
        return SearchAnswer(
            photo.id,
            outcome,
            self._candidates(answer),
            capped=self._truth(answer, "capped"),
            detail=detail,
            seconds=self._seconds(answer, seconds),
            withheld=self._truth(answer, "withheld"),
        )

    def galleries(self, answer: Answer) -> tuple[str, ...]:
        """Names of galleries."""
        self.check_fields(answer, ("galleries",))
        names = answer.get("galleries")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise self.wrong("galleries as a list of names", repr(names))
        return tuple(names)

    def check_fields(self, answer: Answer, fields: Collection[str]) -> None:
        """A field that is misspelt is not passed over."""
        for name in answer:
            if name not in fields:
                raise self.wrong(f"no field but {', '.join(('n', *fields))}", repr(name))

    def wrong(self, expected: str, got: str) -> SystemFailed:
        """The error for what the protocol does not allow."""
        return SystemFailed(
            f"{self.called} does not keep to the protocol",
            code="answer-unusable",
            expected=expected,
            got=got if len(got) <= LONGEST_DETAIL else got[:LONGEST_DETAIL] + "…",
            remedy="correct the program; the page of the protocol says what it may answer",
            facts={"page": "systems/process"},
        )

    def _outcome(self, photo: Photograph, answer: Answer) -> tuple[Outcome, str]:
        outcome, detail = answer.get("outcome"), answer.get("detail", "")
        if not isinstance(outcome, str) or outcome not in set(Outcome):
            raise self.wrong(f"an outcome of {', '.join(Outcome)}", repr(outcome))
        if not isinstance(detail, str):
            raise self.wrong("detail as a text", repr(detail))
        if isinstance(photo.source, Path):  # the words stand in results, which name no place
            detail = detail.replace(str(photo.source.absolute()), photo.id)
        return Outcome(outcome), _words(detail)

    def _candidates(self, answer: Answer) -> tuple[Candidate, ...]:
        stated = answer.get("candidates", [])
        if not isinstance(stated, list):
            raise self.wrong("candidates as a list", repr(stated))
        for one in stated:
            pair = isinstance(one, list) and len(one) == 2
            if not (pair and isinstance(one[0], str) and type(one[1]) in (int, float)):
                raise self.wrong("each candidate as [photo, score]", repr(one))
        return tuple(Candidate(photo, float(score)) for photo, score in stated)

    def _seconds(self, answer: Answer, took: float | None) -> float | None:
        stated = answer.get("seconds")
        if stated is None:
            return took
        if not (type(stated) in (int, float) and stated >= 0):
            raise self.wrong("seconds as a number of 0 or more", repr(stated))
        return float(stated)

    def _truth(self, answer: Answer, name: str) -> bool:
        value = answer.get(name, False)
        if not isinstance(value, bool):
            raise self.wrong(f"{name} as true or false", repr(value))
        return value


def _words(said: object) -> str:
    """A program's own words on one line, not too many."""
    return " ".join(str(said).split())[:LONGEST_DETAIL]
