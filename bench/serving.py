"""What a server costs a photograph: which one carries us, and ours beside the bare engine.

`python -m bench.serving shells`: CPU time of the server's process for each POST of a photograph, by server.
The app is Starlette's, reads the body, decodes it with msgspec into a typed request (base64 as bytes) and
answers 60 bytes. The least of ROUNDS rounds in turn, because other work on the machine only adds.

`python -m bench.serving searches [--requests N] [--memory N] [--photographs DIR] …`: our server,
SearchFacesByImage among 25,000 templates that belong to nobody, under a purpose for such that is made here
and that no data directory of `fairlineup serve` can have; signature, permit, ledger and stored reply as ever.
Beside it the bare engine: the same photographs, as many workers, the same call, nothing around it.

    share of the engine   CPU of the engine's processes and their parent for a photograph, bare, over CPU of
                          all of the server's processes for a search: on cores that are busy, the share of the
                          bare engine's throughput. The client is another process and does not count.
    ms at 50, 95, 99 %    of an answer, over CONNECTIONS connections, each sending when it was answered.
    memory                private, of all of the server's processes, as --memory searches go by.
    saturated             200 connections at once, each waiting half a second when it is refused: how many
                          searches are answered a second, and how many are refused.

Requests are signed before they are sent. 40 KB are portraits as they are; 500 KB the same, drawn larger.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
from typing import Any

import msgspec

from bench.load import Signed, answer, calls, load

PHOTOGRAPHS = {"40 KB": 40_000, "500 KB": 500_000}
SHELLS = "granian", "granian-uvloop", "uvicorn-httptools-uvloop", "uvicorn-httptools", "uvicorn-h11"
CONNECTIONS, ROUNDS = 8, 5
REQUESTS = {"40 KB": 1_000, "500 KB": 200}
NOBODY = "AKIAIOSFODNN7EXAMPLE", "no secret"


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
            request = Signed(f"http://127.0.0.1:{port}", "SearchFacesByImage", members, NOBODY)
            load(port, calls([request], CONNECTIONS * 4), CONNECTIONS)
            before = _cpu(port)[0]
            load(port, calls([request], count), CONNECTIONS)
            after, held = _cpu(port)
            found[shell, size] = (after - before) / count
            memory[shell] = max(memory[shell], held)
    finally:
        process.terminate()
        process.wait()
    return found


def _started(shell: str) -> tuple[subprocess.Popen[str], int]:
    command = [sys.executable, "-m", "bench.serving", "shell", shell]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def _cpu(port: int) -> tuple[float, float]:
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

    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listening.getsockname()[1], flush=True)
    if name.startswith("granian"):
        from fairlineup.service.server.carrier import Carrier

        loops: Any = asyncio.new_event_loop
        if name.endswith("uvloop"):
            import uvloop

            loops = uvloop.new_event_loop
        with asyncio.Runner(loop_factory=loops) as runner:
            runner.run(Carrier(_app(), listening).serve())
    else:
        import uvicorn

        _, http, *loop = name.split("-")
        where: Any = {"http": http, "loop": loop[0] if loop else "asyncio"}
        config = uvicorn.Config(_app(), log_level="error", access_log=False, **where)
        uvicorn.Server(config).run(sockets=[listening])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.serving", description="What a server costs.")
    parts = parser.add_subparsers(dest="part", required=True)
    parts.add_parser("shells")
    parts.add_parser("shell").add_argument("name")
    for name in ("searches", "serve"):
        part = parts.add_parser(name)
        part.add_argument("--requests", type=int, default=400)
        part.add_argument("--memory", type=int, default=0)
        part.add_argument("--workers", type=int, default=2)
        part.add_argument("--faces", type=int, default=25_000)
        part.add_argument("--photographs", default=os.environ.get("FAIRLINEUP_PORTRAITS", ""))
    return parser.parse_args()


if __name__ == "__main__":
    said = _arguments()
    if said.part == "shell":
        _shell(said.name)
    elif said.part == "shells":
        print(*shells(), sep="\n")
    else:
        from bench import searches

        print(__doc__) if said.part == "searches" else None
        searches.run(said)
