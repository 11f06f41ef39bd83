"""Scores to estimates: error rates of searches and comparisons with intervals by person; does no I/O.

Measures hold distances (lower is more alike, ties match). Data that came as similarities say so, and take and
give thresholds as similarities.
"""

from inspect import isclass, isfunction

from fairlineup.measures.comparing.comparisons import (
    Block,
    Comparisons,
    Counted,
    comparisons_of,
    crossed,
    one_by_one,
    together,
)
from fairlineup.measures.comparing.dyads import MIN_FALSE_MATCHES, CellRates, cell_rates
from fairlineup.measures.comparing.equal_fmr import PairedOutcomes, Rechosen, rechosen, threshold_at_fmr
from fairlineup.measures.comparing.paired import (
    PairedPeople,
    detectable_difference,
    difference_of_independent,
    mcnemar_exact,
    newcombe_paired,
    paired_difference,
    paired_people,
    paired_ratio,
)
from fairlineup.measures.comparing.rectangle import mated_searches, non_mated_searches
from fairlineup.measures.comparing.resampling import Grouping, Resampled, Resampling, draw_people, resample
from fairlineup.measures.comparing.simultaneous import (
    JointRatios,
    max_t,
    simultaneous_fpir_ratios,
    simultaneous_intervals,
    simultaneous_match_ratios,
)
from fairlineup.measures.comparing.verification import (
    ZeroBounds,
    false_match_rate,
    implied_false_match_rate,
    implied_false_positive_identification_rate,
    zero_false_match_bounds,
)
from fairlineup.measures.deciding.claims import (
    CONGRESS_2018,
    Argument,
    AtSize,
    Claim,
    Questions,
    Sides,
    Zero,
    examine,
)
from fairlineup.measures.deciding.size import (
    ClaimSize,
    Effort,
    RatioSize,
    Reach,
    claim_size,
    effective_people,
    people_for_pairs,
    people_for_ratio,
    reach,
    trials_to_measure,
    trials_without_error,
)
from fairlineup.measures.deciding.verdict import (
    Margins,
    Verdict,
    chance_of_so_many,
    margins,
    needed_more,
    verdict,
    verdict_of_groups,
)
from fairlineup.measures.door import guard_makers, guarded
from fairlineup.measures.evidence.calibration import (
    RateRow,
    RateTable,
    TailModel,
    false_non_match_rate_of_people,
    group_rates,
    rate_table,
)
from fairlineup.measures.evidence.calibrators import (
    Affine,
    Calibrator,
    Isotonic,
    Training,
    fit_affine,
    fit_isotonic,
    pool_adjacent_violators,
)
from fairlineup.measures.evidence.choosing import by_cost, cross_validated
from fairlineup.measures.evidence.cllr_interval import cllr_interval, cllr_replicates
from fairlineup.measures.evidence.implied import ImpliedRate, implied_rates
from fairlineup.measures.evidence.kernel import Kernel, fit_kernel
from fairlineup.measures.evidence.likelihood import (
    Bounds,
    CrossEntropy,
    LogRatios,
    Tippett,
    cllr,
    cllr_min,
    empirical_bounds,
    empirical_cross_entropy,
    recalibrated,
    tippett,
)
from fairlineup.measures.evidence.pairs import Halves, Pairs, first_half, pairs_of, split_by_person
from fairlineup.measures.evidence.posterior import PRIORS, Posterior, probability_of_mate
from fairlineup.measures.evidence.ratios import (
    MIN_MATED_PEOPLE,
    HalfCounts,
    LikelihoodOptions,
    LikelihoodRatios,
    likelihood_report,
)
from fairlineup.measures.grouping.agreement import cohen_kappa
from fairlineup.measures.grouping.contrasts import (
    Contrast,
    Counts,
    compare_groups,
    holm,
    risk_ratio,
)
from fairlineup.measures.grouping.decomposition import (
    Decomposition,
    decompose_gap,
    false_candidates,
    fpir_if_independent,
    without_gallery_labels,
)
from fairlineup.measures.grouping.differentials import (
    fairness_discrepancy_rate,
    garbe,
    gini,
    inequity_rate,
    max_over_geometric_mean,
    max_over_min,
)
from fairlineup.measures.grouping.groups import (
    MIN_PEOPLE_PER_GROUP,
    group_publishable,
    mated_of_group,
    publish,
    searches_of_group,
)
from fairlineup.measures.grouping.nulls import (
    DIFFERENTIALS,
    Differential,
    Null,
    PersonTally,
    permutation_null,
    permutation_null_within_groups,
)
from fairlineup.measures.grouping.pooling import PooledCell, pool_cells, pool_match_rates
from fairlineup.measures.grouping.power import (
    detectable_risk_ratio,
    others_needed,
    people_needed,
    people_needed_approximately,
    power_two_proportions,
)
from fairlineup.measures.grouping.reliability import (
    STRATA_GATE,
    Reliability,
    StrataVerdict,
    intraclass_correlation,
    strata_verdict,
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
from fairlineup.measures.repeats import Repeats
from fairlineup.measures.searching.extrapolation import Extrapolation, extrapolated_fpir, ladder_bands
from fairlineup.measures.searching.galleries import MatchCounts, fpir_for_galleries_like_it, fpir_replicates
from fairlineup.measures.searching.hubs import Hub, Hubs, gallery_hubs
from fairlineup.measures.searching.identification import (
    WrongPerson,
    false_negative_identification_rate,
    false_positive_identification_rate,
    flagged_per_1000,
    mate_standing,
    rank_k,
    selectivity,
    wrong_person,
)
from fairlineup.measures.searching.ladder import Rung, false_positive_ladder
from fairlineup.measures.searching.operating import OperatingPoint, threshold_for_fpir
from fairlineup.measures.searching.processing import (
    GallerySize,
    failure_to_acquire,
    failure_to_enrol,
    failures_of_photographs,
    gallery_size,
    seconds_per_photograph,
)
from fairlineup.measures.searching.searches import (
    Mated,
    MatedCandidateError,
    Over,
    Searches,
    is_probe_person,
    same_picture_searches,
)
from fairlineup.measures.student import student
from fairlineup.measures.tables.columns import Columns, Label
from fairlineup.measures.tables.detection import (
    DetectionErrors,
    GroupMatrix,
    cross_group_matrix,
    detection_errors,
    false_non_match_rate,
    threshold_for,
)
from fairlineup.measures.tables.direction import Direction, direction_of
from fairlineup.measures.tables.scores import MatedScores, Scores
from fairlineup.records import BadInput, Estimate, Measured, NotMeasured

__all__ = [
    "CONGRESS_2018",
    "DIFFERENTIALS",
    "MIN_FALSE_MATCHES",
    "MIN_MATED_PEOPLE",
    "MIN_PEOPLE_PER_GROUP",
    "PRIORS",
    "STRATA_GATE",
    "Affine",
    "Argument",
    "AtSize",
    "BadInput",
    "Block",
    "Bounds",
    "Calibrator",
    "CellRates",
    "Claim",
    "ClaimSize",
    "Columns",
    "Comparisons",
    "Contrast",
    "Counted",
    "Counts",
    "CrossEntropy",
    "Decomposition",
    "DetectionErrors",
    "Differential",
    "Direction",
    "Effort",
    "Estimate",
    "Extrapolation",
    "GallerySize",
    "GroupMatrix",
    "Grouping",
    "HalfCounts",
    "Halves",
    "Hub",
    "Hubs",
    "ImpliedRate",
    "Isotonic",
    "JointRatios",
    "Kernel",
    "Label",
    "LikelihoodOptions",
    "LikelihoodRatios",
    "LogRatios",
    "Margins",
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
    "PooledCell",
    "Posterior",
    "Questions",
    "RateRow",
    "RateTable",
    "RatioSize",
    "Reach",
    "Rechosen",
    "Reliability",
    "Repeats",
    "Resampled",
    "Resampling",
    "Rung",
    "Scores",
    "Searches",
    "Sides",
    "StrataVerdict",
    "TailModel",
    "Tippett",
    "Training",
    "Verdict",
    "WrongPerson",
    "Zero",
    "ZeroBounds",
    "by_cost",
    "cell_rates",
    "chance_of_so_many",
    "claim_size",
    "cllr",
    "cllr_interval",
    "cllr_min",
    "cllr_replicates",
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
    "draw_people",
    "effective_people",
    "empirical_bounds",
    "empirical_cross_entropy",
    "examine",
    "extrapolated_fpir",
    "failure_to_acquire",
    "failure_to_enrol",
    "failures_of_photographs",
    "fairness_discrepancy_rate",
    "false_candidates",
    "false_match_rate",
    "false_negative_identification_rate",
    "false_non_match_rate",
    "false_non_match_rate_of_people",
    "false_positive_identification_rate",
    "false_positive_ladder",
    "first_half",
    "fit_affine",
    "fit_isotonic",
    "fit_kernel",
    "flagged_per_1000",
    "fpir_for_galleries_like_it",
    "fpir_if_independent",
    "fpir_replicates",
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
    "mated_of_group",
    "mated_searches",
    "max_over_geometric_mean",
    "max_over_min",
    "max_t",
    "mcnemar_exact",
    "needed_more",
    "newcombe_paired",
    "non_mated_searches",
    "one_by_one",
    "others_needed",
    "paired_difference",
    "paired_people",
    "paired_ratio",
    "pairs_of",
    "people_for_pairs",
    "people_for_ratio",
    "people_needed",
    "people_needed_approximately",
    "permutation_null",
    "permutation_null_within_groups",
    "pool_adjacent_violators",
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
    "searches_of_group",
    "seconds_per_photograph",
    "selectivity",
    "share_of_searches",
    "simultaneous_fpir_ratios",
    "simultaneous_intervals",
    "simultaneous_match_ratios",
    "split_by_person",
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
    "without_gallery_labels",
    "wrong_person",
    "zero_error_bound",
    "zero_false_match_bounds",
]

for _name, _public in [(name, globals()[name]) for name in __all__]:
    if isfunction(_public):
        globals()[_name] = guarded(_public)
    elif isclass(_public):
        guard_makers(_public)
