"""Grey, or toned, against colour: told by the pixels about a face."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fairlineup.records import Box

MARGIN: Final = 0.5  # of the face's width on each side: hair, clothes, background
_SIDE_PX = 64  # a picture is reduced to about so much, so that the noise of JPEG is averaged away
_TONES = 16  # steps of lightness that have a tone each
_LEAST_RANGE = 32.0  # of lightness, below which noise would count as colour
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
    image = Image.fromarray(np.ascontiguousarray(pixels))
    small = image.reduce(max(1, max(image.size) // _SIDE_PX))
    points = np.asarray(small, dtype=np.float32).reshape(-1, 3)
    light = points @ _LUMINANCE
    red, green, blue = points.T
    opponents = np.stack([red - green, (red + green) / 2 - blue], axis=1)
    by_light = opponents[np.argsort(light, kind="stable")]
    left = np.concatenate([part - np.median(part, axis=0) for part in _steps(by_light)])
    low, high = np.quantile(light, [0.02, 0.98])
    return float(np.sqrt((left**2).sum(axis=1).mean()) / max(high - low, _LEAST_RANGE))


def _steps(by_light: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    return [part for part in np.array_split(by_light, _TONES) if len(part)]
