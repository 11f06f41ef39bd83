"""FPIR by the kind of gallery photograph, in galleries of one size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fairlineup.records import NotMeasured
from fairlineup.results.estimates import Amount, Share
from fairlineup.results.numbers import Count, Positive
from fairlineup.results.shape import FLAT


@dataclass(frozen=True, slots=True)
class FpirOfKind:
    """The same searches among the gallery photographs of one kind."""

    name: str  #: Of the kind of photograph, in words.
    people: Positive  #: In the gallery who have a photograph of this kind.
    photographs: Positive  #: Of this kind in the gallery.
    fpir: Share | NotMeasured  #: In galleries of so many of these people as of those of other kinds.
    #: How many times the rate of the first kind; null for the first.
    times: Amount | NotMeasured | None


@dataclass(frozen=True, slots=True)
class KindsCompared:
    """The kinds that a trait sets apart."""

    gallery_people: Positive  #: n, people in the galleries compared: as many of each kind.
    unknown: Count  #: Photographs in the gallery whose kind is not known.
    kinds: tuple[FpirOfKind, ...]  #: Each, that of most people first.


@dataclass(frozen=True, slots=True)
class KindsOfGallery:
    """FPIR by one trait of the gallery's photographs at one threshold, or why kinds are not compared."""

    threshold: str  #: By name.
    trait: str  #: What sets the kinds apart: "capture", or a measured one, as "grey".
    told_by: Literal["manifest", "pixels"]  #: Whether the manifest declares it, or pixels were measured.
    found: Annotated[KindsCompared | NotMeasured, FLAT]  #: The kinds.
