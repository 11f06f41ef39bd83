"""From a box to an upright chip: five landmarks, dlib's own similarity fit, and what the pixels are worth."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fairlineup.faces.engine.detection import Detection, Pixels, imported_dlib
from fairlineup.faces.engine.installed import landmarks_file
from fairlineup.faces.kinds import about, colour_of
from fairlineup.records import Face, Quality

Points = tuple[tuple[float, float], ...]

QUALITY_CHIP_PX, QUALITY_PADDING = 150, 0.25

_DEPTH_SHARE = 1 / 3  # how far the nose stands before the eyes, in distances between their outer corners


class Aligner:
    """dlib's five-point predictor and chip extraction; made once in a process.

    Raises:
        EngineNotInstalled: dlib or the predictor's file isn't there.
        DigestMismatch: the predictor isn't the published one.
    """

    def __init__(self) -> None:
        self._dlib: Any = imported_dlib()
        self._predictor: Any = self._dlib.shape_predictor(str(landmarks_file()))

    def landmarks(self, pixels: Pixels, detection: Detection) -> Points:
        """Five points in pixels of the photograph: outer and inner corner of each eye, under the nose."""
        box = detection.box
        rectangle = self._dlib.rectangle(box.left, box.top, box.right - 1, box.bottom - 1)
        shape = self._predictor(pixels, rectangle)
        return tuple((float(point.x), float(point.y)) for point in shape.parts())

    def chip(self, pixels: Pixels, landmarks: Points, size_px: int, padding: float) -> Pixels:
        """The face, upright and scaled, shape (size_px, size_px, 3); black where the photograph ends.

        Source: dlib, extract_image_chip: bilinear, truncated; another resampler moves the template by .006.
        """
        points = [self._dlib.point(round(x), round(y)) for x, y in landmarks]
        shape = self._dlib.full_object_detection(self._dlib.rectangle(0, 0, 1, 1), points)
        chip: Pixels = self._dlib.get_face_chip(pixels, shape, size_px, padding)
        return chip

    def face(self, pixels: Pixels, detection: Detection) -> tuple[Face, Pixels]:
        """The face of a detection with its quality, and the chip the quality was measured on."""
        landmarks = self.landmarks(pixels, detection)
        chip = self.chip(pixels, landmarks, QUALITY_CHIP_PX, QUALITY_PADDING)
        measured = quality(detection, landmarks, chip, pixels)
        return Face(detection.box, landmarks, detection.score, measured), chip


def quality(detection: Detection, landmarks: Points, chip: Pixels, pixels: Pixels) -> Quality:
    """What the pixels of one face are worth.

    Args:
        detection: the face; its box gives the width in pixels of the photograph.
        landmarks: its five points.
        chip: the aligned face, shape (150, 150, 3); light and focus are measured on it.
        pixels: the photograph; what is about the face tells grey from colour, as skin alone has one tone.
    """
    grey = np.asarray(Image.fromarray(chip).convert("L")).astype(np.int16)
    return Quality(
        face_px=detection.box.width_px,
        brightness=float(grey.mean()),
        sharpness=sharpness(grey),
        yaw=yaw(landmarks),
        colour=colour_of(about(pixels, detection.box)),
    )


def sharpness(grey: NDArray[np.int16]) -> float:
    """Variance of the Laplacian (four neighbours); higher is sharper. Not: comparable between chip sizes."""
    inner = grey[1:-1, 1:-1]
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * inner
    wide = laplacian.astype(np.int32)
    count, total, squares = wide.size, int(wide.sum(dtype=np.int64)), int((wide * wide).sum(dtype=np.int64))
    return squares / count - (total / count) ** 2


def yaw(landmarks: Points) -> float:
    """Rough turn of the head in degrees; 0 frontal, positive when the nose points to the picture's right.

    The nose stands about a third of the distance between the outer eye corners before the eyes, so its shift
    along the line of the eyes gives the angle. Not: a pose estimate; it is bounded to 90 and blind to pitch.
    """
    one, other, nose = (np.asarray(landmarks[index]) for index in (0, 2, 4))
    axis = one - other if one[0] >= other[0] else other - one
    distance = float(np.hypot(*axis))
    if distance == 0:
        return 90.0
    shift = float((nose - (one + other) / 2) @ axis) / distance**2
    return math.degrees(math.atan2(shift, _DEPTH_SHARE))
