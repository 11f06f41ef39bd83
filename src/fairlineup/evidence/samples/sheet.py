"""A sheet of people who do not exist, to look at."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from fairlineup.evidence.samples.photographs import Shot, photographs

_GAP_PX = 4


def sheet(shots: Sequence[Shot], columns: int = 10, width_px: int = 108) -> Image.Image:
    """Photographs side by side.

    Args:
        shots: what is shown, row by row.
        columns: photographs a row.
        width_px: of each photograph; all are given the first one's shape.
    """
    pictures = [Image.open(io.BytesIO(content)).convert("RGB") for content in photographs(shots)]
    height_px = round(width_px * pictures[0].height / pictures[0].width)
    rows = -(-len(pictures) // columns)
    size = (columns * (width_px + _GAP_PX) - _GAP_PX, rows * (height_px + _GAP_PX) - _GAP_PX)
    whole = Image.new("RGB", size, "white")
    for place, picture in enumerate(pictures):
        small = picture.resize((width_px, height_px), Image.Resampling.LANCZOS)
        row, column = divmod(place, columns)
        whole.paste(small, (column * (width_px + _GAP_PX), row * (height_px + _GAP_PX)))
    return whole
