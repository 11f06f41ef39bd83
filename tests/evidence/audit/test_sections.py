"""The sections behind the first numbers: groups against groups, verdicts, thresholds in between, evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fairlineup import measures
from fairlineup.evidence.evaluation import joined_answers, threshold_card
from fairlineup.evidence.plan import (
    ContrastChoice,
    GalleryChoice,
    Inspection,
    LimitChoice,
    StatisticsChoice,
    ThresholdChoice,
)
from fairlineup.evidence.runs import FrozenRun
from fairlineup.records import BadInput
from fairlineup.results import to_json

from .kit import Results, audit, people, plan_for, simulated, write_shots

pytestmark = pytest.mark.usefixtures("no_copies")

FMR = {"": 0.0, "a": 0.02, "b": 0.01}
CROSS = 0.25
PROBES, OTHERS = {"a": 150, "b": 150}, {"a": 240, "b": 80}
LIMITS = (
    LimitChoice("fpir", "default", 0.9),
    LimitChoice("fpir", "default", 0.9, of="group"),
    LimitChoice("fpir", "default", 0.5, of="group"),
    LimitChoice("fnir", "default", 0.5),
    LimitChoice("fte", "default", 0.01),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[FrozenRun, Results]:
    folder = write_shots(tmp_path_factory.mktemp("cards"), people(PROBES, OTHERS))
    plan = plan_for(
        folder,
        groups=("group",),
        contrast=(ContrastChoice("group", "a", "b"), ContrastChoice("group", "a")),
        threshold=(ThresholdChoice("default", "default"), ThresholdChoice("strict", 0.5)),
        limit=LIMITS,
        gallery=GalleryChoice(sizes=(40, 160, 640)),
        statistics=StatisticsChoice(level=0.99),
    )
    system = simulated(
        false_match_rate=FMR, cross_group=CROSS, false_non_match_rate=0.1, failure_rate=0.05, unevenness=0.3
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("fairlineup.evidence.runs.freezing.inspect", lambda *_: Inspection((), {}))
        return audit(plan, system, tmp_path_factory.mktemp("run") / "run")


def holds(measured: dict[str, Any], truth: float) -> bool:
    return bool(measured["low"] <= truth <= measured["high"])


def test_the_cross_group_matrix_recovers_what_was_planted(run: tuple[FrozenRun, Results]) -> None:
    (matrix,) = run[1]["thresholds"][0]["matrices"]
    assert matrix["values"] == ["a", "b"]
    cells = {(c["probe"], c["gallery"]): c for c in matrix["cells"]}
    planted = {(0, 0): 0.02, (0, 1): 0.02 * CROSS, (1, 0): 0.01 * CROSS, (1, 1): 0.01}
    assert all(holds(cells[place], rate) for place, rate in planted.items()), cells
    assert not any(c["grey"] for c in cells.values())
    fmr = run[1]["thresholds"][0]["fmr"]
    among_others = run[1]["gallery"]["photos"]
    assert matrix["unlabelled_comparisons"] == 0
    assert sum(c["trials"] for c in cells.values()) > fmr["trials"] > among_others


def test_the_gap_is_split_into_algorithm_and_gallery(run: tuple[FrozenRun, Results]) -> None:
    found = run[1]["thresholds"][0]["contrasts"][0]["decomposition"]
    composition = found["composition"]
    n_a, n_b = composition["a"], composition["b"]
    half = (n_a + n_b) / 2
    real = (n_a * 0.02 + n_b * 0.02 * CROSS) - (n_a * 0.01 * CROSS + n_b * 0.01)
    algorithm = half * (0.02 + 0.02 * CROSS - 0.01 - 0.01 * CROSS)
    assert holds(found["gap"], real)
    assert holds(found["algorithm"], algorithm)
    assert holds(found["gallery"], real - algorithm)
    assert found["gallery"]["low"] > 0  # group a is most of the gallery, which only made it worse off
    total = found["algorithm"]["value"] + found["gallery"]["value"]
    assert found["gap"]["value"] == pytest.approx(total)
    assert found["of"] == "the gallery of people who are no probe"


def test_contrasts_are_adjusted_for_all_that_were_declared(run: tuple[FrozenRun, Results]) -> None:
    rows = [row for threshold in run[1]["thresholds"] for row in threshold["contrasts"]]
    assert {row["tests"] for row in rows} == {4}
    adjusted = measures.holm([row["fisher_two_sided"] for row in rows])
    assert [row["holm_p"] for row in rows] == pytest.approx(list(adjusted))
    for row in run[1]["thresholds"][0]["contrasts"]:
        alone, together = row["risk_ratio"], row["simultaneous"]
        assert together["value"] == pytest.approx(alone["value"])
        assert together["low"] < alone["value"] < together["high"]
    first, others = (row["simultaneous"]["value"] for row in run[1]["thresholds"][0]["contrasts"])
    assert first == pytest.approx(others)  # there are two groups: all others are the other one


def test_each_limit_has_its_verdict_and_what_would_change_it(run: tuple[FrozenRun, Results]) -> None:
    verdicts = run[1]["verdicts"]
    assert [(v["measure"], v["of"], v["at_most"]) for v in verdicts] == [
        (limit.measure, limit.of, limit.at_most) for limit in LIMITS
    ]
    everyone, each, strict, fnir, fte = verdicts
    assert each["worst_group"] == "a"
    assert {g["group"] for g in each["groups"]} == {"a", "b"}
    assert strict["outcome"] == "fail"
    assert "adjusted for" in strict["reason"]
    assert fnir["outcome"] == "pass"
    assert (fte["outcome"], fte["over"]) == ("fail", "all")
    for held in (everyone, fnir, fte):
        change, worst = held["would_change"], held["worst"]
        lower = measures.proportion(change["fail_from"] - 1, change["trials"], level=0.99)
        assert change["errors"] == worst["errors"]
        if worst["people"] == worst["trials"]:
            assert measures.verdict([lower], held["at_most"]).outcome != "fail"
            passing = measures.proportion(change["pass_up_to"], change["trials"], level=0.99)
            assert measures.verdict([passing], held["at_most"]).outcome == "pass"


def test_a_sweep_says_at_a_declared_threshold_what_stands_there(run: tuple[FrozenRun, Results]) -> None:
    results = run[1]
    sweep = results["sweep"]
    assert sweep["scores"] == sorted(sweep["scores"])
    for threshold in results["thresholds"]:
        at = sweep["scores"].index(threshold["distance"])
        groups = {g["value"]: g for g in threshold["groups"]}
        told = [(sweep["everyone"], threshold), *((g, groups[g["value"]]) for g in sweep["groups"])]
        for points, rates in told:
            for name in ("fmr", "fpir", "fnir", "selectivity", "flagged_per_1000"):
                point, rate = points[name][at], rates[name]
                if "value" in rate:
                    assert point == [rate[k] for k in ("value", "low", "high", "errors", "trials")]
                else:
                    assert sweep["reasons"][int(point[0])] == rate["not_measured"]
    flagged = [point[0] for point in sweep["everyone"]["fpir"]]
    assert flagged == sorted(flagged)
    assert flagged[0] == 0


def test_larger_galleries_only_by_the_ladder(run: tuple[FrozenRun, Results]) -> None:
    rows = run[1]["extrapolation"]
    assert [(row["threshold"], row["people"]) for row in rows] == [("default", 640), ("strict", 640)]
    there = rows[0]
    assert there["fpir"]["low"] <= there["if_independent"]
    assert there["outer"]["low"] <= there["fpir"]["value"] <= there["outer"]["high"]
    assert [rung["people"] for rung in run[1]["ladder"] if rung["threshold"] == "default"][:2] == [40, 160]


def test_groups_of_impostors_who_are_alike(run: tuple[FrozenRun, Results]) -> None:
    alike = run[1]["thresholds"][0]["alike"]
    assert alike["labels"] == ["group"]
    assert alike["fmr"]["value"] > alike["everyone"]["value"]
    (row,) = run[1]["thresholds"][0]["differentials"]
    ratio = next(one for one in row["measures"] if one["name"] == "max/min")
    assert ratio["value"] > ratio["null_95"]
    assert ratio["p"] < 0.01


def test_evidence_is_given_with_its_limits(run: tuple[FrozenRun, Results]) -> None:
    found = run[1]["likelihood"]
    assert found["cllr"]["value"] < 1
    assert found["cllr_min"] + found["cllr_cal"] == pytest.approx(found["cllr"]["value"], rel=1e-4)
    assert "never a case's likelihood ratio" in found["note"]
    ratios = [one["log10_lr"] for one in found["at_thresholds"]]
    assert ratios[1] > ratios[0]  # a stricter threshold is stronger evidence
    assert {one["prior"] for one in found["posterior"]} == {0.5, 0.1, 0.01}


def test_failures_by_group_on_both_sides(run: tuple[FrozenRun, Results]) -> None:
    rows = run[1]["processing"]["groups"]
    assert [(row["label"], row["value"]) for row in rows] == [("group", "a"), ("group", "b")]
    assert all(holds(row[side], 0.05) for row in rows for side in ("fte", "fta"))


def test_the_card_gives_a_threshold_only_with_enough_behind_it(run: tuple[FrozenRun, Results]) -> None:
    card: Any = to_json(threshold_card(run[0], (0.5, 0.001)))
    half, little = card["wanted"]
    assert half["everyone"]["fpir"]["value"] <= 0.5
    assert half["everyone"]["fpir"]["errors"] >= 30
    assert half["worst_group"]["value"] == "a"
    assert half["worst_group"]["score"] <= min(g["score"] for g in half["groups"])
    assert "30,000 such searches" in little["everyone"]["not_measured"]
    assert "no group has enough" in little["worst_group"]["not_measured"]
    named = {one["name"]: one for one in card["named"]}
    assert named["default"]["fpir"]["value"] == run[1]["thresholds"][0]["fpir"]["value"]
    narrower: Any = to_json(threshold_card(run[0], (0.5,), 40))
    wider: Any = to_json(threshold_card(run[0], (0.5,), 10_000))
    smaller = narrower["wanted"][0]["everyone"]
    assert smaller["score"] > half["everyone"]["score"]
    assert "extrapolation" in wider["wanted"][0]["everyone"]["not_measured"]
    with pytest.raises(BadInput, match="above 0 and under 1"):
        threshold_card(run[0], (1.5,))


def test_labels_both_call_wrong_are_left_out_beside_not_instead(run: tuple[FrozenRun, Results]) -> None:
    labels = run[1]["labels"]
    assert (labels["pairs"], labels["exclusions"], labels["verdicts_without"]) == (0, [], [])


def test_evidence_without_candidates_has_fewer_false_matches(run: tuple[FrozenRun, Results]) -> None:
    answers = joined_answers(run[0])
    nearest = np.zeros(len(answers.absent.row), np.bool_)
    nearest[int(np.argmin(answers.absent.distance))] = True
    mated = np.zeros(len(answers.mated), np.bool_)
    mated[0] = True
    less = answers.without(nearest, mated)
    assert len(less.among_others) == len(answers.among_others) - 1
    assert less.among_others.trials == answers.among_others.trials
    assert len(less.mated) == len(less.mated_attempts) == len(answers.mated) - 1
    assert len(less.candidates.photo) == len(less.absent.row)


def test_groups_that_are_numbers_stand_in_their_order(tmp_path: Path) -> None:
    sizes = {"10": 3, "1": 3, "2": 3}
    folder = write_shots(tmp_path / "cards", people(sizes, sizes))
    plan = plan_for(folder, groups=("group",), limit=(LimitChoice("fpir", "default", 0.9),))
    _, results = audit(plan, simulated(), tmp_path / "run")
    at = results["thresholds"][0]
    assert [row["value"] for row in at["groups"]] == ["1", "2", "10"]
    (matrix,) = at["matrices"]
    assert matrix["values"] == ["1", "2", "10"]
