"""From old keys to new ones, in small works between which everybody else goes on.

A rotation begins with a new master key and a new key of every scope, seals again what older keys sealed, and
ends when the older keys are gone from the store and then from the key file. Each step can be taken again, so
that one that was killed goes on. SQLite itself refuses to drop a key that anything is sealed with.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from fairlineup.records import SystemFailed
from fairlineup.service.sealing import Sealer, context_of
from fairlineup.service.store.sealers import keep_key
from fairlineup.service.store.store import Store

UNDER_WAY = "rotation"
SOME = 100
"""Blobs that are sealed again in one work: a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A table that holds blobs, in its column `sealed`."""

    table: str
    kind: str  #: first part of their context.
    row: str = "id"  #: the primary key, its last part.
    collection: str = ""  #: where the collection's number is, its middle part; blank where there is none.
    joined: str = ""

    def context(self, found: sqlite3.Row) -> bytes:
        """What a blob is bound to."""
        return context_of(self.kind, *((found["collection"],) if self.collection else ()), found["row"])

    @property
    def stale(self) -> str:
        """Selects some that were sealed by a key."""
        return (
            f"SELECT {self.table}.{self.row} AS row, {self.table}.sealed AS sealed, "  # noqa: S608
            f"{self.collection or 'NULL'} AS collection FROM {self.table} {self.joined} "
            f"WHERE {self.table}.sealed_by = ? LIMIT ?"
        )


SEALED = (
    Sealed("template", "template", "face", "face.collection", "JOIN face ON face.id = template.face"),
    Sealed("photograph", "photograph", collection="photograph.collection"),
    Sealed("access_key", "secret"),
    Sealed("call", "reply"),
)
_STALE = (
    "SELECT id, scope FROM seal_key AS old WHERE number < "
    "(SELECT max(number) FROM seal_key WHERE scope = old.scope) ORDER BY number"
)


def begin_rotation(store: Store, work: sqlite3.Connection) -> bool:
    """Make a new master key and a new key of every scope; False where a rotation is under way already."""
    if work.execute("SELECT 1 FROM fact WHERE name = ?", (UNDER_WAY,)).fetchone():
        return False
    now = store.clock()
    sealers = [store.sealer(work, row[0]) for row in work.execute("SELECT DISTINCT scope FROM seal_key")]
    master = store.keyring.add_master(datetime.fromtimestamp(now, UTC))
    for sealer in sealers:
        keep_key(work, store.keyring.renew(sealer, master), now)
    work.execute("INSERT INTO fact VALUES (?, ?)", (UNDER_WAY, master))
    return True


def stale_blobs(reading: sqlite3.Connection) -> int:
    """How many blobs older keys sealed."""
    counts = (
        reading.execute(
            f"SELECT count(*) FROM {one.table} WHERE sealed_by IN (SELECT id FROM ({_STALE}))"  # noqa: S608
        )
        for one in SEALED
    )
    return sum(int(count.fetchone()[0]) for count in counts)


def reseal_some(store: Store, work: sqlite3.Connection, most: int = SOME) -> int:
    """Seal some blobs again with the newest key of their scope; how many, 0 when none is left.

    Raises: SystemFailed: a blob does not open. It stays as it is, and so does its key.
    """
    done = 0
    for key in work.execute(_STALE).fetchall():
        sealer = store.sealer(work, key["scope"])
        for one in SEALED:
            done += _resealed(work, sealer, one, (key["id"], most - done))
            if done >= most:
                return done
    return done


def _resealed(work: sqlite3.Connection, sealer: Sealer, one: Sealed, which: tuple[bytes, int]) -> int:
    found = work.execute(one.stale, which).fetchall()
    again = [(_anew(sealer, one, row), row["row"]) for row in found]
    work.executemany(f"UPDATE {one.table} SET sealed = ? WHERE {one.row} = ?", again)  # noqa: S608
    return len(found)


def _anew(sealer: Sealer, one: Sealed, found: sqlite3.Row) -> bytes:
    context = one.context(found)
    try:
        return sealer.seal(sealer.open_sealed(found["sealed"], context), context)
    except SystemFailed as error:
        error.add_note(f"it stands in the table {one.table}, in row {found['row']}")
        raise


def drop_old_keys(work: sqlite3.Connection) -> int:
    """Drop the keys that seal nothing any more from the store; how many.

    Raises: SystemFailed: something is sealed with one of them still.
    """
    return work.execute(f"DELETE FROM seal_key WHERE id IN (SELECT id FROM ({_STALE}))").rowcount  # noqa: S608


def end_rotation(store: Store, work: sqlite3.Connection) -> tuple[str, ...]:
    """Remove the master keys that wrap nothing any more from the key file; their ids.

    Comes after the work that dropped the old keys is durable. Where another rotation began since, that one is
    under way still.
    """
    used = {row[0] for row in work.execute("SELECT DISTINCT master FROM seal_key")}
    gone = store.keyring.keep_masters(used)
    if work.execute(_STALE).fetchone() is None:
        work.execute("DELETE FROM fact WHERE name = ?", (UNDER_WAY,))
    return gone
