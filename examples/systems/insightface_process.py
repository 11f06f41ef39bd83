"""InsightFace as a system under test: process:PYTHON examples/systems/insightface_process.py [PACK].

PYTHON is the interpreter of an environment with insightface. Written from the public interface of insightface
2.1 (FaceAnalysis); it was not run, for the models could not be fetched. Mind their licence: those that
insightface fetches by itself are for non-commercial research only.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Any

import numpy as np
from speaking import NotProcessed, Recogniser, serve

PACK = sys.argv[1] if len(sys.argv) > 1 else "buffalo_l"


def make() -> Recogniser:
    """InsightFace with one of its packs of models."""
    import cv2
    from insightface.app import FaceAnalysis

    analysis = FaceAnalysis(name=PACK, allowed_modules=["detection", "recognition"])
    analysis.prepare(ctx_id=0, det_thresh=0.5, det_size=(640, 640))

    def embed(content: bytes) -> Any:
        image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
        if image is None:
            raise NotProcessed("error", "OpenCV cannot read the picture")
        faces = analysis.get(image)
        if not faces:
            raise NotProcessed("no_face")
        if len(faces) > 1:
            raise NotProcessed("several_faces", f"{len(faces)} faces")
        return faces[0].normed_embedding

    return Recogniser(
        {
            "name": f"insightface {PACK}",
            "vendor": "InsightFace",
            "version": version("insightface"),
            "scale": {"kind": "similarity", "low": -1.0, "high": 1.0, "name": f"cosine of {PACK} embeddings"},
            "settings": {"pack": PACK, "det_size": 640, "det_thresh": 0.5},
            "terms": [
                "The library names no threshold: whoever calls it sets one, and everyone is a candidate."
            ],
        },
        embed,
        cosines,
    )


def cosines(gallery: Any, probe: Any) -> Any:
    """InsightFace's similarity."""
    return np.clip(gallery @ probe, -1.0, 1.0)


if __name__ == "__main__":
    serve(make)
