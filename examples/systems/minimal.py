"""The protocol of docs/systems/process.md in thirty lines. It knows no faces: it compares bytes counted."""

import base64
import json
import math
import sys

HELLO = {
    "protocol": 1,
    "name": "byte counts",
    "vendor": "an example",
    "version": "1",
    "scale": {"kind": "similarity", "low": 0, "high": 1, "name": "cosine of byte counts"},
    "default_threshold": {"score": 0.9, "source": "the example"},
}
galleries = {}


def template(content):
    """How often each byte is there, to length 1."""
    counts = [content.count(value) for value in range(256)]
    length = math.hypot(*counts)
    return [count / length for count in counts] if length else None


def answer(question):
    """What stands behind n."""
    if question["ask"] == "hello":
        return HELLO
    gallery = galleries.setdefault(question["gallery"], {})
    if question["ask"] == "delete_gallery":
        del galleries[question["gallery"]]
        return {}
    counts = template(base64.b64decode(question["bytes"]))
    if counts is None:
        return {"outcome": "no_face", "detail": "an empty file"}
    if question["ask"] == "enrol":
        gallery[question["photo"]] = counts
        return {"outcome": "ok"}
    scores = [(min(1.0, sum(map(float.__mul__, counts, one))), photo) for photo, one in gallery.items()]
    threshold = 0.9 if question["threshold"] is None else question["threshold"]
    found = [[photo, score] for score, photo in sorted(scores, reverse=True) if score >= threshold]
    shown = found[: question["max_candidates"]]
    return {"outcome": "ok", "candidates": shown, "capped": len(shown) < len(found)}


for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps({"n": question["n"], **answer(question)}), flush=True)
