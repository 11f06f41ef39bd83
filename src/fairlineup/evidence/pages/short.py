"""The report on three or four pages: page 1, groups and comparisons, limits, how it was measured."""

from __future__ import annotations

from pathlib import Path

from fairlineup.evidence.pages.moving import parts
from fairlineup.evidence.pages.page import TEMPLATE, PageParts, fixed, shared_by_all
from fairlineup.evidence.pages.rendering import environment
from fairlineup.evidence.pages.subject import Report
from fairlineup.evidence.pages.terms import MEASURES
from fairlineup.evidence.pages.words import as_page
from fairlineup.evidence.runs import RunDirectory
from fairlineup.files import write_atomic
from fairlineup.results import AuditResults

NAME = "report-short.html"
CONTENTS = (("groups", "Groups and comparisons"), ("limits", "Limits"), ("repeat", "How it was measured"))
METHODS = ("fpir", "fmr", "fnir")
MOST = {
    "most_labels": 2,
    "most_rows": 8,  # groups of one label
    "most_contrasts": 3,  # of one label at one threshold
}


def write_short(results: AuditResults, directory: RunDirectory) -> Path:
    """Write report-short.html into a finished run: without photographs, slider or lists.

    Returns: the page.
    Raises: BadInput: an unwritable place. SystemFailed: a full disk.
    """
    subject = Report.of(results, directory.read_identity())
    shared = shared_by_all(subject, short=True)
    found = fixed(subject, PageParts.of(subject), parts(subject, shared)) | {
        "contents": CONTENTS,
        "told_methods": {MEASURES[key].name for key in METHODS},
    }
    page = environment().get_template(TEMPLATE).render(**shared, **found, **MOST, slider=None, faces=False)
    path = directory.path / NAME
    write_atomic(path, as_page(page))
    return path
