"""What looking for the same picture will take, before it does."""

from __future__ import annotations

from collections.abc import Mapping

FINGERPRINT_S = 0.001
"""Of one core for a portrait of some hundred pixels; a large photograph takes as long as decoding it."""
SEARCH_S = 0.004  # of one core for a picture among some thousands
OVERLAY_S = 0.0008


def seconds_to_look(photographs: int, workers: int) -> Mapping[str, float]:
    """Rough time of each stage that progress is told of."""
    each = {"fingerprints": FINGERPRINT_S, "candidates": SEARCH_S, "registrations": OVERLAY_S}
    return {stage: photographs * seconds / workers for stage, seconds in each.items()}
