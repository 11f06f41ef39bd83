"""A frozen run put to a system, stage by stage; imports no system, so it can favour none."""

from fairlineup.evidence.asking.canary import steadiness
from fairlineup.evidence.asking.options import (
    CostEstimate,
    Pace,
    RetryPolicy,
    RunLimits,
    RunOptions,
)
from fairlineup.evidence.asking.run import ask_system, cost_of_plan, gallery_of, remaining_cost

__all__ = [
    "CostEstimate",
    "Pace",
    "RetryPolicy",
    "RunLimits",
    "RunOptions",
    "ask_system",
    "cost_of_plan",
    "gallery_of",
    "remaining_cost",
    "steadiness",
]
