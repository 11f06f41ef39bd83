"""Adapters: any face recognition system behind the FaceSystem port."""

from fairlineup.systems.contract import (
    CHECKS,
    Calls,
    ContractReport,
    KnownPhotographs,
    Patience,
    check_system,
    contract_cost,
    known_cards,
)
from fairlineup.systems.facts import Adapter, Entrusted, Facts, Options
from fairlineup.systems.population import CardPopulation, write_population
from fairlineup.systems.registry import NAMES, all_adapters, entrusted_by, find_adapter, open_system
from fairlineup.systems.simulated import (
    Card,
    PlantedRates,
    SimulatedOptions,
    SimulatedSystem,
    draw_card,
    options_from,
    read_card,
)

__all__ = [
    "CHECKS",
    "NAMES",
    "Adapter",
    "Calls",
    "Card",
    "CardPopulation",
    "ContractReport",
    "Entrusted",
    "Facts",
    "KnownPhotographs",
    "Options",
    "Patience",
    "PlantedRates",
    "SimulatedOptions",
    "SimulatedSystem",
    "all_adapters",
    "check_system",
    "contract_cost",
    "draw_card",
    "entrusted_by",
    "find_adapter",
    "known_cards",
    "open_system",
    "options_from",
    "read_card",
    "write_population",
]
