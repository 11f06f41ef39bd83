"""Bodies of requests, read within bounds: of each, of all together, and of time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from fairlineup.records import BadInput, FairlineupError
from fairlineup.workers import QueueFull

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

SECONDS = 30.0
"""In which a body must be here, from the end of its header."""

MOST_HELD = 256 * 2**20
"""Bytes of all bodies that are held at once."""

DRAINED = 4
"""So many times the largest body are read and dropped: most clients hear an answer only once all is sent."""


class Gone(Exception):
    """The client hung up before all of its request was here."""


class Bodies:
    """What is held of requests that are under way; for one event loop.

    Args:
        seconds: as SECONDS.
        most_held: as MOST_HELD.
    """

    def __init__(self, seconds: float = SECONDS, most_held: int = MOST_HELD) -> None:
        self._seconds, self._most_held = seconds, most_held
        self.held = 0

    @contextmanager
    def held_by(self) -> Iterator[Body]:
        """A body, held until the block ends."""
        body = Body(self)
        try:
            yield body
        finally:
            self.held -= body.size

    def hold(self, number: int) -> None:
        """Count bytes. Raises: QueueFull."""
        if self.held + number > self._most_held:
            raise QueueFull(
                "a request",
                expected=f"at most {self._most_held:,} bytes of requests under way",
                got="as many",
                remedy="try again later",
            )
        self.held += number

    async def in_time(self, reading: Awaitable[bytes]) -> bytes:
        """Raises: BadInput: it took too long."""
        try:
            async with asyncio.timeout(self._seconds):
                return await reading
        except TimeoutError:
            raise BadInput(
                "a request",
                expected=f"all of it within {self._seconds:g} s",
                got="a part",
                remedy="send it faster, or a smaller photograph",
                code="request-unusable",
                facts={"status": "408"},
            ) from None


class Body:
    """One body, and how many of its bytes are held."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self.size = 0

    async def read(
        self, receive: Receive, largest: int, too_large: Callable[[int], FairlineupError]
    ) -> bytes:
        """All of it.

        Args:
            receive: as ASGI gives it.
            largest: bytes it may have.
            too_large: what is raised of one of more bytes.
        Raises: BadInput: too large or too slow; QueueFull; Gone.
        """
        return await self._bodies.in_time(self._all(receive, largest, too_large))

    async def _all(
        self, receive: Receive, largest: int, too_large: Callable[[int], FairlineupError]
    ) -> bytes:
        parts: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            part = bytes(message.get("body", b""))
            size, more = size + len(part), bool(message.get("more_body"))
            if size <= largest:
                self._bodies.hold(len(part))
                self.size += len(part)
                parts.append(part)
            elif size > DRAINED * largest:
                break
        if size > largest:
            raise too_large(size)
        return b"".join(parts)
