"""Sealed templates, as they stand in the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fairlineup.records import BadInput
from fairlineup.service.gallery.records import NewImage
from fairlineup.service.sealing import Sealer, context_of

KIND = "template"


def scope_of(collection: int) -> str:
    """Whose keys seal what belongs to a collection."""
    return f"collection/{collection}"


def seal_template(
    work: sqlite3.Connection, sealer: Sealer, collection: int, face: int, vector: NDArray[np.float32]
) -> None:
    """Keep a template."""
    blob = sealer.seal(np.ascontiguousarray(vector, np.float32).tobytes(), context_of(KIND, collection, face))
    work.execute("INSERT INTO template VALUES (?, ?)", (face, blob))


def opened_templates(
    reading: sqlite3.Connection, sealer: Sealer, collection: int, faces: Sequence[int]
) -> dict[int, bytes]:
    """Templates by face, in the order given; those that are gone are left out."""
    marks = ",".join("?" * len(faces))
    rows = reading.execute(f"SELECT face, sealed FROM template WHERE face IN ({marks})", tuple(faces))  # noqa: S608
    sealed = {row["face"]: row["sealed"] for row in rows}
    there = [face for face in faces if face in sealed]
    opened = sealer.open_all([(sealed[face], context_of(KIND, collection, face)) for face in there])
    return dict(zip(there, opened, strict=True))


def check_pipeline(image: NewImage, pipeline: str, collection: str) -> None:
    """Raises: BadInput: templates of another pipeline than the collection's."""
    if image.pipeline != pipeline:
        raise BadInput(
            f"templates for the collection {collection!r}",
            expected=f"of the pipeline {pipeline}",
            got=image.pipeline,
            remedy="use the engine that the collection was made with, or make a new collection",
            code="models-mixed",
        )
