"""Scores from anywhere, in other people's layouts, measured without a run."""

from fairlineup.evidence.scorefiles.importing import SCHEMA, Terms, measure_scores
from fairlineup.evidence.scorefiles.layouts import Layout, Wanted
from fairlineup.evidence.scorefiles.reading import Found, read_scores

__all__ = [
    "SCHEMA",
    "Found",
    "Layout",
    "Terms",
    "Wanted",
    "measure_scores",
    "read_scores",
]
