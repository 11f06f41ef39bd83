"""Whatever run came to an end, every section of it is measured: nothing fails, and the page is drawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fairlineup.cli.finding import finding
from fairlineup.evidence.evaluation import threshold_card, timing
from fairlineup.evidence.pages import write_report
from fairlineup.evidence.plan import (
    ContrastChoice,
    LimitChoice,
    ProbesChoice,
    SearchChoice,
    StatisticsChoice,
    ThresholdChoice,
)
from fairlineup.evidence.versus import compare_runs
from fairlineup.records import BadInput, Candidate, Enrolment, Outcome, SearchAnswer

from .kit import Shot, Watched, audit, people, plan_for, simulated, write_shots

pytestmark = pytest.mark.usefixtures("no_copies")

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "results.schema.json").read_text("utf-8"))
LIMITS = (
    LimitChoice("fpir", "default", 0.01),
    LimitChoice("fnir", "default", 0.1),
    LimitChoice("fte", "default", 0.1),
    LimitChoice("fpir", "default", 0.1, of="group"),
)
Altered = Callable[[Any], Any]


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as few:
        few.setattr("fairlineup.evidence.evaluation.likelihood.OTHER_SPLITS", 1)
        yield


def _same(score: float, mated: float | None = None) -> Altered:
    """Every candidate at one score; the person's own photographs at another."""

    def altered(answer: Any) -> Any:
        if not isinstance(answer, SearchAnswer):
            return answer
        own = answer.photo.split("/")[1].split("-")[0]
        return replace(
            answer,
            candidates=tuple(
                Candidate(c.photo, score if mated is None or own not in c.photo else mated)
                for c in sorted(answer.candidates, key=lambda c: (own not in c.photo, c.photo))
            ),
        )

    return altered


def _all(outcome: Outcome, kind: type[Any]) -> Altered:
    def altered(answer: Any) -> Any:
        if not isinstance(answer, kind):
            return answer
        changes = {"candidates": ()} if isinstance(answer, SearchAnswer) else {}
        return replace(answer, outcome=outcome, **changes)

    return altered


def _none_enrolled(answer: Any) -> Any:
    return _nobody(_all(Outcome.NO_FACE, Enrolment)(answer))


def _nobody(answer: Any) -> Any:
    return replace(answer, candidates=()) if isinstance(answer, SearchAnswer) else answer


GROUPS = people({"a": 31, "b": 30}, {"a": 20, "b": 20})
FEW = people({"a": 4}, {"a": 5})
EVERYBODY: dict[str, Any] = {"false_match_rate": 1.0, "false_non_match_rate": 0.0}
CASES: dict[str, tuple[list[Shot], dict[str, Any], Altered | None, dict[str, Any]]] = {
    "every candidate at one score": (GROUPS, EVERYBODY, _same(0.5), {}),
    "every impostor at one score, mates apart": (GROUPS, EVERYBODY, _same(0.65, 0.1), {}),
    "every score 0": (GROUPS, EVERYBODY, _same(0.0), {}),
    "every score at the threshold": (GROUPS, EVERYBODY, _same(0.6), {}),
    "every score where recording ends": (GROUPS, EVERYBODY, _same(0.69), {}),
    "nobody is ever listed": (GROUPS, {}, _nobody, {}),
    "no photograph is enrolled": (GROUPS, {}, _none_enrolled, {}),
    "no probe is processed": (GROUPS, {}, _all(Outcome.NO_FACE, SearchAnswer), {}),
    "nobody matches": (GROUPS, {"false_match_rate": 0.0, "false_non_match_rate": 1.0}, None, {}),
    "one probe": (people({"a": 1}, {"a": 9}), {"false_match_rate": 0.5}, None, {}),
    "one person in the gallery": (people({"a": 9}, {"a": 1}, mates=0), {"false_match_rate": 0.5}, None, {}),
    "one of each": (people({"a": 1}, {"a": 1}), EVERYBODY, None, {}),
    "no mates": (people({"a": 9}, {"a": 9}, mates=0), {"false_match_rate": 0.5}, None, {}),
    "everybody a mate, none a stranger": (
        FEW,
        {"false_match_rate": 0.5},
        None,
        {"search": SearchChoice(target_absent=False)},
    ),
    "groups of one": (
        people(dict.fromkeys("abcdefgh", 1), dict.fromkeys("abcdefgh", 1)),
        {"false_match_rate": 0.5},
        None,
        {"contrast": (ContrastChoice("group", "a", "b"),)},
    ),
    "one group": (people({"a": 35}, {"a": 35}), {"false_match_rate": 0.2}, None, {}),
    "a threshold at either end": (
        GROUPS,
        {"false_match_rate": 0.2},
        None,
        {"threshold": (ThresholdChoice("default", 0.0), ThresholdChoice("all", 2.0))},
    ),
    "one person drawn": (GROUPS, {"false_match_rate": 0.2}, None, {"probes": ProbesChoice(people=1)}),
    "a level just above one half": (
        GROUPS,
        {"false_match_rate": 0.2},
        None,
        {"statistics": StatisticsChoice(level=0.501, replicates=100)},
    ),
    "a level of almost one": (
        GROUPS,
        {"false_match_rate": 0.2},
        None,
        {"statistics": StatisticsChoice(level=0.9999999, replicates=100)},
    ),
    "many photographs of one": (
        people({"a": 2}, {"a": 2}, photos=12),
        {"false_match_rate": 0.5},
        None,
        {},
    ),
}


@pytest.mark.parametrize("kind", ["distance", "similarity"])
@pytest.mark.parametrize("case", CASES)
def test_every_section_is_measured(tmp_path: Path, case: str, kind: str) -> None:
    shots, rates, alter, changes = CASES[case]
    if kind == "similarity" and (alter or "threshold" in changes):
        pytest.skip("its scores are distances")
    cards = write_shots(tmp_path / "cards", shots)
    plan = plan_for(
        cards,
        **{"groups": ("group",), "limit": LIMITS, "statistics": StatisticsChoice(replicates=100), **changes},
    )
    system: Any = simulated(**rates, **({"kind": "similarity"} if kind == "similarity" else {}))
    if alter is not None:
        system = Watched(system, alter=lambda answer: (alter(answer),))
    papers, results = audit(plan, system, tmp_path / "run")
    assert results["failed_sections"] == []
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(results)] == []
    papers.directory.write_timing(timing(papers))
    assert write_report(papers.directory.audit_results(), papers.directory, None).stat().st_size > 10_000
    assert finding(papers.directory.audit_results())
    if plan.search.target_absent:
        assert threshold_card(papers, [0.5, 0.003]).wanted
    other, _ = audit(replace(plan, title="the other"), system, tmp_path / "other")
    try:
        assert compare_runs(papers, other).failed_sections == ()
    except BadInput as refused:  # too few probes to pair
        assert refused.code == "runs-not-comparable"  # noqa: PT017


def test_a_system_that_enrols_nobody_keeps_no_limit(tmp_path: Path) -> None:
    cards = write_shots(tmp_path / "cards", GROUPS)
    limits = (LimitChoice("fpir", "default", 0.9), LimitChoice("fpir", "default", 0.9, of="group"))
    plan = plan_for(cards, groups=("group",), limit=limits, statistics=StatisticsChoice(replicates=100))
    system: Any = Watched(simulated(), alter=lambda answer: (_none_enrolled(answer),))
    papers, results = audit(plan, system, tmp_path / "run")
    assert [verdict["outcome"] for verdict in results["verdicts"]] == ["inconclusive", "inconclusive"]
    assert all("nobody is in the gallery" in verdict["reason"] for verdict in results["verdicts"])
    assert "nobody is in the gallery" in results["thresholds"][0]["fpir"]["not_measured"]
    assert "Nothing was measured" in finding(papers.directory.audit_results())
