"""Faces that are drawn: a flat skin, hair, lips and eyes where the landmarks say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from fairlineup.records import Box, Face, Quality

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]
LANDMARKS = ((190.0, 120.0), (160.0, 120.0), (90.0, 120.0), (120.0, 120.0), (140.0, 165.0))


def face_at(landmarks: tuple[tuple[float, float], ...] = LANDMARKS) -> Face:
    return Face(Box(60, 60, 220, 220), landmarks, 1.0, Quality(160, 128.0, 100.0, 0.0, 0.2))


def flat(skin: Colour) -> Pixels:
    """A head of one colour with red lips under brown hair, before a blue wall, 280 × 280."""
    pixels = np.empty((280, 280, 3), np.uint8)
    pixels[:] = (60, 90, 170)
    pixels[20:60, 50:230] = (60, 40, 30)
    pixels[60:240, 60:220] = skin
    pixels[190:205, 110:170] = (170, 60, 70)
    return pixels


@pytest.fixture
def head() -> Callable[[Colour], Pixels]:
    return flat


@pytest.fixture
def face() -> Callable[..., Face]:
    return face_at
