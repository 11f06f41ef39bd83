"""From a run's papers and answers to every number of its results; imports no system, so favours none."""

from fairlineup.evidence.evaluation.card import threshold_card
from fairlineup.evidence.evaluation.evaluate import evaluate, evidence_of, observations_of
from fairlineup.evidence.evaluation.evidence import Evidence
from fairlineup.evidence.evaluation.figures import Json, measured_json, number_json
from fairlineup.evidence.evaluation.review import FOLDER as LABELS_FOLDER
from fairlineup.evidence.evaluation.review import WORKLIST as LABELS_WORKLIST
from fairlineup.evidence.evaluation.review import (
    Exclusion,
    Judgement,
    LeftOut,
    Pair,
    Reviews,
    left_out,
    read_judgements,
    read_pairs,
    read_reviews,
    reviews_json,
)
from fairlineup.evidence.evaluation.sections import Sections, Told, tell_nobody
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
    "Evidence",
    "Exclusion",
    "Json",
    "Judgement",
    "LeftOut",
    "Pair",
    "Reviews",
    "Sections",
    "Taken",
    "Told",
    "blank_sheet",
    "check_reviewer",
    "draw_worklist",
    "evaluate",
    "evidence_of",
    "in_order_of",
    "keep_worklist",
    "left_out",
    "measured_json",
    "number_json",
    "observations_of",
    "read_judgements",
    "read_pairs",
    "read_reviews",
    "reviews_json",
    "sheet_name",
    "take_decisions",
    "tell_nobody",
    "threshold_card",
    "timing",
]
