"""What a detector gives, whichever it is: boxes, five points each, and its own score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.engine.faults import ENGINE_OPTION
from fairlineup.options import between, check_options
from fairlineup.records import Box

Pixels = NDArray[np.uint8]
Points = tuple[tuple[float, float], ...]
Which = Literal["all", "largest"]
DetectorName = Literal["yunet", "dlib"]

MARKS: dict[DetectorName, Literal["corners", "centers"]] = {"yunet": "centers", "dlib": "corners"}
"""Which five points a detector gives: corners of the eyes and under the nose, or see `Detection`."""

MADE_FOR: dict[DetectorName, str] = {
    "yunet": "faces of 16 px and more, turned by up to 45 degrees",
    "dlib": "upright frontal faces of 80 px and more",
}

DETECTOR_FACE_PX = 80
"""Narrowest face that dlib's detector is made for, on the picture it is given."""

SAME_FACE_OVERLAP = 0.3


@dataclass(frozen=True, slots=True)
class DetectionOptions:
    """How far the search for faces goes."""

    #: dlib alone: long side of the first, smallest picture searched; each further one is twice as large.
    #: YuNet's first is 320 px, each further one four times as large.
    first_side_px: Annotated[int, between(DETECTOR_FACE_PX, 100_000)] = 240
    #: pixels of the largest picture searched; a photograph of more is reduced to this. By dlib, one of a
    #: quarter or less is also searched at twice its size, so that the narrowest face found is 40 px in a
    #: photograph of up to 1 megapixel, 80 px up to 4, and 80 px · sqrt(megapixels / 4) beyond. By YuNet it is
    #: 16 px up to 4 megapixels.
    largest_px: Annotated[int, between(DETECTOR_FACE_PX**2, 1_000_000_000)] = 4_000_000
    #: a face of this share of the picture's width leaves no room for a rival, and ends the search for finer
    #: ones.
    enough_share: Annotated[float, between(0, 10)] = 0.4
    #: detections that score less are dropped; None for the detector's own limit, 0 of dlib's, 0.6 of YuNet's.
    least_score: Annotated[float, between(-2, 10)] | None = None

    def __post_init__(self) -> None:
        """Raises: OptionError for values with which nothing could be found."""
        check_options(self, ENGINE_OPTION)


@dataclass(frozen=True, slots=True)
class Detection:
    """One face as a detector found it."""

    box: Box  #: in pixels of the photograph.
    score: float  #: the detector's own, that it holds a face.
    #: its five points in pixels of the photograph. Of YuNet: the eyes, the tip of the nose and the corners of
    #: the mouth, the picture's left before its right. Of dlib: outer and inner corner of the picture's right
    #: eye, those of its left one, and the point under the nose.
    landmarks: Points = ()


class Finder(Protocol):
    """A detector that is ready to look at photographs."""

    def find(self, pixels: Pixels, which: Which) -> list[Detection]:
        """The faces in a photograph, widest first.

        Args:
            pixels: upright RGB, shape (height, width, 3).
            which: "all", or "largest", which may end early, so that smaller ones are missing.
        """


def widest_first(found: list[Detection]) -> list[Detection]:
    """Sorted by width, then by score, then by place."""
    return sorted(found, key=lambda d: (-d.box.width_px, -d.score, d.box.left, d.box.top))


def merged(finer: list[Detection], coarser: list[Detection]) -> list[Detection]:
    """Both lists without doubles, the finer one's boxes preferred; widest first, then the highest score."""
    new = [c for c in coarser if not any(overlap(c.box, f.box) >= SAME_FACE_OVERLAP for f in finer)]
    return widest_first(finer + new)


def overlap(one: Box, other: Box) -> float:
    """Area of the intersection over that of the union, 0 to 1."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    return shared / (one.width_px * one.height_px + other.width_px * other.height_px - shared)
