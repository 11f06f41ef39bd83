"""Results to pages; computes nothing."""

from pathlib import Path

from fairlineup.runs import RunDirectory


def write_report(directory: RunDirectory, photographs: Path | None) -> Path:
    """Placeholder until the page is drawn."""
    return directory.path / "report.html"
