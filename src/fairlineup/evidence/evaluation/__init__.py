"""From a run and its answers to every number of its results; imports no system, so favours none."""

from fairlineup.evidence.evaluation.card import threshold_card
from fairlineup.evidence.evaluation.evaluate import evaluate
from fairlineup.evidence.evaluation.joined import JoinedAnswers, joined_answers, observations_of
from fairlineup.evidence.evaluation.measuring import measure
from fairlineup.evidence.evaluation.review import FOLDER as LABELS_FOLDER
from fairlineup.evidence.evaluation.review import WORKLIST as LABELS_WORKLIST
from fairlineup.evidence.evaluation.review import (
    Judgement,
    LeftOut,
    Pair,
    left_out,
    read_judgements,
    read_pairs,
    read_reviews,
)
from fairlineup.evidence.evaluation.sections import OnFailure, Sections, ignore_failure
from fairlineup.evidence.evaluation.timing import timing
from fairlineup.evidence.evaluation.worklist import (
    Taken,
    blank_sheet,
    check_reviewer,
    draw_worklist,
    in_order_of,
    keep_worklist,
    sheet_name,
    take_decisions,
)

__all__ = [
    "LABELS_FOLDER",
    "LABELS_WORKLIST",
    "JoinedAnswers",
    "Judgement",
    "LeftOut",
    "OnFailure",
    "Pair",
    "Sections",
    "Taken",
    "blank_sheet",
    "check_reviewer",
    "draw_worklist",
    "evaluate",
    "ignore_failure",
    "in_order_of",
    "joined_answers",
    "keep_worklist",
    "left_out",
    "measure",
    "observations_of",
    "read_judgements",
    "read_pairs",
    "read_reviews",
    "sheet_name",
    "take_decisions",
    "threshold_card",
    "timing",
]
