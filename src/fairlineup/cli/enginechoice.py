"""Which engine `--engine` means, for commands that use one and for plans that name one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from fairlineup.evidence.plan import SystemChoice

if TYPE_CHECKING:  # so that a command shows its help without loading an engine's libraries
    from fairlineup.faces.engine import EngineDescription

OWN = "local"  # the system that takes an engine


def engine_of(name: str) -> EngineDescription:
    """The engine of that name, or the default one. Raises: BadInput: there is none."""
    from fairlineup.faces.engine import DEFAULT_ENGINE, named_engine

    return named_engine(name or DEFAULT_ENGINE)


def on_engine(chosen: SystemChoice, name: str) -> SystemChoice:
    """The system with its engine, and that engine's pipeline, spelled out, where it takes one.

    Raises:
        click.UsageError: --engine with a system that takes none, or beside an option that says another.
        BadInput: there is no such engine.
    """
    said = str(chosen.options.get("engine", ""))
    takes_one = chosen.name == OWN and "model" not in chosen.options
    if name and not (takes_one and said in ("", name)):
        raise click.UsageError(
            f"--engine {name} goes with --system {OWN} alone, and with no option engine or model beside it"
        )
    if not takes_one:
        return chosen
    engine = engine_of(name or said)
    return replace(chosen, options={"engine": engine.name, "pipeline": engine.pipeline, **chosen.options})
