"""Few people as each other's strangers: one gallery, one search each, the own photographs taken off."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fairlineup.evidence.asking import RunOptions, ask_system, remaining_cost
from fairlineup.evidence.evaluation import evaluate, joined_answers
from fairlineup.evidence.plan import (
    ContrastChoice,
    Plan,
    SearchChoice,
    ThresholdChoice,
    parse_plan,
    write_plan,
)
from fairlineup.evidence.replay.replay import ReplayedSystem
from fairlineup.evidence.runs import freeze_run, load_run
from fairlineup.evidence.versus import compare_runs
from fairlineup.records import BadInput, SystemFailed
from fairlineup.results import Share

from .brute import Brute
from .kit import (
    IMPATIENT,
    SMALL_PARTS,
    Results,
    Shot,
    Watched,
    audit,
    people,
    plan_for,
    simulated,
    write_shots,
)

pytestmark = pytest.mark.usefixtures("no_copies")
PEOPLE = 33
AT = 0.6
ONCE = SearchChoice(strangers="leave-one-out", list_length=3)


def _system(**more: Any) -> Any:
    return simulated(
        false_match_rate=0.05, false_non_match_rate=0.2, failure_rate=more.pop("failure_rate", 0.0), **more
    )


def _plan(folder: Path, **changes: Any) -> Plan:
    return plan_for(
        folder,
        **{"search": ONCE, "groups": ("group",), "threshold": (ThresholdChoice("default", AT),), **changes},
    )


@pytest.fixture(scope="module")
def shots() -> list[Shot]:
    return people({"a": 18, "b": 15}, {}, mates=1.0)


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory, shots: list[Shot]) -> Path:
    return write_shots(tmp_path_factory.mktemp("cards"), shots)


def _strangers(brute: Brute, probe: Shot) -> list[Shot]:
    return [s for s in brute.shots if s.role == "gallery" and s.person != probe.person]


def test_33_people_are_searched_among_32(cards: Path, tmp_path: Path, shots: list[Shot]) -> None:
    watched = Watched(_system())
    _, results = audit(_plan(cards), watched, tmp_path / "run")
    assert results["gallery"]["people"] == PEOPLE - 1
    assert results["gallery"]["with_mates"]["people"] == PEOPLE
    assert results["searches"]["strangers"] == "leave-one-out"
    assert results["searches"]["target_absent"] == results["searches"]["target_present"] == PEOPLE
    assert len(watched.of("enrol")) == len(watched.of("search")) == PEOPLE  # every photograph once
    assert results["thresholds"][0]["fmr"]["trials"] == PEOPLE * (PEOPLE - 1)


@pytest.mark.parametrize("kind", ["distance", "similarity"])
@pytest.mark.parametrize("failure_rate", [0.0, 0.15])
def test_every_count_is_that_of_loops(
    tmp_path: Path, cards: Path, shots: list[Shot], kind: str, failure_rate: float
) -> None:
    at = AT if kind == "distance" else 80.0
    plan = _plan(cards, threshold=(ThresholdChoice("default", at),))
    _, results = audit(plan, _system(kind=kind, failure_rate=failure_rate), tmp_path / "run")
    brute = Brute.of(cards, shots, _system(kind=kind, failure_rate=failure_rate))
    held = results["thresholds"][0]
    near = {probe: brute.near(probe, _strangers(brute, probe), at) for probe in brute.probes}
    assert held["fpir"]["errors"] == sum(bool(found) for found in near.values()) > 0
    assert held["fpir"]["trials"] == PEOPLE
    assert held["selectivity"]["errors"] == sum(min(len(found), 3) for found in near.values())
    processed = [probe for probe in brute.probes if probe.photo not in brute.failed]
    made = [
        (probe, shot)
        for probe in processed
        for shot in _strangers(brute, probe)
        if shot.photo not in brute.failed
    ]
    assert held["fmr"]["trials"] == len(made)
    assert held["fmr"]["errors"] == sum(bool(brute.near(p, [shot], at)) for p, shot in made)
    assert held["fnir"]["errors"] == sum(brute.missed(probe, at, 3) for probe in brute.probes)
    assert all(row["probe"] != row["gallery_person"] for row in results["false_matches"])
    listed = [row for row in results["false_matches"] if _accepts(kind, row, at)]
    for probe, found in near.items():
        ranked = sorted(found, key=found.__getitem__)
        ranks = [row["rank"] for row in listed if row["probe_photo"] == probe.photo]
        assert sorted(ranks) == list(range(1, min(len(ranked), 3) + 1))  # their own person takes no place


def _accepts(kind: str, row: dict[str, Any], at: float) -> bool:
    return bool(row["distance"] <= at if kind == "distance" else row["score"] >= at)


def test_groups_are_compared_by_comparison_and_not_by_tests_of_independent_people(
    tmp_path: Path,
) -> None:
    folder = write_shots(tmp_path / "cards", people({"a": 35, "b": 32}, {}, mates=1.0))
    plan = _plan(folder, contrast=(ContrastChoice("group", "a", "b"),))
    system = _system()
    _, results = audit(plan, system, tmp_path / "run")
    (contrast,) = results["thresholds"][0]["contrasts"]
    assert "each other's strangers" in contrast["risk_ratio"]["not_measured"]
    assert "each other's strangers" in contrast["fisher_two_sided"]["not_measured"]
    assert contrast["holm_p"] is None
    assert contrast["fmr_ratio"]["low"] < contrast["fmr_ratio"]["value"] < contrast["fmr_ratio"]["high"]


def test_the_plan_says_it_and_is_read_back(cards: Path) -> None:
    text = write_plan(_plan(cards))
    assert 'strangers = "leave-one-out"' in text
    assert parse_plan(text).search.strangers == "leave-one-out"
    assert 'strangers = "others"' in write_plan(plan_for(cards))


def test_an_older_plan_without_the_key_is_searched_among_others(cards: Path) -> None:
    text = "\n".join(line for line in write_plan(plan_for(cards)).splitlines() if "strangers" not in line)
    assert parse_plan(text).search.strangers == "others"


def test_nobody_with_two_photographs_is_refused(tmp_path: Path) -> None:
    folder = write_shots(tmp_path / "cards", people({"a": 5}, {"a": 5}, mates=0.0))
    with pytest.raises(BadInput, match="leave-one-out"):
        freeze_run(_plan(folder), _system().information(), tmp_path / "run")


def test_people_who_are_no_probe_are_strangers_too(tmp_path: Path) -> None:
    folder = write_shots(tmp_path / "cards", people({"a": 10}, {"a": 6}, mates=1.0))
    _, results = audit(_plan(folder), _system(), tmp_path / "run")
    assert results["gallery"]["people"] == 15
    assert results["thresholds"][0]["fmr"]["trials"] == 10 * 15


def test_a_probe_without_a_reference_is_searched_but_not_missed(tmp_path: Path) -> None:
    folder = write_shots(tmp_path / "cards", people({"a": 10}, {"a": 6}, mates=0.5))
    papers, results = audit(_plan(folder), _system(), tmp_path / "run")
    assert results["searches"]["target_absent"] == 10
    assert results["searches"]["target_present"] == 5
    assert results["gallery"]["people"] == 10  # the fewest that any of them was searched among
    assert papers.protocol.photographs == 6 + 5 + 10


def test_the_schema_knows_it(cards: Path, tmp_path: Path) -> None:
    _, results = audit(_plan(cards), _system(), tmp_path / "run")
    schema = json.loads((Path(__file__).parents[3] / "docs" / "results.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(results)


def test_stopped_after_any_answer_it_goes_on_and_asks_nothing_twice(cards: Path, tmp_path: Path) -> None:
    options = RunOptions(4, IMPATIENT)
    _, whole = audit(_plan(cards), _system(), tmp_path / "whole", options)
    for after in (0, 5, PEOPLE, PEOPLE + 1, PEOPLE + 20):
        left = [after]

        def stops(kind: str, photo: str, left: list[int] = left) -> None:
            if left[0] == 0:
                raise SystemFailed("it", expected="a", got="b", remedy="c")
            left[0] -= 1

        run = tmp_path / str(after)
        with pytest.raises(SystemFailed):
            audit(_plan(cards), Watched(_system(), stops), run, options)
        second = Watched(_system())
        _, results = audit(_plan(cards), second, run, options)
        assert results == whole
        kept = max(0, after - PEOPLE)
        assert len(second.of("search")) == PEOPLE - kept


def test_the_bill_counts_each_photograph_once(cards: Path, tmp_path: Path) -> None:
    system = _system()
    once = freeze_run(_plan(cards), system.information(), tmp_path / "run")
    bill = remaining_cost(once, system.information())
    assert (bill.enrolments, bill.searches) == (PEOPLE, PEOPLE)


def test_canaries_hold_mates_across_a_wire(cards: Path, tmp_path: Path) -> None:
    wire = Watched(_system(), changes={"wire": True, "at_once": 2, "keeps_galleries": True})
    _, results = audit(_plan(cards), wire, tmp_path / "run")
    assert results["canaries"] == {"photographs": 10, "changed": 0, "largest_change": 0.0}
    assert len(wire.of("search")) == PEOPLE + 10


def _replayed(plan: Plan, run: Path, out: Path) -> Results:
    return audit(plan, ReplayedSystem(run), out)[1]


RATES = ("fmr", "fpir", "selectivity", "fnir", "rank_1")


def test_a_run_among_others_is_replayed_as_leave_one_out_and_back(tmp_path: Path) -> None:
    """Its answers hold all that the other protocol asks, where everybody searched for has a mate."""
    folder = write_shots(tmp_path / "cards", people({"a": 12}, {"a": 9}, mates=1.0))
    others = _plan(folder, search=SearchChoice(list_length=3))
    _, first = audit(others, _system(), tmp_path / "others")
    papers, fresh = audit(_plan(folder), _system(), tmp_path / "once")
    papers.directory.write_results(fresh)
    once = _replayed(_plan(folder), tmp_path / "others", tmp_path / "once from others")
    back = _replayed(others, tmp_path / "once", tmp_path / "others from once")
    for name in RATES:
        assert once["thresholds"][0][name] == fresh["thresholds"][0][name]
        assert back["thresholds"][0][name] == first["thresholds"][0][name]


def test_a_list_the_system_cut_is_known_as_far_as_it_goes(cards: Path, tmp_path: Path) -> None:
    whole = audit(_plan(cards), _system(), tmp_path / "whole")[0]
    papers, results = audit(_plan(cards), _system(max_candidates=2), tmp_path / "cut")
    assert results["searches"]["lists_cut_by_the_system"] > 0
    assert "cut" in results["thresholds"][0]["fmr"]["not_measured"]
    full = joined_answers(load_run(whole.directory.path))
    cut = joined_answers(load_run(papers.directory.path))
    for row, reach in enumerate(cut.absent_capped):
        near = full.absent.distance[(full.absent.row == row) & (full.absent.distance < reach)]
        known = cut.absent.distance[(cut.absent.row == row) & (cut.absent.distance < reach)]
        assert sorted(near) == sorted(known)


def test_runs_of_two_protocols_are_not_compared(tmp_path: Path) -> None:
    folder = write_shots(tmp_path / "cards", people({"a": 12}, {"a": 9}, mates=1.0))
    once = audit(_plan(folder), _system(), tmp_path / "once")[0]
    others = audit(_plan(folder, search=SearchChoice()), _system(), tmp_path / "others")[0]
    with pytest.raises(BadInput) as told:
        compare_runs(once, others)
    assert told.value.code == "runs-not-comparable"


def test_two_systems_are_compared_by_misses_and_by_comparisons(cards: Path, tmp_path: Path) -> None:
    first = audit(_plan(cards), _system(), tmp_path / "a")[0]
    second = audit(_plan(cards), _system(seed=9), tmp_path / "b")[0]
    told: Any = compare_runs(first, second)
    (pair,) = told.points[0].pairs
    assert "each other's strangers" in pair.fpir.reason
    assert pair.fnir.counts.people
    assert told.pairing.gallery_people_offered == PEOPLE - 1


def test_what_is_told_while_it_runs_leaves_their_own_photographs_out(cards: Path, tmp_path: Path) -> None:
    notes: list[str] = []
    options = replace(SMALL_PARTS, note=notes.append)
    system = _system()
    papers = freeze_run(_plan(cards), system.information(), tmp_path / "run")
    ask_system(papers, system, options)
    (at,) = evaluate(papers).thresholds
    assert isinstance(at.rates.fpir, Share)
    flagged = at.rates.fpir.errors
    assert notes[-1] == f"{flagged} of {PEOPLE} matched with somebody else"
