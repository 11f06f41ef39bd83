"""Speed of the comparison room against the plain float32 matrix product of the same core.

`python -m bench.comparison` prints one line a measurement. Templates are random with the structure of real
ones: people around a common mean, photographs around their person, lengths near 1.4 in 128 dimensions.
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
from typing import Any

THREADS = "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"
ONE_THREAD = dict.fromkeys(THREADS, "1")
PRODUCT = "float32 matrix product, one thread"
REPEATS = 15


def measure() -> list[dict[str, Any]]:
    """{name, ratio, against, machine}, where 1 is the product's own speed."""
    return in_one_thread("bench.comparison")


def in_one_thread(module: str) -> list[dict[str, Any]]:
    """What a module's `--here` prints in a process of one thread."""
    command = [sys.executable, "-m", module, "--here"]
    done = subprocess.run(
        command, env={**os.environ, **ONE_THREAD}, check=True, capture_output=True, text=True
    )
    entries: list[dict[str, Any]] = json.loads(done.stdout)
    return entries


def people(seed: int, count: int, photos: int, dimension: int = 128) -> Any:
    """Templates and person codes of `count` people with `photos` photographs each."""
    import numpy as np

    rng = np.random.default_rng(seed)
    mean = rng.normal(0, 0.08, dimension)
    person = np.repeat(np.arange(count), photos)
    centres = mean + rng.normal(0, 0.075, (count, dimension))
    templates = centres[person] + rng.normal(0, 0.03, (len(person), dimension))
    return templates.astype(np.float32), person


def uneven_groups(count: int) -> Any:
    """Eight groups of different sizes in no order, as a data set has them; shape (count,)."""
    import numpy as np

    shares = np.array([0.3, 0.2, 0.15, 0.12, 0.1, 0.07, 0.04, 0.02])
    return np.random.default_rng(1).choice(8, count, p=shares)


def ratio(product: Callable[[], object], work: Callable[[], object]) -> float:
    """Median over interleaved repeats of the product's time over the work's."""
    work()
    ratios = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        product()
        middle = time.perf_counter()
        work()
        ratios.append((middle - start) / (time.perf_counter() - middle))
    return statistics.median(ratios)


def _here() -> list[dict[str, Any]]:
    import numpy as np

    from fairlineup.faces.vectors import (
        Bins,
        TemplateSet,
        available,
        histogram,
        nearest,
        prepare,
        tail,
    )
    from fairlineup.faces.vectors.blocks import Multiplier

    probes, who = people(1, 2048, 1)
    references, whom = people(1, 5000, 4)
    p, r = prepare(probes), prepare(references)

    def product(block_pairs: int) -> Callable[[], None]:
        multiplier = Multiplier(p, r, block_pairs)

        def run() -> None:
            for rows in multiplier.probe_blocks(slice(0, len(p))):
                for _ in multiplier.blocks(rows, slice(0, len(r))):
                    pass

        return run

    left, right = TemplateSet(p, who), TemplateSet(r, whom)
    grouped = [TemplateSet(side.templates, side.person, uneven_groups(len(side))) for side in (left, right)]
    bins = Bins(1000, 2.0)
    works: list[tuple[str, int, Callable[[], object]]] = [
        ("non-mated histogram, 1,000 bins", 1 << 18, lambda: histogram(left, right, bins)),
        (
            "non-mated histograms of 64 pairs of groups",
            1 << 18,
            lambda: histogram(grouped[0], grouped[1], bins),
        ),
        ("tail at distance 0.6", 1 << 20, lambda: tail(p, r, 0.6)),
        ("nearest 50", 1 << 20, lambda: nearest(p, r, 50)),
    ]
    loops = "numba" if available() else "NumPy"
    machine = f"{platform.machine()}, {os.cpu_count()} cores, NumPy {np.__version__}"
    return [
        {
            "name": f"{name} ({loops})",
            "ratio": ratio(product(size), work),
            "against": PRODUCT,
            "machine": machine,
        }
        for name, size, work in works
    ]


if __name__ == "__main__":
    if "--here" in sys.argv:
        print(json.dumps(_here()))
    else:
        for entry in measure():
            print(f"{entry['ratio']:.2f} of {entry['against']}: {entry['name']} ({entry['machine']})")
