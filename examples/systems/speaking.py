"""The program's side of docs/systems/process.md, for any recogniser that makes a template of a face.

Copy it beside yours; it needs NumPy and nothing of Fairlineup's. Galleries are in memory, search is exact.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


class NotProcessed(Exception):
    """A photograph of which no template can be made.

    Attributes:
        outcome: "no_face", "several_faces", "low_quality", "refused" or "error".
    """

    def __init__(self, outcome: str, detail: str = "") -> None:
        self.outcome, self.detail = outcome, detail
        super().__init__(outcome, detail)


@dataclass(frozen=True)
class Recogniser:
    """A recogniser as the protocol needs it.

    Attributes:
        hello: what the program says of itself.
        embed: from the bytes of a photograph to the template of its one face, 1-D. Raises: NotProcessed.
        score: from all templates of a gallery, one a row, and the probe's, to a score of each.
    """

    hello: Mapping[str, Any]
    embed: Callable[[bytes], Any]
    score: Callable[[Any, Any], Any]


def serve(make: Callable[[], Recogniser]) -> None:
    """Make the recogniser and answer questions until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints from here on is no answer
    recogniser = make()
    galleries: dict[str, dict[str, Any]] = {}
    for line in sys.stdin:
        question = json.loads(line)
        match question["ask"]:
            case "hello":
                answer: dict[str, Any] = {"protocol": 1, **recogniser.hello}
            case "delete_gallery":
                galleries.pop(question["gallery"], None)
                answer = {}
            case "enrol" | "search":
                answer = _about(question, galleries.setdefault(question["gallery"], {}), recogniser)
            case other:
                answer = {"failed": f"no such question as {other}"}
        answers.write(json.dumps({"n": question["n"], **answer}) + "\n")
        answers.flush()


def _about(question: dict[str, Any], gallery: dict[str, Any], recogniser: Recogniser) -> dict[str, Any]:
    """The answer about one photograph."""
    try:
        template = np.asarray(recogniser.embed(_content(question)), dtype=np.float64)
    except NotProcessed as reason:
        return {"outcome": reason.outcome, "detail": reason.detail}
    if question["ask"] == "enrol":
        gallery[question["photo"]] = template
        return {"outcome": "ok"}
    if not gallery:
        return {"outcome": "ok", "candidates": []}
    scores = recogniser.score(np.stack(list(gallery.values())), template).tolist()
    hello = recogniser.hello
    alike = -1 if hello["scale"]["kind"] == "distance" else 1  # a higher similarity is more alike
    threshold = question["threshold"]
    if threshold is None:
        threshold = (hello.get("default_threshold") or {"score": -alike * float("inf")})["score"]
    pairs = zip(scores, gallery, strict=True)
    found = sorted((p for p in pairs if alike * p[0] >= alike * threshold), key=lambda p: -alike * p[0])
    shown = [[photo, one] for one, photo in found[: question["max_candidates"]]]
    return {"outcome": "ok", "candidates": shown, "capped": len(shown) < len(found)}


def _content(question: dict[str, Any]) -> bytes:
    if "path" not in question:
        return base64.b64decode(question["bytes"])
    try:
        with open(question["path"], "rb") as file:  # noqa: PTH123 - as the protocol gives it
            return file.read()
    except OSError as error:
        raise NotProcessed("error", f"cannot be read: {error.strerror}") from None
