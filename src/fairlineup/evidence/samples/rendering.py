"""Texture and shape -> pixels: the face is bent into its shape, lit, and put before a backdrop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.samples.appearance import Texture

Array = NDArray[np.float64]

_EDGE = (0.40, 0.66)  # a pixel less the person's than this is backdrop, one more is the person


@dataclass(frozen=True, slots=True)
class HeadPlacement:
    """Where the head is in the frame."""

    tilt: float  #: turn in the picture plane, in radians.
    zoom: float  #: size; 1 is the model's own.
    shift_px: tuple[float, float]  #: offset (x, y).


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """What falls on the face."""

    exposure: float  #: factor on all of it.
    side: float  #: how much brighter the right edge is than the middle.
    colour: Array  #: factors on red, green, blue, shape (3,).


def render(texture: Texture, face: int, placement: HeadPlacement, light: Light, backdrop: Array) -> Array:
    """One face as red, green, blue from 0 to 1.

    Args:
        texture: faces in the mean shape.
        face: which of them.
        placement: where the head is.
        light: what falls on it; not on the backdrop, whose light is its own.
        backdrop: shape (height, width, 3).
    Returns: shape (height, width, 3), not clipped.
    """
    height, width = texture.luma.shape[1:]
    x, y = _placed(height, width, placement)
    offset = _looked_up(texture.flow[face], (x + 0.5) / 4 - 0.5, (y + 0.5) / 4 - 0.5)
    x, y = x + offset[..., 0], y + offset[..., 1]
    luma = _looked_up(texture.luma[face][..., None], x, y)[..., 0]
    rest = _looked_up(texture.rest[face], (x + 0.5) / 2 - 0.5, (y + 0.5) / 2 - 0.5)
    lit = _coloured(luma, rest[..., 0], rest[..., 1]) * _shade(height, width, light)
    low, high = _EDGE
    share = np.clip((rest[..., 2] - low) / (high - low), 0, 1)
    share = (share * share * (3 - 2 * share))[..., None]
    return np.asarray(backdrop + share * (lit - backdrop), np.float64)


def plain_backdrop(height: int, width: int, colour: Array, fall: float) -> Array:
    """A plain wall, a little darker towards its edges: shape (height, width, 3)."""
    down = np.linspace(-1, 1, height)[:, None, None]
    across = np.linspace(-1, 1, width)[None, :, None]
    return np.asarray(
        colour * (1 - fall * (0.5 * down * down + 0.5 * across * across + 0.25 * down)), np.float64
    )


def _placed(height: int, width: int, placement: HeadPlacement) -> tuple[Array, Array]:
    """Coordinates in the model's frame of each pixel of the photograph, two of shape (height, width)."""
    turn = np.array(
        [
            [np.cos(placement.tilt), np.sin(placement.tilt)],
            [-np.sin(placement.tilt), np.cos(placement.tilt)],
        ]
    )
    turn /= placement.zoom
    centre_x, centre_y = (width - 1) / 2, (height - 1) / 2
    across = np.arange(width) - centre_x - placement.shift_px[0]
    down = np.arange(height)[:, None] - centre_y - placement.shift_px[1]
    x = turn[0, 0] * across + turn[0, 1] * down + centre_x
    y = turn[1, 0] * across + turn[1, 1] * down + centre_y
    return x, y


def _looked_up(grid: Array, x: Array, y: Array) -> Array:
    """Values between the points of a grid of shape (h, w, c), whose edge goes on: shape x.shape + (c,)."""
    height, width, channels = grid.shape
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    left, top = np.minimum(x.astype(np.intp), width - 2), np.minimum(y.astype(np.intp), height - 2)
    across, down = x - left, y - top
    corner = (top * width + left).ravel()
    found = np.empty((channels, *x.shape))
    for channel in range(channels):
        flat = np.ascontiguousarray(grid[..., channel]).ravel()
        above, below = flat[corner], flat[corner + width]
        above = above.reshape(x.shape) + across * (flat[corner + 1] - above).reshape(x.shape)
        below = below.reshape(x.shape) + across * (flat[corner + width + 1] - below).reshape(x.shape)
        found[channel] = above + down * (below - above)
    return np.moveaxis(found, 0, -1)


def _coloured(luma: Array, red: Array, blue: Array) -> Array:
    """Luma and colour differences to red, green, blue (ITU-R BT.601, full range, as in JPEG)."""
    return np.stack(
        [luma + 1.402 * red, luma - 0.714136 * red - 0.344136 * blue, luma + 1.772 * blue], axis=-1
    )


def _shade(height: int, width: int, light: Light) -> Array:
    across = np.linspace(-1, 1, width)[None, :, None]
    return np.asarray(light.exposure * (1 + light.side * across) * light.colour, np.float64)
