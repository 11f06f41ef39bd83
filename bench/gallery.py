"""Searching a gallery that is kept ready: ours against faiss-cpu's flat index, one core.

`python -m bench.gallery PEERS` with the other environment's Python. The ten nearest of one probe and of a
hundred together, 128 dimensions, galleries of 25,000 and 500,000. Each side is one process on the same core,
asked in turn; the least time of each is taken, because other work on the machine only ever adds.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.comparison import people
from bench.sides import Side, serve

SIZES = 25_000, 500_000
PROBES = 1, 100
PHOTOGRAPHS, NEAREST = 5, 10
ROUNDS = {1: 60, 100: 12}


def measure(peers: Path) -> list[dict[str, Any]]:
    """{name, ratio, against, machine, ms}: with numba and without it, beside faiss; ms a call."""
    entries = []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            given = _data(Path(folder), size)
            for probes in PROBES:
                entries += _beside_faiss(peers, [*given, str(probes)], size, probes)
    return entries


def _beside_faiss(peers: Path, given: list[str], size: int, probes: int) -> list[dict[str, Any]]:
    ours = [sys.executable, "-m", "bench.gallery", "--ours"]
    sides = {
        "numba": Side(ours, given),
        "NumPy": Side(ours, given, FAIRLINEUP_NO_NUMBA="1"),
        "faiss": Side([str(peers), "-m", "bench.peer_gallery"], given),
    }
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(ROUNDS[probes]):
        for name, side in sides.items():
            times[name].append(side.seconds())
    for side in sides.values():
        side.close()
    least = {name: min(seconds) for name, seconds in times.items()}
    searched = "one probe" if probes == 1 else f"{probes} probes together"
    return [
        {
            "name": f"{NEAREST} nearest of {size:,}, {searched} ({name})",
            "ratio": least["faiss"] / least[name],
            "against": "faiss-cpu 1.15.1, flat index",
            "machine": f"{platform.machine()}, one core of {os.cpu_count()}",
            "ms": [1000 * least[name], 1000 * least["faiss"]],
        }
        for name in ("numba", "NumPy")
    ]


def _data(folder: Path, size: int) -> list[str]:
    """Files of the references, and of probes that are other photographs of some of their people."""
    import numpy as np

    references = people(2, size // PHOTOGRAPHS, PHOTOGRAPHS)[0]
    rng = np.random.default_rng(3)
    probes = references[rng.choice(size, max(PROBES))]
    probes = probes + rng.normal(0, 0.03, probes.shape).astype(np.float32)
    paths = [folder / f"references{size}.npy", folder / f"probes{size}.npy"]
    for path, rows in zip(paths, (references, probes), strict=True):
        np.save(path, rows)
    return [str(path) for path in paths]


def _ours() -> None:
    import numpy as np

    from fairlineup.faces.vectors import PreparedGallery, nearest, prepare

    ready: dict[str, Any] = {}

    def work(given: list[str]) -> None:
        if not ready:
            references, ready["probes"] = np.load(given[0]), np.load(given[1])[: int(given[2])]
            gallery = PreparedGallery(references.shape[1])
            gallery.add([str(row) for row in range(len(references))], prepare(references))
            ready["gallery"] = gallery
        nearest(prepare(ready["probes"]), ready["gallery"].snapshot().templates, NEAREST)

    serve(work)


if __name__ == "__main__":
    if "--ours" in sys.argv:
        _ours()
    else:
        for entry in measure(Path(sys.argv[1])):
            print(f"{entry['ratio']:6.2f} × {entry['against']}: {entry['name']}, ms {entry['ms']}")
