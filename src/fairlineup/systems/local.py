"""Our own engine behind the FaceSystem port: galleries in memory, exact search, no candidate hidden."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, cast

from fairlineup import __version__
from fairlineup.faces.engine import (
    CHUNK,
    EngineOptions,
    EnginePool,
    ModelDescription,
    default_model,
    engine_settings,
    load_description,
)
from fairlineup.faces.vectors import Metric
from fairlineup.options import INLINE, at_least
from fairlineup.records import (
    Closest,
    Enrolment,
    Outcome,
    Photograph,
    Progress,
    Scale,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
    Threshold,
)
from fairlineup.systems.inmemory import Described, VectorGalleries

DLIB_DEFAULT = Threshold(0.6, "the default tolerance of the face_recognition package")
UNIT_LENGTH = 1.5  # dlib's templates are 1.3 long
SECONDS_PER_PHOTOGRAPH = 0.012  # one core, official portraits; bench/pipeline.py measures it


@dataclass(frozen=True, slots=True)
class LocalOptions:
    """What changes the local system's answers, and how many processes give them."""

    model: Path | None = None  #: description file of another model; None for dlib's.
    workers: Annotated[int, at_least(0)] = 0  #: processes; 0 is one a core.
    #: how faces are looked for and chosen.
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
        model = self._description.information
        metric = cast("Metric", model.metric)
        self._scale = Scale("distance", 0.0, self._farthest(), f"{metric} distance of {model.name} templates")
        self._default = DLIB_DEFAULT if self._description == default_model() else None
        self._galleries = VectorGalleries(metric, self._scale, self._default, CHUNK)

    def information(self) -> SystemInformation:
        """What it is, with the digest of its model."""
        model = self._description.information
        return SystemInformation(
            name=self._name,
            vendor="Fairlineup",
            version=__version__,
            scale=self._scale,
            default_threshold=self._default,
            recommended_threshold=None,
            models=(model,),
            seconds_per_photograph=SECONDS_PER_PHOTOGRAPH / self._pool.workers,
            settings=engine_settings(self._options.engine),
            terms=self._pool.trial.notes if self._pool.trial else (),
        )

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Enrol the one face of each photograph."""
        return self._galleries.enrol(gallery, self._described(photos))

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Search for the one face of each photograph, against every reference."""
        return self._galleries.search(gallery, self._described(photos), request)

    def template(self, gallery: str, photo: str) -> bytes:
        """Of a photograph that was enrolled."""
        return self._galleries.template(gallery, photo)

    def recall(self, gallery: str, templates: Iterable[tuple[str, bytes]]) -> None:
        """Put templates back into a gallery."""
        self._galleries.recall(gallery, templates)

    def closest(self, gallery: str, each: int, progress: Progress) -> Closest:
        """The closest pairs of a gallery."""
        return self._galleries.closest(gallery, each, progress)

    def delete_gallery(self, gallery: str) -> None:
        """Forget a gallery."""
        self._galleries.delete(gallery)

    def close(self) -> None:
        """End the workers and forget all galleries."""
        self._galleries.clear()
        self._pool.close()

    def _described(self, photos: Iterable[Photograph]) -> Iterator[Described]:
        for found in self._pool.analyse_many(photos):
            vector = found.templates[0].vector if found.outcome is Outcome.OK else None
            yield Described(found.photo, found.outcome, vector, found.detail, found.seconds, found.quality)

    def _farthest(self) -> float:
        """The end of the scale: 2 for templates about 1 long, a power of ten beyond all others."""
        trial = self._pool.trial
        if self._description.information.metric == "cosine" or trial is None or trial.longest <= UNIT_LENGTH:
            return 2.0
        return float(10.0 ** math.ceil(math.log10(10 * trial.longest)))
