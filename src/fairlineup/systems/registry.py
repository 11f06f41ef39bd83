"""Systems by name, as plans and the command line know them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairlineup.records import BadInput, FaceSystem

NAMES = ("local", "simulated")


def open_system(name: str, options: Mapping[str, Any]) -> FaceSystem:
    """A system, ready to be asked.

    Args:
        name: one of NAMES.
        options: the plan's [system.options].
    Raises:
        BadInput: no such system, or an option it does not have.
    """
    if name == "simulated":
        from fairlineup.systems.simulated import SimulatedSystem, options_from

        return SimulatedSystem(options_from(options))
    if name == "local":
        from fairlineup.systems.local import LocalSystem, local_options

        return LocalSystem(local_options(options))
    raise _no_such_system(name)


def check_name(name: str) -> None:
    """Raises: BadInput (no such system)."""
    if name not in NAMES:
        raise _no_such_system(name)


def _no_such_system(name: str) -> BadInput:
    return BadInput(
        "no such system", expected=f"one of {', '.join(NAMES)}", got=repr(name), remedy="correct its name"
    )
