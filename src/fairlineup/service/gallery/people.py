"""People of a collection: users, and those whose faces came without one."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple

from fairlineup.records import BadInput
from fairlineup.service.gallery.records import Collection, Person, Provenance
from fairlineup.service.store import inserted

_SELECT = "SELECT person.*, (SELECT count(*) FROM face WHERE face.person = person.id) AS faces FROM person"


def add_person(
    work: sqlite3.Connection, collection: int, user_id: str | None, provenance: Provenance, now: float
) -> int:
    """Add somebody; the number."""
    return inserted(
        work,
        "INSERT INTO person (collection, user_id, created, source, legal_basis, consent_reference,"
        " consent_given, consent_expires, notice_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (collection, user_id, now, *astuple(provenance)),
    )


def add_user(
    work: sqlite3.Connection, collection: Collection, user_id: str, provenance: Provenance, now: float
) -> None:
    """Add a user. Raises: BadInput: there is one of this id."""
    if _row(work, collection, user_id) is not None:
        raise BadInput(
            f"the user {user_id!r} of the collection {collection.name!r}",
            expected="an id that no user of it has",
            got="one that is taken",
            remedy="choose another id, or add faces to this user",
            code="user-exists",
            facts={"user": user_id},
        )
    add_person(work, collection.id, user_id, provenance, now)


def user(reading: sqlite3.Connection, collection: Collection, user_id: str) -> Person:
    """A user by id. Raises: BadInput: there is none."""
    row = _row(reading, collection, user_id)
    if row is None:
        raise BadInput(
            f"the user {user_id!r} of the collection {collection.name!r}",
            expected="a user who is in it",
            got="none of this id",
            remedy="list the users, or create this one",
            code="user-missing",
            facts={"user": user_id},
        )
    return _person(row)


def users(
    reading: sqlite3.Connection, collection: Collection, after: str = "", limit: int = 500
) -> list[Person]:
    """Users by id, those after an id."""
    rows = reading.execute(
        f"{_SELECT} WHERE collection = ? AND user_id > ? ORDER BY user_id LIMIT ?",
        (collection.id, after, limit),
    )
    return [_person(row) for row in rows]


def move_face(work: sqlite3.Connection, face: int, person: int) -> None:
    """Make a face somebody else's; whoever had no user id and has no face left goes."""
    work.execute("UPDATE face SET person = ? WHERE id = ?", (person, face))
    work.execute(
        "DELETE FROM person WHERE user_id IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM face WHERE face.person = person.id)"
        " AND collection = (SELECT collection FROM face WHERE id = ?)",
        (face,),
    )


def provenance_of(reading: sqlite3.Connection, person: int) -> Provenance:
    """Where somebody's photographs come from. Raises: KeyError: there is no such person."""
    row = reading.execute("SELECT * FROM person WHERE id = ?", (person,)).fetchone()
    if row is None:
        raise KeyError(person)
    return _provenance(row)


def _row(reading: sqlite3.Connection, collection: Collection, user_id: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = reading.execute(
        f"{_SELECT} WHERE collection = ? AND user_id = ?", (collection.id, user_id)
    ).fetchone()
    return found


def _person(row: sqlite3.Row) -> Person:
    return Person(row["id"], row["user_id"], _provenance(row), row["faces"], row["withdrawn"])


def _provenance(row: sqlite3.Row) -> Provenance:
    return Provenance(
        row["source"],
        row["legal_basis"],
        row["consent_reference"],
        row["consent_given"],
        row["consent_expires"],
        row["notice_version"],
    )
