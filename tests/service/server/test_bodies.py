"""Bodies within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from fairlineup.records import BadInput
from fairlineup.service.server.bodies import Bodies, Gone
from fairlineup.workers import QueueFull


def too_large(size: int) -> BadInput:
    return BadInput(str(size), expected="x", got="y", remedy="z", code="request-unusable")


def parts(*sent: bytes, last: bool = True) -> Any:
    """What ASGI hands on: these parts, and the end; else the client waits for ever."""
    left = [{"type": "http.request", "body": part, "more_body": True} for part in sent]
    if last:
        left.append({"type": "http.request"})

    async def receive() -> dict[str, Any]:
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    return receive


def read(bodies: Bodies, receive: Any, largest: int = 10) -> bytes:
    async def reading() -> bytes:
        with bodies.held_by() as body:
            return await body.read(receive, largest, too_large)

    return asyncio.run(reading())


@pytest.mark.parametrize("sent", [(), (b"a",), (b"abcde", b"", b"fghij")])
def test_parts_come_together(sent: Sequence[bytes]) -> None:
    bodies = Bodies()
    assert read(bodies, parts(*sent)) == b"".join(sent)
    assert bodies.held == 0


def test_one_that_is_too_large_is_read_on_and_dropped_and_a_flood_is_not() -> None:
    bodies = Bodies()
    with pytest.raises(BadInput, match=r"^12:"):
        read(bodies, parts(*[b"abc"] * 4))
    with pytest.raises(BadInput, match=r"^42:"):
        read(bodies, parts(*[b"abc"] * 40, last=False))
    assert bodies.held == 0


def test_one_that_comes_too_slowly_is_given_up() -> None:
    bodies = Bodies(seconds=0.01)
    with pytest.raises(BadInput, match=r"within 0\.01 s") as raised:
        read(bodies, parts(b"a", last=False))
    assert raised.value.facts["status"] == "408"
    assert bodies.held == 0


def test_all_together_are_bounded() -> None:
    bodies = Bodies(most_held=8)

    async def both() -> None:
        with bodies.held_by() as first:
            await first.read(parts(b"abcde"), 10, too_large)
            with bodies.held_by() as second, pytest.raises(QueueFull):
                await second.read(parts(b"fgh", b"i"), 10, too_large)
            assert bodies.held == 5

    asyncio.run(both())
    assert bodies.held == 0


def test_a_client_that_hangs_up_is_gone() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(Gone):
        read(Bodies(), receive)
