"""What measuring will take, before it does."""

from __future__ import annotations

from collections.abc import Mapping

STAGES = {"thresholds": (1.0, 1.5e-6), "likelihood": (1.0, 3.5e-6), "sweep": (2.0, 4e-6)}
"""Seconds of one core, and what each recorded candidate adds: fitted to runs of 288,499 and 1,651,743."""


def seconds_to_measure(candidates: int) -> Mapping[str, float]:
    """Rough time of each stage that progress is told of."""
    return {stage: base + each * candidates for stage, (base, each) in STAGES.items()}
