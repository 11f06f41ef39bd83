"""Templates to distances: exact nearest, tails and histograms, in blocks."""

from fairlineup.faces.vectors.backend import available
from fairlineup.faces.vectors.histograms import Bins, Histogram, histogram
from fairlineup.faces.vectors.nearest import nearest
from fairlineup.faces.vectors.pairs import MixedModelsError, distance
from fairlineup.faces.vectors.tails import Tail, tail
from fairlineup.faces.vectors.templates import Metric, TemplateSet

__all__ = [
    "Bins",
    "Histogram",
    "Metric",
    "MixedModelsError",
    "Tail",
    "TemplateSet",
    "available",
    "distance",
    "histogram",
    "nearest",
    "tail",
]
