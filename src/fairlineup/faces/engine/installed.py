"""Finds the model files of face_recognition_models without importing it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from fairlineup.faces.engine.faults import DigestMismatch, EngineNotInstalled
from fairlineup.faces.engine.store import sha256_of

LANDMARKS_SHA256 = "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888"
"""dlib's five-point predictor, as published."""

_PACKAGE = "face_recognition_models"


def installed_model(name: str) -> Path:
    """The path of one of the package's files, unread.

    The package's own code can't be run: it needs pkg_resources, which new setuptools no longer bring.

    Raises: EngineNotInstalled: the package or the file isn't there.
    """
    found = importlib.util.find_spec(_PACKAGE)
    folders = list(found.submodule_search_locations or ()) if found is not None else []
    for folder in folders:
        path = Path(folder) / "models" / name
        if path.is_file():
            return path
    raise EngineNotInstalled(
        "the engine's model files",
        expected=f"{name} in the package {_PACKAGE}",
        got="no such package" if found is None else "a package without it",
    )


def landmarks_file() -> Path:
    """The five-point landmark predictor of dlib, its digest checked.

    Raises:
        EngineNotInstalled: it isn't there.
        DigestMismatch: it isn't the published file.
    """
    path = installed_model("shape_predictor_5_face_landmarks.dat")
    try:
        got = sha256_of(path)
    except OSError as error:
        got = error.strerror or str(error)
    if got != LANDMARKS_SHA256:
        raise DigestMismatch(
            f"the landmark predictor {path.name}",
            expected=f"SHA-256 {LANDMARKS_SHA256}",
            got=got,
            remedy="reinstall face_recognition_models 0.3.0",
        )
    return path
