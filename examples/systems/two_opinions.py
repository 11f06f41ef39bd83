"""Two opinions as one system: the distances of both engines fused into one. An experiment.

In this folder: fairlineup congress DIR --system embed:two_opinions:describe

A fused distance squared is half the sum of both engines' distances, each as a share of that at which one
in 10,000 random pairs matches (squared for dlib, whose distance is Euclidean): at 1 both stand there. Vectors
put behind one another have that distance.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from fairlineup.engine import ENGINES, Engine, named_engine
from fairlineup.records import Outcome, Photograph

METRIC, THRESHOLD, HIGHEST = "euclidean", 1.0, 10.0
THRESHOLD_SOURCE = "where both engines stand at a false match rate of 0.01 % on official portraits"
NAME, VENDOR = "dlib and SFace fused", "Fairlineup, an experiment"

AT = {"dlib": 0.487, "sface": 0.569}
"""Distance of each engine at that rate."""


@cache
def engines() -> list[Engine]:
    """Both engines, made once."""
    return [Engine(named_engine(name)) for name in ENGINES]


def describe(photo: bytes) -> NDArray[np.float64] | None:
    """Both templates in one vector; None where one of the engines finds no single face."""
    parts = []
    for engine in engines():
        found = engine.analyse(Photograph("photograph", photo))
        if found.outcome is not Outcome.OK:
            return None
        vector = found.templates[0].vector.astype(float)
        at = AT[engine.description.name]
        if engine.information.metric == "cosine":  # 1 - cos is half the squared distance at length 1
            vector /= np.linalg.norm(vector) * np.sqrt(4 * at)
        else:
            vector /= np.sqrt(2) * at
        parts.append(vector)
    return np.concatenate(parts)
