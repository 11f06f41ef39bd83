"""What measuring will take, before it does."""

from __future__ import annotations

from collections.abc import Mapping

STAGES = {"thresholds": (1.0, 2e-6), "likelihood": (1.0, 4e-6), "sweep": (2.0, 5e-6)}
"""Seconds of one core, and what each recorded candidate adds: fitted to runs of 0.3, 1.7 and 5.3 million."""


def seconds_to_measure(candidates: int, processes: int) -> Mapping[str, float]:
    """Rough time of each stage that progress is told of, where so many processes measure."""
    found = {stage: base + each * candidates for stage, (base, each) in STAGES.items()}
    if processes == 1:
        return found
    return {"thresholds": found["thresholds"], "ahead": (found["likelihood"] + found["sweep"]) / processes}
