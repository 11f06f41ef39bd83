"""Adapters: any face recognition system behind the FaceSystem port."""

from fairlineup.systems.facts import Adapter, Facts, Options
from fairlineup.systems.population import Population, write_population
from fairlineup.systems.registry import NAMES, all_adapters, check_name, find_adapter, open_system
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
    "NAMES",
    "Adapter",
    "Card",
    "Facts",
    "Options",
    "PlantedRates",
    "Population",
    "SimulatedOptions",
    "SimulatedSystem",
    "all_adapters",
    "check_name",
    "draw_card",
    "find_adapter",
    "open_system",
    "options_from",
    "read_card",
    "write_population",
]
