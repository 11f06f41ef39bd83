"""Collections and their tags."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from fairlineup.records import BadInput
from fairlineup.service.gallery.records import Collection, Counts, NewCollection
from fairlineup.service.gallery.templates import scope_of
from fairlineup.service.store import Store, inserted


def made(store: Store, work: sqlite3.Connection, wanted: NewCollection) -> Collection:
    """Make a collection, in a transaction. Raises: BadInput: there is one of this name."""
    if work.execute("SELECT 1 FROM collection WHERE name = ?", (wanted.name,)).fetchone():
        raise BadInput(
            f"the collection {wanted.name!r}",
            expected="a name that no collection has",
            got="one that is taken",
            remedy="choose another name, or delete the collection first",
            code="collection-exists",
            facts={"collection": wanted.name},
        )
    model = wanted.model
    number = inserted(
        work,
        "INSERT INTO collection (name, pipeline, metric, template_length, purpose, created,"
        " keeps_photographs) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            wanted.name,
            model.made_by,
            model.metric,
            model.template_length,
            wanted.purpose,
            store.clock(),
            wanted.keeps_photographs,
        ),
    )
    store.new_scope(work, scope_of(number))
    set_tags(work, number, wanted.tags)
    return found(work, wanted.name)


def found(reading: sqlite3.Connection, name: str) -> Collection:
    """A collection by its name. Raises: BadInput: there is none."""
    row = reading.execute("SELECT * FROM collection WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise BadInput(
            f"the collection {name!r}",
            expected="one that is in this data directory",
            got="none of this name",
            remedy="list the collections, or make it",
            code="collection-missing",
            facts={"collection": name},
        )
    return _collection(row)


def listed(reading: sqlite3.Connection, after: str = "", limit: int = 4096) -> list[Collection]:
    """Collections by name, those after a name."""
    rows = reading.execute("SELECT * FROM collection WHERE name > ? ORDER BY name LIMIT ?", (after, limit))
    return [_collection(row) for row in rows]


def counts(reading: sqlite3.Connection, collection: int) -> Counts:
    """How much is in a collection."""
    counted = (
        "SELECT count(*) FROM face WHERE collection = ?",
        "SELECT count(*) FROM person WHERE collection = ?",
    )
    of_faces, of_people = (reading.execute(one, (collection,)).fetchone()[0] for one in counted)
    return Counts(of_faces, of_people)


def tags_of(reading: sqlite3.Connection, collection: int) -> dict[str, str]:
    """The tags of a collection."""
    rows = reading.execute("SELECT name, value FROM tag WHERE collection = ? ORDER BY name", (collection,))
    return {row["name"]: row["value"] for row in rows}


def set_tags(work: sqlite3.Connection, collection: int, tags: Mapping[str, str]) -> None:
    """Set some tags; others stay."""
    rows = [(collection, name, value) for name, value in tags.items()]
    work.executemany("INSERT OR REPLACE INTO tag VALUES (?, ?, ?)", rows)


def remove_tags(work: sqlite3.Connection, collection: int, names: Sequence[str]) -> None:
    """Remove some tags, those that are there."""
    work.executemany(
        "DELETE FROM tag WHERE collection = ? AND name = ?", [(collection, name) for name in names]
    )


def _collection(row: sqlite3.Row) -> Collection:
    return Collection(
        row["id"],
        row["name"],
        row["pipeline"],
        row["metric"],
        row["template_length"],
        row["purpose"],
        row["created"],
        bool(row["keeps_photographs"]),
    )
