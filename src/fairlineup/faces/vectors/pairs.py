"""The distance of one pair of templates."""

from __future__ import annotations

import numpy as np

from fairlineup.faces.vectors.templates import exact_distances, prepare_templates
from fairlineup.records import Template


def distance(one: Template, other: Template) -> float:
    """Distance of two templates on their model's own metric; lower is more alike.

    Raises: MixedModelsError: the templates come from different models.
    Not: a probability of anything.
    """
    both = prepare_templates([one, other], one.model)
    return float(exact_distances(both, both, np.array([0]), np.array([1]))[0])
