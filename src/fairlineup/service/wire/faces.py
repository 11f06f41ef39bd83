"""Faces as Rekognition shows them: boxes that may be cropped, points, light and focus; nothing guessed."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fairlineup.records import Box, Face

Shown = dict[str, Any]
Point = tuple[float, float]

PADDING: Final = 0.5
"""Of the face's width and height, added on each side: programs cut photographs at the box and search the cut.

The wider, the less the template of the cut differs from that of the photograph: docs/faces-on-the-wire.md.
"""

HALF_SHARP: Final = 20.0
"""`Quality.sharpness` that is 50 on the wire; faces below it are called blurred."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The upright photograph that a face is on."""

    width_px: int
    height_px: int


def bounding_box(box: Box, picture: Picture, padding: float = PADDING) -> Shown:
    """A face's box with room about it, inside the picture, in shares of its sides."""
    across, down = padding * box.width_px, padding * box.height_px
    left, right = (_within(side / picture.width_px) for side in (box.left - across, box.right + across))
    top, bottom = (_within(side / picture.height_px) for side in (box.top - down, box.bottom + down))
    return {"Width": right - left, "Height": bottom - top, "Left": left, "Top": top}


def confidence(face: Face) -> float:
    """How surely it is a face, 0 to 100, by the detector's score. Not: that it is anybody's."""
    if face.marks == "centers":
        return 100 * _within(face.confidence)
    return 100 - 50 * math.exp(-max(0.0, face.confidence))  # dlib's score has no end, and starts at 0


def compared_face(face: Face, picture: Picture) -> Shown:
    """What every operation says of a face: box, confidence, points, turn, light and focus."""
    return {
        "BoundingBox": bounding_box(face.box, picture),
        "Confidence": confidence(face),
        "Landmarks": _landmarks(face, picture),
        "Pose": {"Roll": _roll(face), "Yaw": face.quality.yaw},
        "Quality": {
            "Brightness": 100 * face.quality.brightness / 255,
            "Sharpness": 100 * face.quality.sharpness / (face.quality.sharpness + HALF_SHARP),
        },
    }


def face_detail(face: Face, picture: Picture, attributes: Container[str] = ("DEFAULT",)) -> Shown:
    """The same, and of the attributes asked for the one that is answered.

    Nobody's age is guessed. Programs read AgeRange without looking whether it is there, so it is given, as
    wide as it can be. Emotions, gender, beard, glasses and the like are optional in the model, and left out.
    """
    asked = "ALL" in attributes or "AGE_RANGE" in attributes
    return {**compared_face(face, picture), **({"AgeRange": {"Low": 0, "High": 120}} if asked else {})}


def _points(face: Face) -> Mapping[str, Point]:
    """Of a face as it is seen: its left is that of who looks at the upright picture."""
    marks = face.landmarks
    if face.marks == "corners":
        eyes = {"eyeLeft": _middle(marks[2], marks[3]), "eyeRight": _middle(marks[0], marks[1])}
        return {**eyes, "nose": marks[4]}
    names = ("eyeLeft", "eyeRight", "nose", "mouthLeft", "mouthRight")
    return dict(zip(names, marks, strict=True))


def _landmarks(face: Face, picture: Picture) -> list[Shown]:
    return [
        {"Type": name, "X": x / picture.width_px, "Y": y / picture.height_px}
        for name, (x, y) in _points(face).items()
    ]


def _roll(face: Face) -> float:
    """Degrees by which the head leans; positive where the eye on the right of the picture is the lower."""
    points = _points(face)
    (left, high), (right, low) = points["eyeLeft"], points["eyeRight"]
    return math.degrees(math.atan2(low - high, right - left))


def _middle(one: Point, other: Point) -> Point:
    return ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))
