"""Results to pages; computes nothing: every number shown stands in results.json."""

from fairlineup.reports.page import write_report

__all__ = ["write_report"]
