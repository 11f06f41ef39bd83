"""A finished run as a system: its answers given again, to be measured under another plan.

Photographs are known by their bytes, so that renamed or copied ones get the answers they got.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from fairlineup.evidence.replay.runrecord import read_record
from fairlineup.evidence.runs import LOST, Attempt, RunDirectory, load_run
from fairlineup.records import (
    BadInput,
    Candidate,
    Enrolment,
    Outcome,
    Photograph,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    SystemInformation,
    TransportError,
)
from fairlineup.seals import digest


@dataclass(slots=True)
class _Gallery:
    """Photographs enrolled again."""

    #: photograph of the run to the names it is known by now, in the order they came.
    names: dict[str, list[str]] = field(default_factory=dict)
    recorded: dict[str, str] = field(default_factory=dict)  #: the other way round.

    def add(self, recorded: str, name: str) -> None:
        """Enrol one, once under a name."""
        before = self.recorded.get(name)
        if before == recorded:
            return
        if before is not None:
            self.names[before].remove(name)
            if not self.names[before]:
                del self.names[before]
        self.recorded[name] = recorded
        self.names.setdefault(recorded, []).append(name)


class ReplayedSystem:
    """Answers as a finished run was answered; see docs/systems/replay.md.

    Raises:
        BadInput: the folder is no finished run, or its files are damaged.
    """

    def __init__(self, run: Path) -> None:
        if not RunDirectory(run).finished:
            raise _unusable(run, "a run without results.json")
        frozen = load_run(run)
        self._information, self._reach = frozen.information, frozen.plan.search.record_to
        try:
            self._recorded = read_record(frozen)
        except (KeyError, TypeError, ValueError) as error:
            raise _unusable(run, f"{type(error).__name__}: {error}") from error
        self._galleries: dict[str, _Gallery] = {}

    def information(self) -> SystemInformation:
        """What the system said of itself when the run was begun; it is not asked now, and costs nothing."""
        asked = self._information
        return replace(
            asked,
            name=f"replay of {asked.name}",
            keeps_galleries=False,
            seconds_per_photograph=None,
            wire=False,
            at_once=1,
            price=None,
            settings={**asked.settings, "recorded_to": self._reach},
        )

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Enrol what the run enrolled. Raises: SystemFailed, TransportError: as the run has no answer."""
        enrolled = self._galleries.setdefault(gallery, _Gallery())
        for photo in photos:
            known = self._known(photo)
            if known is None:
                yield Enrolment(photo.id, Outcome.ERROR, "the file cannot be read")
                continue
            attempt = next((self._recorded.enrolled[i] for i in known if i in self._recorded.enrolled), None)
            if attempt is None:
                raise _never(photo.id, "enrolled")
            outcome = _outcome(attempt)
            if outcome is Outcome.OK:
                enrolled.add(attempt.photo, photo.id)
            yield Enrolment(photo.id, outcome, attempt.detail, attempt.seconds, attempt.quality)

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Answer from the search that was made. Raises: BadInput, SystemFailed, TransportError."""
        wanted = replace(request, threshold=self._threshold(request))
        enrolled = self._galleries.get(gallery, _Gallery())
        held = self._held(enrolled)
        for photo in photos:
            known = self._known(photo)
            if known is None:
                yield SearchAnswer(photo.id, Outcome.ERROR, detail="the file cannot be read")
                continue
            number = self._search_of(photo.id, known, enrolled, held)
            yield self._answer(photo.id, number, enrolled, wanted)

    def delete_gallery(self, gallery: str) -> None:
        """Forget a gallery."""
        self._galleries.pop(gallery, None)

    def close(self) -> None:
        """Forget all galleries."""
        self._galleries.clear()

    def _known(self, photo: Photograph) -> Sequence[str] | None:
        """The run's names of these bytes, None if they cannot be read. Raises: SystemFailed (no such)."""
        try:
            content = photo.read()
        except OSError:
            return None
        known = self._recorded.ids.get(digest(content))
        if known is None:
            raise _never(photo.id, "given this photograph")
        return known if photo.id not in known else [photo.id]

    def _threshold(self, request: SearchRequest) -> float:
        scale, default = self._information.scale, self._information.default_threshold
        threshold = request.threshold
        if threshold is None:
            threshold = default.score if default else scale.weakest
        if not scale.accepts(threshold, self._reach):
            raise BadInput(
                "the run did not record so far",
                expected=f"thresholds and search.record_to of {self._reach:g} or {scale.side}",
                got=f"{threshold:g}",
                remedy="ask the system itself, or take a stricter threshold",
                code="argument-unusable",
            )
        return threshold

    def _search_of(self, name: str, known: Sequence[str], enrolled: _Gallery, held: Sequence[str]) -> int:
        """The search to answer from: of the smallest gallery that held everybody enrolled now."""
        attempts = self._recorded.observations.searches
        numbers = [number for photo in known for number in self._recorded.searches.get(photo, ())]
        if not numbers:
            raise _never(name, "searched with")
        for stage in held:
            for number in numbers:
                if attempts[number].stage == stage:
                    return number
        lacking = min(enrolled.names.keys() - self._recorded.galleries[attempts[numbers[-1]].stage])
        raise _never(name, f"searched for it among {lacking}")

    def _held(self, enrolled: _Gallery) -> list[str]:
        """Stages of searches whose gallery held everybody enrolled now, the smallest gallery first."""
        galleries = self._recorded.galleries
        held = [stage for stage, photos in galleries.items() if enrolled.names.keys() <= photos]
        return sorted(held, key=lambda stage: len(galleries[stage]))

    def _answer(self, name: str, number: int, enrolled: _Gallery, request: SearchRequest) -> SearchAnswer:
        attempt, seen = self._recorded.observations.searches[number], self._recorded.observations
        outcome = _outcome(attempt)
        if outcome is not Outcome.OK:
            said = SearchAnswer(name, outcome, detail=attempt.detail, seconds=attempt.seconds)
            return replace(said, quality=attempt.quality)
        part = slice(self._recorded.starts[number], self._recorded.starts[number + 1])
        scores, scale, threshold = (
            seen.score[part].tolist(),
            self._information.scale,
            self._threshold(request),
        )
        accepted = [
            Candidate(known, score)
            for code, score in zip(seen.photo[part].tolist(), scores, strict=True)
            if scale.accepts(score, threshold)
            for known in enrolled.names.get(seen.photos[code], ())
        ]
        shown = accepted[: request.max_candidates]
        cut = attempt.capped and all(scale.accepts(score, threshold) for score in scores)
        return SearchAnswer(
            photo=name,
            outcome=outcome,
            candidates=tuple(shown),
            capped=cut or len(shown) < len(accepted),
            detail=attempt.detail,
            seconds=attempt.seconds,
            quality=attempt.quality,
        )


def _outcome(attempt: Attempt) -> Outcome:
    if attempt.outcome == LOST:
        raise TransportError(
            f"the run got no answer for {attempt.photo}",
            expected="an answer",
            got=attempt.detail or "none",
            remedy="nothing helps: a replay has the answers that were given",
        )
    return Outcome(attempt.outcome)


def _never(photo: str, what: str) -> SystemFailed:
    return SystemFailed(
        f"the run that is replayed has no answer for {photo}",
        expected="photographs and galleries that the run put to the system",
        got=f"one it was never {what}",
        remedy="take it out of the data set, or ask the system itself",
        code="system-failed",
    )


def _unusable(run: Path, got: str) -> BadInput:
    return BadInput(
        f"{run} cannot be replayed",
        expected="the folder of a finished run",
        got=got,
        remedy="name the folder of a run that is finished",
        code="run-unreadable",
        facts={"folder": str(run)},
    )
