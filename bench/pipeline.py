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
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image
from tests_long.scenes import groups

from bench.comparison import ONE_THREAD
from bench.sides import Side, serve
from fairlineup.faces.engine import CHUNK, ENGINES, Engine, named_engine, prepared_model, published
from fairlineup.faces.engine.detection import Pixels
from fairlineup.faces.engine.recognition import Recogniser
from fairlineup.records import Photograph

Which = Literal["all", "largest"]

ROUNDS = 7
PORTRAITS = 48
CHIPS = 32
GROUPS = 12


def measure(photographs: Path, peers: Path) -> list[dict[str, Any]]:
    """Ratios of speed: {name, ratio, against, machine, ms}.

    Args:
        photographs: folder with JPEG portraits; the same 48 are taken each time.
        peers: the Python of the environment with the face_recognition package.
    """
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
    entries.append(_all_faces("a portrait", portraits))
    with tempfile.TemporaryDirectory() as folder:
        entries.append(_all_faces("a group on 1920 by 1080", _group_photographs(Path(folder))))
    return [{**entry, "machine": machine} for entry in (*entries, *_embedding())]


def _all_faces(of: str, photographs: list[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.pipeline", "--ours"]
    sides = [Side([*command, engine, "all"], photographs) for engine in ENGINES]
    name = f"all faces of {of} with {ENGINES[0]}, one core"
    entry = _against(name, f"the engine {ENGINES[1]}", (sides[0], sides[1]), photographs)
    for side in sides:
        side.close()
    return entry


def _group_photographs(folder: Path) -> list[str]:
    """Made-up ones, the same everywhere."""
    paths = [str(folder / f"{at}.jpg") for at in range(GROUPS)]
    for path, scene in zip(paths, groups(GROUPS), strict=True):
        Image.fromarray(scene.pixels).save(path, quality=90)
    return paths


def _against(name: str, peer: str, sides: tuple[Side, Side], portraits: list[str]) -> dict[str, Any]:
    times = [(sides[0].seconds(), sides[1].seconds()) for _ in range(ROUNDS)]
    return {
        "name": name,
        "ratio": statistics.median(b / a for a, b in times),
        "against": peer,
        "ms": [1000 * statistics.median(side) / len(portraits) for side in zip(*times, strict=True)],
    }


def _ours(name: str, which: Which) -> None:
    engine = Engine(named_engine(name))

    def work(portraits: list[str]) -> None:
        for start in range(0, len(portraits), CHUNK):
            chunk = portraits[start : start + CHUNK]
            engine.analyse_chunk([Photograph(path, Path(path)) for path in chunk], which)

    serve(work)


def _embedding() -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bench.pipeline", "--embedding"]
    environment = {**os.environ, **ONE_THREAD}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def _embedding_here() -> list[dict[str, Any]]:
    """The networks alone, on chips of noise: their cost does not depend on what they show."""
    import dlib

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    theirs = dlib.face_recognition_model_v1(str(published(named_engine("dlib").files[-1])))
    ours = {name: _ready(name) for name in ENGINES}
    sides = {
        "binding": partial(theirs.compute_face_descriptor, _noise(150), 0),
        **{name: partial(one.templates, _noise(one.form.size_px)) for name, one in ours.items()},
    }
    times: list[dict[str, float]] = [
        {name: _process_time(side) for name, side in sides.items()} for _ in range(1 + ROUNDS)
    ]
    return [
        {
            "name": f"embedding alone with {name}, one core",
            "ratio": statistics.median(one["binding"] / one[name] for one in times[1:]),
            "against": f"dlib {dlib.__version__}, Python binding, its network, as many chips in one call",
            "ms": [
                1000 * statistics.median(one[side] for one in times[1:]) / CHIPS for side in (name, "binding")
            ],
        }
        for name in ENGINES
    ]


def _ready(name: str) -> Recogniser:
    model = named_engine(name).model
    return Recogniser(model, prepared_model(model))


def _noise(side_px: int) -> list[Pixels]:
    return list(np.random.default_rng(1).integers(0, 256, (CHIPS, side_px, side_px, 3), dtype=np.uint8))


def _process_time(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


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
