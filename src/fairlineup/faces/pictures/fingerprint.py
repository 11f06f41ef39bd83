"""A small record of a photograph by which copies of the same picture are found, cropped or scaled.

No recogniser is asked: whether two files show one picture must not be told by a system under test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.photos import DEFAULT_LIMITS, Limits, decode_small, open_container, upright_size

SIDE_PX = 96
"""Longer side of the grey picture a fingerprint keeps."""


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """What is kept of one photograph to find its copies; about 8 kB."""

    width_px: int  #: width of the upright photograph.
    height_px: int  #: its height.
    grey: NDArray[np.uint8]  #: the photograph in grey, uint8, longer side `SIDE_PX`.


def fingerprint(content: bytes, *, limits: Limits = DEFAULT_LIMITS, name: str = "photograph") -> Fingerprint:
    """Fingerprint one photograph. Raises: as `decode`."""
    width, height = upright_size(open_container(content, limits, name))
    return Fingerprint(width, height, decode_small(content, side_px=SIDE_PX, limits=limits, name=name))
