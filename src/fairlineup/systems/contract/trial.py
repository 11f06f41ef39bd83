"""One system being tried: questions asked as a run asks them, answers remembered, calls counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from secrets import token_hex
from typing import Any, Literal, TypeVar, cast

from fairlineup.records import (
    GALLERY_PREFIX,
    Candidate,
    Enrolment,
    FaceSystem,
    Outcome,
    Photograph,
    SearchAnswer,
    SearchRequest,
    Throttled,
    TransportError,
)
from fairlineup.systems.contract.photographs import KnownPhotographs

T = TypeVar("T")
Answer = TypeVar("Answer", Enrolment, SearchAnswer)
TOLERANCE_SHARE = 1e-5  # of the scale's width: scores nearer than that are the same


class NothingProcessed(Exception):
    """Nobody was enrolled, or no probe processed: a check of candidates has nothing to look at."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How a question is asked again that got no answer."""

    retries: int = 4
    first_wait_s: float = 0.5
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Calls:
    """Photographs put to a system."""

    enrolments: int = 0
    searches: int = 0

    def with_more(self, call: Literal["enrol", "search"], photographs: int) -> Calls:
        """The same after a call."""
        if call == "enrol":
            return replace(self, enrolments=self.enrolments + photographs)
        return replace(self, searches=self.searches + photographs)


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call: the photographs it was given, the photographs its answers name."""

    call: str
    given: tuple[str, ...]
    answered: tuple[str, ...]


@dataclass(eq=False)
class ContractTrial:
    """A system, photographs, and what it answered so far."""

    open_system: Callable[[], FaceSystem]  #: opens another instance of it.
    system: FaceSystem  #: the first instance.
    photographs: KnownPhotographs  #: of known people.
    credentials: tuple[str, ...] = ()  #: environment variables whose values nobody may see.
    patience: Patience = Patience()  #: with questions that get no answer.
    calls: Calls = Calls()
    answers: int = 0
    asked: list[CallRecord] = field(default_factory=list)
    searched: list[SearchAnswer] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    galleries: list[str] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)
    token: str = field(default_factory=lambda: token_hex(4))

    def __post_init__(self) -> None:
        self.information = self.answered(self.system.information)
        self.scale = self.information.scale

    # --- asking ----------------------------------------------------------------------------------

    def gallery(self, name: str) -> str:
        """The full name of one of the trial's galleries."""
        full = f"{GALLERY_PREFIX}contract-{self.token}-{name}"
        if full not in self.galleries:
            self.galleries.append(full)
        return full

    def enrol(
        self, photos: Sequence[Photograph], name: str = "a", system: FaceSystem | None = None
    ) -> list[Enrolment]:
        """Enrol, as a run does: one at a time across a wire, all at once elsewhere."""
        asked, gallery = system or self.system, self.gallery(name)
        return self._put("enrol", photos, lambda some: asked.enrol(gallery, some))

    def search(
        self,
        photos: Sequence[Photograph],
        request: SearchRequest | None = None,
        name: str = "a",
        system: FaceSystem | None = None,
    ) -> list[SearchAnswer]:
        """Search, by default for everything the system gives."""
        asked, gallery, wanted = system or self.system, self.gallery(name), request or self.everything
        answers = self._put("search", photos, lambda some: asked.search(gallery, some, wanted))
        self.searched += answers
        return answers

    def answered(self, question: Callable[[], T]) -> T:
        """The answer to a question, asked again while none comes. Raises: TransportError, what it raises."""
        for attempt in range(self.patience.retries + 1):
            try:
                return question()
            except TransportError as error:
                self.words.append(str(error))
                if attempt == self.patience.retries:
                    raise
                asked_for = error.retry_after_s if isinstance(error, Throttled) else None
                self.patience.sleep(asked_for or self.patience.first_wait_s * 2**attempt)
            except Exception as error:
                self.words.append(f"{error} {error!r}")
                raise
        raise RuntimeError("unreachable")

    def _put(
        self,
        call: Literal["enrol", "search"],
        photos: Sequence[Photograph],
        ask: Callable[[Sequence[Photograph]], Iterable[Answer]],
    ) -> list[Answer]:
        """Put photographs to a system: one at a time across a wire, all at once elsewhere."""
        answers: list[Answer] = []
        for some in [[photo] for photo in photos] if self.information.wire else [photos]:
            self.calls = self.calls.with_more(call, len(some))
            found = self.answered(partial(_listed, ask, some))
            named = tuple(answer.photo for answer in found)
            self.asked.append(CallRecord(call, tuple(photo.id for photo in some), named))
            self.words += [answer.detail for answer in found if answer.detail]
            answers += found
        self.answers += len(answers)
        return answers

    # --- what everything is measured against ---------------------------------------------------------

    @property
    def weakest(self) -> float:
        """The weakest threshold there is: the scale's end, or how far a record goes."""
        return float(self.information.settings.get("recorded_to", self.scale.weakest))

    @property
    def everything(self) -> SearchRequest:
        """The longest list at the weakest threshold."""
        return SearchRequest(max_candidates=None, threshold=self.weakest)

    @property
    def tolerance(self) -> float:
        """How far two scores may differ that are the same."""
        return TOLERANCE_SHARE * (self.scale.high - self.scale.low)

    @property
    def grown(self) -> tuple[SearchAnswer, list[Enrolment]]:
        """The first probe's answer when two references stood in the gallery; each reference's."""
        return self._once("grown", self._grow)

    def _grow(self) -> tuple[SearchAnswer, list[Enrolment]]:
        references, probes = self.photographs.references, self.photographs.probes
        enrolled = self.enrol(references[:2])
        before = self.search(probes[:1])
        return before[0], enrolled + self.enrol(references[2:])

    def _once(self, name: str, find: Callable[[], T]) -> T:
        """What the first try finds, a fault too: a system that fails is not paid for again and again."""
        if name not in self.found:
            try:
                self.found[name] = find()
            except Exception as error:
                self.found[name] = error
                raise
        found = self.found[name]
        if isinstance(found, Exception):
            raise found
        return cast("T", found)

    @property
    def enrolled(self) -> frozenset[str]:
        """The references that were enrolled."""
        return frozenset(answer.photo for answer in self.grown[1] if answer.outcome is Outcome.OK)

    @property
    def full(self) -> dict[str, SearchAnswer]:
        """Each probe's answer to the widest request, by photograph."""
        return self._once("full", self._fill)

    def _fill(self) -> dict[str, SearchAnswer]:
        _ = self.enrolled
        return {answer.photo: answer for answer in self.search(self.photographs.probes)}

    @property
    def processed(self) -> list[SearchAnswer]:
        """Those of the widest answers whose probe was processed. Raises: NothingProcessed."""
        if not self.enrolled:
            raise NothingProcessed("no reference was enrolled")
        found = [answer for answer in self.full.values() if answer.outcome is Outcome.OK]
        if not found:
            raise NothingProcessed("no probe was processed")
        return found

    @property
    def example(self) -> tuple[Photograph, SearchAnswer]:
        """A processed probe with its answer. Raises: NothingProcessed."""
        answer = self.processed[0]
        return next(probe for probe in self.photographs.probes if probe.id == answer.photo), answer

    def between(self, candidates: Sequence[Candidate]) -> float | None:
        """A threshold well between two scores, near the middle of a list; None if all are equal."""
        gaps = [
            (abs(place - len(candidates) / 2), (one.score + other.score) / 2)
            for place, (one, other) in enumerate(pairwise(candidates), start=1)
            if abs(one.score - other.score) > 10 * self.tolerance
        ]
        return min(gaps)[1] if gaps else None

    def differing(self, answer: SearchAnswer, expected: Sequence[Candidate]) -> str:
        """Where a list differs from what it should be, blank where it does not; equal scores may swap."""
        if answer.outcome is not Outcome.OK:
            return told(answer)
        got = answer.candidates
        mine, theirs = dict(expected), dict(got)
        if len(got) != len(expected) or mine.keys() != theirs.keys():
            return f"{len(got)} candidates ({_names(got)}) instead of {len(expected)} ({_names(expected)})"
        apart = [photo for photo in mine if abs(mine[photo] - theirs[photo]) > self.tolerance]
        return f"{apart[0]} at {theirs[apart[0]]:g}, before {mine[apart[0]]:g}" if apart else ""


def told(answer: Enrolment | SearchAnswer) -> str:
    """An outcome with the system's own words: "error (the model is not loaded)"."""
    return f"{answer.outcome} ({answer.detail})" if answer.detail else answer.outcome.value


def _listed(ask: Callable[[Sequence[Photograph]], Iterable[T]], photos: Sequence[Photograph]) -> list[T]:
    return list(ask(photos))


def _names(candidates: Sequence[Candidate]) -> str:
    return ", ".join(candidate.photo for candidate in candidates[:5]) or "nobody"
