"""Templates to distances: exact top-k, all-pairs tails, and histograms of non-mated pairs, in blocks."""

from fairlineup.comparison.backend import available
from fairlineup.comparison.histograms import Bins, Histogram, histogram
from fairlineup.comparison.nearest import nearest
from fairlineup.comparison.pairs import MixedModelsError, distance
from fairlineup.comparison.tails import Tail, tail
from fairlineup.comparison.templates import Metric, TemplateSet

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
