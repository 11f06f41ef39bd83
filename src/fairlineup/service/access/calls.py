"""Each call once: a retry gets the reply that was stored, and nothing is done again.

A call is an access key, an invocation id and the digest of a body; where the client names a request token, it
is key, operation and token. Replies are sealed, go after a day, and go with the faces and people they name.
"""

from __future__ import annotations

import hmac
import sqlite3
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from fairlineup.records import BadInput, Throttled
from fairlineup.service.sealing import Sealer, context_of, keyed_hash, new_secret
from fairlineup.service.store import Store, inserted

KEPT_S = 86_400.0
"""How long a reply is kept."""
WAITED_S = 25.0
"""How long a retry waits for the first attempt, before it is told to come again."""
ABANDONED_S = 600.0
"""After how long a call of another process counts as given up."""
LARGEST_REPLY = 4 * 2**20
READS = frozenset({"DescribeCollection", "ListCollections", "ListFaces", "ListTagsForResource", "ListUsers"})
"""Operations that change nothing and leave no entry: they are done each time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call, as far as its identity goes."""

    access_key: str
    operation: str
    digest: bytes  #: of the body; of the parameters where there is a token.
    invocation: str = ""  #: the client's id of this call and its retries.
    client_request: str = ""  #: ClientRequestToken.

    @property
    def name(self) -> bytes:
        """What it is known by; blank where nothing tells it from another call."""
        if self.client_request:
            return context_of("token", self.operation, self.client_request)
        return context_of("invocation", self.invocation) if self.invocation else b""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a call was answered."""

    reply: bytes
    faces: tuple[str, ...] = ()  #: uuids of the faces that it names.
    people: tuple[tuple[str, str], ...] = ()  #: collection and user id of the people that it names.
    kept: bool = True  #: whether a retry gets the same; if not, it is done again.


class Calls:
    """The calls of a process, for any thread. One a process.

    What is written of a call is durable a moment later than what the call itself does, and costs it no wait.
    A crash in that moment has the same end as one in the midst of the call.
    """

    def __init__(self, store: Store, *, waited_s: float = WAITED_S) -> None:
        self._store, self._waited_s = store, waited_s
        self._holder = uuid.uuid4().hex
        self._lock = threading.Lock()
        self._under_way: dict[int, threading.Event] = {}

    def once(self, asked: Asked, act: Callable[[], Answered]) -> bytes:
        """What the act answers, or answered when the same call came before.

        What the act raises is not kept: a retry acts again. So does one after a crash.

        Raises: BadInput: the token came before, with other parameters. Throttled: the first attempt is still
            under way. Whatever the act raises.
        """
        if asked.operation in READS or not asked.name:
            return act().reply
        found = self._begun(asked)
        if isinstance(found, bytes):
            return found
        try:
            outcome = act()
            self._keep(found, outcome)
        except BaseException:
            self._forget(found)
            raise
        finally:
            with self._lock:
                self._under_way.pop(found).set()
        return outcome.reply

    def forget_abandoned(self) -> int:
        """Forget what other processes began and did not end; how many.

        For the one that serves the data directory alone, when it starts.
        """
        with self._store.writing() as work:
            return work.execute(
                "DELETE FROM call WHERE sealed IS NULL AND holder <> ?", (self._holder,)
            ).rowcount

    def sweep(self) -> int:
        """Remove the replies that are too old; how many."""
        with self._store.writing() as work:
            return self._swept(work)

    def _begun(self, asked: Asked) -> int | bytes:
        """The number of a call that begins now, or the reply of one that came before."""
        while True:
            with self._store.writing(wait=False) as work:
                self._swept(work)
                found = self._looked_up(work, asked)
            if not isinstance(found, threading.Event):
                return found
            if not found.wait(self._waited_s):
                raise _under_way()

    def _looked_up(self, work: sqlite3.Connection, asked: Asked) -> int | bytes | threading.Event:
        sealer = self._store.sealer(work)
        name = sealer.keyed_hash(asked.name, "call")
        rows = work.execute(
            "SELECT * FROM call WHERE access_key = ? AND name = ?", (asked.access_key, name)
        ).fetchall()
        same = next((row for row in rows if _is_same(sealer, row, asked.digest)), None)
        if same is None:
            if asked.client_request and rows:
                raise _token_reused()
            return self._begin(work, sealer, asked.access_key, name, asked.digest)
        if same["sealed"] is not None:
            return sealer.open_sealed(same["sealed"], context_of("reply", same["id"]))
        if same["holder"] == self._holder:
            with self._lock:
                event = self._under_way.get(same["id"])
            if event is not None:
                return event
        elif same["at"] >= self._store.clock() - ABANDONED_S:
            raise _under_way()
        work.execute("DELETE FROM call WHERE id = ?", (same["id"],))
        return self._begin(work, sealer, asked.access_key, name, asked.digest)

    def _begin(
        self, work: sqlite3.Connection, sealer: Sealer, access_key: str, name: bytes, digest: bytes
    ) -> int:
        own = new_secret()
        row = (access_key, name, own, _hash_of(sealer, own, digest), self._holder, self._store.clock())
        sql = "INSERT INTO call (access_key, name, own_key, keyed_hash, holder, at) VALUES (?, ?, ?, ?, ?, ?)"
        call = inserted(work, sql, row)
        with self._lock:
            self._under_way[call] = threading.Event()
        return call

    def _keep(self, call: int, outcome: Answered) -> None:
        with self._store.writing(wait=False) as work:
            if not (outcome.kept and len(outcome.reply) <= LARGEST_REPLY and _link(work, call, outcome)):
                work.execute("DELETE FROM call WHERE id = ?", (call,))
                return
            sealed = self._store.sealer(work).seal(outcome.reply, context_of("reply", call))
            work.execute(
                "UPDATE call SET sealed = ?, at = ? WHERE id = ?", (sealed, self._store.clock(), call)
            )

    def _forget(self, call: int) -> None:
        with self._store.writing(wait=False) as work:
            work.execute("DELETE FROM call WHERE id = ?", (call,))

    def _swept(self, work: sqlite3.Connection) -> int:
        old = self._store.clock() - KEPT_S
        return work.execute("DELETE FROM call WHERE at < ? AND sealed IS NOT NULL", (old,)).rowcount


def _is_same(sealer: Sealer, row: sqlite3.Row, digest: bytes) -> bool:
    return hmac.compare_digest(_hash_of(sealer, row["own_key"], digest), row["keyed_hash"])


def _hash_of(sealer: Sealer, own: bytes, digest: bytes) -> bytes:
    """A hash that means nothing without the store's key, nor once the row with its own key is gone."""
    return keyed_hash(own, sealer.keyed_hash(digest, "body"), "body")


def _link(work: sqlite3.Connection, call: int, outcome: Answered) -> bool:
    """Let a call go with the faces and people that its reply names; False where one is gone already."""
    for face in set(outcome.faces):
        sql = "INSERT INTO call_face SELECT ?, id FROM face WHERE uuid = ?"
        if work.execute(sql, (call, face)).rowcount != 1:
            return False
    for collection, user in set(outcome.people):
        sql = (
            "INSERT INTO call_person SELECT ?, person.id FROM person JOIN collection "
            "ON collection.id = person.collection WHERE collection.name = ? AND person.user_id = ?"
        )
        if work.execute(sql, (call, collection, user)).rowcount != 1:
            return False
    return True


def _token_reused() -> BadInput:
    return BadInput(
        "the request token",
        expected="one that no call had before, or the same parameters as then",
        got="one of an earlier call with other parameters",
        remedy="choose another token",
        code="token-reused",
    )


def _under_way() -> Throttled:
    return Throttled(
        "this call",
        expected="its first attempt to be done",
        got="one that is still under way",
        remedy="try again in a moment",
    )
