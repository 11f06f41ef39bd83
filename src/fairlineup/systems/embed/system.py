"""A user's function behind the FaceSystem port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fairlineup.faces.vectors import Metric
from fairlineup.records import (
    Closest,
    Enrolment,
    Photograph,
    Progress,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
)
from fairlineup.systems.embed.terms import UserFunction
from fairlineup.systems.embed.vectors import Describer
from fairlineup.systems.inmemory import VectorGalleries

TOGETHER = 8  # probes compared with the gallery at once


class EmbedSystem:
    """Vectors by a function of a module, compared by us.

    A Euclidean distance over the scale's end is given as that end.
    """

    def __init__(self, function: UserFunction) -> None:
        self._function = function
        self._describer = Describer(function)
        metric: Metric = "euclidean" if function.stated.metric == "euclidean" else "cosine"
        self._galleries = VectorGalleries(metric, function.scale, function.threshold, TOGETHER)

    def information(self) -> SystemInformation:
        """What the plan and the module say of it, and the digest of the module's file."""
        function, said = self._function, self._function.stated
        return SystemInformation(
            name=said.name,
            vendor=said.vendor,
            version=said.version,
            scale=function.scale,
            default_threshold=function.threshold,
            recommended_threshold=None,
            settings={"function": function.argument, "input": str(said.input), "metric": str(said.metric)},
            terms=("A function makes the vectors; Fairlineup compares them, each with each, exactly.",),
        )

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Enrol what the function makes of each photograph. Raises: SystemFailed: it fails."""
        return self._galleries.enrol(gallery, map(self._describer.describe, photos))

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Compare each photograph with every reference. Raises: SystemFailed: the function fails."""
        return self._galleries.search(gallery, map(self._describer.describe, photos), request)

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
        """Forget all galleries."""
        self._galleries.clear()
