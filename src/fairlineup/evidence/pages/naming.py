"""What a system is called on a page and at a terminal: by its model where one is known."""

from __future__ import annotations

from fairlineup.records import SystemInformation
from fairlineup.results import SystemCompared, SystemTested

OWN = "Fairlineup"
System = SystemInformation | SystemTested | SystemCompared


def called(system: System) -> str:
    """A system as people know it: "NAME VERSION by VENDOR, model MODEL"; of our engine the model first."""
    models = ", ".join(dict.fromkeys(one.name for one in system.models))
    if system.vendor == OWN and models:
        engine = system.settings.get("engine")
        return f"{models} on Fairlineup’s {f'engine {engine}' if engine else 'own engine'} {system.version}"
    maker = f" by {system.vendor}" if system.vendor and system.vendor.lower() != system.name.lower() else ""
    return f"{system.name} {system.version}{maker}{f', model {models}' if models else ''}"


def sources(system: System) -> str:
    """Where its models come from; blank where none is known."""
    return "; ".join(dict.fromkeys(one.source for one in system.models))
