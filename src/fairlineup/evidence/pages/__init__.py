"""Results to pages; computes nothing: every number shown stands in the results."""

from fairlineup.evidence.pages.naming import called
from fairlineup.evidence.pages.page import write_report
from fairlineup.evidence.pages.review import Sheet, write_review
from fairlineup.evidence.pages.short import write_short
from fairlineup.evidence.pages.versus import write_versus

__all__ = ["Sheet", "called", "write_report", "write_review", "write_short", "write_versus"]
