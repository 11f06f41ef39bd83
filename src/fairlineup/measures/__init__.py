"""Scores to estimates: error rates of searches and comparisons with intervals by person; does no I/O.

Every measure takes distances (lower is more alike, ties match); callers negate similarities.
"""

from fairlineup.measures.contrasts import (
    Contrast,
    Counts,
    compare_groups,
    detectable_risk_ratio,
    holm,
    people_needed,
    power_two_proportions,
    risk_ratio,
)
from fairlineup.measures.differentials import (
    fairness_discrepancy_rate,
    garbe,
    gini,
    inequity_rate,
    max_over_geometric_mean,
)
from fairlineup.measures.groups import (
    MIN_PEOPLE_PER_GROUP,
    group_publishable,
    mated_of_group,
    publish,
    searches_of_group,
)
from fairlineup.measures.identification import (
    Over,
    WrongPerson,
    false_negative_identification_rate,
    false_positive_identification_rate,
    flagged_per_1000,
    mate_standing,
    rank_k,
    selectivity,
    wrong_person,
)
from fairlineup.measures.ladder import Rung, false_positive_ladder
from fairlineup.measures.processing import GallerySize, failure_to_acquire, failure_to_enrol, gallery_size
from fairlineup.measures.proportions import clopper_pearson, garwood, proportion, wilson, zero_error_bound
from fairlineup.measures.searches import Mated, MatedCandidateError, Searches, same_picture_searches
from fairlineup.measures.verdict import Verdict, needed_more, verdict
from fairlineup.measures.verification import (
    MIN_FALSE_MATCHES,
    TwoWay,
    false_match_rate,
    implied_false_match_rate,
    implied_false_positive_identification_rate,
    two_way_variance,
    zero_false_match_bound,
)

__all__ = [
    "MIN_FALSE_MATCHES",
    "MIN_PEOPLE_PER_GROUP",
    "Contrast",
    "Counts",
    "GallerySize",
    "Mated",
    "MatedCandidateError",
    "Over",
    "Rung",
    "Searches",
    "TwoWay",
    "Verdict",
    "WrongPerson",
    "clopper_pearson",
    "compare_groups",
    "detectable_risk_ratio",
    "failure_to_acquire",
    "failure_to_enrol",
    "fairness_discrepancy_rate",
    "false_match_rate",
    "false_negative_identification_rate",
    "false_positive_identification_rate",
    "false_positive_ladder",
    "flagged_per_1000",
    "gallery_size",
    "garbe",
    "garwood",
    "gini",
    "group_publishable",
    "holm",
    "implied_false_match_rate",
    "implied_false_positive_identification_rate",
    "inequity_rate",
    "mate_standing",
    "mated_of_group",
    "max_over_geometric_mean",
    "needed_more",
    "people_needed",
    "power_two_proportions",
    "proportion",
    "publish",
    "rank_k",
    "risk_ratio",
    "same_picture_searches",
    "searches_of_group",
    "selectivity",
    "two_way_variance",
    "verdict",
    "wilson",
    "wrong_person",
    "zero_error_bound",
    "zero_false_match_bound",
]
