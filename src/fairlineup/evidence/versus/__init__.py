"""Runs side by side, paired by photograph: at their own thresholds and at equal false match rates."""

from fairlineup.evidence.versus.compare import compare_runs

__all__ = ["compare_runs"]
