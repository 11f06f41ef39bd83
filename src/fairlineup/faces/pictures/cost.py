"""What looking for the same picture will take, before it does."""

from __future__ import annotations

from collections.abc import Mapping

FINGERPRINT_S = 0.001
"""Of one core for a portrait of some hundred pixels; a large photograph takes as long as decoding it."""
LEARN_S = 0.0011  # of one core alone, for the cells of a picture
SEARCH_S = 0.0005
OVERLAY_S = 0.0002


def seconds_to_look(photographs: int, workers: int) -> Mapping[str, float]:
    """Rough time of each stage that progress is told of; as 25,535 pictures took (docs/benchmarks.md)."""
    return {
        "fingerprints": photographs * FINGERPRINT_S / workers,
        "candidates": photographs * (LEARN_S + SEARCH_S / workers),
        "registrations": photographs * OVERLAY_S / workers,
    }
