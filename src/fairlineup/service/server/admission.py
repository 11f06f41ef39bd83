"""The front's questions answered from the store: keys, limits, scopes, stored replies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fairlineup.seals import digest_of
from fairlineup.service.access import (
    ANONYMOUS,
    AccessKeys,
    Answered,
    Asked,
    Calls,
    Counted,
    Meter,
    check_allowed,
)
from fairlineup.service.gallery import Galleries
from fairlineup.service.safeguards import TESTING
from fairlineup.service.server.calls import Call, Client
from fairlineup.service.store import Store
from fairlineup.service.wire import Caller


class Admission:
    """Implements `Service`.

    Args:
        store: of the data directory, open.
        meter: what counts uses in this process.
        galleries: of the same store.
    """

    def __init__(self, store: Store, meter: Meter, galleries: Galleries) -> None:
        self._keys, self._calls = AccessKeys(store), Calls(store)
        self._store, self._meter, self._galleries = store, meter, galleries
        self._calls.forget_abandoned()

    def secret_of(self, key_id: str) -> str | None:
        """As Service."""
        return self._keys.secret_of(key_id)

    def admitted(self, caller: Caller | None) -> Client:
        """As Service."""
        if caller is None:
            client = Client("", "local", Counted(ANONYMOUS, TESTING.name))
        else:
            key = self._keys.good(caller.access_key_id)
            client = Client(key.id, caller.region, key.counted, key, caller.session_token or "")
        self._meter.admit(client.counted)
        return client

    def check_allowed(self, client: Client, operation: str, members: Mapping[str, Any]) -> None:
        """As Service."""
        if client.key is not None:
            check_allowed(client.key, operation, _collections_of(members))

    def once(self, call: Call, act: Callable[[], Answered]) -> bytes:
        """As Service."""
        token = str(call.members.get("ClientRequestToken", ""))
        digest = digest_of(dict(call.members)).encode() if token else bytes.fromhex(call.digest)
        asked = Asked(call.client.key_id, call.operation, digest, call.invocation_id, token)
        return self._calls.once(asked, act)

    def sizes(self) -> Mapping[str, int]:
        """As Service."""
        there = self._galleries.collections()
        counts = [self._galleries.counts(one.name) for one in there]
        return {
            "faces": sum(one.faces for one in counts),
            "people": sum(one.people for one in counts),
            "collections": len(there),
        }

    def check_ready(self) -> None:
        """As Service."""
        with self._store.reading() as reading:
            reading.execute("SELECT 1 FROM fact").fetchone()


def _collections_of(members: Mapping[str, Any]) -> tuple[str, ...]:
    """The collections a request names, by their ids or as the last part of a resource's name."""
    named = [str(members["CollectionId"])] if "CollectionId" in members else []
    if arn := str(members.get("ResourceArn", "")):
        named.append(arn.rpartition("/")[2])
    return tuple(named)
