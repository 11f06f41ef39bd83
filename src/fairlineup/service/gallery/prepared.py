"""One collection's templates in memory, kept current by the change feed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence

import numpy as np

from fairlineup.faces.vectors import GallerySnapshot, PreparedGallery, prepare
from fairlineup.service.gallery.templates import opened_templates
from fairlineup.service.sealing import Sealer

BATCH = 4096


class PreparedCollection:
    """The templates of a collection, ready to be searched; for any thread.

    Args:
        collection: its number.
        metric: of its templates.
        pipeline: digest of what made them.
    """

    def __init__(self, collection: int, metric: str, pipeline: str, template_length: int) -> None:
        self._collection, self._metric, self._pipeline = collection, metric, pipeline
        self._length = template_length
        self._lock = threading.Lock()
        self._gallery = PreparedGallery(template_length, metric, pipeline)
        self._position: int | None = None  # of the change feed; None: not loaded

    def current(self, reading: sqlite3.Connection, sealer: Sealer) -> GallerySnapshot:
        """The templates as the transaction sees them, or as a later one did."""
        with self._lock:
            newest = _newest(reading)
            if self._position is None:
                self._add(reading, sealer, _faces(reading, self._collection))
            elif newest > self._position:
                self._follow(reading, sealer, self._position)
            self._position = max(newest, self._position or 0)
            return self._gallery.snapshot()

    def _follow(self, reading: sqlite3.Connection, sealer: Sealer, position: int) -> None:
        rows = reading.execute(
            "SELECT face, op FROM change WHERE collection = ? AND seq > ? ORDER BY seq",
            (self._collection, position),
        ).fetchall()
        last = {row["face"]: row["op"] for row in rows}
        gone = [str(face) for face, op in last.items() if op == "removed" and str(face) in self._gallery]
        if gone:
            self._gallery.remove(gone)
            self._gallery.compact()
        new = [face for face, op in last.items() if op == "added" and str(face) not in self._gallery]
        self._add(reading, sealer, sorted(new))

    def _add(self, reading: sqlite3.Connection, sealer: Sealer, faces: Sequence[int]) -> None:
        for at in range(0, len(faces), BATCH):
            found = opened_templates(reading, sealer, self._collection, faces[at : at + BATCH])
            if found:
                rows = np.frombuffer(b"".join(found.values()), np.float32).reshape(len(found), self._length)
                self._gallery.add([str(face) for face in found], prepare(rows, self._metric, self._pipeline))


def _newest(reading: sqlite3.Connection) -> int:
    row = reading.execute("SELECT seq FROM sqlite_sequence WHERE name = 'change'").fetchone()
    return int(row[0]) if row else 0


def _faces(reading: sqlite3.Connection, collection: int) -> list[int]:
    """Faces that a search may find, in the order they came."""
    rows = reading.execute(
        "SELECT face.id FROM face JOIN person ON person.id = face.person"
        " WHERE face.collection = ? AND person.withdrawn IS NULL ORDER BY face.id",
        (collection,),
    )
    return [row[0] for row in rows]
