"""Scores from anywhere, in other people's layouts, measured without a run."""

from fairlineup.scorefiles.importing import SCHEMA, Terms, measure_scores
from fairlineup.scorefiles.layouts import Layout, Wanted
from fairlineup.scorefiles.reading import Found, read_scores

__all__ = [
    "SCHEMA",
    "Found",
    "Layout",
    "Terms",
    "Wanted",
    "measure_scores",
    "read_scores",
]
