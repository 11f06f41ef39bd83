"""A measure that fails: its section says so in its place, and everything else stands."""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fairlineup import measures
from fairlineup.evidence.asking import ask_system
from fairlineup.evidence.evaluation import evaluate
from fairlineup.evidence.pages import write_report
from fairlineup.evidence.plan import ContrastChoice, LimitChoice, StatisticsChoice
from fairlineup.evidence.runs import FrozenRun, freeze_run
from fairlineup.records import BadInput
from fairlineup.results import Sweep

from .kit import SMALL_PARTS, Results, people, plan_for, simulated, write_shots

pytestmark = pytest.mark.usefixtures("no_copies")

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "results.schema.json").read_text("utf-8"))
LIMITS = (
    LimitChoice("fpir", "default", 0.9),
    LimitChoice("fnir", "default", 0.9),
    LimitChoice("fpir", "default", 0.9, of="group"),
    LimitChoice("fte", "default", 0.9),
)
SECTIONS = {
    "processing": "evaluate.processing",
    "canaries": "subject.steadiness",
    "calibration": "evaluate.calibrated",
    "ladder": "evaluate.ladder",
    "extrapolation": "evaluate.extrapolation",
    "gallery_kinds": "evaluate.gallery_kinds",
    "labels": "evaluate._labels",
    "likelihood": "evaluate.likelihood",
    "sweep": "evaluate.sweep",
    "false_matches": "evaluate.false_matches",
    "closest_non_mated": "evaluate.closest_non_mated",
    "within_gallery": "evaluate.within_gallery",
    "missed": "evaluate.missed",
    "same_picture_mates": "evaluate.same_pictures",
    "not_processed": "evaluate.not_processed",
    "thresholds.contrasts": "evaluate.contrasts",
    "thresholds.default.groups": "evaluate.group_rates",
    "thresholds.default.matrices": "evaluate.matrices",
    "thresholds.default.alike": "evaluate.alike",
    "thresholds.default.intersections": "evaluate.intersections",
    "thresholds.default.differentials": "evaluate.differentials",
    "thresholds.default.hubs": "evaluate.hubs",
    "thresholds.default.if_lost_were": "evaluate.if_lost_were",
    "thresholds.default.fmr_design_effect": "evaluate._design_effect",
    "thresholds.default.fmr_bounds": "evaluate._fmr_bounds",
}
MEASURES = {
    "fmr": "cell_rates",
    "fpir": "false_positive_identification_rate",
    "fpir_processed": "false_positive_identification_rate",
    "flagged_per_1000": "flagged_per_1000",
    "selectivity": "selectivity",
    "fnir": "false_negative_identification_rate",
    "fnir_processed": "false_negative_identification_rate",
    "rank_1": "rank_k",
    "wrong_person_with_mate": "wrong_person",
    "fpir_galleries_like_it": "fpir_for_galleries_like_it",
}


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    """Few steps and splits: what is tested is where a failure stands, not the numbers."""
    with pytest.MonkeyPatch.context() as few:
        few.setattr("fairlineup.evidence.evaluation.sweep.STEPS", 3)
        few.setattr("fairlineup.evidence.evaluation.likelihood.OTHER_SPLITS", 1)
        yield


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> FrozenRun:
    folder = write_shots(tmp_path_factory.mktemp("cards"), people({"a": 31, "b": 30}, {"a": 20, "b": 10}))
    plan = plan_for(
        folder,
        groups=("group",),
        contrast=(ContrastChoice("group", "a", "b"),),
        limit=LIMITS,
        statistics=StatisticsChoice(replicates=100),
    )
    system = simulated(false_match_rate=0.01, false_non_match_rate=0.1, failure_rate=0.02)
    made = freeze_run(plan, system.information(), tmp_path_factory.mktemp("runs") / "run")
    ask_system(made, system, SMALL_PARTS)
    return made


@pytest.fixture(scope="module")
def whole(papers: FrozenRun) -> Results:
    return _written(papers)


def _written(papers: FrozenRun, told: Callable[[str, Exception], None] = lambda *_: None) -> Results:
    papers.directory.write_results(evaluate(papers, told))
    results = papers.directory.read_results()
    assert [*Draft202012Validator(SCHEMA).iter_errors(results)] == []
    return results


def _page(papers: FrozenRun) -> str:
    page = write_report(papers.directory.audit_results(), papers.directory, None).read_text("utf-8")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.split("<main", 1)[1]))


def _fails(*_: Any, **__: Any) -> Any:
    raise ZeroDivisionError("float division by zero")


def _plant(monkeypatch: pytest.MonkeyPatch, place: str, instead: Callable[..., Any] = _fails) -> None:
    module, _, name = place.partition(".")
    monkeypatch.setattr(importlib.import_module(f"fairlineup.evidence.evaluation.{module}"), name, instead)


def _at(results: Results, section: str) -> Any:
    names = section.split(".")
    if names[0] != "thresholds":
        return results[names[0]]
    threshold = next(one for one in results["thresholds"] if one["name"] == "default")
    return threshold[names[-1]]


def _without(results: Results, sections: set[str]) -> str:
    """Results but for sections, as text."""
    kept = json.loads(json.dumps({k: v for k, v in results.items() if k not in sections}))
    for threshold in kept.get("thresholds", ()):
        for name in sections:
            threshold.pop(name.rpartition(".")[2], None)
    return json.dumps({**kept, "failed_sections": []})


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_that_fails_is_told_in_its_place(
    papers: FrozenRun, whole: Results, monkeypatch: pytest.MonkeyPatch, section: str
) -> None:
    _plant(monkeypatch, SECTIONS[section])
    told: dict[str, str] = {}
    results = _written(papers, lambda name, error: told.update({name: str(error)}))
    assert set(told.values()) == {"float division by zero"}
    failed = {one["section"]: one["reason"] for one in results["failed_sections"]}
    assert list(failed) == list(told)
    assert section in failed
    assert "ZeroDivisionError at " in failed[section]
    assert _at(results, section) == {"not_measured": failed[section]}
    apart = {section, "verdicts", "labels"}
    assert _without(results, apart) == _without(whole, apart)
    assert "Not everything could be measured." in _page(papers)


@pytest.mark.parametrize("rate", MEASURES)
@pytest.mark.parametrize("kind", [ValueError("oh"), BadInput("x", expected="a", got="b", remedy="c")])
def test_a_rate_that_fails_is_told_in_its_place(
    papers: FrozenRun, whole: Results, monkeypatch: pytest.MonkeyPatch, rate: str, kind: Exception
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise kind

    monkeypatch.setattr(measures, MEASURES[rate], fails)
    results = _written(papers)
    reason = _at(results, f"thresholds.default.{rate}")["not_measured"]
    assert f"the measure failed: {type(kind).__name__} at " in reason
    other = "rank_1" if rate != "rank_1" else "fmr"
    assert _at(results, f"thresholds.default.{other}") == _at(whole, f"thresholds.default.{other}")
    page = _page(papers)
    assert "Not everything could be measured." in page
    assert reason in page


def test_scores_of_which_nobody_knows_the_direction_come_with_a_warning(
    papers: FrozenRun, whole: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    _plant(monkeypatch, "evaluate.direction")
    results = _written(papers)
    assert [one["section"] for one in results["failed_sections"]] == ["direction"]
    assert results["warnings"] == ["whether the scores lie the wrong way round could not be found out"]
    apart = {"warnings", "verdicts", "labels"}
    assert _without(results, apart) == _without(whole, apart)
    assert "Which way the scores lie: the measure failed: ZeroDivisionError" in _page(papers)


def test_no_verdict_comes_from_a_section_that_failed(
    papers: FrozenRun, whole: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outcomes(results: Results) -> list[str]:
        return [held["outcome"] for held in results["verdicts"]]

    assert "not_given" not in outcomes(whole)
    cases = {
        "evaluate.group_rates": [2],
        "evaluate.processing": [3],
        "subject.steadiness": [0, 1, 2, 3],
        "evaluate.calibrated": [0, 1, 2, 3],
        "evaluate.direction": [0, 1, 2, 3],
        "verdicts._of_groups": [2],
        "verdicts._of_everyone": [0, 1, 3],
        "evaluate.sweep": [],
    }
    for place, without in cases.items():
        with monkeypatch.context() as planted:
            _plant(planted, place)
            results = _written(papers)
        given = [n for n, outcome in enumerate(outcomes(results)) if outcome != "not_given"]
        assert given == [n for n in range(4) if n not in without], place
        assert "Not everything could be measured." in _page(papers)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object()])
def test_what_no_file_can_hold_spoils_only_its_section(
    papers: FrozenRun, monkeypatch: pytest.MonkeyPatch, value: object
) -> None:
    _plant(monkeypatch, "evaluate.ladder", lambda run: [{"people": value}])
    results = _written(papers)
    assert [one["section"] for one in results["failed_sections"]] == ["ladder"]
    assert set(results["ladder"]) == {"not_measured"}


@pytest.mark.parametrize("kind", [KeyboardInterrupt, MemoryError])
def test_what_ends_the_work_is_no_failed_section(
    papers: FrozenRun, monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]
) -> None:
    def ends(*_: Any) -> Any:
        raise kind

    _plant(monkeypatch, "evaluate.ladder", ends)
    with pytest.raises(kind):
        evaluate(papers)


def test_measured_again_once_it_is_mended(papers: FrozenRun, whole: Results) -> None:
    assert whole["failed_sections"] == []
    assert _written(papers) == whole
    assert "could be measured." not in _page(papers)


def test_what_several_sections_need_is_derived_once(
    papers: FrozenRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: Counter[str] = Counter()

    def counted(name: str) -> Callable[..., Any]:
        measure = getattr(measures, name)

        def counts(*of: Any, **how: Any) -> Any:
            calls[name] += 1
            return measure(*of, **how)

        return counts

    for name in ("compare_groups", "rank_k", "wrong_person", "together"):
        monkeypatch.setattr(measures, name, counted(name))
    sweep = evaluate(papers).sweep
    assert isinstance(sweep, Sweep)
    groups = 3  # everyone, and two of the label
    assert calls["compare_groups"] == 1  # one contrast at one threshold
    assert calls["rank_k"] == groups
    assert calls["wrong_person"] == groups * len(sweep.scores)
    assert calls["together"] <= groups
