"""The gallery compared with itself: pairs of references, which no search compares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fairlineup.records import NotMeasured
from fairlineup.results.lists import OnScale
from fairlineup.results.numbers import Count
from fairlineup.results.shape import FLAT


@dataclass(frozen=True, slots=True)
class OnePicture:
    """One picture in the gallery under two people, by the search for the same picture."""

    people: tuple[str, ...]  #: Whom the data set says it shows, sorted.
    photo: str  #: The one file, path in the data set.
    other_photo: str  #: The other.
    one_person: bool  #: Whether the plan takes them for one person.


@dataclass(frozen=True, slots=True)
class GalleryPair:
    """Two photographs in the gallery that are said to show two people."""

    person: str  #: The one, as settled.
    photo: str  #: Their photograph, path in the data set.
    other_person: str  #: The other, as settled.
    other_photo: str  #: Their photograph.
    at: Annotated[OnScale, FLAT]  #: How alike the system finds the two.
    one_picture: bool  #: Whether the search for the same picture found them to be one.


@dataclass(frozen=True, slots=True)
class ClosestWithin:
    """The closest pairs, as the system under test sees them."""

    references: Count  #: Photographs that stand in the gallery.
    looked_at: Count  #: Of these, compared with all others; spread evenly where that is not all.
    pairs: tuple[GalleryPair, ...]  #: The most alike first, some hundred at most.


@dataclass(frozen=True, slots=True)
class WithinGallery:
    """Who may stand in the gallery under two names: label errors first, kin and look-alikes second."""

    one_picture: tuple[OnePicture, ...]  #: Told by the pictures, whatever the system.
    compared: ClosestWithin | NotMeasured  #: Told by the system, or why it was not asked.
