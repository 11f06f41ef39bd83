"""Our own engine behind the FaceSystem port: galleries in memory, exact search, no candidate hidden."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import numpy as np

from fairlineup import __version__
from fairlineup.faces.engine import (
    CHUNK,
    Analysis,
    EngineOptions,
    EnginePool,
    ModelDescription,
    default_model,
    engine_settings,
    load_description,
)
from fairlineup.faces.vectors import GallerySnapshot, PreparedGallery, prepare_templates, tail
from fairlineup.options import INLINE, at_least
from fairlineup.records import (
    Candidate,
    Enrolment,
    ModelInformation,
    Outcome,
    Photograph,
    Scale,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
    Threshold,
)
from fairlineup.workers import one_blas_thread

DLIB_DEFAULT = Threshold(0.6, "the default tolerance of the face_recognition package")
UNIT_LENGTH = 1.5  # dlib's templates are 1.3 long
SECONDS_PER_PHOTOGRAPH = 0.012  # one core, official portraits; bench/pipeline.py measures it


@dataclass(frozen=True, slots=True)
class LocalOptions:
    """What changes the local system's answers, and how many processes give them.

    Attributes:
        model: description file of another model; None for dlib's.
        workers: processes; 0 is one a core.
        engine: how faces are looked for and chosen.
    """

    model: Path | None = None
    workers: Annotated[int, at_least(0)] = 0
    engine: Annotated[EngineOptions, INLINE] = field(default_factory=EngineOptions)


class LocalSystem:
    """The engine, searched exactly.

    A photograph with two faces of about one size is "several_faces": the engine does not choose whom you
    mean. Workers start with the first photograph.

    Raises: as `EnginePool`.
    """

    def __init__(self, options: LocalOptions | None = None, name: str = "local") -> None:
        self._name = name
        self._options = options or LocalOptions()
        chosen = self._options.model
        self._description: ModelDescription = load_description(chosen) if chosen else default_model()
        self._pool = EnginePool(
            self._description, self._options.engine, workers=self._options.workers or None
        )
        self._galleries: dict[str, PreparedGallery] = {}

    def information(self) -> SystemInformation:
        """What it is, with the digest of its model."""
        model = self._model
        metric = model.metric
        return SystemInformation(
            name=self._name,
            vendor="Fairlineup",
            version=__version__,
            scale=Scale("distance", 0.0, self._farthest(), f"{metric} distance of {model.name} templates"),
            default_threshold=DLIB_DEFAULT if self._description == default_model() else None,
            recommended_threshold=None,
            models=(model,),
            seconds_per_photograph=SECONDS_PER_PHOTOGRAPH / self._pool.workers,
            settings=engine_settings(self._options.engine),
            terms=self._pool.trial.notes if self._pool.trial else (),
        )

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Enrol the one face of each photograph."""
        references = self._galleries.setdefault(gallery, self._no_references())
        for analysis in self._pool.analyse_many(photos):
            if analysis.outcome is Outcome.OK:
                write = references.replace if analysis.photo in references else references.add
                write([analysis.photo], prepare_templates(analysis.templates[:1], self._model))
            yield Enrolment(analysis.photo, analysis.outcome, analysis.detail, analysis.seconds)

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Search for the one face of each photograph, against every reference."""
        references = self._galleries.get(gallery, self._no_references()).snapshot()
        analyses = self._pool.analyse_many(photos)
        while some := list(itertools.islice(analyses, CHUNK)):
            yield from self._answers(some, references, request)

    def delete_gallery(self, gallery: str) -> None:
        """Forget a gallery."""
        self._galleries.pop(gallery, None)

    def close(self) -> None:
        """End the workers and forget all galleries."""
        self._galleries.clear()
        self._pool.close()

    def _answers(
        self, analyses: list[Analysis], references: GallerySnapshot, request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        found = [a for a in analyses if a.outcome is Outcome.OK]
        probes = prepare_templates([a.templates[0] for a in found], self._model)
        with one_blas_thread():  # the other cores are the workers'
            near = tail(probes, references.templates, self._threshold(request))
        starts = np.searchsorted(near.probe_index, np.arange(len(found) + 1))
        row = 0
        for analysis in analyses:
            if analysis.outcome is not Outcome.OK:
                seconds = analysis.seconds
                yield SearchAnswer(analysis.photo, analysis.outcome, detail=analysis.detail, seconds=seconds)
                continue
            part = slice(starts[row], starts[row + 1])
            row += 1
            pairs = zip(near.reference_index[part].tolist(), near.distance[part].tolist(), strict=True)
            candidates = tuple(Candidate(references.ids[i], distance) for i, distance in pairs)
            shown = candidates[: request.max_candidates]
            capped = len(shown) < len(candidates)
            yield SearchAnswer(analysis.photo, Outcome.OK, shown, capped, seconds=analysis.seconds)

    def _farthest(self) -> float:
        """The end of the scale: 2 for templates about 1 long, a power of ten beyond all others."""
        trial = self._pool.trial
        if self._model.metric == "cosine" or trial is None or trial.longest <= UNIT_LENGTH:
            return 2.0
        return float(10.0 ** math.ceil(math.log10(10 * trial.longest)))

    @property
    def _model(self) -> ModelInformation:
        return self._description.information

    def _no_references(self) -> PreparedGallery:
        return PreparedGallery(self._model.template_length, self._model.metric, self._model.digest)

    def _threshold(self, request: SearchRequest) -> float:
        if request.threshold is not None:
            return request.threshold
        default = self.information().default_threshold
        return default.score if default else float("inf")
