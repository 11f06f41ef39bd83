"""The page on which one person looks at doubtful pairs: two pictures, four answers, and nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from fairlineup.evidence.pages.faces import Album, Photographs, open_album
from fairlineup.evidence.pages.finding import about
from fairlineup.evidence.pages.subject import Subject
from fairlineup.evidence.runs import RunDirectory
from fairlineup.files import write_atomic

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
    """What one reviewer is shown.

    Attributes:
        reviewer: their name.
        name: what their files are called.
        pairs: name of each pair with its two photographs, in their order.
    """

    reviewer: str
    name: str
    pairs: Sequence[tuple[str, str, str]]


def write_review(directory: RunDirectory, folder: str, sheet: Sheet, photographs: Photographs) -> Path:
    """Write one reviewer's page; no file name, person, distance or other reviewer's decision stands in it.

    Args:
        directory: the run, for the digests of its photographs.
        folder: where in the run.
        sheet: the reviewer and their pairs.
        photographs: where photographs come from.
    Returns: the page.
    Raises:
        BadInput: the run has no results yet, its manifest cannot be read, or an unwritable place.
        SystemFailed: the disk is full.
    """
    album = open_album(directory, photographs)
    album = Album(photographs, album.digests, SIDE_PX, MOST_BYTES)
    script = _script()
    page = (
        _environment()
        .get_template("review.html.j2")
        .render(
            about=about(Subject.of(directory.read_results(), directory.read_identity())),
            reviewer=sheet.reviewer,
            name=sheet.name,
            pairs=[(pair, album.thumb(probe), album.thumb(gallery)) for pair, probe, gallery in sheet.pairs],
            answers=ANSWERS,
            reasons=REASONS,
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )
    path = directory.path / folder / f"review-{sheet.name}.html"
    write_atomic(path, page.encode())
    return path


@cache
def _script() -> str:
    return (files("fairlineup.evidence.pages") / "templates" / "review.js").read_text("utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("fairlineup.evidence.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
