"""How far a template moves when a program cuts a photograph at a face's box, by the room that the box has.

    python -m bench.crops FOLDER          # of photographs; every twentieth, and every fifth called a probe

Prints, for each folder and each way to save the cut: faces found, and the distance between the templates of
photograph and cut (median, 95th percentile), with the share under a twentieth of the default threshold.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fairlineup.faces.engine import Engine
from fairlineup.faces.photos import decode
from fairlineup.service.wire import Picture, bounding_box

PADDINGS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0)
SAVED: dict[str, dict[str, Any]] = {
    "PNG": {"format": "PNG"},
    "JPEG, quality 75": {"format": "JPEG", "quality": 75},
}
SMALL_CHANGE = 0.05 * 0.528
EACH = {"probes": 5}

Pixels = NDArray[np.uint8]


def moves(engine: Engine, photos: list[Path]) -> Iterator[tuple[str, float, float]]:
    """For each photograph, way of saving and padding: the distance moved; NaN where no face was found."""
    for photo in photos:
        pixels = decode(photo.read_bytes()).pixels
        for face in engine.faces(pixels)[:1]:
            template = engine.templates(pixels, [face])[0].vector
            high, wide = pixels.shape[:2]
            for padding in PADDINGS:
                box = bounding_box(face.box, Picture(wide, high), padding)
                left, top = int(box["Left"] * wide), int(box["Top"] * high)
                right, bottom = left + int(box["Width"] * wide), top + int(box["Height"] * high)
                cut = Image.fromarray(pixels).crop((left, top, right, bottom))
                for name, how in SAVED.items():
                    yield name, padding, _moved(engine, cut, how, template)


def _moved(engine: Engine, cut: Image.Image, how: dict[str, Any], template: NDArray[np.float32]) -> float:
    saved = io.BytesIO()
    cut.save(saved, **how)
    pixels = decode(saved.getvalue()).pixels
    found = engine.faces(pixels)[:1]
    if not found:
        return float("nan")
    other = engine.templates(pixels, found)[0].vector
    return 1 - float(template @ other / np.linalg.norm(template) / np.linalg.norm(other))


def main(folder: Path) -> None:
    """Print a table for each folder of photographs."""
    engine = Engine()
    for place in sorted({photo.parent for photo in folder.rglob("*.jpg")}):
        photos = sorted(place.glob("*.jpg"))[:: EACH.get(place.name, 20)]
        rows = list(moves(engine, photos))
        print(f"\n{place.name}, {len(photos)} photographs\n")
        print(
            "| saved as | room a side | face found | median | 95 % | under 0.026 |\n|---|---|---|---|---|---|"
        )
        for name in SAVED:
            for padding in PADDINGS:
                told = [far for saved, room, far in rows if (saved, room) == (name, padding)]
                print(f"| {name} | {padding:.0%} | {_row(np.array(told))} |")


def _row(moved: NDArray[np.float64]) -> str:
    found = moved[~np.isnan(moved)]
    middle, high = np.percentile(found, [50, 95])
    shares = len(found) / len(moved), np.mean(found < SMALL_CHANGE)
    return f"{shares[0]:.1%} | {middle:.3f} | {high:.3f} | {shares[1]:.0%}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
