"""What a system answered, in columns: the only thing measures ever see of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.runs.journal import KeptAnswer, check_outcome
from fairlineup.records import Quality

QUALITY = tuple(field.name for field in fields(Quality))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One photograph put to the system, to enrol or to search with."""

    stage: str  #: which stage of the protocol asked.
    person: str  #: who is on the photograph, as the run's manifest settles it.
    photo: str  #: the photograph's id.
    outcome: str  #: a records.Outcome, or "lost" when no answer came.
    capped: bool  #: a search whose list was cut by the system.
    detail: str  #: the system's own words.
    seconds: float | None = None  #: the time it took, where the system told.
    retries: int = 0  #: how often it was asked again.
    quality: Quality | None = None  #: what kind of photograph it is, where the system told.

    def __post_init__(self) -> None:
        """Raises: ValueError: an outcome that nobody knows, which would count for none."""
        check_outcome(self.outcome)


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """All answers of a run."""

    enrolments: tuple[Attempt, ...]  #: every photograph offered to a gallery, in plan order.
    searches: tuple[Attempt, ...]  #: every search, in plan order.
    search: NDArray[np.int64]  #: index into searches of each candidate, shape (n_candidates,), ascending.
    person: NDArray[np.int64]  #: code into people of each candidate's person, shape (n_candidates,).
    photo: NDArray[np.int64]  #: code into photos of each candidate's photograph, shape (n_candidates,).
    score: NDArray[np.float64]  #: the system's score, rounded to 1e-5 or finer, shape (n_candidates,).
    rank: NDArray[np.int64]  #: 1 for the first of a list, shape (n_candidates,).
    people: tuple[str, ...]  #: names the codes in `person` stand for.
    photos: tuple[str, ...]  #: names the codes in `photo` stand for.


def collect(
    enrolments: Iterable[tuple[str, Iterable[KeptAnswer]]],
    searches: Iterable[tuple[str, Iterable[KeptAnswer]]],
    person_of: Mapping[str, str],
) -> Observations:
    """Gather a journal's answers, given stage by stage, into columns.

    Args:
        enrolments: stages and their answers.
        searches: stages and their answers.
        person_of: who is on each photograph.
    """
    enrolled = tuple(
        _attempt(stage, answer, person_of) for stage, answers in enrolments for answer in answers
    )
    photo_names = tuple(sorted({attempt.photo for attempt in enrolled}))
    people_names = tuple(sorted({attempt.person for attempt in enrolled}))
    code = {photo: index for index, photo in enumerate(photo_names)}
    searched: list[Attempt] = []
    lengths: list[int] = []
    photos: list[int] = []
    scores: list[float] = []
    for stage, answers in searches:
        for answer in answers:
            searched.append(_attempt(stage, answer, person_of))
            lengths.append(len(answer.candidates))
            photos.extend(code[photo] for photo, _ in answer.candidates)
            scores.extend(score for _, score in answer.candidates)
    person_code = {person: index for index, person in enumerate(people_names)}
    person_of_photo = np.array([person_code[person_of[photo]] for photo in photo_names], dtype=np.int64)
    photo_codes = np.array(photos, dtype=np.int64)
    return Observations(
        enrolments=enrolled,
        searches=tuple(searched),
        search=np.repeat(np.arange(len(lengths), dtype=np.int64), lengths),
        person=person_of_photo[photo_codes],
        photo=photo_codes,
        score=np.array(scores, dtype=np.float64),
        rank=ranks(lengths),
        people=people_names,
        photos=photo_names,
    )


def _attempt(stage: str, a: KeptAnswer, person_of: Mapping[str, str]) -> Attempt:
    said = (a.outcome, a.capped, a.detail, a.seconds, a.retries, a.quality)
    return Attempt(stage, person_of[a.photo], a.photo, *said)


def ranks(lengths: Sequence[int]) -> NDArray[np.int64]:
    """The ranks of candidates in lists of these lengths, one after the other."""
    if not lengths:
        return np.empty(0, dtype=np.int64)
    return np.concatenate([np.arange(1, length + 1, dtype=np.int64) for length in lengths])


def attempt_columns(attempts: Sequence[Attempt]) -> dict[str, list[Any]]:
    """The attempts as columns, by field name, and each measure of a photograph's kind as one."""
    names = [field.name for field in fields(Attempt) if field.name != "quality"]
    columns = {name: [getattr(attempt, name) for attempt in attempts] for name in names}
    for name in QUALITY:
        columns[name] = [a.quality and getattr(a.quality, name) for a in attempts]
    return columns
