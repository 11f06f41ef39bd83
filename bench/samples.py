"""Speed of the samples room against the part of a photograph that can't be left out.

`python -m bench.samples` prints one line a measurement: basis product and JPEG encoder alone, over the
whole photograph made with them, on one core.
"""

from __future__ import annotations

import io
import json
import platform
import sys
import time
from typing import Any

from bench.comparison import in_one_thread, ratio

SHOTS = 32


def measure() -> list[dict[str, Any]]:
    """{name, ratio, against, machine, ms}, where 1 is the speed of what can't be left out."""
    return in_one_thread("bench.samples")


def _here() -> list[dict[str, Any]]:
    import numpy as np
    from PIL import Image

    from fairlineup.evidence.samples import CAPTURES, Shot, people, photographs
    from fairlineup.evidence.samples.photographs import BATCH, shipped_model

    crowd, appearance = people(SHOTS), shipped_model().appearance
    coefficients = np.zeros((BATCH, appearance.textures + len(appearance.blocks["flow"].unit)))
    entries = []
    for capture in CAPTURES:
        shots = [Shot(person, 0, capture) for person in crowd]
        pictures = [Image.open(io.BytesIO(content)).convert("RGB") for content in photographs(shots)]

        def floor(pictures: list[Image.Image] = pictures) -> None:
            for _ in range(0, SHOTS, BATCH):
                appearance.texture(coefficients)
            for picture in pictures:
                picture.save(io.BytesIO(), "JPEG", quality=90)

        def work(shots: list[Shot] = shots) -> list[bytes]:
            return list(photographs(shots))

        share = ratio(floor, work)
        start = time.perf_counter()
        work()
        each_ms = (time.perf_counter() - start) / SHOTS * 1e3
        entries.append(
            {
                "name": f"{capture} photograph of somebody who does not exist, one core",
                "ratio": share,
                "against": "basis product and JPEG encoder alone",
                "ms": [each_ms],
                "machine": platform.processor() or platform.machine(),
            }
        )
    return entries


if __name__ == "__main__":
    if "--here" in sys.argv:
        print(json.dumps(_here()))
    else:
        for entry in measure():
            print(f"{entry['ratio']:.2f} of {entry['against']}: {entry['name']}, {entry['ms'][0]:.1f} ms")
