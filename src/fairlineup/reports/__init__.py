"""Results to pages; computes nothing."""

from pathlib import Path

from fairlineup.runs import RunDirectory


def write_report(directory: RunDirectory, *, faces: bool) -> Path:
    """Placeholder until the page is drawn."""
    return directory.path / "report.html"
