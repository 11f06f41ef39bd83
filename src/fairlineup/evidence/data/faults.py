"""What can go wrong between a public source and a folder."""

from __future__ import annotations

from fairlineup.records import BadInput, SystemFailed


class SourceFailed(SystemFailed):
    """A source did not answer, or not with what it promised; what was fetched before stays."""

    code = "source-failed"


class SourceChanged(SystemFailed):
    """A source no longer has the form this program reads."""

    code = "source-changed"


class CheckoutIncomplete(BadInput):
    """The folder given instead of a download lacks something."""

    code = "file-missing"


def source_changed(what: str, expected: str, got: str) -> SourceChanged:
    """The error for a file of a source that has another form now."""
    return SourceChanged(
        f"reading {what}",
        expected=expected,
        got=got,
        remedy="the source has another form now: take a newer Fairlineup, or an older checkout",
    )
