"""The report on three or four pages: page 1, groups and comparisons, limits, how it was measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.page import TEMPLATE, environment, read_subject, shared_by_all, told
from fairlineup.evidence.pages.subject import Subject
from fairlineup.evidence.pages.terms import MEASURES, Term
from fairlineup.evidence.runs import RunDirectory
from fairlineup.files import write_atomic

NAME = "report-short.html"
MOST_LABELS = 2
MOST_ROWS = 8  # groups of one label
MOST_CONTRASTS = 3  # of one label at one threshold
CONTENTS = (("groups", "Groups and comparisons"), ("limits", "Limits"), ("repeat", "How it was measured"))
METHODS = ("fpir", "fmr", "fnir")


@dataclass(frozen=True, slots=True)
class HeldLimit:
    """A declared limit: of which rate, how much at most, who must keep it, where, and who set it."""

    rate: str
    at_most: str
    whom: str
    at: str
    source: str


def write_short(directory: RunDirectory) -> Path:
    """Write report-short.html into a finished run: without photographs, slider or lists.

    Returns: the page.
    Raises: BadInput: no finished run, or of another version; an unwritable place. SystemFailed: a full disk.
    """
    subject = read_subject(directory)
    found = told(subject, shared_by_all(subject, short=True)) | {
        "contents": CONTENTS,
        "held": held_limits(subject),
        "most_labels": MOST_LABELS,
        "most_rows": MOST_ROWS,
        "most_contrasts": MOST_CONTRASTS,
        "told_methods": {MEASURES[key].name for key in METHODS},
    }
    path = directory.path / NAME
    write_atomic(path, environment().get_template(TEMPLATE).render(**found).encode())
    return path


def held_limits(subject: Subject) -> list[HeldLimit]:
    """Every limit that was ruled on, in the plan's order; of another there is no number to read one from."""
    return [
        HeldLimit(
            rate=_rate(MEASURES[str(one["measure"])]),
            at_most=words.declared_percent(float(one["at_most"])),
            whom=f"every group of “{one['of']}”" if one.get("of") else "everyone together",
            at="any threshold" if one["measure"] == "fte" else f"“{one['threshold']}”",
            source=str(one.get("source") or "nobody named"),
        )
        for one in subject.results.get("verdicts") or ()
        if one.get("outcome") not in {None, "not_given"}
    ]


def _rate(term: Term) -> str:
    return f"{term.name} ({term.abbreviation.partition('(')[0]})"
