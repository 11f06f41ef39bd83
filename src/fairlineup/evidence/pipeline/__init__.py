"""A whole audit as functions that take and return records: they print nothing, and see no system."""

from fairlineup.evidence.pipeline.auditing import Audit, audit, measure_again
from fairlineup.evidence.pipeline.bundling import BundleOptions, bundle, verify
from fairlineup.evidence.pipeline.checking import PlanFindings, cost_of, find_doubts, settled, shortfalls
from fairlineup.evidence.pipeline.comparing import Comparison, compare
from fairlineup.evidence.pipeline.importing import check_new, import_scores
from fairlineup.evidence.pipeline.options import AuditOptions, PageOptions
from fairlineup.evidence.pipeline.outlook import Shortfall, outlook
from fairlineup.evidence.pipeline.places import place_of, samples_in_memory
from fairlineup.evidence.pipeline.planning import congress_plan, plan_text
from fairlineup.evidence.pipeline.reporting import (
    Pages,
    check_is_run,
    finished_run,
    photographs_of,
    write_pages,
)
from fairlineup.evidence.pipeline.sizing import ContrastSize, LimitRow, LimitSize, PlanSize, plan_size

__all__ = [
    "Audit",
    "AuditOptions",
    "BundleOptions",
    "Comparison",
    "ContrastSize",
    "LimitRow",
    "LimitSize",
    "PageOptions",
    "Pages",
    "PlanFindings",
    "PlanSize",
    "Shortfall",
    "audit",
    "bundle",
    "check_is_run",
    "check_new",
    "compare",
    "congress_plan",
    "cost_of",
    "find_doubts",
    "finished_run",
    "import_scores",
    "measure_again",
    "outlook",
    "photographs_of",
    "place_of",
    "plan_size",
    "plan_text",
    "samples_in_memory",
    "settled",
    "shortfalls",
    "verify",
    "write_pages",
]
