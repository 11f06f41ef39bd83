"""Galleries of vectors in memory: exact search, no candidate hidden."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors import GallerySnapshot, Metric, PreparedGallery, nearest, prepare, tail
from fairlineup.records import (
    Candidate,
    Closest,
    Enrolment,
    Outcome,
    Progress,
    Quality,
    Scale,
    SearchAnswer,
    SearchRequest,
    Threshold,
)
from fairlineup.workers import one_blas_thread

KEPT_AS = "<f4"
MOST_COMPARISONS = 1_000_000_000  # of a gallery with itself: all of 31,622 references, 10 s of a core
SLACK = 1e-6  # beyond a threshold, so that rounding of 1 - cos loses no tie

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """What became of a photograph: its vector, or why there is none."""

    photo: str
    outcome: Outcome
    vector: Vector | None = None
    detail: str = ""
    seconds: float | None = None
    quality: Quality | None = None


class VectorGalleries:
    """Galleries of one system.

    Args:
        metric: how vectors are compared.
        scale: of the scores; a distance over its end is given as that end.
        default: the threshold of whoever names none; everything where there is none.
        together: probes compared with a gallery at once.
    """

    def __init__(self, metric: Metric, scale: Scale, default: Threshold | None, together: int) -> None:
        self._metric: Metric = metric
        self._scale, self._together = scale, together
        self._default = scale.weakest if default is None else default.score
        self._galleries: dict[str, PreparedGallery] = {}

    def enrol(self, gallery: str, found: Iterable[Described]) -> Iterator[Enrolment]:
        """Enrol whatever has a vector, each photograph once."""
        for one in found:
            if one.vector is not None:
                self._keep(gallery, one.photo, one.vector)
            yield Enrolment(one.photo, one.outcome, one.detail, one.seconds, one.quality)

    def search(
        self, gallery: str, found: Iterable[Described], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Compare each vector with every reference."""
        references = self._galleries[gallery].snapshot() if gallery in self._galleries else None
        threshold = self._default if request.threshold is None else request.threshold
        probes = iter(found)
        while some := list(itertools.islice(probes, self._together)):
            vectors = [one.vector for one in some if one.vector is not None]
            lists = iter(self._lists(vectors, references, threshold))
            for one in some:
                if one.vector is None:
                    yield _answered(one)
                    continue
                candidates = tuple(next(lists))
                shown = candidates[: request.max_candidates]
                capped = len(shown) < len(candidates)
                yield replace(_answered(one), candidates=shown, capped=capped)

    def template(self, gallery: str, photo: str) -> bytes:
        """The vector of a photograph that was enrolled."""
        return self._galleries[gallery].template(photo).astype(KEPT_AS).tobytes()

    def recall(self, gallery: str, templates: Iterable[tuple[str, bytes]]) -> None:
        """Put vectors back."""
        for photo, content in templates:
            self._keep(gallery, photo, np.frombuffer(content, KEPT_AS).astype(np.float32))

    def closest(self, gallery: str, each: int, progress: Progress) -> Closest:
        """The closest pairs of a gallery, by exact search.

        A gallery too large to be compared with all of itself is looked at from references spread evenly.
        """
        if gallery not in self._galleries:
            return Closest(0, 0, ())
        kept = self._galleries[gallery]
        kept.compact()
        references, count = kept.snapshot(), len(kept)
        rows = (
            np.linspace(0, count - 1, min(count, max(1, MOST_COMPARISONS // count))).round().astype(np.intp)
        )
        probes = references.templates.each(lambda column: column[rows])
        found, distances = nearest(
            probes,
            references.templates,
            each + 1,
            progress=lambda _, done, total: progress("gallery pairs", done, total),
        )
        one = np.repeat(rows, found.shape[1])
        pairs = np.sort(np.stack([one, found.ravel()], axis=1), axis=1)
        apart = pairs[:, 0] != pairs[:, 1]
        pairs, first = np.unique(pairs[apart], axis=0, return_index=True)
        distance = distances.ravel()[apart][first]
        order = np.argsort(distance, kind="stable")
        scores = self._scores(distance[order]).tolist()
        named = [(references.ids[a], references.ids[b]) for a, b in pairs[order].tolist()]
        return Closest(
            count, len(rows), tuple((*pair, score) for pair, score in zip(named, scores, strict=True))
        )

    def delete(self, gallery: str) -> None:
        """Forget a gallery."""
        self._galleries.pop(gallery, None)

    def clear(self) -> None:
        """Forget all galleries."""
        self._galleries.clear()

    def _keep(self, gallery: str, photo: str, vector: Vector) -> None:
        if gallery not in self._galleries:
            self._galleries[gallery] = PreparedGallery(len(vector), self._metric)
        references = self._galleries[gallery]
        write = references.replace if photo in references else references.add
        write([photo], prepare(vector[np.newaxis], self._metric))

    def _scores(self, distance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Distances on the scale; one over its end as that end."""
        scores = 1 - distance if self._scale.kind == "similarity" else distance
        return np.clip(scores, self._scale.low, self._scale.high)

    def _lists(
        self, vectors: Sequence[Vector], references: GallerySnapshot | None, threshold: float
    ) -> Iterator[list[Candidate]]:
        """References within the threshold, most alike first, for each vector."""
        if references is None or not vectors:
            yield from ([] for _ in vectors)
            return
        scale, alike = self._scale, self._scale.kind == "similarity"
        far = 1 - threshold if alike else threshold
        reach = far + SLACK if alike or far < scale.high else float("inf")
        with one_blas_thread():  # the other cores are those of whoever makes the vectors
            near = tail(prepare(np.stack(vectors), self._metric), references.templates, reach)
        scores = self._scores(near.distance)
        starts = np.searchsorted(near.probe_index, np.arange(len(vectors) + 1))
        for start, stop in itertools.pairwise(starts.tolist()):
            pairs = zip(near.reference_index[start:stop].tolist(), scores[start:stop].tolist(), strict=True)
            yield [Candidate(references.ids[at], one) for at, one in pairs if scale.accepts(one, threshold)]


def _answered(one: Described) -> SearchAnswer:
    return SearchAnswer(one.photo, one.outcome, detail=one.detail, seconds=one.seconds, quality=one.quality)
