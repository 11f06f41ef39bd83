"""Runs side by side, paired by photograph: at their own thresholds and at equal false match rates."""

from fairlineup.evidence.versus.compare import SCHEMA, compare_runs

__all__ = ["SCHEMA", "compare_runs"]
