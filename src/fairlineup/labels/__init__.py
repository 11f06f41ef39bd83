"""One person or two? Pairs, who looks at them, what they decide and why, in a file only ever added to."""

from fairlineup.labels.agreement import agreement_of
from fairlineup.labels.decision import PEOPLE, PHOTOGRAPHS, Decision, DoubtfulPair, Side
from fairlineup.labels.log import DecisionLog
from fairlineup.labels.people import OnePerson
from fairlineup.labels.reviewers import check_reviewer, reviewer_key, reviewer_name, sheet_name
from fairlineup.labels.sheets import (
    blank_sheet,
    in_order_of,
    pairs_csv,
    read_pairs,
    read_sheet,
)
from fairlineup.labels.taking import Taken, take_sheet

__all__ = [
    "PEOPLE",
    "PHOTOGRAPHS",
    "Decision",
    "DecisionLog",
    "DoubtfulPair",
    "OnePerson",
    "Side",
    "Taken",
    "agreement_of",
    "blank_sheet",
    "check_reviewer",
    "in_order_of",
    "pairs_csv",
    "read_pairs",
    "read_sheet",
    "reviewer_key",
    "reviewer_name",
    "sheet_name",
    "take_sheet",
]
