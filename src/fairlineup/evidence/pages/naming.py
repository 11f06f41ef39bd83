"""What a system is called on a page and at a terminal: by its model where one is known."""

from __future__ import annotations

from fairlineup.evidence.pages.figures import Results

OWN = "Fairlineup"


def called(system: Results) -> str:
    """A system as people know it: "NAME VERSION by VENDOR, model MODEL"; of our own engine the model first.

    Args:
        system: what it said of itself, as results.json and versus.json have it.
    """
    models = ", ".join(dict.fromkeys(str(one["name"]) for one in system.get("models") or ()))
    name, version, vendor = (str(system.get(key) or "") for key in ("name", "version", "vendor"))
    if vendor == OWN and models:
        return f"{models} on Fairlineup’s own engine {version}"
    maker = f" by {vendor}" if vendor and vendor.lower() != name.lower() else ""
    return f"{name} {version}{maker}{f', model {models}' if models else ''}"


def sources(system: Results) -> str:
    """Where its models come from; blank where none is known."""
    return "; ".join(dict.fromkeys(str(one["source"]) for one in system.get("models") or ()))
