"""Access keys in the store: made, listed, revoked, rotated, each act on the ledger."""

from __future__ import annotations

import dataclasses
import json
import math
import sqlite3
from collections.abc import Sequence

from fairlineup.records import BadInput, FairlineupError
from fairlineup.seals import Plain
from fairlineup.service.access.keys import (
    AccessKey,
    Limits,
    MadeAccessKey,
    NewAccessKey,
    key_unusable,
    new_id,
    new_secret_key,
)
from fairlineup.service.safeguards import append, purpose_named
from fairlineup.service.sealing import context_of
from fairlineup.service.store import Store
from fairlineup.service.wire import BUILT

LONGEST_OVERLAP_S = 366 * 86_400.0


class AccessKeys:
    """The access keys of a data directory, for any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def make(self, wanted: NewAccessKey, by: str) -> MadeAccessKey:
        """Make a key. Raises: Refused: there is no such purpose. BadInput: a limit or time that is none."""
        purpose_named(wanted.purpose)
        _check(wanted)
        with self._store.writing() as work:
            made = self._made(work, wanted, new_id())
            append(work, "access-key-made", self._said(work, made.key, by), self._store.clock())
        return made

    def secret_of(self, identity: str) -> str | None:
        """The secret of a key that is good now; None for any other.

        Raises: SystemFailed: the store cannot be read, or the secret does not open.
        """
        with self._store.reading() as reading:
            found = _found(reading, identity)
            if found is None or _key_of(found).state(self._store.clock()) != "good":
                return None
            sealer = self._store.sealer(reading)
            return sealer.open_sealed(found["sealed"], context_of("secret", identity)).decode("ascii")

    def good(self, identity: str) -> AccessKey:
        """A key that may be used now. Raises: Refused: there is none, it is revoked or has lapsed."""
        with self._store.reading() as reading:
            found = _found(reading, identity)
        if found is None:
            raise key_unusable(identity, "none")
        key = _key_of(found)
        state = key.state(self._store.clock())
        if state != "good":
            raise key_unusable(identity, f"one that is {state}")
        return key

    def listed(self) -> list[AccessKey]:
        """All keys, oldest first."""
        with self._store.reading() as reading:
            rows = reading.execute("SELECT * FROM access_key ORDER BY created, rowid").fetchall()
        return [_key_of(row) for row in rows]

    def revoke(self, identity: str, by: str) -> AccessKey:
        """Let a key be used no more, from now on. Raises: Refused: there is no such key."""
        now = self._store.clock()
        with self._store.writing() as work:
            key = _there(work, identity)
            if key.revoked is None:
                key = dataclasses.replace(key, revoked=now)
                work.execute("UPDATE access_key SET revoked = ? WHERE id = ?", (now, identity))
                append(work, "access-key-revoked", {"key": identity, "by": by}, now)
        return key

    def rotate(self, identity: str, overlap_s: float, by: str) -> MadeAccessKey:
        """Make a key that may do the same as long, and let the old one lapse after the overlap.

        Raises: Refused: no such key, one that is not good any more, or that another replaced already.
            BadInput: no such overlap.
        """
        if not 0 <= overlap_s <= LONGEST_OVERLAP_S:
            raise _unusable("an overlap", "between none and a year", f"{overlap_s / 3600:,.1f} hours")
        now = self._store.clock()
        with self._store.writing() as work:
            old = _there(work, identity)
            _check_rotates(old, now)
            lasts_s = None if old.expires is None else old.expires - old.created
            wanted = NewAccessKey(old.purpose, old.operations, old.collections, old.limits, lasts_s)
            made = self._made(work, wanted, old.family)
            lapses = min(now + overlap_s, math.inf if old.expires is None else old.expires)
            work.execute(
                "UPDATE access_key SET expires = ?, replaced_by = ? WHERE id = ?",
                (lapses, made.key.id, identity),
            )
            said = self._said(work, made.key, by)
            append(work, "access-key-rotated", {**said, "replaces": identity, "lapses": lapses}, now)
        return made

    def _made(self, work: sqlite3.Connection, wanted: NewAccessKey, family: str) -> MadeAccessKey:
        now, identity, secret = self._store.clock(), new_id(), new_secret_key()
        key = AccessKey(
            identity,
            family,
            wanted.purpose,
            wanted.operations,
            wanted.collections,
            wanted.limits,
            created=now,
            expires=None if wanted.lasts_s is None else now + wanted.lasts_s,
            revoked=None,
            replaced_by=None,
        )
        sealed = self._store.sealer(work).seal(secret.encode("ascii"), context_of("secret", identity))
        row = dataclasses.asdict(key) | {
            "sealed": sealed,
            "operations": json.dumps(key.operations),
            "collections": json.dumps(key.collections),
            "limits": json.dumps(dataclasses.asdict(key.limits)),
        }
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        work.execute(f"INSERT INTO access_key ({names}) VALUES ({marks})", row)  # noqa: S608 - our own names
        return MadeAccessKey(key, secret)

    def _said(self, work: sqlite3.Connection, key: AccessKey, by: str) -> dict[str, Plain]:
        """What the ledger says of a key: names of collections as keyed hashes."""
        sealer = self._store.sealer(work)
        named = [sealer.keyed_hash(name.encode(), "ledger").hex() for name in key.collections]
        said: dict[str, Plain] = {"key": key.id, "by": by, "purpose": key.purpose, "expires": key.expires}
        return said | {"operations": list(key.operations), "collections": list(named)}


def _found(reading: sqlite3.Connection, identity: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = reading.execute("SELECT * FROM access_key WHERE id = ?", (identity,)).fetchone()
    return row


def _there(work: sqlite3.Connection, identity: str) -> AccessKey:
    found = _found(work, identity)
    if found is None:
        raise key_unusable(identity, "none of this id")
    return _key_of(found)


def _key_of(row: sqlite3.Row) -> AccessKey:
    return AccessKey(
        row["id"],
        row["family"],
        row["purpose"],
        tuple(json.loads(row["operations"])),
        tuple(json.loads(row["collections"])),
        Limits(**json.loads(row["limits"])),
        row["created"],
        row["expires"],
        row["revoked"],
        row["replaced_by"],
    )


def _check_rotates(old: AccessKey, now: float) -> None:
    state = old.state(now)
    if state != "good":
        raise key_unusable(old.id, f"one that is {state}")
    if old.replaced_by is not None:
        raise key_unusable(old.id, f"one that {old.replaced_by} replaced already")


def _check(wanted: NewAccessKey) -> None:
    if wanted.lasts_s is not None and not 0 < wanted.lasts_s < math.inf:
        raise _unusable("the time a key lasts", "more than none", f"{wanted.lasts_s:,} seconds")
    unknown = [name for name in wanted.operations if name not in BUILT]
    if unknown:
        raise _unusable("an operation that a key is for", f"one of {', '.join(sorted(BUILT))}", unknown[0])
    limits: Sequence[tuple[str, int | None]] = list(dataclasses.asdict(wanted.limits).items())
    for name, most in limits:
        if most is not None and most < 1:
            raise _unusable(f"the limit {name}", "one or more", f"{most:,}")


def _unusable(what: str, expected: str, got: str) -> FairlineupError:
    return BadInput(what, expected=expected, got=got, remedy="give another", code="option-unusable")
