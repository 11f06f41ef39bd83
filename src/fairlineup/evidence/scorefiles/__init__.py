"""Scores from anywhere, in other people's layouts, measured without a run."""

from fairlineup.evidence.scorefiles.importing import ScoreOptions, measure_scores
from fairlineup.evidence.scorefiles.layouts import ColumnNames
from fairlineup.evidence.scorefiles.reading import read_scores

__all__ = ["ColumnNames", "Layout", "ScoreOptions", "ScoreTable", "measure_scores", "read_scores"]
