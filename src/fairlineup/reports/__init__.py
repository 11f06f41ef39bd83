"""Results to pages; computes nothing: every number shown stands in results.json."""

from fairlineup.reports.naming import called
from fairlineup.reports.page import write_report
from fairlineup.reports.review import Sheet, write_review
from fairlineup.reports.short import write_short
from fairlineup.reports.versus import write_versus

__all__ = ["Sheet", "called", "write_report", "write_review", "write_short", "write_versus"]
