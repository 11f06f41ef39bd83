"""Whether an audit can be made of a model at all: found before a photograph is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fairlineup.faces.engine.descriptions import ModelDescription
from fairlineup.faces.engine.faults import EngineNotInstalled, pass_on_interrupt
from fairlineup.faces.engine.fitting import unlike
from fairlineup.faces.engine.installed import WeightsFile
from fairlineup.faces.engine.preparation import model_content
from fairlineup.faces.engine.recognition import Recogniser
from fairlineup.faces.engine.trial import Trial, made_up_faces, try_model


def examined(description: ModelDescription, path: Path) -> Trial | None:
    """What a trial of a prepared model shows; None for that of an engine of ours, known by its digest.

    Raises:
        ModelFileError: the file isn't as described, or isn't all of the model.
        ModelUnfit: it runs, and its templates can't be compared.
        EngineNotInstalled: a library isn't there.
    """
    if isinstance(description.weights, WeightsFile):
        return None
    _check_whole(description, model_content(path, description))
    recogniser = Recogniser(description, path)
    faces, information = made_up_faces(recogniser.form.size_px), description.information
    return try_model(information.name, recogniser.template, faces, information.metric, recogniser.together)


def _check_whole(description: ModelDescription, content: bytes) -> None:
    """Raises: ModelFileError: some weights stand in another file, which no digest vouches for."""
    try:
        import onnx
    except ImportError as error:
        pass_on_interrupt(error)
        raise EngineNotInstalled("the check of a model's file", expected="onnx", got=str(error)) from None
    try:
        model = onnx.load_model_from_string(content)
    except Exception:  # noqa: BLE001 - onnxruntime opens it next, and says what is wrong with it
        return
    outside = [one for one in _messages(model) if getattr(one, "data_location", 0)]
    if outside:
        places = {entry.value for one in outside for entry in one.external_data if entry.key == "location"}
        raise unlike(
            description,
            "one file with all weights, so that its digest stands for them",
            f"weights in {', '.join(sorted(places)) or 'a file'} beside it",
            "export or save the model as one file, and describe that",
        )


def _messages(message: Any) -> Iterator[Any]:
    """A message of a model and every one within it: graphs, nodes, functions, whatever there may be."""
    yield message
    for field, value in message.ListFields():
        if field.message_type is not None:
            for one in value if hasattr(value, "append") else (value,):
                yield from _messages(one)
