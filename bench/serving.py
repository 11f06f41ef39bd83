"""What a server costs a photograph: which one carries us, and ours beside the bare engine.

`python -m bench.serving shells`: CPU time of the server's process for each POST of a photograph, by server.
The app is Starlette's, reads the body, decodes it with msgspec into a typed request (base64 as bytes) and
answers 60 bytes. Requests are signed before, sent over CONNECTIONS connections; the client is another process
and its CPU does not count. The least of ROUNDS rounds in turn, because other work on the machine only adds.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import msgspec

from bench.load import answer, load, signed

PHOTOGRAPHS = {"40 KB": 40_000, "500 KB": 500_000}
SHELLS = "granian", "granian-uvloop", "uvicorn-httptools-uvloop", "uvicorn-httptools", "uvicorn-h11"
CONNECTIONS, ROUNDS = 8, 5
REQUESTS = {"40 KB": 1_000, "500 KB": 200}


def shells() -> list[str]:
    """A table: ms of CPU a request, by server and size of photograph."""
    rows = {(shell, size): 1e9 for shell in SHELLS for size in PHOTOGRAPHS}
    memory = dict.fromkeys(SHELLS, 0.0)
    for _ in range(ROUNDS):
        for shell in SHELLS:
            for (_, size), cpu in _one(shell, memory).items():
                rows[shell, size] = min(rows[shell, size], cpu)
    lines = [
        "| server | " + " | ".join(f"{size}, ms of CPU" for size in PHOTOGRAPHS) + " | most memory, MB |"
    ]
    lines.append("|---|" + "--:|" * (len(PHOTOGRAPHS) + 1))
    for shell in SHELLS:
        figures = " | ".join(f"{1000 * rows[shell, size]:.2f}" for size in PHOTOGRAPHS)
        lines.append(f"| {shell} | {figures} | {memory[shell]:.0f} |")
    return lines


def _one(shell: str, memory: dict[str, float]) -> dict[tuple[str, str], float]:
    found = {}
    process, port = _started(shell)
    try:
        for size, count in REQUESTS.items():
            members = {"CollectionId": "c", "Image": {"Bytes": os.urandom(PHOTOGRAPHS[size])}}
            request = signed(f"http://127.0.0.1:{port}", "SearchFacesByImage", members)
            load(port, [request] * CONNECTIONS * 4, CONNECTIONS)
            before = _cpu(port)[0]
            load(port, [request] * count, CONNECTIONS)
            after, held = _cpu(port)
            found[shell, size] = (after - before) / count
            memory[shell] = max(memory[shell], held)
    finally:
        process.terminate()
        process.wait()
    return found


def _started(shell: str) -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.serving", "--shell", shell], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def _cpu(port: int) -> tuple[float, float]:
    import socket

    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /cpu HTTP/1.1\r\nHost: x\r\n\r\n")
        cpu, held = answer(connection)[1].split()
    return float(cpu), float(held)


class _Image(msgspec.Struct):
    Bytes: bytes


class _Search(msgspec.Struct):
    CollectionId: str
    Image: _Image


def _app() -> Any:
    """The least that every shell must do with a photograph."""
    import time

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from bench.harness import held_most

    decoder = msgspec.json.Decoder(_Search)

    async def search(request: Request) -> Response:
        found = decoder.decode(await request.body())
        content = msgspec.json.encode({"CollectionId": found.CollectionId, "FaceMatches": []})
        return Response(content, media_type="application/x-amz-json-1.1")

    async def cpu(_: Request) -> Response:
        return Response(f"{time.process_time()} {held_most()}")

    return Starlette(routes=[Route("/", search, methods=["POST"]), Route("/cpu", cpu)])


def _shell(name: str) -> None:
    import asyncio
    import socket

    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listening.getsockname()[1], flush=True)
    if name.startswith("granian"):
        from fairlineup.service.server.carrier import Carrier

        if name.endswith("uvloop"):
            import uvloop

            loops: Any = uvloop.new_event_loop
        else:
            loops = asyncio.new_event_loop
        with asyncio.Runner(loop_factory=loops) as runner:
            runner.run(Carrier(_app(), listening).serve())
    else:
        import uvicorn

        _, http, *loop = name.split("-")
        config = uvicorn.Config(
            _app(),
            http=http,
            loop=loop[0] if loop else "asyncio",
            log_level="error",
            access_log=False,
        )
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    if sys.argv[1] == "--shell":
        _shell(sys.argv[2])
    else:
        print(*shells(), sep="\n")
