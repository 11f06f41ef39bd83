"""DeepFace as a system under test: process:PYTHON examples/systems/deepface_process.py [MODEL [DETECTOR]].

PYTHON is the interpreter of an environment with deepface. Written from the public interface of deepface
0.0.103 (DeepFace.represent, verification.find_threshold); not run, for the models could not be fetched.
"""

from __future__ import annotations

import io
import sys
from importlib.metadata import version
from typing import Any

import numpy as np
from speaking import NotProcessed, Recogniser, serve

MODEL = sys.argv[1] if len(sys.argv) > 1 else "VGG-Face"
DETECTOR = sys.argv[2] if len(sys.argv) > 2 else "opencv"


def make() -> Recogniser:
    """DeepFace with the defaults of DeepFace.represent."""
    from deepface import DeepFace
    from deepface.modules.exceptions import FaceNotDetected
    from deepface.modules.verification import find_threshold

    def embed(content: bytes) -> Any:
        try:
            faces = DeepFace.represent(io.BytesIO(content), model_name=MODEL, detector_backend=DETECTOR)
        except FaceNotDetected:
            raise NotProcessed("no_face") from None
        except Exception as error:  # noqa: BLE001 - whatever it is, it is about this photograph
            raise NotProcessed("error", f"{type(error).__name__}: {error}") from None
        if len(faces) > 1:  # DeepFace.verify would take the closest pair of all
            raise NotProcessed("several_faces", f"{len(faces)} faces")
        return faces[0]["embedding"]

    return Recogniser(
        {
            "name": f"deepface {MODEL}",
            "vendor": "Sefik Ilkin Serengil (DeepFace), and the makers of the model",
            "version": version("deepface"),
            "scale": {"kind": "distance", "low": 0.0, "high": 2.0, "name": f"cosine distance, {MODEL}"},
            "default_threshold": {
                "score": find_threshold(MODEL, "cosine"),
                "source": "deepface.modules.verification.find_threshold, which DeepFace.verify and find use",
            },
            "settings": {"detector": DETECTOR, "align": True, "normalization": "base"},
        },
        embed,
        cosine_distances,
    )


def cosine_distances(gallery: Any, probe: Any) -> Any:
    """DeepFace's default distance: one less the cosine."""
    lengths = np.linalg.norm(gallery, axis=1) * np.linalg.norm(probe)
    return np.clip(1 - gallery @ probe / lengths, 0.0, 2.0)


if __name__ == "__main__":
    serve(make)
