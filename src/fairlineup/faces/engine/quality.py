"""What the pixels of one face are worth: size, light, focus and turn."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fairlineup.faces.engine.detection import Detection, DetectorName, Pixels, Points
from fairlineup.faces.kinds import about, colour_of
from fairlineup.records import Quality

QUALITY_CHIP_PX, QUALITY_PADDING = 150, 0.25

_DEPTH_SHARE = {"dlib": 1 / 3, "yunet": 0.43}
"""How far the nose stands before the eyes: the point under it, in distances of the outer corners of the eyes;
its tip, in distances of their centres, by which the turns of portraits spread as by dlib's points."""


def quality(detection: Detection, chip: Pixels, pixels: Pixels, detector: DetectorName) -> Quality:
    """What the pixels of one face are worth.

    Args:
        detection: the face; its box gives the width in pixels of the photograph, its points the turn.
        chip: the aligned face, shape (150, 150, 3); light and focus are measured on it.
        pixels: the photograph; what is about the face tells grey from colour, as skin alone has one tone.
        detector: whose points they are.
    """
    grey = np.asarray(Image.fromarray(chip).convert("L")).astype(np.int16)
    return Quality(
        face_px=detection.box.width_px,
        brightness=float(grey.mean()),
        sharpness=sharpness(grey),
        yaw=yaw(detection.landmarks, detector),
        colour=colour_of(about(pixels, detection.box)),
    )


def sharpness(grey: NDArray[np.int16]) -> float:
    """Variance of the Laplacian (four neighbours); higher is sharper. Not: comparable between chip sizes."""
    inner = grey[1:-1, 1:-1]
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * inner
    wide = laplacian.astype(np.int32)
    count, total, squares = wide.size, int(wide.sum(dtype=np.int64)), int((wide * wide).sum(dtype=np.int64))
    return squares / count - (total / count) ** 2


def yaw(landmarks: Points, detector: DetectorName = "dlib") -> float:
    """Rough turn of the head in degrees; 0 frontal, positive when the nose points to the picture's right.

    The nose stands before the eyes, so its shift along the line of the eyes gives the angle. Not: a pose
    estimate; it is bounded to 90 and blind to pitch.
    """
    first, second, third = (0, 2, 4) if detector == "dlib" else (0, 1, 2)
    one, other, nose = (np.asarray(landmarks[index]) for index in (first, second, third))
    axis = one - other if one[0] >= other[0] else other - one
    distance = float(np.hypot(*axis))
    if distance == 0:
        return 90.0
    shift = float((nose - (one + other) / 2) @ axis) / distance**2
    return math.degrees(math.atan2(shift, _DEPTH_SHARE[detector]))
