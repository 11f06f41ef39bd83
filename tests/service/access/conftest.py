"""A data directory with some of everything that is sealed."""

from __future__ import annotations

from tests.service.conftest import NOON, Clock, Opened

from fairlineup.service.sealing import context_of
from fairlineup.service.store import STORE_SCOPE, Store


def filled(store: Store, faces: int = 5, collections: int = 2) -> None:
    """Collections of faces with templates and photographs, sealed as the gallery does."""
    for number in range(collections):
        with store.writing() as work:
            sql = (
                "INSERT INTO collection (name, pipeline, metric, template_length, purpose, created) "
                "VALUES (?, 'p', 'cosine', 2, 'testing', 0)"
            )
            collection = work.execute(sql, (f"c{number}",)).lastrowid or 0
            store.new_scope(work, f"collection/{collection}")
            for row in range(faces):
                add_face(store, work, collection, f"{number}-{row}")


def add_face(store: Store, work: object, collection: int, uuid: str) -> int:
    """A face with its template and its photograph."""
    import sqlite3

    assert isinstance(work, sqlite3.Connection)
    sealer = store.sealer(work, f"collection/{collection}")
    person = work.execute("INSERT INTO person (collection, created) VALUES (?, 0)", (collection,)).lastrowid
    image = work.execute(
        "INSERT INTO image (collection, uuid, keyed_hash, external_id) VALUES (?, ?, ?, '')",
        (collection, f"i{uuid}", uuid.encode()),
    ).lastrowid
    face = (
        work.execute(
            "INSERT INTO face (collection, person, image, uuid, external_id, detail, created) "
            "VALUES (?, ?, ?, ?, '', '{}', 0)",
            (collection, person, image, uuid),
        ).lastrowid
        or 0
    )
    blob = sealer.seal(template_of(face), context_of("template", collection, face))
    work.execute("INSERT INTO template VALUES (?, ?)", (face, blob))
    work.execute(
        "INSERT INTO photograph (id, collection, face, sealed) VALUES (?, ?, ?, ?)",
        (face, collection, face, sealer.seal(b"picture", context_of("photograph", collection, face))),
    )
    return face


def template_of(face: int) -> bytes:
    return b"%d" % face * 100


def templates(store: Store) -> dict[int, bytes]:
    """All templates, opened."""
    with store.reading() as reading:
        sql = "SELECT template.face, sealed, collection FROM template JOIN face ON face.id = template.face"
        rows = reading.execute(sql).fetchall()
        return {
            row["face"]: store.sealer(reading, f"collection/{row['collection']}").open_sealed(
                row["sealed"], context_of("template", row["collection"], row["face"])
            )
            for row in rows
        }


__all__ = ["NOON", "STORE_SCOPE", "Clock", "Opened", "add_face", "filled", "template_of", "templates"]
