"""Whatever a public measure is given, it answers rightly or says what is wrong."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fairlineup import measures
from fairlineup.measures import BadInput, Estimate, NotMeasured, Scores
from fairlineup.measures.arguments import check_column, check_word

from .test_scores import TABLE, planted

m: Any = measures  # given what its types would not allow
SCORES = Scores.from_frame(planted(40))
COMPARISONS = SCORES.comparisons
ABSENT, MATED = m.non_mated_searches(SCORES), m.mated_searches(SCORES)
assert isinstance(ABSENT, m.Searches)
assert isinstance(MATED, m.Mated)
NONE = NotMeasured("not every one of 9 probes is compared")
ESTIMATE = m.proportion(5, 100)
HALVES = np.arange(40) % 2


def said(call: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as error:
        call()
    return str(error.value)


def test_a_table_that_is_no_rectangle_is_not_measured_rather_than_broken() -> None:
    part = Scores.from_frame({name: column[1:] for name, column in TABLE.items()})
    for found in (
        m.false_positive_identification_rate(m.non_mated_searches(part), 0.5),
        m.selectivity(m.non_mated_searches(part), 0.5),
        m.false_negative_identification_rate(m.mated_searches(part), 0.5),
        m.threshold_for_fpir(m.non_mated_searches(part), 0.1),
    ):
        assert isinstance(found, NotMeasured)
        assert "not every one" in found.reason
    text = said(lambda: m.comparisons_of(NONE))
    assert "expected Searches, got NotMeasured" in text
    assert "it was not measured: not every one" in text


def test_a_table_stands_for_its_comparisons() -> None:
    rate = m.false_match_rate(SCORES, 0.5)
    assert rate == m.false_match_rate(COMPARISONS, 0.5)
    assert m.false_non_match_rate(SCORES, 0.5) == m.false_non_match_rate(SCORES.mated, 0.5)
    assert m.threshold_for(SCORES, 0.1) == m.threshold_for(COMPARISONS, 0.1)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: m.false_positive_identification_rate(SCORES, 0.5), "non_mated_searches"),
        (lambda: m.false_positive_identification_rate(MATED, 0.5), "false positives take non-mated ones"),
        (lambda: m.false_negative_identification_rate(ABSENT, 0.5), "misses take mated_searches"),
        (lambda: m.detection_errors(COMPARISONS), "give the whole table"),
        (lambda: m.false_positive_identification_rate(ABSENT, 0.5, over="procesed"), "'all', 'processed'"),
        (lambda: m.proportion(1, 10, method="Wilson"), "'clopper-pearson', 'wilson'"),
        (lambda: m.false_match_rate(COMPARISONS, 0.5, 95), "95 per cent is 0.95"),
        (lambda: m.cell_rates(COMPARISONS, 0.5).estimate(level=95), "95 per cent is 0.95"),
        (lambda: m.clopper_pearson(1, 10, 95), "95 per cent is 0.95"),
        (lambda: m.people_needed(0.1, 0.2, 0.8, 95), "95 per cent is 0.95"),
        (lambda: m.people_needed(0.1, 0.2, 1), "the power is out of range"),
        (lambda: m.detectable_difference(100, 10, 1.0), "the power is out of range"),
        (lambda: m.verdict([ESTIMATE], 1.0), "1 per cent is 0.01"),
        (lambda: m.verdict_of_groups([ESTIMATE], 5), "5 per cent is 0.05"),
        (lambda: m.verdict([ESTIMATE], float("nan")), "the limit is no number"),
        (lambda: m.verdict([ESTIMATE], -0.1), "from 0 to under 1"),
        (lambda: m.holm([0.1, float("nan")]), "got nan"),
        (lambda: m.holm([0.1, 5.0]), "a share from 0 to 1"),
        (lambda: m.gini([0.1, float("nan")]), "got nan"),
        (lambda: m.garbe([0.1, 0.2], [0.1, 0.2], alpha=50), "50 per cent is 0.5"),
        (lambda: m.implied_false_match_rate(5, 100), "5 per cent is 0.05"),
        (lambda: m.implied_false_match_rate(0.5, 0), "1 or more"),
        (lambda: m.implied_false_positive_identification_rate(2, 10), "0 to 1"),
        (lambda: m.garwood(float("inf")), "out of range"),
        (lambda: m.threshold_for(COMPARISONS, 1), "the false match rate"),
        (lambda: m.threshold_for(COMPARISONS, 5), "5 per cent is 0.05"),
        (lambda: m.false_match_rate(COMPARISONS), "missing a required argument: 'threshold'"),
        (lambda: m.resample(COMPARISONS, 0.5), "a sequence"),
        (lambda: m.resample(COMPARISONS, []), "one or more"),
        (lambda: m.selectivity(ABSENT, 0.5, 10**30), "a whole number from"),
        (lambda: m.group_rates(COMPARISONS, np.arange(3), 3, [0.5]), "group (3,)"),
        (lambda: m.intraclass_correlation(["a"], [1]), "numbers, and a person for each"),
        (lambda: m.rechosen([], 0.1), "different people"),
        (lambda: m.cross_group_matrix(SCORES, "parity", 0.5).rate("even", "od"), "'even', 'odd'"),
        (lambda: m.MatedScores([0], [0.1]), "got list"),
        (lambda: m.MatchCounts.of(ABSENT, 0.5, "procesed"), "'all', 'processed'"),
        (lambda: m.LikelihoodOptions(method="Affine"), "'affine', 'kernel', 'isotonic', 'best'"),
        (lambda: m.LikelihoodOptions(level=95), "95 per cent is 0.95"),
        (lambda: m.Resampling("many"), "a whole number"),
        (lambda: m.risk_ratio(m.Counts(9, 5), m.Counts(1, 5)), "more errors than people"),
        (lambda: check_column("person", None, 1, "iu"), "got NoneType"),
        (lambda: check_word("x", None, ("a", "b")), "one of 'a', 'b', got None"),
    ],
)
def test_what_is_wrong_is_said(call: Callable[[], object], text: str) -> None:
    assert text in said(call)


def test_a_limit_above_1_is_one_of_counts() -> None:
    listed = m.selectivity(ABSENT, 0.805)
    assert isinstance(listed, Estimate)
    assert m.verdict([listed], 2.0).outcome in ("pass", "fail", "inconclusive")
    assert m.verdict_of_groups([listed], 2.0).outcome in ("pass", "fail", "inconclusive")


def test_lists_are_columns_too() -> None:
    found = m.paired_people([True, False], [True, True], [0, 1])
    assert (found.both, found.second_only) == (1, 1)


class LazyFrame:
    """A query, as polars has it."""

    columns = ("person_probe", "person_gallery", "distance")


def test_a_query_is_no_table() -> None:
    assert "call its collect() first" in said(lambda: Scores.from_frame(LazyFrame()))


PUBLIC = {name: getattr(m, name) for name in m.__all__ if inspect.isfunction(getattr(m, name))}
WRONG: tuple[Any, ...] = (
    None,
    float("nan"),
    "abc",
    True,
    95,
    -1,
    float("inf"),
    [],
    np.zeros((2, 2)),
    np.array([1, 2], np.int8),
    [float("nan")],
    NONE,
    SCORES,
    MATED,
    object(),
)
KNOWN: dict[type, Any] = {
    m.Comparisons: COMPARISONS,
    m.Searches: ABSENT,
    m.Mated: MATED,
    m.Scores: SCORES,
    m.MatedScores: SCORES.mated,
    m.CellRates: m.cell_rates(COMPARISONS, 0.5, SCORES.grouping("parity")),
    m.Resampling: m.Resampling(100, 1),
    m.Counts: m.Counts(5, 50),
    m.Estimate: ESTIMATE,
    m.MatchCounts: m.MatchCounts.of(ABSENT, 0.5),
    m.LogRatios: m.LogRatios(np.array([1.0, 2.0]), np.array([-1.0, -2.0])),
    np.random.Generator: np.random.default_rng(1),
    float: 0.1,
    int: 1,
    bool: False,
    str: "parity",
}


def fitting(name: str, wanted: Any) -> Any:
    """Something of the kind that an argument takes."""
    origin, parts = typing.get_origin(wanted), typing.get_args(wanted)
    if name in ("threshold", "thresholds", "distances"):
        return 0.5 if name == "threshold" else [0.5]
    if inspect.isclass(wanted) and wanted in KNOWN:
        return KNOWN[wanted]
    if origin is np.ndarray:
        return HALVES.astype(typing.get_args(parts[1])[0]) if typing.get_args(parts[1]) else HALVES
    if origin is tuple and parts[-1] is not Ellipsis:
        return tuple(fitting(name, part) for part in parts)
    if origin is typing.Literal:
        return parts[0]
    return [fitting(name, parts[0])] * 2 if parts and origin is not None else None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PUBLIC)
def test_no_argument_ends_in_another_error(name: str) -> None:
    measure = PUBLIC[name]
    hints = typing.get_type_hints(measure)
    parameters = inspect.signature(measure).parameters
    resampling = {"resampling": m.Resampling(100, 1)} if "resampling" in parameters else {}
    needed = {n: fitting(n, hints[n]) for n, p in parameters.items() if p.default is p.empty} | resampling
    for argument in parameters:
        for wrong in WRONG:
            try:
                measure(**{**needed, argument: wrong})
            except BadInput:
                continue
