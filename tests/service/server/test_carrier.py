"""What comes before our code."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from fairlineup.records import BadInput
from fairlineup.service.server.carrier import Carrier, listening_on


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers nothing but the life of the server."""
    while scope["type"] == "lifespan":
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


def left_waiting(*sent: bytes) -> bytes:
    """What the server says to a client that never says the rest, until it hangs up."""

    async def act() -> bytes:
        listening = listening_on("127.0.0.1", 0)
        port = listening.getsockname()[1]
        carrier = Carrier(app, listening, header_s=0.05)
        carried = asyncio.create_task(carrier.serve())
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for part in sent:
            writer.write(part)
            await writer.drain()
        got = await asyncio.wait_for(reader.read(), 60)
        writer.close()
        carrier.end()
        await carried
        return got

    return asyncio.run(act())


@pytest.mark.parametrize("sent", [b"", b"POST / HTTP/1.1\r\nHost: x\r\n"])
def test_a_header_that_does_not_come_is_not_waited_for(sent: bytes) -> None:
    assert b"200" not in left_waiting(sent)


def test_a_port_has_one_server() -> None:
    with listening_on("127.0.0.1", 0) as one, pytest.raises(BadInput, match="in use"):
        listening_on("127.0.0.1", one.getsockname()[1])


def test_an_address_of_another_machine_is_told() -> None:
    for host in ("192.0.2.1", "x" * 100):
        with pytest.raises(BadInput, match="no other program listens"):
            listening_on(host, 0)


def test_ipv6_where_there_is_any() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
    listening_on("::1", 0).close()
