"""The page on which one person looks at doubtful pairs: two pictures, four answers, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fairlineup.evidence.pages.faces import Photographs, open_album
from fairlineup.evidence.pages.finding import about
from fairlineup.evidence.pages.rendering import environment
from fairlineup.evidence.pages.subject import Report
from fairlineup.evidence.pages.words import as_page
from fairlineup.evidence.runs import RunDirectory
from fairlineup.files import write_atomic
from fairlineup.results import AuditResults

SIDE_PX = 320
MOST_BYTES = 24_000_000  # a page for one person, opened once
ANSWERS = (
    ("same_person", "same person"),
    ("different_people", "different people"),
    ("same_picture", "same picture"),
    ("cannot_tell", "cannot tell"),
)
REASONS = (
    "eyes, nose, mouth and ears agree",
    "nose, mouth or ears differ",
    "the same shot, cropped or mirrored",
    "too small or unclear",
    "a painting, not a photograph",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one reviewer is shown."""

    reviewer: str  #: their name.
    name: str  #: what their files are called.
    pairs: Sequence[tuple[str, str, str]]  #: name of each pair with its two photographs, in their order.


def write_review(
    results: AuditResults, directory: RunDirectory, folder: str, sheet: Sheet, photographs: Photographs
) -> Path:
    """Write one reviewer's page; no file name, person, distance or other reviewer's decision stands in it.

    Args:
        results: of the run.
        directory: the run, for the digests of its photographs.
        folder: where in the run.
        sheet: the reviewer and their pairs.
        photographs: where photographs come from.
    Returns: the page.
    Raises: BadInput: the run's manifest cannot be read, or an unwritable place. SystemFailed: a full disk.
    """
    album = replace(open_album(directory, photographs), side_px=SIDE_PX, most_bytes=MOST_BYTES)
    page = (
        environment()
        .get_template("review.html.j2")
        .render(
            about=about(Report.of(results, directory.read_identity())),
            reviewer=sheet.reviewer,
            name=sheet.name,
            pairs=[(pair, album.thumb(probe), album.thumb(gallery)) for pair, probe, gallery in sheet.pairs],
            answers=ANSWERS,
            reasons=REASONS,
        )
    )
    path = directory.path / folder / f"review-{sheet.name}.html"
    write_atomic(path, as_page(page))
    return path
