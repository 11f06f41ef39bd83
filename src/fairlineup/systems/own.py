"""Our own engine under two names, `local` and `onnx`; it loads when one of them is opened."""

from __future__ import annotations

from dataclasses import replace

from fairlineup.records import FaceSystem
from fairlineup.systems.facts import Adapter, Facts, Options
from fairlineup.systems.stated import naming_of, read_stated


def open_local(options: Options) -> FaceSystem:
    """An engine of ours, or one with the model its options name. Raises: BadInput, SystemFailed."""
    from fairlineup.systems.local import LocalOptions, LocalSystem

    return LocalSystem(read_stated(LocalOptions, "local", options))


def open_onnx(options: Options) -> FaceSystem:
    """Our engine with the model its options name.

    Raises:
        BadInput: no model is named, its description cannot be read, or an option does not exist.
        SystemFailed: the model's file is not the one described, or cannot be had.
    """
    from fairlineup.systems.local import LocalOptions, LocalSystem

    if "model" not in options:
        naming = replace(naming_of("onnx"), page="models")
        raise naming.wrong("model", "the path of a model's description", "nothing")
    return LocalSystem(read_stated(LocalOptions, "onnx", options), name="onnx")


LOCAL = Adapter(
    Facts(
        name="local",
        title="an engine of ours, in this process",
        extra="engine",
        page="docs/models.md",
        tried="with real photographs",
    ),
    lambda _, options: open_local(options),
)
ONNX = Adapter(
    Facts(
        name="onnx",
        title="any recognizer that is an ONNX file, behind our detector",
        extra="engine",
        page="docs/models.md",
        tried="with photographs, and dlib's network as the file",
    ),
    lambda _, options: open_onnx(options),
)
