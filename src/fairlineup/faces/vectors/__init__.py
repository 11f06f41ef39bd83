"""Templates to distances: galleries kept ready, exact nearest, tails and histograms, in blocks."""

from fairlineup.faces.vectors.backend import available
from fairlineup.faces.vectors.gallery import GallerySnapshot, PreparedGallery
from fairlineup.faces.vectors.histograms import Bins, Histogram, histogram
from fairlineup.faces.vectors.nearest import nearest
from fairlineup.faces.vectors.pairs import distance
from fairlineup.faces.vectors.tails import Tail, tail
from fairlineup.faces.vectors.templates import (
    Metric,
    MixedModelsError,
    PreparedTemplates,
    TemplateSet,
    exact_distances,
    prepare,
    prepare_templates,
)

__all__ = [
    "Bins",
    "GallerySnapshot",
    "Histogram",
    "Metric",
    "MixedModelsError",
    "PreparedGallery",
    "PreparedTemplates",
    "Tail",
    "TemplateSet",
    "available",
    "distance",
    "exact_distances",
    "histogram",
    "nearest",
    "prepare",
    "prepare_templates",
    "tail",
]
