"""Files of formats that are no longer read: refused by name, with the software that reads them."""

from __future__ import annotations

from fairlineup.records.errors import BadInput

READ_BY = "d36563b"  # the last commit that reads what was written before formats had a version each


def older_format(what: str, *, expected: str, got: str, reader: str = READ_BY) -> BadInput:
    """The error for a file of an older format, or of one that is not known here."""
    return BadInput(
        f"{what} is of another format",
        expected=expected,
        got=got,
        remedy=f"read it with the software that wrote it; formats older than these with commit {reader}",
        code="run-of-an-older-format",
        facts={"format": got},
    )
