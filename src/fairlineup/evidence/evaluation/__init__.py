"""From a run and its answers to every number of its results; imports no system, so favours none."""

from fairlineup.evidence.evaluation.card import threshold_card
from fairlineup.evidence.evaluation.evaluate import evaluate
from fairlineup.evidence.evaluation.joined import JoinedAnswers, joined_answers, observations_of
from fairlineup.evidence.evaluation.measuring import measure
from fairlineup.evidence.evaluation.review import FOLDER as LABELS_FOLDER
from fairlineup.evidence.evaluation.review import WORKLIST as LABELS_WORKLIST
from fairlineup.evidence.evaluation.review import (
    decision_log,
    keep_pairs,
    left_out,
    listed_pairs,
    read_reviews,
)
from fairlineup.evidence.evaluation.sections import OnFailure, Sections, ignore_failure
from fairlineup.evidence.evaluation.timing import timing
from fairlineup.evidence.evaluation.worklist import draw_worklist, take_decisions

__all__ = [
    "LABELS_FOLDER",
    "LABELS_WORKLIST",
    "JoinedAnswers",
    "OnFailure",
    "Sections",
    "decision_log",
    "draw_worklist",
    "evaluate",
    "ignore_failure",
    "joined_answers",
    "keep_pairs",
    "left_out",
    "listed_pairs",
    "measure",
    "observations_of",
    "read_reviews",
    "take_decisions",
    "threshold_card",
    "timing",
]
