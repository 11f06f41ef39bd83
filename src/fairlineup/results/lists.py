"""The people behind the numbers: false matches, near misses and missed mates, by their photographs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fairlineup.results.numbers import Positive
from fairlineup.results.shape import FLAT


@dataclass(frozen=True, slots=True)
class DistanceScore:
    """A score of a system whose scale is one of distances: lower is more alike.

    Attributes:
        distance: Rounded to 1e-5; null where none was returned.
    """

    distance: float | None

    @property
    def value(self) -> float | None:
        """The score, whichever scale it is on."""
        return self.distance


@dataclass(frozen=True, slots=True)
class SimilarityScore:
    """A score of a system whose scale is one of similarities: higher is more alike.

    Attributes:
        score: Rounded to 1e-5; null where none was returned.
    """

    score: float | None

    @property
    def value(self) -> float | None:
        """The score, whichever scale it is on."""
        return self.score


OnScale = DistanceScore | SimilarityScore
"""A score of the system, under the key that says how it is meant."""


@dataclass(frozen=True, slots=True)
class CandidatePair:
    """Two photographs of different people.

    Attributes:
        probe: Person searched for.
        probe_photo: Photograph searched with, path in the data set.
        gallery_person: Person returned, who is someone else.
        gallery_photo: Photograph returned, path in the data set.
        at: Their score.
        rank: Place on the list as the system gave it, 1 is first.
    """

    probe: str
    probe_photo: str
    gallery_person: str
    gallery_photo: str
    at: Annotated[OnScale, FLAT]
    rank: Positive


@dataclass(frozen=True, slots=True)
class Miss:
    """A target-present search that did not bring the mate.

    Attributes:
        probe: Person searched for.
        probe_photo: Photograph searched with.
        gallery_photo: The mate's first photograph.
        at: Score of the mate.
        rank: People at least as alike as the mate, and the mate; null where it was not returned.
        why: Why it counts as missed.
    """

    probe: str
    probe_photo: str
    gallery_photo: str
    at: Annotated[OnScale, FLAT]
    rank: Positive | None
    why: str


@dataclass(frozen=True, slots=True)
class SamePictureMate:
    """A target-present search left out because probe and mate are one picture.

    Attributes:
        probe: Person.
        probe_photo: Photograph searched with.
        gallery_photo: The same picture in the gallery.
    """

    probe: str
    probe_photo: str
    gallery_photo: str
