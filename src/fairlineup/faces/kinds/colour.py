"""Grey, or toned, against colour: told by the pixels about a face."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fairlineup.records import Box

MARGIN: Final = 0.5  # of the face's width on each side: hair, clothes, background
_SIDE_PX = 40  # a picture is reduced to about so much, so that the noise of JPEG is averaged away
_TONES = 16  # steps of lightness that have a tone each
_LEAST_RANGE = 32.0  # of lightness, below which noise would count as colour
_OPPONENTS = np.array([[1, 0.5], [-1, 0.5], [0, -1]], np.float32)  # red - green, and their mean - blue
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)


def about(pixels: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """The face with what is about it, as far as the photograph goes; the photograph where that is nothing."""
    height, width = pixels.shape[:2]
    margin = round(MARGIN * box.width_px)
    rows = slice(max(0, box.top - margin), max(0, min(height, box.bottom + margin)))
    columns = slice(max(0, box.left - margin), max(0, min(width, box.right + margin)))
    found = pixels[rows, columns]
    return found if found.size else pixels


def colour_of(pixels: NDArray[np.uint8]) -> float:
    """How far colours leave a single tone: near 0 for a grey picture and for one in sepia or blue.

    A toned picture has one colour for each lightness. What is left beside the tone of each step of light
    is colour: its root mean square, as a share of the range of light, so that a dark or a pale picture has
    as much of it. Not: how colourful it looks; skin alone has one tone too.

    Args:
        pixels: RGB, uint8, shape (height, width, 3).
    """
    from PIL import Image  # not where a report or a table alone is read

    step = _step(pixels, 4 * _SIDE_PX)
    some = pixels[::step, ::step]
    image = Image.fromarray(np.ascontiguousarray(some)).reduce(_step(some, _SIDE_PX))
    points = np.asarray(image, np.float32).reshape(-1, 3)
    light = points @ _LUMINANCE
    order = np.argsort(light, kind="stable")
    steps = np.array_split(points[order] @ _OPPONENTS, min(_TONES, len(points)))
    left = sum(float(np.square(step - step.mean(axis=0)).sum()) for step in steps)
    low, high = light[order[[len(order) // 50, -1 - len(order) // 50]]]
    return float(np.sqrt(left / len(points)) / max(high - low, _LEAST_RANGE))


def _step(pixels: NDArray[np.uint8], side_px: int) -> int:
    """Of how many pixels one is left, so that the longer side has about so many."""
    return int(max(1, max(pixels.shape[:2]) // side_px))
