"""Adapters: any face recognition system behind the FaceSystem port."""

from fairlineup.systems.population import Population, write_population
from fairlineup.systems.registry import NAMES, check_name, open_system
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
    "Card",
    "PlantedRates",
    "Population",
    "SimulatedOptions",
    "SimulatedSystem",
    "check_name",
    "draw_card",
    "open_system",
    "options_from",
    "read_card",
    "write_population",
]
