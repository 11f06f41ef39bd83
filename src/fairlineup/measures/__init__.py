"""Scores to estimates: error rates of searches and comparisons with intervals by person; does no I/O.

Measures hold distances (lower is more alike, ties match). Data that came as similarities say so, and take and
give thresholds as similarities.
"""

from fairlineup.measures.differentials.agreement import cohen_kappa
from fairlineup.measures.differentials.contrasts import Contrast, Counts, compare_groups, holm, risk_ratio
from fairlineup.measures.differentials.decomposition import decompose_gap, fpir_if_independent
from fairlineup.measures.differentials.differentials import (
    fairness_discrepancy_rate,
    garbe,
    gini,
    inequity_rate,
    max_over_geometric_mean,
    max_over_min,
)
from fairlineup.measures.differentials.groups import MIN_PEOPLE_PER_GROUP, group_publishable, publish
from fairlineup.measures.differentials.nulls import (
    DIFFERENTIALS,
    Differential,
    Null,
    PersonTally,
    permutation_null,
    permutation_null_within_groups,
)
from fairlineup.measures.differentials.pooling import pool_cells, pool_match_rates
from fairlineup.measures.differentials.power import (
    detectable_risk_ratio,
    others_needed,
    people_needed,
    people_needed_approximately,
    power_two_proportions,
)
from fairlineup.measures.differentials.reliability import (
    Reliability,
    StrataVerdict,
    intraclass_correlation,
    strata_verdict,
)
from fairlineup.measures.door import guard
from fairlineup.measures.identification.extrapolation import SAME_KIND, extrapolated_fpir, ladder_bands
from fairlineup.measures.identification.galleries import MatchCounts, fpir_for_galleries_like_it
from fairlineup.measures.identification.hubs import Hub, Hubs, gallery_hubs
from fairlineup.measures.identification.identification import (
    false_negative_identification_rate,
    false_positive_identification_rate,
    flagged_per_1000,
    mate_standing,
    rank_k,
    selectivity,
    wrong_person,
)
from fairlineup.measures.identification.kinds import LEAST_PEOPLE, GalleryKinds, KindFpir, fpir_by_kind
from fairlineup.measures.identification.ladder import false_positive_ladder
from fairlineup.measures.identification.operating import OperatingPoint, threshold_for_fpir
from fairlineup.measures.identification.processing import (
    GallerySize,
    failure_to_acquire,
    failure_to_enrol,
    failures_of_photographs,
    gallery_size,
    seconds_per_photograph,
)
from fairlineup.measures.identification.searches import (
    Mated,
    MatedCandidateError,
    Over,
    Searches,
    is_probe_person,
    same_picture_searches,
)
from fairlineup.measures.likelihood.calibration import (
    RateTable,
    false_non_match_rate_of_people,
    group_rates,
    rate_table,
)
from fairlineup.measures.likelihood.calibrators import Affine, Training, fit_affine, fit_isotonic
from fairlineup.measures.likelihood.choosing import cross_validated
from fairlineup.measures.likelihood.implied import implied_rates
from fairlineup.measures.likelihood.kernel import fit_kernel
from fairlineup.measures.likelihood.likelihood import (
    Bounds,
    LogRatios,
    Tippett,
    cllr,
    cllr_min,
    empirical_bounds,
    empirical_cross_entropy,
    recalibrated,
    tippett,
)
from fairlineup.measures.likelihood.pairs import Pairs, pairs_of
from fairlineup.measures.likelihood.posterior import probability_of_mate
from fairlineup.measures.likelihood.ratios import (
    LikelihoodOptions,
    LikelihoodRatios,
    cllr_of_split,
    likelihood_report,
)
from fairlineup.measures.order import in_order
from fairlineup.measures.proportions import (
    clopper_pearson,
    garwood,
    proportion,
    share_of_searches,
    wilson,
    zero_error_bound,
)
from fairlineup.measures.scores.columns import Columns, Label
from fairlineup.measures.scores.detection import (
    cross_group_matrix,
    detection_errors,
    false_non_match_rate,
    threshold_for,
)
from fairlineup.measures.scores.direction import Direction, direction_of
from fairlineup.measures.scores.scores import MatedScores, Scores
from fairlineup.measures.student import student
from fairlineup.measures.verdicts.claims import (
    CONGRESS_2018,
    Argument,
    AtSize,
    Claim,
    Questions,
    Sides,
    Zero,
    examine,
)
from fairlineup.measures.verdicts.size import (
    ClaimSize,
    RatioSize,
    Reach,
    claim_size,
    effective_people,
    people_for_ratio,
    reach,
    trials_to_measure,
    trials_without_error,
)
from fairlineup.measures.verdicts.verdict import Verdict, margins, verdict, verdict_of_groups
from fairlineup.measures.verification.comparisons import (
    ComparedBlock,
    Comparisons,
    Counted,
    comparisons_of,
    crossed,
    one_by_one,
    together,
)
from fairlineup.measures.verification.dyads import CellRates, cell_rates
from fairlineup.measures.verification.equal_fmr import PairedOutcomes, Rechosen, rechosen, threshold_at_fmr
from fairlineup.measures.verification.paired import (
    PairedPeople,
    detectable_difference,
    difference_of_independent,
    mcnemar_exact,
    newcombe_paired,
    paired_difference,
    paired_people,
    paired_ratio,
)
from fairlineup.measures.verification.rectangle import mated_searches, non_mated_searches
from fairlineup.measures.verification.resampling import Grouping, Resampling, resample
from fairlineup.measures.verification.simultaneous import simultaneous_fpir_ratios, simultaneous_match_ratios
from fairlineup.measures.verification.verification import (
    ZeroBounds,
    false_match_rate,
    implied_false_match_rate,
    implied_false_positive_identification_rate,
    zero_false_match_bounds,
)
from fairlineup.records import BadInput, Estimate, Measured, NotMeasured

__all__ = [
    "CONGRESS_2018",
    "DIFFERENTIALS",
    "LEAST_PEOPLE",
    "MIN_PEOPLE_PER_GROUP",
    "SAME_KIND",
    "Affine",
    "Argument",
    "AtSize",
    "BadInput",
    "Bounds",
    "CellRates",
    "Claim",
    "ClaimSize",
    "Columns",
    "ComparedBlock",
    "Comparisons",
    "Contrast",
    "Counted",
    "Counts",
    "Differential",
    "Direction",
    "Estimate",
    "GalleryKinds",
    "GallerySize",
    "Grouping",
    "Hub",
    "Hubs",
    "KindFpir",
    "Label",
    "LikelihoodOptions",
    "LikelihoodRatios",
    "LogRatios",
    "MatchCounts",
    "Mated",
    "MatedCandidateError",
    "MatedScores",
    "Measured",
    "NotMeasured",
    "Null",
    "OperatingPoint",
    "Over",
    "PairedOutcomes",
    "PairedPeople",
    "Pairs",
    "PersonTally",
    "Questions",
    "RateTable",
    "RatioSize",
    "Reach",
    "Rechosen",
    "Reliability",
    "Resampling",
    "Scores",
    "Searches",
    "Sides",
    "StrataVerdict",
    "Tippett",
    "Training",
    "Verdict",
    "Zero",
    "ZeroBounds",
    "cell_rates",
    "claim_size",
    "cllr",
    "cllr_min",
    "cllr_of_split",
    "clopper_pearson",
    "cohen_kappa",
    "compare_groups",
    "comparisons_of",
    "cross_group_matrix",
    "cross_validated",
    "crossed",
    "decompose_gap",
    "detectable_difference",
    "detectable_risk_ratio",
    "detection_errors",
    "difference_of_independent",
    "direction_of",
    "effective_people",
    "empirical_bounds",
    "empirical_cross_entropy",
    "examine",
    "extrapolated_fpir",
    "failure_to_acquire",
    "failure_to_enrol",
    "failures_of_photographs",
    "fairness_discrepancy_rate",
    "false_match_rate",
    "false_negative_identification_rate",
    "false_non_match_rate",
    "false_non_match_rate_of_people",
    "false_positive_identification_rate",
    "false_positive_ladder",
    "fit_affine",
    "fit_isotonic",
    "fit_kernel",
    "flagged_per_1000",
    "fpir_by_kind",
    "fpir_for_galleries_like_it",
    "fpir_if_independent",
    "gallery_hubs",
    "gallery_size",
    "garbe",
    "garwood",
    "gini",
    "group_publishable",
    "group_rates",
    "holm",
    "implied_false_match_rate",
    "implied_false_positive_identification_rate",
    "implied_rates",
    "in_order",
    "inequity_rate",
    "intraclass_correlation",
    "is_probe_person",
    "ladder_bands",
    "likelihood_report",
    "margins",
    "mate_standing",
    "mated_searches",
    "max_over_geometric_mean",
    "max_over_min",
    "mcnemar_exact",
    "newcombe_paired",
    "non_mated_searches",
    "one_by_one",
    "others_needed",
    "paired_difference",
    "paired_people",
    "paired_ratio",
    "pairs_of",
    "people_for_ratio",
    "people_needed",
    "people_needed_approximately",
    "permutation_null",
    "permutation_null_within_groups",
    "pool_cells",
    "pool_match_rates",
    "power_two_proportions",
    "probability_of_mate",
    "proportion",
    "publish",
    "rank_k",
    "rate_table",
    "reach",
    "recalibrated",
    "rechosen",
    "resample",
    "risk_ratio",
    "same_picture_searches",
    "seconds_per_photograph",
    "selectivity",
    "share_of_searches",
    "simultaneous_fpir_ratios",
    "simultaneous_match_ratios",
    "strata_verdict",
    "student",
    "threshold_at_fmr",
    "threshold_for",
    "threshold_for_fpir",
    "tippett",
    "together",
    "trials_to_measure",
    "trials_without_error",
    "verdict",
    "verdict_of_groups",
    "wilson",
    "wrong_person",
    "zero_error_bound",
    "zero_false_match_bounds",
]

guard(globals(), __all__)
