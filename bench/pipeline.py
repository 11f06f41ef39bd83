"""Photograph to template on one core: our engine against the face_recognition package, and embedding alone.

`python -m bench.pipeline DIR PEERS` with a folder of portraits and the other environment's Python. Each
side is one process on the same core, asked in turn (A B A B …) for the same photographs, so that a change of
the machine's speed hits both; what counts is processor time. What starts up, and what the first photographs
warm, is not counted for either.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from bench.comparison import ONE_THREAD

Which = Literal["all", "largest"]

ROUNDS = 7
PORTRAITS = 48
CHIPS = 32


def measure(photographs: Path, peers: Path) -> list[dict[str, Any]]:
    """Ratios of speed: {name, ratio, against, machine, ms}.

    Args:
        photographs: folder with JPEG portraits; the same 48 are taken each time.
        peers: the Python of the environment with the face_recognition package.
    """
    from fairlineup.faces.engine import ENGINES

    portraits = _portraits(photographs)
    machine = f"{platform.machine()}, one core of {os.cpu_count()}, Python {platform.python_version()}"
    entries = []
    for engine in ENGINES:
        ours = Side([sys.executable, "-m", "bench.pipeline", "--ours", engine, "largest"], portraits)
        for upsampling, said in ((1, "its default upsampling"), (0, "no upsampling")):
            theirs = Side([str(peers), "-W", "ignore", "-m", "bench.peer", str(upsampling)], portraits)
            name = f"photograph to template with {engine}, one core"
            entries.append(_against(name, f"face_recognition 1.3.0, {said}", (ours, theirs), portraits))
            theirs.close()
        ours.close()
    sides = [
        Side([sys.executable, "-m", "bench.pipeline", "--ours", one, "all"], portraits) for one in ENGINES
    ]
    name = f"all faces of a photograph with {ENGINES[0]}, one core"
    entries.append(_against(name, f"the engine {ENGINES[1]}", (sides[0], sides[1]), portraits))
    for side in sides:
        side.close()
    entries = [{**entry, "machine": machine} for entry in entries]
    return [*entries, {**_embedding(), "machine": machine}]


def _against(name: str, peer: str, sides: tuple[Side, Side], portraits: list[str]) -> dict[str, Any]:
    times = [(sides[0].seconds(), sides[1].seconds()) for _ in range(ROUNDS)]
    return {
        "name": name,
        "ratio": statistics.median(b / a for a, b in times),
        "against": peer,
        "ms": [1000 * statistics.median(side) / len(portraits) for side in zip(*times, strict=True)],
    }


class Side:
    """A process that goes through what it is given once for every line, and times it."""

    def __init__(self, command: list[str], given: list[str], **changes: str) -> None:
        environment = {**os.environ, **ONE_THREAD, **changes}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(self._process.pid, {min(os.sched_getaffinity(0))})
        self._send(json.dumps(given))
        self._read()

    def seconds(self) -> float:
        self._send("go")
        return float(self._read())

    def close(self) -> None:
        self._process.communicate()

    def _send(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"a side of the benchmark ended: {self._process.args!r}")
        return line


def serve(work: Callable[[list[str]], object]) -> None:
    """What either side does: read what it is given, warm up, then time one pass for every line."""
    given = json.loads(sys.stdin.readline())
    work(given)
    print("ready", flush=True)
    for _ in sys.stdin:
        began = time.process_time()
        work(given)
        print(time.process_time() - began, flush=True)


def _ours(name: str, which: Which) -> None:
    from fairlineup.faces.engine import CHUNK, Engine, named_engine
    from fairlineup.records import Photograph

    engine = Engine(named_engine(name))

    def work(portraits: list[str]) -> None:
        for start in range(0, len(portraits), CHUNK):
            chunk = portraits[start : start + CHUNK]
            engine.analyse_chunk([Photograph(path, Path(path)) for path in chunk], which)

    serve(work)


def _embedding() -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.pipeline", "--embedding"]
    environment = {**os.environ, **ONE_THREAD}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _embedding_here() -> dict[str, Any]:
    """The network alone, on chips of noise: its cost does not depend on what they show."""
    import dlib
    import numpy as np

    from fairlineup.faces.engine import named_engine, prepared_model, published
    from fairlineup.faces.engine.recognition import Recogniser

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    model = named_engine("dlib").model
    ours = Recogniser(model, prepared_model(model))
    theirs = dlib.face_recognition_model_v1(str(published(named_engine("dlib").files[-1])))
    chips = list(np.random.default_rng(1).integers(0, 256, (CHIPS, 150, 150, 3), dtype=np.uint8))
    ours.templates(chips)
    theirs.compute_face_descriptor(chips, 0)
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        ours.templates(chips)
        middle = time.perf_counter()
        theirs.compute_face_descriptor(chips, 0)
        times.append((middle - began, time.perf_counter() - middle))
    return {
        "name": "embedding alone, one core",
        "ratio": statistics.median(b / a for a, b in times),
        "against": f"dlib {dlib.__version__}, Python binding, the same chips in one call",
        "ms": [1000 * statistics.median(side) / CHIPS for side in zip(*times, strict=True)],
    }


def _portraits(folder: Path) -> list[str]:
    found = sorted(str(path) for path in folder.rglob("*.jpg"))
    if len(found) < PORTRAITS:
        raise SystemExit(f"{folder}: expected at least {PORTRAITS} JPEG portraits, got {len(found)}")
    return found[:: len(found) // PORTRAITS][:PORTRAITS]


if __name__ == "__main__":
    if "--ours" in sys.argv:
        _ours(sys.argv[2], "all" if sys.argv[3] == "all" else "largest")
    elif "--embedding" in sys.argv:
        print(json.dumps(_embedding_here()))
    else:
        for entry in measure(Path(sys.argv[1]), Path(sys.argv[2])):
            print(entry)
