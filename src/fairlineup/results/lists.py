"""The people behind the numbers: false matches, near misses and missed mates, by their photographs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fairlineup.results.numbers import Positive
from fairlineup.results.shape import FLAT


@dataclass(frozen=True, slots=True)
class DistanceScore:
    """A score of a system whose scale is one of distances: lower is more alike."""

    distance: float | None  #: Rounded to 1e-5; null where none was returned.

    @property
    def value(self) -> float | None:
        """The score, whichever scale it is on."""
        return self.distance


@dataclass(frozen=True, slots=True)
class SimilarityScore:
    """A score of a system whose scale is one of similarities: higher is more alike."""

    score: float | None  #: Rounded to 1e-5; null where none was returned.

    @property
    def value(self) -> float | None:
        """The score, whichever scale it is on."""
        return self.score


OnScale = DistanceScore | SimilarityScore
"""A score of the system, under the key that says how it is meant."""


@dataclass(frozen=True, slots=True)
class CandidatePair:
    """Two photographs of different people."""

    probe: str  #: Person searched for.
    probe_photo: str  #: Photograph searched with, path in the data set.
    gallery_person: str  #: Person returned, who is someone else.
    gallery_photo: str  #: Photograph returned, path in the data set.
    at: Annotated[OnScale, FLAT]  #: Their score.
    rank: Positive  #: Place on the list as the system gave it, 1 is first.


@dataclass(frozen=True, slots=True)
class Miss:
    """A target-present search that did not bring the mate."""

    probe: str  #: Person searched for.
    probe_photo: str  #: Photograph searched with.
    gallery_photo: str  #: The mate's first photograph.
    at: Annotated[OnScale, FLAT]  #: Score of the mate.
    #: People at least as alike as the mate, and the mate; null where it was not returned.
    rank: Positive | None
    why: str  #: Why it counts as missed.


@dataclass(frozen=True, slots=True)
class SamePictureMate:
    """A target-present search left out because probe and mate are one picture."""

    probe: str  #: Person.
    probe_photo: str  #: Photograph searched with.
    gallery_photo: str  #: The same picture in the gallery.
