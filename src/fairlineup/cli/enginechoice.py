"""Which engine `--engine` means, for commands that use one and for plans that name one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fairlineup.evidence.plan import SystemChoice
from fairlineup.evidence.runs import RunDirectory

if TYPE_CHECKING:  # so that a command shows its help without loading an engine's libraries
    from fairlineup.faces.engine import EngineDescription

OWN = "local"  # the system that takes an engine


def engine_of(name: str) -> EngineDescription:
    """The engine of that name, or the default one. Raises: BadInput: there is none."""
    from fairlineup.faces.engine import DEFAULT_ENGINE, named_engine

    return named_engine(name or DEFAULT_ENGINE)


def begun_with(chosen: SystemChoice, out: Path) -> str:
    """The engine that the run in a folder goes on with: its own, where what is chosen names none, or blank.

    Raises: BadInput: the run cannot be read.
    """
    run = RunDirectory(out)
    if not _takes_one(chosen) or chosen.options.get("engine") or not run.begun:
        return ""
    from fairlineup.faces.engine import ENGINES

    engine = str(run.read_identity().system.settings.get("engine", ""))
    return engine if engine in ENGINES else ""


def on_engine(chosen: SystemChoice, name: str, out: Path | None = None) -> SystemChoice:
    """The system with its engine, and that engine's pipeline, spelled out, where it takes one.

    Args:
        chosen: the system and its options.
        name: of an engine; blank for that of the run begun in `out`, or the default one.
        out: where the run is kept or will be.
    Raises:
        click.UsageError: --engine with a system that takes none, or beside an option that says another.
        BadInput: there is no such engine.
    """
    said = str(chosen.options.get("engine", ""))
    takes_one = _takes_one(chosen)
    if name and not (takes_one and said in ("", name)):
        raise click.UsageError(
            f"--engine {name} goes with --system {OWN} alone, and with no option engine or model beside it"
        )
    if not takes_one:
        return chosen
    engine = engine_of(name or said or (begun_with(chosen, out) if out else ""))
    return replace(chosen, options={"engine": engine.name, "pipeline": engine.pipeline, **chosen.options})


def _takes_one(chosen: SystemChoice) -> bool:
    return chosen.name == OWN and "model" not in chosen.options
