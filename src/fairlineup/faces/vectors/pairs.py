"""The distance of one pair of templates."""

from __future__ import annotations

from typing import cast

import numpy as np

from fairlineup.faces.vectors.templates import Metric, exact_distances, prepare_pair
from fairlineup.records import BadInput, Template


class MixedModelsError(BadInput):
    """Templates of different models were compared; their distance means nothing."""


def distance(one: Template, other: Template) -> float:
    """Distance of two templates on their model's own metric; lower is more alike.

    Raises: MixedModelsError: the templates come from different models.
    Not: a probability of anything.
    """
    if one.model.digest != other.model.digest:
        raise MixedModelsError(
            "two templates cannot be compared",
            expected=f"both from one model, {one.model.name} ({one.model.digest})",
            got=f"the other from {other.model.name} ({other.model.digest})",
            remedy="make both templates with the same model",
        )
    sides = prepare_pair(one.vector[None], other.vector[None], cast("Metric", one.model.metric))
    first = np.zeros(1, dtype=np.intp)
    return float(exact_distances(*sides, first, first)[0])
