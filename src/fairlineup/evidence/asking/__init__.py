"""A frozen run put to a system, stage by stage; imports no system, so it can favour none."""

from fairlineup.evidence.asking.canary import steadiness
from fairlineup.evidence.asking.conduct import (
    Bill,
    Budget,
    Conduct,
    Pace,
    Patience,
    Spending,
    bill_of,
    check_budget,
)
from fairlineup.evidence.asking.run import bill_of_plan, perform, remaining

__all__ = [
    "Bill",
    "Budget",
    "Conduct",
    "Pace",
    "Patience",
    "Spending",
    "bill_of",
    "bill_of_plan",
    "check_budget",
    "perform",
    "remaining",
    "steadiness",
]
