"""Whether an audit can be made of a model at all: found before a photograph is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fairlineup.faces.engine.descriptions import DLIB_SHA256, ModelDescription
from fairlineup.faces.engine.faults import EngineNotInstalled, pass_on_interrupt
from fairlineup.faces.engine.fitting import unlike
from fairlineup.faces.engine.recognition import Recogniser
from fairlineup.faces.engine.trial import Trial, made_up_faces, try_model


def examined(description: ModelDescription, path: Path) -> Trial | None:
    """What a trial of a prepared model shows; None for dlib's own, which is known by its digest.

    Raises:
        ModelFileError: the file isn't as described, or isn't all of the model.
        ModelUnfit: it runs, and its templates can't be compared.
        EngineNotInstalled: a library isn't there.
    """
    if description.sha256 == DLIB_SHA256:
        return None
    _check_whole(description, path)
    recogniser = Recogniser(description, path)
    faces, information = made_up_faces(recogniser.form.size_px), description.information
    return try_model(information.name, recogniser.template, faces, information.metric, recogniser.together)


def _check_whole(description: ModelDescription, path: Path) -> None:
    """Raises: ModelFileError: some weights stand in another file, which no digest vouches for."""
    try:
        import onnx
    except ImportError as error:
        pass_on_interrupt(error)
        raise EngineNotInstalled("the check of a model's file", expected="onnx", got=str(error)) from None
    try:
        graph = onnx.load(str(path), load_external_data=False).graph
    except Exception:  # noqa: BLE001 - onnxruntime opens it next, and says what is wrong with it
        return
    places = {
        entry.value for one in _tensors(graph) for entry in one.external_data if entry.key == "location"
    }
    if places:
        raise unlike(
            description,
            "one file with all weights, so that its digest stands for them",
            f"weights in {', '.join(sorted(places))} beside it",
            "export or save the model as one file, and describe that",
        )


def _tensors(graph: Any) -> Iterator[Any]:
    """Every tensor of a graph and of the graphs within its nodes."""
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            yield attribute.t
            yield from attribute.tensors
            for inner in (attribute.g, *attribute.graphs):
                if inner.node or inner.initializer:
                    yield from _tensors(inner)
