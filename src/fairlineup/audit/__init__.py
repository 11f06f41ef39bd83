"""Data set, plan, protocol and run of an audit; imports no system, so it can favour none."""

from fairlineup.audit.canary import steadiness
from fairlineup.audit.conduct import Bill, Budget, Conduct, Pace, Patience, Spending, bill_of, check_budget
from fairlineup.audit.findings import ALLOWED, MEANING, Action, Finding, Kind, find
from fairlineup.audit.manifest import Dataset, Entry, read_dataset, read_place
from fairlineup.audit.papers import (
    Papers,
    calibration_of,
    check_against,
    check_out,
    draw_up,
    environment,
    may_show,
    read_back,
)
from fairlineup.audit.place import Folder, Memory, Place
from fairlineup.audit.plan import (
    LEAVE_ONE_OUT,
    OTHERS,
    ContrastChoice,
    DatasetChoice,
    GalleryChoice,
    LimitChoice,
    Plan,
    ProbesChoice,
    SearchChoice,
    StatisticsChoice,
    SystemChoice,
    ThresholdChoice,
    folder_of,
)
from fairlineup.audit.planfile import parse_plan, read_plan, write_plan
from fairlineup.audit.protocol import ENROL_STAGES, SEARCH_STAGES, Protocol
from fairlineup.audit.resolve import resolve
from fairlineup.audit.run import perform, remaining
from fairlineup.audit.settle import Case, Policy, SettledDataset, settle, settlement_of, tally

__all__ = [
    "ALLOWED",
    "ENROL_STAGES",
    "LEAVE_ONE_OUT",
    "MEANING",
    "OTHERS",
    "SEARCH_STAGES",
    "Action",
    "Bill",
    "Budget",
    "Case",
    "Conduct",
    "ContrastChoice",
    "Dataset",
    "DatasetChoice",
    "Entry",
    "Finding",
    "Folder",
    "GalleryChoice",
    "Kind",
    "LimitChoice",
    "Memory",
    "Pace",
    "Papers",
    "Patience",
    "Place",
    "Plan",
    "Policy",
    "ProbesChoice",
    "Protocol",
    "SearchChoice",
    "SettledDataset",
    "Spending",
    "StatisticsChoice",
    "SystemChoice",
    "ThresholdChoice",
    "bill_of",
    "calibration_of",
    "check_against",
    "check_budget",
    "check_out",
    "draw_up",
    "environment",
    "find",
    "folder_of",
    "may_show",
    "parse_plan",
    "perform",
    "read_back",
    "read_dataset",
    "read_place",
    "read_plan",
    "remaining",
    "resolve",
    "settle",
    "settlement_of",
    "steadiness",
    "tally",
    "write_plan",
]
