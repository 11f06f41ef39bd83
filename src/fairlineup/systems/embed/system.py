"""A user's function behind the FaceSystem port: galleries in memory, exact search, no candidate hidden."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from fairlineup.faces.vectors import PreparedTemplates, prepare, tail
from fairlineup.records import (
    Candidate,
    Enrolment,
    Outcome,
    Photograph,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
)
from fairlineup.systems.embed.terms import Terms
from fairlineup.systems.embed.vectors import Described, Describer, Vector

TOGETHER = 8  # probes compared with the gallery at once
SLACK = 1e-6  # beyond a threshold, so that rounding of 1 - cos loses no tie


class EmbedSystem:
    """Vectors by a function of a module, compared by us.

    A Euclidean distance over the scale's end is given as that end.
    """

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._describer = Describer(terms)
        self._galleries: dict[str, dict[str, Vector]] = {}

    def information(self) -> SystemInformation:
        """What the plan and the module say of it, and the digest of the module's file."""
        terms = self._terms
        return SystemInformation(
            name=terms.name,
            vendor=terms.vendor,
            version=terms.version,
            scale=terms.scale,
            default_threshold=terms.threshold,
            recommended_threshold=None,
            settings={"function": terms.argument, "input": terms.input, "metric": terms.metric},
            terms=("A function makes the vectors; Fairlineup compares them, each with each, exactly.",),
        )

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Enrol what the function makes of each photograph. Raises: SystemFailed: it fails."""
        references = self._galleries.setdefault(gallery, {})
        for photo in photos:
            found, seconds = self._timed(photo)
            if found.vector is not None:
                references[photo.id] = found.vector
            yield Enrolment(photo.id, found.outcome, found.detail, seconds)

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Compare each photograph with every reference. Raises: SystemFailed: the function fails."""
        references = self._galleries.get(gallery, {})
        names, gallery_templates = [*references], self._prepared([*references.values()])
        probes = ((photo, *self._timed(photo)) for photo in photos)
        while some := list(itertools.islice(probes, TOGETHER)):
            lists = iter(
                self._lists([found for _, found, _ in some], gallery_templates, self._threshold(request))
            )
            for photo, found, seconds in some:
                if found.outcome is not Outcome.OK:
                    yield SearchAnswer(photo.id, found.outcome, detail=found.detail, seconds=seconds)
                    continue
                candidates = tuple(Candidate(names[at], score) for at, score in next(lists))
                shown = candidates[: request.max_candidates]
                capped = len(shown) < len(candidates)
                yield SearchAnswer(photo.id, Outcome.OK, shown, capped, seconds=seconds)

    def delete_gallery(self, gallery: str) -> None:
        """Forget a gallery."""
        self._galleries.pop(gallery, None)

    def close(self) -> None:
        """Forget all galleries."""
        self._galleries.clear()

    def _timed(self, photo: Photograph) -> tuple[Described, float]:
        began = time.perf_counter()
        found = self._describer.describe(photo)
        return found, time.perf_counter() - began

    def _lists(
        self, found: Sequence[Described], references: PreparedTemplates | None, threshold: float
    ) -> Iterator[list[tuple[int, float]]]:
        """References within the threshold with their scores, most alike first, for each probe's vector."""
        vectors = [one.vector for one in found if one.vector is not None]
        probes = self._prepared(vectors)
        if references is None or probes is None:
            yield from ([] for _ in vectors)
            return
        scale, alike = self._terms.scale, self._terms.metric == "cosine similarity"
        far = 1 - threshold if alike else threshold
        reach = far + SLACK if alike or far < scale.high else float("inf")
        near = tail(probes, references, reach)
        distance = near.distance if alike else np.minimum(near.distance, scale.high)
        scores = np.clip(1 - distance, scale.low, scale.high) if alike else distance
        starts = np.searchsorted(near.probe_index, np.arange(len(vectors) + 1))
        for row in range(len(vectors)):
            part = slice(starts[row], starts[row + 1])
            pairs = zip(near.reference_index[part].tolist(), scores[part].tolist(), strict=True)
            yield [(at, score) for at, score in pairs if scale.accepts(score, threshold)]

    def _prepared(self, vectors: list[Vector]) -> PreparedTemplates | None:
        metric = "euclidean" if self._terms.metric == "euclidean" else "cosine"
        return prepare(np.stack(vectors), metric) if vectors else None

    def _threshold(self, request: SearchRequest) -> float:
        scale, default = self._terms.scale, self._terms.threshold
        if request.threshold is not None:
            return request.threshold
        if default is not None:
            return default.score
        return scale.weakest
