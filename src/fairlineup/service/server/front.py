"""A request to its answer: verified, admitted, decoded, done once, encoded; no sockets and no threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256

import msgspec

from fairlineup.records import Refused
from fairlineup.service.access import Answered
from fairlineup.service.server.calls import Call, Client, Operation, Visit
from fairlineup.service.server.context import Context
from fairlineup.service.server.guards import check_local
from fairlineup.service.server.naming import faces_in, people_in
from fairlineup.service.server.service import Service
from fairlineup.service.wire import (
    CONTENT_TYPE,
    Reply,
    Sent,
    decode_request,
    encode_reply,
    invocation_of,
    verify,
)

UNSIGNED = frozenset({"signature-missing", "access-key-unusable"})
"""What is the matter with a request whose client has no access key of ours, or made one up."""


class Kept(msgspec.Struct, array_like=True):
    """An answer as it is kept for a retry."""

    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Front:
    """What stands between HTTP and the operations."""

    service: Service
    context: Context
    operations: Mapping[str, Operation]
    now: Callable[[], datetime]
    anonymous: bool = False  #: whether a program on this machine may call unsigned.

    def call(self, visit: Visit, operation: str) -> Call:
        """Who asks for what.

        Raises: Refused: the signature, the key or the caller; Throttled; BadInput: the body.
        """
        digest = sha256(visit.body).hexdigest()
        client = self._client(visit, digest)
        members = decode_request(operation, visit.body)
        self.service.check_allowed(client, operation, members)
        return Call(operation, members, client, visit.id, digest, invocation_of(visit.headers) or "")

    def reply(self, call: Call) -> Reply:
        """What the operation answers, in bytes. Raises: what it raises."""
        kept = msgspec.msgpack.decode(self.service.once(call, partial(self._acted, call)), type=Kept)
        headers = {"content-type": CONTENT_TYPE, "x-amzn-requestid": call.request_id}
        return Reply(200, {**kept.headers, **headers}, kept.body)

    def _acted(self, call: Call) -> Answered:
        answer = self.operations[call.operation](call, self.context)
        body = encode_reply(call.operation, answer.members)
        kept = msgspec.msgpack.encode(Kept(dict(answer.headers), body))
        people = people_in(answer.members, str(call.members.get("CollectionId", "")))
        return Answered(kept, faces_in(answer.members), people)

    def _client(self, visit: Visit, digest: str) -> Client:
        sent = Sent("POST", b"/", visit.query, visit.headers, digest)
        try:
            caller = verify(sent, self.service.secret_of, self.now())
        except Refused as error:
            if not (self.anonymous and error.code in UNSIGNED):
                raise
            check_local(visit.peer, visit.headers)
            caller = None
        if caller is not None and not caller.covers_body:
            raise _body_unsigned()
        return self.service.admitted(caller)


def _body_unsigned() -> Refused:
    return Refused(
        "the signature",
        expected="one that covers the body",
        got="one that leaves it out (UNSIGNED-PAYLOAD)",
        remedy="sign the body too, as SDKs do for Rekognition",
        code="signature-incomplete",
    )
