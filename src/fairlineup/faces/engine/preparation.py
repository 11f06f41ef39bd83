"""From a description to a checked ONNX file on this disk: fetched once, converted once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fairlineup.faces.engine.blockwise import PREPARED, PREPARER_VERSION, plain_onnx
from fairlineup.faces.engine.conversion import CONVERTED, CONVERTER_VERSION, dlib_to_onnx
from fairlineup.faces.engine.descriptions import Form, ModelDescription
from fairlineup.faces.engine.faults import DigestMismatch, EngineNotInstalled, ModelFileError
from fairlineup.faces.engine.fetching import fetched
from fairlineup.faces.engine.installed import WeightsFile, published
from fairlineup.faces.engine.store import kept, kept_content
from fairlineup.records import read_regular
from fairlineup.seals import digest

LARGEST_WEIGHTS = 4_000_000_000  # bytes of a model's file


def prepared_model(description: ModelDescription) -> Path:
    """The ONNX file of a described model.

    Whatever it takes is done on first use and kept in the cache: the download, and the conversion of a file
    that isn't plain ONNX (half a second; of one that this package doesn't know each time). Two processes may
    do it at once.

    Raises:
        DigestMismatch: the bytes aren't those described.
        DownloadFailed: the URL didn't give them.
        ModelFileError: there is no such file, or it isn't such a network.
        EngineNotInstalled: the converter's library isn't there.
        CacheUnusable: nothing can be kept.
    """
    if description.form == "onnx":
        return _published(description)
    return _converted(
        description.form, description.sha256, lambda: _checked(_published(description), description)
    )


def prepared_detector(file: WeightsFile) -> Path:
    """The ONNX file of a detector that OpenCV Zoo publishes. Raises: as `prepared_model`."""
    return _converted("int8bq", file.sha256, lambda: published(file).read_bytes())


def _published(description: ModelDescription) -> Path:
    """The file of weights as published, its digest checked."""
    if isinstance(description.weights, WeightsFile):
        return published(description.weights)
    if isinstance(description.weights, str):
        return fetched(description.weights, description.sha256)
    _checked(description.weights, description)
    return description.weights


def model_content(path: Path, description: ModelDescription) -> bytes:
    """What `prepared_model` gave, read: the bytes whose digest is checked are those that are run.

    Raises: ModelFileError, DigestMismatch: the file changed since.
    """
    return _checked(path, description) if description.form == "onnx" else kept_content(path)


def _checked(path: Path, description: ModelDescription) -> bytes:
    """The weights as published. Raises: ModelFileError (no such file), DigestMismatch (it is another)."""
    try:
        content = read_regular(path, LARGEST_WEIGHTS)
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        raise ModelFileError(
            f"the model {description.information.name}",
            expected=f"a file {str(path)!r}",
            got="none" if missing else getattr(error, "strerror", None) or str(error),
            remedy="correct path in its description",
        ) from None
    got = digest(content).removeprefix("sha256:")
    if got != description.sha256:
        raise DigestMismatch(
            f"the weights of {description.information.name}",
            expected=f"SHA-256 {description.sha256}",
            got=got,
            remedy="obtain the published file, or describe this one by its own digest",
        )
    return content


def _converted(form: Form, sha256: str, weights: Callable[[], bytes]) -> Path:
    """The converted file, named by the weights' digest, the converter's version and its own digest."""
    make, version, known = (
        (dlib_to_onnx, f"c{CONVERTER_VERSION}", CONVERTED)
        if form == "dlib"
        else (plain_onnx, f"p{PREPARER_VERSION}", PREPARED)
    )

    def convert() -> bytes:
        content = weights()
        try:
            return make(content)
        except ImportError as error:
            raise EngineNotInstalled("the model converter", expected="onnx", got=str(error)) from None

    return kept(f"{sha256}-{version}", ".onnx", convert, known.get(sha256, ""))
