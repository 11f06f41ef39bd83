"""A server from its socket to its end: the engine warmed, requests carried, an end in order."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.routing import BaseRoute

from fairlineup.service.server.app import app_of
from fairlineup.service.server.bodies import Bodies
from fairlineup.service.server.calls import Operation
from fairlineup.service.server.carrier import Carrier
from fairlineup.service.server.context import Context
from fairlineup.service.server.front import Front
from fairlineup.service.server.logs import Log
from fairlineup.service.server.metrics import Metrics
from fairlineup.service.server.protocol import Protocol
from fairlineup.service.server.service import Service
from fairlineup.service.server.turns import Turns

ENDING_S = 20.0
"""Seconds in which what is under way is answered once the server is told to end."""

Told = Callable[[Callable[[], None]], None]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much at once."""

    at_once: int = 8  #: calls that are under way; most of them wait for the engine.
    waiting: int = 64  #: calls that may wait for one of those.
    ending_s: float = ENDING_S


class Server:
    """One server, for one event loop.

    Args:
        service: who calls, and whether they may.
        context: what operations work with.
        operations: by name.
        bounds: how much at once.
        log: where lines go.
        anonymous: whether a program on this machine may call unsigned.
    """

    def __init__(
        self,
        service: Service,
        context: Context,
        operations: Mapping[str, Operation],
        bounds: Bounds | None = None,
        log: Log | None = None,
        *,
        anonymous: bool = False,
    ) -> None:
        self._bounds, self._log, self._context, self._service = (
            bounds or Bounds(),
            log or Log(),
            context,
            service,
        )
        self._door = Turns("door", 2, 256)
        self._work = Turns("work", self._bounds.at_once, self._bounds.waiting)
        front = Front(service, context, operations, lambda: datetime.now(UTC), anonymous)
        self._protocol = Protocol(front, self._door, self._work, Bodies(), self._metrics(), self._log)

    def carry(self, listening: socket.socket, told: Told, beside: Sequence[BaseRoute] = ()) -> None:
        """Answer what comes until told to end; then what is under way, within bounds.

        Args:
            listening: what clients connect to.
            told: given what ends the server once connections are taken; to be called from any thread.
            beside: further addresses.
        """
        with asyncio.Runner() as runner:
            runner.run(self._carried(listening, told, beside))

    async def _carried(self, listening: socket.socket, told: Told, beside: Sequence[BaseRoute]) -> None:
        app = app_of(self._protocol, self._check_ready, beside)
        carrier, loop, ending = Carrier(app, listening), asyncio.get_running_loop(), asyncio.Event()
        loop.set_exception_handler(self._unforeseen)
        carried = asyncio.create_task(carrier.serve())

        def end() -> None:
            with suppress(RuntimeError):  # it has ended
                loop.call_soon_threadsafe(ending.set)

        told(end)
        self._log.write("info", "serving", {})
        waited = asyncio.create_task(ending.wait())
        await asyncio.wait({carried, waited}, return_when=asyncio.FIRST_COMPLETED)
        self._log.write("info", "ending", {"under_way": self._work.under_way, "waiting": self._work.waiting})
        carrier.end()
        done, _ = await asyncio.wait({carried}, timeout=self._bounds.ending_s)
        self._log.write("info" if done else "warning", "ended", {"in_time": bool(done)})
        loop.set_exception_handler(lambda *_: None)  # of what is given up now
        for turns in (self._door, self._work):
            turns.close()

    def _unforeseen(self, _: object, context: Mapping[str, Any]) -> None:
        """What a callback of the loop raised: all that nobody waits for."""
        if error := context.get("exception"):
            self._log.fault(error, "-")

    def _check_ready(self) -> None:
        self._context.engine.check_sound()
        self._service.check_ready()

    def _metrics(self) -> Metrics:
        readings: dict[str, Any] = {
            "requests_waiting": ("Requests that wait for a thread.", lambda: self._work.waiting),
            "requests_under_way": ("Requests that a thread is at.", lambda: self._work.under_way),
            "request_bytes_held": ("Bytes of requests in memory.", lambda: self._protocol.bodies.held),
            "engine_workers": ("Processes of the engine.", lambda: self._context.engine.workers),
        }
        return Metrics(readings, self._service.sizes)
