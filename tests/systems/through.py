"""An audit through the wire of a planted server, held against the same audit of the planted system itself."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from tests.evidence.audit.kit import SMALL_PARTS, Results, audit, kept_answers, people, plan_for, write_shots

from fairlineup.evidence.asking import ask_system
from fairlineup.evidence.plan import Inspection, SearchChoice, StatisticsChoice, ThresholdChoice
from fairlineup.evidence.runs import freeze_run
from fairlineup.records import FaceSystem
from fairlineup.systems import PlantedRates, SimulatedOptions, SimulatedSystem

FMR = {"": 0.0, "circle": 1.2e-2, "square": 3e-2}
FNMR = {"": 0.0, "circle": 0.7, "square": 0.85}
RATES = PlantedRates(FMR, FNMR, {"": 0.0, "circle": 0.1, "square": 0.15})
PROBES, OTHERS = {"circle": 60, "square": 55}, {"circle": 55, "square": 45}
LEAST = 78.0  # recorded down to
STAGES = ("enrol-absent", "search-absent", "enrol-mates", "search-present")


def check_audit(system: FaceSystem, folder: Path) -> None:
    """The planted rates are found, and every candidate is the one the planted system gives.

    Args:
        system: asks a server whose engine has RATES, and whose similarities are the engine's by 100.
        folder: for cards and runs.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("fairlineup.evidence.runs.freezing.inspect", lambda *_: Inspection((), {}))
        cards = write_shots(folder / "cards", people(PROBES, OTHERS, 0.8))
        through, results = audit(_plan(cards, 0.01), system, folder / "wire")
        planted = SimulatedSystem(SimulatedOptions(rates=RATES, kind="similarity"))
        direct = freeze_run(_plan(cards, 1.0), planted.information(), folder / "direct")
        ask_system(direct, planted, SMALL_PARTS)
    for stage in STAGES:
        _same_rows(kept_answers(through, stage), kept_answers(direct, stage))
    _check_rates(results)


def _plan(cards: Path, scale: float) -> Any:
    def score(similarity: float) -> float:
        return round(similarity * scale, 7)

    return plan_for(
        cards,
        groups=("group",),
        threshold=(ThresholdChoice("default", score(80.0)), ThresholdChoice("weak", score(78.95))),
        search=SearchChoice(list_length=10**6, record_to=score(LEAST)),
        statistics=StatisticsChoice(level=0.999),  # so that chance alone hardly ever misses the truth
    )


def _same_rows(wire: Any, direct: Any) -> None:
    """Candidate for candidate; scores to five decimals; failures to process alike."""
    rows, others = ({row.photo: row for row in some} for some in (wire, direct))
    assert rows.keys() == others.keys()
    assert rows
    for photo, row in rows.items():
        other = others[photo]
        assert (row.outcome == "ok") == (other.outcome == "ok")
        wired, scores = dict(row.candidates), {name: score / 100 for name, score in other.candidates}
        for name in wired.keys() | scores.keys():  # who is on one list only was rounded on to the limit
            assert abs(wired.get(name, LEAST / 100) - scores.get(name, LEAST / 100)) < 0.51e-5


def _check_rates(results: Results) -> None:
    groups = results["thresholds"][0]["groups"]
    assert {found["value"] for found in groups} == set(PROBES)
    for found in groups:
        for name, truth in (("fmr", FMR), ("fnir_processed", FNMR)):
            rate, planted = found[name], truth[found["value"]]
            assert rate["errors"] >= 20
            assert rate["low"] <= planted <= rate["high"], name
            spread = math.sqrt(planted * (1 - planted) * rate["trials"])
            assert abs(rate["errors"] - planted * rate["trials"]) <= 4 * spread
