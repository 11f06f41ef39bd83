"""Systems by name, as plans and the command line know them: ours, and those other packages bring."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module, metadata
from typing import Any

from fairlineup.records import BadInput, FaceSystem, SystemFailed
from fairlineup.systems.facts import Adapter, Entrusted
from fairlineup.systems.foreign import guarded, their_code

ENTRY_POINTS = "fairlineup.systems"
OURS = {
    "azure": "fairlineup.systems.azure",
    "compreface": "fairlineup.systems.compreface",
    "embed": "fairlineup.systems.embed",
    "face_recognition": "fairlineup.systems.face_recognition",
    "insightface-server": "fairlineup.systems.insightface_server",
    "local": "fairlineup.systems.own:LOCAL",
    "onnx": "fairlineup.systems.own:ONNX",
    "process": "fairlineup.systems.process",
    "python": "fairlineup.systems.python",
    "rekognition": "fairlineup.systems.rekognition",
    "simulated": "fairlineup.systems.simulated",
    "replay": "fairlineup.evidence.replay",
    "scores": "fairlineup.systems.scores",
}
"""Module of each adapter of ours, whose ADAPTER says the rest, or what it is called there."""

NAMES = tuple(OURS)
THEIR_CODE = frozenset({"embed", "python"})
"""Adapters of ours that run code of the user's in this process."""


def open_system(name: str, options: Mapping[str, Any]) -> FaceSystem:
    """A system, ready to be asked.

    Args:
        name: of an adapter, with its argument behind a colon if it takes one: "local", "replay:RUN".
        options: the plan's [system.options].
    Raises:
        BadInput: no such system, an argument it does not take, or an option it does not have.
        SystemFailed: another package's adapter cannot be loaded.
    """
    adapter = find_adapter(name)
    for option, value in options.items():
        if isinstance(value, str):
            _check_text(f"the option {option} of {name}", value)
    return adapter.open(name.partition(":")[2], options)


def find_adapter(name: str) -> Adapter:
    """The adapter of a name. Raises: BadInput, SystemFailed."""
    _check_text("the name of the system", name)
    kind, _, argument = name.partition(":")
    adapter = _ours(kind) if kind in OURS else _brought(kind)
    if kind not in OURS or kind in THEIR_CODE:
        adapter = guarded(adapter, name)
    if bool(argument) != bool(adapter.facts.argument):
        wanted = f"{kind}:{adapter.facts.argument}" if adapter.facts.argument else kind
        raise BadInput(
            f"the system {name}",
            code="no-such-system",
            expected=wanted,
            got=repr(name),
            remedy="correct its name in the plan",
        )
    return adapter


def entrusted_by(name: str, options: Mapping[str, Any]) -> Entrusted | None:
    """What opening a system would have done by programs, modules, packages or servers that a plan names.

    Args: as `open_system`.
    Returns: None where this package does all by itself, or there is no such system. What another package's
        adapter does is not known: its code counts, with every option, and is not loaded to find out.
    Raises: BadInput: an argument or option that it does not take.
    """
    kind, _, argument = name.partition(":")
    if kind in OURS:
        return find_adapter(name).entrusts(argument, options)
    points = [point for point in metadata.entry_points(group=ENTRY_POINTS) if point.name == kind]
    return Entrusted("package", (points[0].value, argument), options) if points else None


def _check_text(what: str, text: str) -> None:
    """Raises: BadInput: no file or program can be called so."""
    if "\0" in text:
        expected = "text without NUL"
        raise BadInput(
            what, code="option-unusable", expected=expected, got=repr(text), remedy="correct it in the plan"
        )


def all_adapters() -> list[Adapter]:
    """Every adapter, ours first. Raises: SystemFailed (another package's cannot be loaded)."""
    brought = sorted({point.name for point in metadata.entry_points(group=ENTRY_POINTS)} - set(OURS))
    return [_ours(name) for name in OURS] + [_brought(name) for name in brought]


def _ours(name: str) -> Adapter:
    module, _, called = OURS[name].partition(":")
    adapter: Adapter = getattr(import_module(module), called or "ADAPTER")
    return adapter


def _brought(name: str) -> Adapter:
    """An adapter of another package, by entry point: an Adapter, or what makes one."""
    points = [point for point in metadata.entry_points(group=ENTRY_POINTS) if point.name == name]
    if not points:
        known = sorted({*OURS, *(point.name for point in metadata.entry_points(group=ENTRY_POINTS))})
        raise BadInput(
            "no such system",
            code="no-such-system",
            expected=f"one of {', '.join(known)}",
            got=repr(name),
            remedy="correct its name",
        )
    failed = f"the system {name} of another package cannot be loaded from {points[0].value}"
    with their_code(failed, remedy="correct or remove that package"):
        adapter = points[0].load()
    if not isinstance(adapter, Adapter):
        raise SystemFailed(
            f"the system {name} of another package is none",
            code="system-failed",
            expected=f"a fairlineup.systems.Adapter at {points[0].value}",
            got=type(adapter).__name__,
            remedy="correct or remove that package",
        )
    return adapter
