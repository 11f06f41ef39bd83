"""The Rekognition protocol over ASGI: one address, bounds on what is read, every refusal in its form."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import uuid4

from fairlineup.records import BadInput, FairlineupError
from fairlineup.service.server.bodies import Bodies, Gone, Receive
from fairlineup.service.server.calls import Call, Visit
from fairlineup.service.server.front import Front
from fairlineup.service.server.logs import Log, id_shown
from fairlineup.service.server.metrics import Metrics
from fairlineup.service.server.turns import Turns
from fairlineup.service.wire import Reply, body_too_large, error_reply, largest_body, operation_of
from fairlineup.workers import QueueFull

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HEADER_BYTES = 16_384
"""Of all names and values; a session token of Amazon's takes about 2,000."""

RETRY_AFTER_S = 1


@dataclass(slots=True)
class Request:
    """One request and what is known of it so far, for its line in the log."""

    scope: Scope
    id: str = field(default_factory=lambda: str(uuid4()))
    began: float = field(default_factory=time.perf_counter)
    operation: str = ""
    key_id: str = ""
    outcome: str = "ok"

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """Names in lower case."""
        return tuple((bytes(name).lower(), bytes(value)) for name, value in self.scope["headers"])


@dataclass(frozen=True, slots=True)
class Protocol:
    """An ASGI app.

    Two lots of threads: one tells who asks and for what, the other does it. So whoever has no key takes no
    place from those who have.
    """

    front: Front
    door: Turns
    work: Turns
    bodies: Bodies
    metrics: Metrics
    log: Log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope)
        try:
            reply = await self._replied(request, receive)
        except Gone:
            request.outcome = "client-gone"
            self._told(request)
            return
        self._told(request)
        await _sent(send, reply)

    async def _replied(self, request: Request, receive: Receive) -> Reply:
        try:
            _check_addressed(request)
            with self.bodies.held_by() as held:
                request.operation = operation_of(request.headers)
                too_large = partial(body_too_large, request.operation)
                body = await held.read(receive, largest_body(request.operation), too_large)
                call = await self.door.take(partial(self._admitted, request, body))
                return await self.work.take(partial(self.front.reply, call))
        except Gone:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is answered
            return self._refused(request, error)

    def _admitted(self, request: Request, body: bytes) -> Call:
        scope = request.scope
        peer = (scope.get("client") or ("",))[0]
        visit = Visit(scope["query_string"], request.headers, body, peer, request.id)
        call = self.front.call(visit, request.operation)
        request.key_id = call.client.key_id
        return call

    def _refused(self, request: Request, error: Exception) -> Reply:
        if isinstance(error, FairlineupError):
            request.outcome = error.code
        else:
            request.outcome = "fault"
            self.log.fault(error, request.id)
        reply = error_reply(error, request.operation or None, request.id)
        added = {"retry-after": str(RETRY_AFTER_S)} if isinstance(error, QueueFull) else {}
        if not (isinstance(error, BadInput) and "status" in error.facts):
            return replace(reply, headers={**reply.headers, **added})
        added |= {"allow": error.facts["allow"]} if "allow" in error.facts else {}
        return Reply(int(error.facts["status"]), {**reply.headers, **added}, reply.body)

    def _told(self, request: Request) -> None:
        seconds = time.perf_counter() - request.began
        operation = request.operation or "none"
        self.metrics.count(operation, request.outcome, seconds)
        said: dict[str, str | float] = {
            "request": request.id,
            "operation": operation,
            "outcome": request.outcome,
            "ms": round(1000 * seconds, 1),
            "key": id_shown(request.key_id),
        }
        self.log.write("info" if request.outcome == "ok" else "warning", "request", said)


def _check_addressed(request: Request) -> None:
    """Raises: BadInput: not a POST to /, or with headers out of bounds."""
    size = sum(len(name) + len(value) for name, value in request.scope["headers"])
    if size > HEADER_BYTES:
        raise _misdirected("headers", f"at most {HEADER_BYTES:,} bytes", f"{size:,}", status="431")
    if request.scope["path"] != "/":
        raise _misdirected("a request", "POST /", "another path", status="404")
    if request.scope["method"] != "POST":
        raise _misdirected("a request", "POST /", "another method", status="405", allow="POST")


def _misdirected(what: str, expected: str, got: str, **facts: str) -> BadInput:
    return BadInput(
        what,
        expected=expected,
        got=got,
        remedy="call it through an AWS SDK, with this server as its endpoint for Rekognition",
        code="request-unusable",
        facts=facts,
    )


async def _sent(send: Send, reply: Reply) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()]
    headers += [(b"content-length", str(len(reply.body)).encode())]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
