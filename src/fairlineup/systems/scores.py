"""A file of photograph pairs with scores as a system, so that an audit with a plan can be made on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fairlineup.records import (
    BadInput,
    Candidate,
    Enrolment,
    Outcome,
    Photograph,
    Scale,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    SystemInformation,
    Threshold,
    by_form,
    form_of_name,
    how_they_differ,
)
from fairlineup.systems.facts import Adapter, Facts
from fairlineup.systems.scoretable import ScoresByProbe, read_failures, read_table
from fairlineup.systems.stated import Line, naming_of, read_stated

AS_WRITTEN = "as written"
NAME = "a file of scores"
OPTIONS = naming_of(NAME)


@dataclass(frozen=True, slots=True)
class ScoresOptions:
    """What a file of scores does not say itself."""

    failures: Line = ""  #: file of the photographs that were not processed.
    #: what a pair is that is not in the file: an error, or a score weaker than `recorded_to`.
    missing: Literal["refuse", "no candidate"] = "refuse"
    #: weakest score that was written down, needed with missing = "no candidate".
    recorded_to: float | None = None
    low: float | None = None  #: lowest score the system can give; the lowest in the file if it is not said.
    high: float | None = None  #: highest score likewise.
    default_threshold: float | None = None  #: what the system's users get who set none.
    default_threshold_source: Line = ""  #: who says so.
    name: Line = ""  #: of the system that gave the scores.
    vendor: Line = "not stated"  #: who makes it.
    version: Line = ""  #: of it; the file's digest if it is not said.
    #: "as written" where names that differ in form only are those of different photographs.
    photos: Literal["", "as written"] = ""


class ScoresSystem:
    """Looks scores up. Photographs are known by their names. See docs/systems/scores.md.

    Raises:
        BadInput: the file cannot be read, or it and the options do not fit.
    """

    def __init__(self, path: Path, options: ScoresOptions | None = None) -> None:
        self._path, self._options = path, options or ScoresOptions()
        self._table: ScoresByProbe = read_table(path)
        folder = path.parent
        self._failures = read_failures(folder / self._options.failures) if self._options.failures else {}
        self._names = tuple(self._table.references)
        self._galleries: dict[str, dict[str, None]] = {}
        self._written = dict.fromkeys((*self._table.probes, *self._table.references, *self._failures))
        self._forms = {} if self._options.photos else by_form(self._written, form_of_name)
        self._scale = self._scale_of()
        self._check()

    def information(self) -> SystemInformation:
        """What the options say of the system, and the digest of the file."""
        options, table = self._options, self._table
        default = options.default_threshold
        settings: dict[str, str | int | float | bool] = {
            "scores": table.digest,
            "missing": options.missing,
            "pairs": len(table.score),
            "failures": len(self._failures),
        }
        if options.recorded_to is not None:
            settings["recorded_to"] = options.recorded_to
        if table.same_photograph:
            settings["same_photograph_left_out"] = table.same_photograph
        return SystemInformation(
            name=options.name or f"scores of {self._path.name}",
            vendor=options.vendor,
            version=options.version or table.digest,
            scale=self._scale,
            default_threshold=None
            if default is None
            else Threshold(default, options.default_threshold_source),
            recommended_threshold=None,
            settings=settings,
            terms=("The scores were made elsewhere: nothing here shows that the system gave them.",),
        )

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Enrol photographs that have scores. Raises: SystemFailed: one has none."""
        enrolled = self._galleries.setdefault(gallery, {})
        for photo in photos:
            self._check_name(photo.id)
            if photo.id in self._failures:
                yield Enrolment(photo.id, *self._failures[photo.id])
                continue
            if photo.id not in self._table.references and self._options.missing == "refuse":
                raise self._missing(f"{photo.id} as a reference")
            enrolled[photo.id] = None
            yield Enrolment(photo.id, Outcome.OK)

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Look the scores up. Raises: BadInput (too weak a threshold), SystemFailed (a pair has no score)."""
        threshold = self._threshold(request)
        places = self._places(gallery)
        for photo in photos:
            self._check_name(photo.id)
            if photo.id in self._failures:
                outcome, detail = self._failures[photo.id]
                yield SearchAnswer(photo.id, outcome, detail=detail)
            else:
                yield self._answer(photo.id, gallery, places, threshold, request.max_candidates)

    def delete_gallery(self, gallery: str) -> None:
        """Forget a gallery."""
        self._galleries.pop(gallery, None)

    def close(self) -> None:
        """Forget all galleries."""
        self._galleries.clear()

    def _places(self, gallery: str) -> NDArray[np.bool_]:
        """Which references stand in a gallery, by place."""
        stand = np.zeros(len(self._table.references), dtype=np.bool_)
        known = (self._table.references.get(photo) for photo in self._galleries.get(gallery, {}))
        stand[[place for place in known if place is not None]] = True
        return stand

    def _answer(
        self, probe: str, gallery: str, places: NDArray[np.bool_], threshold: float, longest: int | None
    ) -> SearchAnswer:
        enrolled, refuse = self._galleries.get(gallery, {}), self._options.missing == "refuse"
        if probe not in self._table.probes:
            if refuse:
                raise self._missing(f"{probe} as a probe")
            return SearchAnswer(probe, Outcome.OK)
        references, scores = self._table.row(probe)
        here = places[references]
        if refuse and int(here.sum()) < len(enrolled):
            scored = set(references[here].tolist())
            lacking = next(photo for photo in enrolled if self._table.references[photo] not in scored)
            raise self._missing(f"{probe} with {lacking}")
        distances = self._scale.to_distance(scores)
        kept = here & (distances <= self._scale.to_distance(threshold))
        references, scores = references[kept], scores[kept]
        order = np.argsort(distances[kept], kind="stable")
        shown = order[:longest]
        candidates = tuple(Candidate(self._names[references[at]], float(scores[at])) for at in shown.tolist())
        return SearchAnswer(probe, Outcome.OK, candidates, capped=len(shown) < len(order))

    def _threshold(self, request: SearchRequest) -> float:
        options, scale = self._options, self._scale
        default = scale.weakest if options.default_threshold is None else options.default_threshold
        threshold = default if request.threshold is None else request.threshold
        if options.recorded_to is not None and not scale.accepts(threshold, options.recorded_to):
            raise BadInput(
                f"the scores in {self._path.name} do not go so far",
                code="not-enough-data",
                expected=f"thresholds and search.record_to up to recorded_to, {options.recorded_to:g}",
                got=f"{threshold:g}",
                remedy="take a stricter threshold",
            )
        return threshold

    def _scale_of(self) -> Scale:
        options, scores = self._options, self._table.score
        low = float(scores.min()) if options.low is None else options.low
        high = float(scores.max()) if options.high is None else options.high
        if not (low <= float(scores.min()) and float(scores.max()) <= high and low < high):
            got = f"scores from {scores.min():g} to {scores.max():g}"
            raise OPTIONS.wrong("low or high", "a scale that holds every score in the file", got)
        stated = (
            "" if None not in (options.low, options.high) else ", from the lowest to the highest in the file"
        )
        return Scale(self._table.kind, low, high, f"{self._table.kind}{stated}")

    def _check(self) -> None:
        options, scale = self._options, self._scale
        self._check_names()
        if options.missing == "no candidate" and options.recorded_to is None:
            raise OPTIONS.wrong("missing", 'recorded_to beside missing = "no candidate"', "nothing")
        for name in ("default_threshold", "recorded_to"):
            score = getattr(options, name)
            if score is not None and not scale.low <= score <= scale.high:
                raise OPTIONS.wrong(name, f"a score from {scale.low:g} to {scale.high:g}", f"{score:g}")
        if options.default_threshold is not None and not options.default_threshold_source:
            expected = "default_threshold_source beside it: who says so"
            raise OPTIONS.wrong("default_threshold", expected, "nothing")
        twice = [p for p in self._failures if p in self._table.references or p in self._table.probes]
        if twice:
            raise OPTIONS.wrong("failures", "photographs without a score", f"{twice[0]}, which has scores")

    def _check_name(self, photo: str) -> None:
        """Raises: SystemFailed (the file has this photograph under a name that differs in form only)."""
        alike = () if photo in self._written else self._forms.get(form_of_name(photo), ())
        if alike:
            raise SystemFailed(
                f"the scores in {self._path.name} have no photograph called {photo}",
                code="no-answer",
                expected="photographs named as in the data set",
                got=f"one that would agree if it were: {how_they_differ([photo, alike[0]])}",
                remedy=f'write the names alike, or say photos = "{AS_WRITTEN}" if these are different ones',
            )

    def _check_names(self) -> None:
        same = next((names for names in self._forms.values() if len(names) > 1), None)
        if same:
            got = f"some that would agree if they were: {how_they_differ(same)}"
            expected = (
                f'photographs each named in one way, or photos = "{AS_WRITTEN}" if these are different ones'
            )
            raise BadInput(
                f"the scores in {self._path.name}",
                code="id-unusable",
                expected=expected,
                got=got,
                remedy="write the names alike",
            )

    def _missing(self, what: str) -> SystemFailed:
        return SystemFailed(
            f"the scores in {self._path.name} lack {what}",
            code="no-answer",
            expected="a score for each pair, or the photograph among the failures",
            got="none",
            remedy='add it, or say missing = "no candidate" and recorded_to if weaker scores were left out',
        )


ADAPTER = Adapter(
    Facts(
        name="scores",
        title="a file of photograph pairs with scores, made anywhere",
        argument="FILE",
        page="docs/systems/scores.md",
        tried="with scores of planted rates: the results of the system that gave them",
        takes="records",
    ),
    lambda argument, options: ScoresSystem(Path(argument), read_stated(ScoresOptions, NAME, options)),
)
