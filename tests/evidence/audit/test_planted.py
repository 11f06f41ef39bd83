"""Planted truth: an audit of a system whose error rates are known must find them."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from fairlineup.evidence.plan import (
    ContrastChoice,
    GalleryChoice,
    Inspection,
    SearchChoice,
    StatisticsChoice,
    ThresholdChoice,
)

from .brute import Brute
from .kit import Results, Shot, Watched, audit, kept_answers, people, plan_for, simulated, write_shots

pytestmark = pytest.mark.usefixtures("no_copies")

FMR = {"": 0.0, "circle": 2e-3, "square": 8e-3}
FNMR = {"": 0.0, "circle": 0.45, "square": 0.7}
FAILURES = {"": 0.0, "circle": 0.12, "square": 0.2}
PROBES, OTHERS = {"circle": 150, "square": 110}, {"circle": 160, "square": 120}
SHARE_WITH_MATES = 0.8
LENGTH = 2
SIZES = (1, 7, 60, 200)
NAMES = ("default", "strict", "weak")
DISTANCES = (0.6, 0.57, 0.621)
SIMILARITIES = (80.0, 81.5, 78.95)


def _system(kind: str = "distance", **more: Any) -> Any:
    rates = {"false_match_rate": FMR, "false_non_match_rate": FNMR, "failure_rate": FAILURES}
    return simulated(kind=kind, **{**rates, **more})


def _plan(folder: Path, scores: tuple[float, ...], **changes: Any) -> Any:
    return plan_for(
        folder,
        **{
            "groups": ("group",),
            "threshold": tuple(ThresholdChoice(n, s) for n, s in zip(NAMES, scores, strict=True)),
            "search": SearchChoice(list_length=LENGTH),
            "statistics": StatisticsChoice(level=0.999),  # so that chance alone hardly ever misses the truth
            "gallery": GalleryChoice(sizes=SIZES),
            "contrast": (ContrastChoice("group", "square"), ContrastChoice("group", "circle", "square")),
            **changes,
        },
    )


@dataclass(frozen=True)
class Case:
    folder: Path
    shots: list[Shot]
    brute: Brute
    results: Results
    scores: tuple[float, ...]


@pytest.fixture(scope="module")
def shots() -> list[Shot]:
    return people(PROBES, OTHERS, SHARE_WITH_MATES)


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory, shots: list[Shot]) -> Path:
    return write_shots(tmp_path_factory.mktemp("cards"), shots)


@pytest.fixture(scope="module", params=["distance", "similarity"])
def case(
    request: pytest.FixtureRequest,
    cards: Path,
    shots: list[Shot],
    tmp_path_factory: pytest.TempPathFactory,
) -> Case:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("fairlineup.evidence.runs.freezing.inspect", lambda *_: Inspection((), {}))
        scores = DISTANCES if request.param == "distance" else SIMILARITIES
        system = _system(request.param)
        _, results = audit(_plan(cards, scores), system, tmp_path_factory.mktemp("run") / "run")
        return Case(cards, shots, Brute.of(cards, shots, _system(request.param)), results, scores)


def _near(errors: int, expected: float, trials: float) -> bool:
    """Within four standard deviations of a binomial count, which must be large enough to say anything."""
    assert expected >= 30
    return abs(errors - expected) <= 4 * math.sqrt(expected * (1 - expected / trials))


# --- the planted rates ---------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["circle", "square"])
def test_planted_rates_of_each_group_are_found(case: Case, group: str) -> None:
    at = case.results["thresholds"][0]
    found = next(g for g in at["groups"] if g["value"] == group)
    assert found["people"] == PROBES[group]
    assert found["label_source"] == "planted"
    fmr, fpir = found["fmr"], found["fpir_processed"]
    assert _near(fmr["errors"], FMR[group] * fmr["trials"], fmr["trials"])
    gallery = case.results["gallery"]["enrolled"]
    flagged = 1 - (1 - FMR[group]) ** gallery
    assert _near(fpir["errors"], flagged * fpir["trials"], fpir["trials"])
    for rate, truth in ((fmr, FMR[group]), (fpir, flagged)):
        assert rate["low"] <= truth <= rate["high"]


def test_planted_misses_are_found_with_the_failures_among_them(cards: Path, tmp_path: Path) -> None:
    search = SearchChoice(target_absent=False, list_length=10**6)
    _, results = audit(_plan(cards, DISTANCES, search=search), _system(), tmp_path / "run")
    for found in results["thresholds"][0]["groups"]:
        group = found["value"]
        trials = round(PROBES[group] * SHARE_WITH_MATES)
        assert found["fnir"]["trials"] == trials
        both = (1 - FAILURES[group]) ** 2  # a probe or a mate that was not processed is a miss
        assert _near(found["fnir"]["errors"], trials * (1 - both * (1 - FNMR[group])), trials)
        processed = found["fnir_processed"]
        assert _near(processed["errors"], processed["trials"] * FNMR[group], processed["trials"])


def test_planted_failures_are_found(case: Case) -> None:
    fte, fta = (case.results["processing"][name] for name in ("fte", "fta"))
    probes = sum(PROBES.values())
    references = {g: OTHERS[g] + round(PROBES[g] * SHARE_WITH_MATES) for g in PROBES}
    assert fta["trials"] == probes
    assert fte["trials"] == sum(references.values())
    assert _near(fta["errors"], sum(PROBES[g] * FAILURES[g] for g in PROBES), probes)
    assert _near(fte["errors"], sum(references[g] * FAILURES[g] for g in PROBES), fte["trials"])
    assert len(case.results["not_processed"]) == fta["errors"] + fte["errors"]


# --- the same, counted again by other code -------------------------------------------------------


@pytest.mark.parametrize("index", range(3))
def test_every_count_is_what_other_code_counts(case: Case, index: int) -> None:
    brute, at, threshold = case.brute, case.results["thresholds"][index], case.scores[index]
    parts = [(at, brute.probes)]
    parts += [(g, [p for p in brute.probes if p.group == g["value"]]) for g in at["groups"]]
    for found, probes in parts:
        processed = [probe for probe in probes if probe.photo not in brute.failed]
        mated = [probe for probe in probes if brute.mates(probe)]
        flagged = brute.flagged(probes, threshold)
        errors, comparisons = brute.false_matches(probes, threshold)
        counts = {
            "fmr": (errors, comparisons),
            "fpir": (flagged, len(probes)),
            "flagged_per_1000": (flagged, len(probes)),
            "fpir_processed": (flagged, len(processed)),
            "selectivity": (brute.listed(probes, threshold, LENGTH), len(probes)),
            "fnir": (sum(brute.missed(p, threshold, LENGTH) for p in mated), len(mated)),
        }
        for name, (wrong, trials) in counts.items():
            assert (found[name]["errors"], found[name]["trials"]) == (wrong, trials), name
            if "value" in found[name]:
                scale = 1000 if name == "flagged_per_1000" else 1
                assert found[name]["value"] == pytest.approx(scale * wrong / trials)
                assert found[name]["low"] <= found[name]["value"] <= found[name]["high"]
    assert at["selectivity"]["value"] >= at["fpir"]["value"]


def test_gallery_is_counted_offered_and_enrolled(case: Case) -> None:
    gallery, brute = case.results["gallery"], case.brute
    enrolled = [shot for shot in brute.others if shot.photo not in brute.failed]
    assert (gallery["offered"], gallery["enrolled"]) == (len(brute.others), len(enrolled))
    assert gallery["people"] == len({shot.person for shot in enrolled})
    everyone = [s for s in case.shots if s.role == "gallery"]
    assert gallery["with_mates"]["offered"] == len(everyone)
    assert gallery["with_mates"]["enrolled"] == sum(s.photo not in brute.failed for s in everyone)


def test_false_matches_are_listed_by_name(case: Case) -> None:
    brute, unit = case.brute, "distance" if case.brute.kind == "distance" else "score"
    weakest = (max if unit == "distance" else min)(at[unit] for at in case.results["thresholds"])
    listed = {(row["probe_photo"], row["gallery_photo"]): row[unit] for row in case.results["false_matches"]}
    expected = {}
    for probe in brute.probes:
        near = brute.near(probe, brute.others, weakest)
        best = sorted(near, key=lambda person: near[person])[:LENGTH]
        for shot in brute.others:
            if shot.person in best:
                expected[probe.photo, shot.photo] = brute.score[probe.photo][shot.photo]
    assert listed == expected
    order = [row[unit] for row in case.results["false_matches"]]
    assert order == sorted(order, reverse=unit == "score")
    assert len(case.results["closest_non_mated"]) == 50


def test_contrasts_are_the_textbook_numbers(case: Case) -> None:
    brute = case.brute
    for index, threshold in enumerate(case.scores):
        first, second = case.results["thresholds"][index]["contrasts"]
        counts = {
            g: (brute.flagged([p for p in brute.probes if p.group == g], threshold), PROBES[g])
            for g in PROBES
        }
        (a, n_a), (b, n_b) = counts["square"], counts["circle"]
        assert first["one_counts"] == {"errors": a, "people": n_a}
        assert first["other_counts"] == {"errors": b, "people": n_b}
        assert second["one_counts"] == first["other_counts"]
        assert first["risk_ratio"]["value"] == pytest.approx((a / n_a) / (b / n_b))
        assert second["risk_ratio"]["value"] == pytest.approx((b / n_b) / (a / n_a))
        fisher = stats.fisher_exact(np.array([[a, n_a - a], [b, n_b - b]])).pvalue
        assert first["fisher_two_sided"] == pytest.approx(fisher)
        assert second["fisher_two_sided"] == pytest.approx(fisher)
        at_least = sum(
            math.comb(n_a, k) * math.comb(n_b, a + b - k) for k in range(a, min(n_a, a + b) + 1)
        ) / math.comb(n_a + n_b, a + b)
        assert first["hypergeometric_one_sided"] == pytest.approx(at_least)


# --- mirrored scales -----------------------------------------------------------------------------


def test_distance_and_similarity_are_mirrored(cards: Path, tmp_path: Path) -> None:
    # no pair lies within the rounding, 1e-5 of either scale, of these
    named = {"default_threshold": None, "recommended_threshold": None, "sample_thresholds": ()}
    _, d = audit(
        _plan(cards, (0.6001, 0.57, 0.621)), Watched(_system("distance"), changes=named), tmp_path / "d"
    )
    _, s = audit(
        _plan(cards, (79.995, 81.5, 78.95)), Watched(_system("similarity"), changes=named), tmp_path / "s"
    )
    for one, other in zip(d["thresholds"], s["thresholds"], strict=True):
        assert other["score"] == pytest.approx(100 - 50 * (one["distance"] - 0.2))
        for name in set(one) - {"distance", "source"}:
            assert one[name] == other[name], name
    assert d["ladder"] == s["ladder"]
    assert d["verdicts"][0] == s["verdicts"][0]
    assert d["processing"] == s["processing"]
    pairs = [
        {(row["probe_photo"], row["gallery_photo"]) for row in results["false_matches"]} for results in (d, s)
    ]
    assert pairs[0] == pairs[1]


# --- the ladder ----------------------------------------------------------------------------------


def test_ladder_is_the_mean_of_subsampled_galleries(case: Case) -> None:
    brute, draws = case.brute, 1500
    enrolled = sorted({s.person for s in brute.others if s.photo not in brute.failed})
    rng = random.Random(7)  # noqa: S311 - a sample, not a secret
    for index, threshold in enumerate(case.scores):
        lists = [set(brute.near(probe, brute.others, threshold)) for probe in brute.probes]
        rungs = [r for r in case.results["ladder"] if r["threshold"] == NAMES[index]]
        assert [rung["people"] for rung in rungs] == list(SIZES)
        for rung in rungs:
            hits = []
            for _ in range(draws):
                drawn = set(rng.sample(enrolled, rung["people"]))
                hits.append(sum(not found.isdisjoint(drawn) for found in lists) / len(lists))
            mean = sum(hits) / draws
            error = math.sqrt(sum((h - mean) ** 2 for h in hits) / draws / draws)
            assert rung["fpir"]["value"] == pytest.approx(mean, abs=5 * error + 1e-9)


def test_a_run_on_a_smaller_gallery_is_the_large_one_subsampled(
    cards: Path, shots: list[Shot], tmp_path: Path
) -> None:
    brute = Brute.of(cards, shots, _system())
    for seed, size in ((1, 30), (2, 150)):
        plan = _plan(
            cards,
            DISTANCES,
            gallery=GalleryChoice(people=size),
            statistics=StatisticsChoice(seed=seed),
            search=SearchChoice(target_present=False, list_length=LENGTH),
        )
        papers, results = audit(plan, _system(), tmp_path / str(seed))
        drawn = {entry.photo for entry in papers.protocol.others}
        gallery = [shot for shot in brute.others if shot.photo in drawn]
        assert len({shot.person for shot in gallery}) == size
        for index, threshold in enumerate(DISTANCES):
            flagged = brute.flagged(brute.probes, threshold, gallery)
            assert results["thresholds"][index]["fpir"]["errors"] == flagged


# --- systems that hold something back ------------------------------------------------------------


def test_cut_lists_are_not_a_low_rate(cards: Path, tmp_path: Path) -> None:
    full = _plan(cards, DISTANCES)
    _, whole = audit(full, _system(), tmp_path / "whole")
    papers, results = audit(full, _system(max_candidates=1), tmp_path / "cut")
    rows = kept_answers(papers, "search-absent")
    assert results["searches"]["lists_cut_by_the_system"] >= sum(row.capped for row in rows) > 0
    for uncut, at in zip(whole["thresholds"], results["thresholds"], strict=True):
        assert at["lists_cut_by_the_system"] > 0
        for name in ("fmr", "selectivity"):
            assert "the system cut" in at[name]["not_measured"]
            assert "value" not in at[name]
        assert at["fpir"] == uncut["fpir"]  # one candidate is enough to be flagged
    assert all("the system cut" in rung["fpir"]["not_measured"] for rung in results["ladder"])


def test_lists_cut_beyond_the_threshold_hide_nothing(cards: Path, tmp_path: Path) -> None:
    plan = _plan(cards, (0.5, 0.49, 0.48), search=SearchChoice(record_to=0.62, list_length=LENGTH))
    _, whole = audit(plan, _system(), tmp_path / "whole")
    _, results = audit(plan, _system(max_candidates=3), tmp_path / "cut")
    assert results["searches"]["lists_cut_by_the_system"] > 0
    for uncut, at in zip(whole["thresholds"][: len(NAMES)], results["thresholds"], strict=False):
        assert at["lists_cut_by_the_system"] == 0
        assert at["fmr"] == uncut["fmr"]
        assert at["fpir"] == uncut["fpir"]


def test_a_group_without_source_gets_counts_only(shots: list[Shot], tmp_path: Path) -> None:
    folder = write_shots(tmp_path / "cards", shots, source="")
    _, results = audit(_plan(folder, DISTANCES), _system(), tmp_path / "run")
    for group in results["thresholds"][0]["groups"]:
        assert group["label_source"] == ""
        for name in ("fmr", "fpir", "fnir", "selectivity", "fta"):
            assert "no source is cited" in group[name]["not_measured"]
            assert group[name]["errors"] >= 0
            assert group[name]["trials"] > 0
    for contrast in results["thresholds"][0]["contrasts"]:
        assert "no source is cited" in contrast["not_measured"]
        assert "risk_ratio" not in contrast
        assert contrast["one_counts"]["people"] > 0
