"""Our server under a load of searches, beside the bare engine; `bench.serving` says what is measured."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from bench.load import Answered, Signed, calls, cpu_s, held_mb, load
from fairlineup.faces.engine import EnginePool
from fairlineup.records import ModelInformation, Photograph
from fairlineup.service.access import AccessKeys, Limits, Meter, NewAccessKey
from fairlineup.service.gallery import Galleries, NewCollection, NewFace, NewImage, Search
from fairlineup.service.safeguards import Permits, Purpose, Request
from fairlineup.service.server import (
    CALLS_A_WORKER,
    OPERATIONS,
    Admission,
    Answer,
    Bounds,
    Call,
    Context,
    EngineFront,
    Log,
    Server,
    listening_on,
)
from fairlineup.service.store import Store

CONNECTIONS, FLOOD, PATIENCE_S = 8, 200, 0.5
PORTRAITS = 24
HEAD = (
    "| photograph | bare engine, ms of CPU | search, ms of CPU | of that the server itself "
    "| share of the engine | searches a second | ms at 50, 95, 99 % |",
    "|---|--:|--:|--:|--:|--:|---|",
)
COLLECTION, BLOCK = "nobody", 1_000
NOBODYS = Purpose("templates-of-nobody", "To measure speed.", "bench", most_people=None, longest_list=4_096)
LARGE = 500_000  # bytes
WARM = 32


def run(said: argparse.Namespace) -> None:
    """Print the figures, or be the server that they are of."""
    if said.part == "serve":
        _serve(said)
        return
    sizes = {"40 KB": _portraits(Path(said.photographs)), "500 KB": []}
    sizes["500 KB"] = [_larger(content) for content in sizes["40 KB"]]
    bare = {size: _bare(photographs, said) for size, photographs in sizes.items()}
    command = [sys.executable, "-m", "bench.serving", "serve", *_flags(said)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            started = json.loads(process.stdout.readline())
            _print(sizes, bare, started, process.pid, said)
        finally:
            process.terminate()


def _flags(said: argparse.Namespace) -> list[str]:
    return ["--workers", str(said.workers), "--faces", str(said.faces)]


def _print(
    sizes: Mapping[str, list[bytes]],
    bare: Mapping[str, float],
    started: Mapping[str, Any],
    pid: int,
    said: argparse.Namespace,
) -> None:
    print(*HEAD, sep="\n")
    asked = {}
    for size, photographs in sizes.items():
        asked[size] = [_request(started, content) for content in photographs]
        load(started["port"], calls(asked[size], WARM), CONNECTIONS)
        before, itself = cpu_s(pid), cpu_s(pid, alone=True)
        answered = load(started["port"], calls(asked[size], said.requests), CONNECTIONS)
        cost = (cpu_s(pid) - before) / said.requests
        itself = (cpu_s(pid, alone=True) - itself) / said.requests
        _check(answered, said.requests)
        slow = ", ".join(f"{ms:.0f}" for ms in answered.percentiles(0.5, 0.95, 0.99))
        print(
            f"| {size} | {1000 * bare[size]:.1f} | {1000 * cost:.1f} | {1000 * itself:.1f} "
            f"| {bare[size] / cost:.0%} | {said.requests / answered.took_s:.1f} | {slow} |"
        )
    _memory(asked["40 KB"], started, pid, said.memory or said.requests)
    _saturated(asked["40 KB"], started, said.requests)


def _memory(asked: list[Signed], started: Mapping[str, Any], pid: int, number: int) -> None:
    held = [held_mb(pid)]
    for _ in range(4):
        load(started["port"], calls(asked, number // 4), CONNECTIONS)
        held.append(held_mb(pid))
    print(f"\nmemory, MB, at each quarter of {number:,} searches: {', '.join(f'{mb:.0f}' for mb in held)}")


def _saturated(asked: list[Signed], started: Mapping[str, Any], number: int) -> None:
    answered = load(started["port"], calls(asked, 4 * number), FLOOD, PATIENCE_S)
    counts = {outcome: len(seconds) for outcome, seconds in sorted(answered.seconds.items())}
    slow = ", ".join(f"{ms:.0f}" for ms in answered.percentiles(0.5, 0.95, 0.99))
    print(
        f"saturated by {FLOOD} connections: {counts}; {counts.get('ok', 0) / answered.took_s:.1f} searches a "
        f"second answered, in ms at 50, 95, 99 %: {slow}"
    )


def _check(answered: Answered, number: int) -> None:
    if len(answered.seconds.get("ok", ())) != number:
        raise SystemExit(
            f"not all were answered: { ({name: len(s) for name, s in answered.seconds.items()}) }"
        )


def _bare(photographs: list[bytes], said: argparse.Namespace) -> float:
    """CPU seconds a photograph, of a process of its own that has an engine and nothing else."""
    code = "from bench import searches; searches.bare_engine()"
    given = json.dumps([said.workers, said.requests]).encode() + b"\n"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as one:
        out, _ = one.communicate(given + b"".join(len(p).to_bytes(4, "big") + p for p in photographs))
    return float(out)


def bare_engine() -> None:
    """In a process of its own: photographs by standard input, CPU seconds of one to standard output."""
    workers, number = json.loads(sys.stdin.buffer.readline())
    photographs = []
    while length := sys.stdin.buffer.read(4):
        photographs.append(sys.stdin.buffer.read(int.from_bytes(length, "big")))
    with EnginePool(workers=workers) as pool:
        _through(pool, photographs, max(WARM, number // 10))
        before = cpu_s(os.getpid())
        _through(pool, photographs, number)
        print((cpu_s(os.getpid()) - before) / number)


def _through(pool: EnginePool, photographs: list[bytes], number: int) -> None:
    waiting: deque[Any] = deque()
    for n in range(number):
        photo = Photograph(str(n), photographs[n % len(photographs)])
        waiting.append(pool.submit(photo, which="largest", deadline_s=60))
        if len(waiting) >= CONNECTIONS:
            waiting.popleft().result()
    for one in waiting:
        one.result()


def _request(started: Mapping[str, Any], content: bytes) -> Signed:
    members = {
        "CollectionId": COLLECTION,
        "Image": {"Bytes": content},
        "MaxFaces": 10,
        "FaceMatchThreshold": 80,
    }
    return Signed(f"http://127.0.0.1:{started['port']}", "SearchFacesByImage", members, tuple(started["key"]))


def _portraits(folder: Path) -> list[bytes]:
    found = sorted(folder.rglob("*.jpg"))[: 40 * PORTRAITS]
    if not found:
        raise SystemExit("no portraits: name a folder of some with --photographs")
    return [
        path.read_bytes() for path in sorted(found, key=lambda p: abs(p.stat().st_size - 40_000))[:PORTRAITS]
    ]


def _larger(content: bytes) -> bytes:
    """The same portrait drawn larger, until it has LARGE bytes as JPEG of quality 90."""
    from PIL import Image

    with Image.open(BytesIO(content)) as picture:
        scale, out = 1.0, b""
        while len(out) < LARGE:
            scale *= 1.15
            size = round(picture.width * scale), round(picture.height * scale)
            held = BytesIO()
            picture.resize(size, Image.Resampling.BICUBIC).save(held, "JPEG", quality=90)
            out = held.getvalue()
    return out


def _serve(said: argparse.Namespace) -> None:
    """The server that is measured: all of ours but its command line, and with a purpose more."""
    with tempfile.TemporaryDirectory() as place, EnginePool(workers=said.workers) as pool:
        os.environ["FAIRLINEUP_CONFIG"] = str(Path(place) / "keys")
        store = Store(Path(place) / "data", make=True)
        engine = EngineFront(pool)
        engine.warm()
        galleries, meter = Galleries(store), Meter(store)
        permits = Permits(store, {NOBODYS.name: NOBODYS})
        _fill(galleries, permits, engine.information, said.faces)
        made = AccessKeys(store).make(NewAccessKey("testing", limits=Limits(None, None, None)), by="bench")
        with store.writing() as work:
            work.execute("UPDATE access_key SET purpose = ?", (NOBODYS.name,))
        context = Context(engine, galleries, permits, meter)
        log = Log((Path(place) / "log").open("w", encoding="utf-8"))
        at_once = CALLS_A_WORKER * pool.workers
        operations = {"SearchFacesByImage": _search, **OPERATIONS}
        server = Server(Admission(store, meter, galleries), context, operations, Bounds(at_once), log)
        listening = listening_on("127.0.0.1", 0)
        port = listening.getsockname()[1]
        told = {"port": port, "key": [made.key.id, made.secret]}
        server.carry(listening, lambda _: print(json.dumps(told), flush=True))


def _fill(galleries: Galleries, permits: Permits, model: ModelInformation, faces: int) -> None:
    """Templates of nobody: random directions."""
    galleries.make(NewCollection(COLLECTION, model, NOBODYS.name), by="bench")
    draw = np.random.default_rng(1)
    for begin in range(0, faces, BLOCK):
        number = min(BLOCK, faces - begin)
        vectors = draw.normal(size=(number, model.template_length)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        images = [
            NewImage(str(begin + row).encode(), (NewFace(vector, {}),), model.pipeline)
            for row, vector in enumerate(vectors)
        ]
        request = Request("enrol", NOBODYS.name, "bench", COLLECTION, probes=number, new_people=number)
        with permits.granted(request) as granted:
            galleries.enrol(granted.permit, COLLECTION, images)


def _search(call: Call, context: Context) -> Answer:
    """SearchFacesByImage, as far as it costs anything."""
    analysis = context.engine.analyse(call.members["Image"]["Bytes"])
    face, template = analysis.faces[0], analysis.templates[0]
    name = call.members["CollectionId"]
    with context.permits.granted(Request("search", call.client.purpose, call.client.key_id, name)) as granted:
        most = call.members["MaxFaces"]
        found = context.galleries.search(granted.permit, name, template.vector[None], Search(most, 2.0))[0]
    matches = [{"Similarity": 0.0, "Face": {"FaceId": one.face.uuid}} for one in found]
    return Answer({"SearchedFaceConfidence": min(100.0, 100 * face.confidence), "FaceMatches": matches})
