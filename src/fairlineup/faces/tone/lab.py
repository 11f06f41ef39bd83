"""From the bytes of a photograph to CIE lightness and colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_LEAST, _SLOPE = 216 / 24389, 24389 / 27  # CIE 15: where the cube root gives way to a line
_EIGHT_BITS = np.arange(256) / 255
_LINEAR = np.where(_EIGHT_BITS <= 0.04045, _EIGHT_BITS / 12.92, ((_EIGHT_BITS + 0.055) / 1.055) ** 2.4)


def lab(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """L*, a* and b* of sRGB pixels, for the white point D65.

    Args:
        pixels: encoded sRGB, shape (..., 3).

    Returns: L* from 0 to 100, a* and b* without unit, shape (..., 3); greys have a* = b* = 0.
    Source: IEC 61966-2-1 (sRGB) and CIE 15 (L*a*b*).
    Not: what a colorimeter reads on skin: the light, the camera and its software are in it.
    """
    xyz = _LINEAR[pixels] @ _TO_XYZ.T / _TO_XYZ.sum(axis=1)
    f = np.where(xyz > _LEAST, np.cbrt(xyz), (_SLOPE * xyz + 16) / 116)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
