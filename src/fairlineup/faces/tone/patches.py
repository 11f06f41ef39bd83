"""Where on a face the skin is looked at: the forehead and both cheeks, from five landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = tuple[tuple[float, float], ...]
Array = NDArray[np.float64]

FOREHEAD_UP, FOREHEAD_WIDE, FOREHEAD_HIGH = 0.92, 0.95, 0.22
EYE_WIDE, TURN_SHARE, NOSE_BASE = 0.363, 0.25, 0.467
CHEEK_DOWN, CHEEK_OUT, CHEEK_WIDE, CHEEK_HIGH = 0.72, 0.2, 0.45, 0.22


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """An ellipse in pixels of the photograph."""

    name: str  #: "forehead", "cheek left" or "cheek right", as the picture has them.
    centre: tuple[float, float]  #: x and y.
    along: tuple[float, float]  #: half its width, as a vector along the line of the eyes.
    down: tuple[float, float]  #: half its height, as a vector from the eyes towards the nose.

    def mask(self, height_px: int, width_px: int) -> NDArray[np.bool_]:
        """Which pixels of a photograph lie in it, shape (height_px, width_px)."""
        y, x = np.ogrid[:height_px, :width_px]
        left, top = x - self.centre[0], y - self.centre[1]
        inside = np.zeros((height_px, width_px))
        for vector in (self.along, self.down):
            inside = inside + ((left * vector[0] + top * vector[1]) / (vector[0] ** 2 + vector[1] ** 2)) ** 2
        return np.asarray(inside <= 1)


def skin_patches(landmarks: Points) -> tuple[Patch, ...]:
    """Forehead and both cheeks.

    Heights are shares of the distance from the line of the eyes to the base of the nose. Widths are shares of
    each eye's own width, so that the far cheek of a turned head gets the narrower patch.

    Args:
        landmarks: five points in pixels: outer and inner corner of each eye, and under the nose.

    Returns: forehead, left cheek, right cheek; nothing where the points do not make a face.
    """
    points = np.asarray(landmarks, dtype=np.float64)
    one, other = sorted((points[:2], points[2:4]), key=lambda eye: float(eye[:, 0].mean()))
    line = other.mean(axis=0) - one.mean(axis=0)
    length = float(np.hypot(*line))
    if length == 0:
        return ()
    along = line / length
    down = np.array([-along[1], along[0]])
    depth = float((points[4] - (one.mean(axis=0) + other.mean(axis=0)) / 2) @ down)
    widths = [float(np.hypot(*(eye[0] - eye[1]))) for eye in (one, other)]
    if depth <= 0 or min(widths) == 0:
        return ()
    cheeks = [
        _patch(
            name,
            eye.mean(axis=0) + side * CHEEK_OUT * width * along + CHEEK_DOWN * depth * down,
            CHEEK_WIDE * width * along,
            CHEEK_HIGH * depth * down,
        )
        for name, eye, side, width in (
            ("cheek left", one, -1, widths[0]),
            ("cheek right", other, 1, widths[1]),
        )
    ]
    middle = (one[1] + other[1]) / 2 - FOREHEAD_UP * depth * down
    wide = FOREHEAD_WIDE * sum(widths) / 2 * along
    return (_patch("forehead", middle, wide, FOREHEAD_HIGH * depth * down), *cheeks)


def corners_of(centers: Points) -> Points:
    """The corners of both eyes and the base of the nose, from the five points of a detector without them.

    Args:
        centers: centers of both eyes, tip of the nose, corners of the mouth.
    Source: medians of 297 official portraits in which dlib's points and YuNet's were found (2026-11-30).
    """
    points = np.asarray(centers, dtype=np.float64)
    one, other = sorted(points[:2], key=lambda eye: float(eye[0]))
    line = other - one
    length = float(np.hypot(*line))
    if length == 0:
        return centers
    along = line / length
    down = np.array([-along[1], along[0]])
    middle = (one + other) / 2
    nose, mouth = points[2] - middle, points[3:].mean(axis=0) - middle
    near = min(max(0.5 + float(nose @ along) / length, 0.1), 0.9)  # the far eye of a turned head is narrower
    widths = [EYE_WIDE * length * (share / 0.5) ** TURN_SHARE for share in (near, 1 - near)]
    base = middle + (nose @ along) * along + NOSE_BASE * ((nose + mouth) @ down) * down
    corners = [
        eye + side * width / 2 * along
        for eye, width in ((one, widths[0]), (other, widths[1]))
        for side in (-1, 1)
    ]
    return tuple((float(x), float(y)) for x, y in (*corners, base))


def _patch(name: str, centre: Array, along: Array, down: Array) -> Patch:
    pairs = [(float(vector[0]), float(vector[1])) for vector in (centre, along, down)]
    return Patch(name, *pairs)
