"""Faces of a collection: enrolled, listed, looked up."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Mapping, Sequence

from fairlineup.service.gallery.people import add_person, add_user, user
from fairlineup.service.gallery.records import Collection, Enrolled, NewFace, NewImage, StoredFace
from fairlineup.service.gallery.templates import seal_template
from fairlineup.service.sealing import Sealer
from fairlineup.service.store import inserted

Values = Sequence[str | int] | Mapping[str, str | int | None]

_SELECT = """
SELECT face.*, image.uuid AS image_uuid, person.user_id FROM face
JOIN image ON image.id = face.image JOIN person ON person.id = face.person
"""


def enrolled(
    work: sqlite3.Connection, sealer: Sealer, collection: Collection, image: NewImage, now: float
) -> Enrolled:
    """Add a photograph's faces, in a transaction; a photograph known under this external id adds none."""
    keyed = sealer.keyed_hash(image.content, "photograph")
    external = image.faces[0].external_id if image.faces else ""
    known = work.execute(
        "SELECT id, uuid FROM image WHERE collection = ? AND keyed_hash = ? AND external_id = ?",
        (collection.id, keyed, external),
    ).fetchone()
    if known:
        there = _stored(work, "WHERE face.image = ? ORDER BY face.id", (known["id"],))
        return Enrolled(known["uuid"], tuple(there), known=True)
    name = str(uuid.uuid4())
    number = inserted(
        work,
        "INSERT INTO image (collection, uuid, keyed_hash, external_id) VALUES (?, ?, ?, ?)",
        (collection.id, name, keyed, external),
    )
    added = [_added(work, sealer, collection, (number, face), now) for face in image.faces]
    return Enrolled(name, tuple(by_number(work, added)), known=False)


def _added(
    work: sqlite3.Connection, sealer: Sealer, collection: Collection, one: tuple[int, NewFace], now: float
) -> int:
    image, face = one
    person = _person_of(work, collection, face, now)
    detail = json.dumps(face.detail, separators=(",", ":"))
    number = inserted(
        work,
        "INSERT INTO face (collection, person, image, uuid, external_id, detail, created)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (collection.id, person, image, str(uuid.uuid4()), face.external_id, detail, now),
    )
    seal_template(work, sealer, collection.id, number, face.vector)
    work.execute("INSERT INTO change (collection, face, op) VALUES (?, ?, 'added')", (collection.id, number))
    return number


def _person_of(work: sqlite3.Connection, collection: Collection, face: NewFace, now: float) -> int:
    if face.user_id is None:
        return add_person(work, collection.id, None, face.provenance, now)
    there = work.execute(
        "SELECT id FROM person WHERE collection = ? AND user_id = ?", (collection.id, face.user_id)
    ).fetchone()
    if there is None:
        add_user(work, collection, face.user_id, face.provenance, now)
    return user(work, collection, face.user_id).id


def by_number(reading: sqlite3.Connection, faces: Sequence[int]) -> list[StoredFace]:
    """Faces by number, in the order given; those that are gone, or withdrawn, are left out."""
    marks = ",".join("?" * len(faces))
    found = _stored(reading, f"WHERE face.id IN ({marks}) AND person.withdrawn IS NULL", tuple(faces))
    of = {one.id: one for one in found}
    return [of[face] for face in faces if face in of]


def by_uuid(
    reading: sqlite3.Connection, collection: Collection, uuids: Sequence[str]
) -> dict[str, StoredFace]:
    """Faces of a collection by FaceId; those that are not in it are left out."""
    marks = ",".join("?" * len(uuids))
    where = f"WHERE face.collection = ? AND face.uuid IN ({marks})"
    return {one.uuid: one for one in _stored(reading, where, (collection.id, *uuids))}


def listed(
    reading: sqlite3.Connection,
    collection: Collection,
    user_id: str | None = None,
    after: int = 0,
    limit: int = 4096,
) -> list[StoredFace]:
    """Faces in the order they came, those after a number; of one user alone if one is named."""
    of_user = " AND person.user_id = :user" if user_id is not None else ""
    where = f"WHERE face.collection = :collection AND face.id > :after{of_user} ORDER BY face.id LIMIT :limit"
    values = {"collection": collection.id, "after": after, "limit": limit, "user": user_id}
    return _stored(reading, where, values)


def _stored(reading: sqlite3.Connection, where: str, values: Values) -> list[StoredFace]:
    return [
        StoredFace(
            row["id"],
            row["uuid"],
            row["image_uuid"],
            row["external_id"],
            row["person"],
            row["user_id"],
            json.loads(row["detail"]),
        )
        for row in reading.execute(_SELECT + where, values)
    ]
