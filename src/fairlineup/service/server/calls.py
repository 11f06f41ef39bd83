"""A call as an operation sees it, and what it answers: no HTTP, no signature, no store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fairlineup.service.server.context import Context


@dataclass(frozen=True, slots=True)
class Visit:
    """A POST to / that is whole and within bounds."""

    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]  #: names in lower case.
    body: bytes
    peer: str  #: the address at the other end of the connection.
    id: str  #: ours, of this request: x-amzn-RequestId and the key of its line in the log.


@dataclass(frozen=True, slots=True)
class Client:
    """Who calls."""

    key_id: str  #: access key; blank for one that needs none.
    purpose: str  #: what its key is for.
    region: str  #: of the scope it signed.


@dataclass(frozen=True, slots=True)
class Call:
    """One call: who asks for which operation, with members that were checked against the service model."""

    operation: str
    members: Mapping[str, Any]  #: as `service.wire` decodes them.
    client: Client
    request_id: str
    digest: str  #: SHA-256 of the body as it was sent, in hexadecimal digits.
    invocation_id: str = ""  #: the same for every retry of one call; blank where the client sends none.


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers: members of the service model, and headers for what it has no member for."""

    members: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


Operation = Callable[[Call, Context], Answer]
"""Called in a thread of its own, where it may wait; it raises errors of ours and answers once."""
