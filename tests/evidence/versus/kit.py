"""Runs to compare: cards with planted rates, each a whole audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from fairlineup.evidence.asking import RetryPolicy, RunOptions, ask_system
from fairlineup.evidence.plan import (
    ContrastChoice,
    DatasetChoice,
    Plan,
    SystemChoice,
)
from fairlineup.evidence.runs import FrozenRun, freeze_run, load_run
from fairlineup.evidence.versus import compare_runs
from fairlineup.records import FaceSystem
from fairlineup.results import VersusResults, decode, encode, schema_of, to_json
from fairlineup.systems import (
    CardPopulation,
    PlantedRates,
    SimulatedOptions,
    SimulatedSystem,
    write_population,
)

SCHEMA = Draft202012Validator(schema_of(VersusResults, "versus.json"))
OPTIONS = RunOptions(retry=RetryPolicy(retries=1, sleep=lambda _: None, jitter=lambda: 0.0))


@dataclass(frozen=True)
class World:
    """A folder of cards, and where its runs go."""

    folder: Path
    runs: Path

    def plan(self, **changes: Any) -> Plan:
        return Plan(
            DatasetChoice(str(self.folder)),
            SystemChoice("simulated"),
            **{"groups": ("group",), "contrast": (ContrastChoice("group", "a", "b"),), **changes},
        )

    def run(self, name: str, system: FaceSystem, **changes: Any) -> FrozenRun:
        """An audit of a system, with changes of the plan."""
        out = self.runs / name
        papers = freeze_run(self.plan(**changes), system.information(), out)
        ask_system(papers, system, OPTIONS)
        return load_run(out)


def world(folder: Path, probes: Mapping[str, int], others: Mapping[str, int]) -> World:
    """Cards of people, half of the probes with a mate."""
    write_population(folder / "cards", CardPopulation(probes, others))
    return World(folder / "cards", folder)


def simulated(**options: Any) -> SimulatedSystem:
    """A simulated system; its rates by group, or one for everyone."""
    rates = {name: options.pop(name) for name in list(options) if name in PlantedRates.__dataclass_fields__}
    for name, rate in rates.items():
        if name.endswith("_rate") and isinstance(rate, float):
            rates[name] = {"": rate}
    return SimulatedSystem(SimulatedOptions(rates=PlantedRates(**rates), **options))


def compared(*papers: FrozenRun, fmr: tuple[float, ...] = ()) -> Any:
    """The comparison of runs, valid by its schema; `Any`, since a test knows what was measured."""
    results = compare_runs(*papers, fmr=fmr)
    assert decode(encode(results), VersusResults) == results
    assert [error.message for error in SCHEMA.iter_errors(to_json(results))] == []
    return results
