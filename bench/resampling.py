"""Resampling of false match rates by group: ours against Fairlearn's bootstrap and plain NumPy.

`python -m bench.resampling PEERS` with the other environment's Python. 539 people searched for in galleries
of 25,000 and 1,000, 8 groups, one comparison in 5,200 a false match. Fairlearn resamples comparisons, one row
each, which is another and a worse interval (docs/validity.md): it is given the 539,000 rows of the small
gallery, for on the 13 million of the large one a replicate takes minutes. Every figure is of seconds a
replicate on the same data, one core.
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
from pathlib import Path
from typing import Any

from bench.comparison import ONE_THREAD

PROBES, GROUPS, ONE_IN = 539, 8, 5200
LARGE, SMALL = 25_000, 1_000
REPLICATES = 2000
FAIRLEARN_REPLICATES = 4
ROUNDS = 5


def measure(peers: Path) -> list[dict[str, Any]]:
    """{name, ratio, against, machine, ms}, ms a replicate: ours, theirs."""
    command = [sys.executable, "-m", "bench.resampling", str(peers), "--here"]
    environment = {**os.environ, **ONE_THREAD}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    entries: list[dict[str, Any]] = json.loads(done.stdout)
    return entries


def matched(gallery: int) -> Any:
    """Which comparisons are false matches, shape (probes, gallery)."""
    import numpy as np

    rng = np.random.default_rng(1)
    match = np.zeros(PROBES * gallery, np.int8)
    match[rng.choice(len(match), len(match) // ONE_IN, replace=False)] = 1
    return match.reshape(PROBES, gallery)


def ours(match: Any) -> Callable[[], object]:
    """All replicates of both sides, by group."""
    import numpy as np

    from fairlineup.measures import Grouping, Resampling, crossed, resample

    probes, gallery = match.shape
    row, column = np.nonzero(match)
    sides = np.repeat([1.0, 0.0], [probes, gallery])
    listed = crossed(row, probes + column, np.zeros(len(row)), probe_photos=sides, gallery_photos=1 - sides)
    person = np.arange(probes + gallery)
    grouping = Grouping.of_probes(np.where(person < probes, person % GROUPS, -1), GROUPS)
    return lambda: resample(listed, (0.0,), grouping, Resampling(REPLICATES))


def rows_resampled(match: Any) -> Callable[[], object]:
    """One replicate of rows drawn with replacement, one row a comparison."""
    import numpy as np

    flat = match.ravel().astype(np.float64)
    group = np.repeat(np.arange(match.shape[0]) % GROUPS, match.shape[1])
    rng = np.random.default_rng(1)

    def run() -> object:
        drawn = rng.integers(0, len(flat), len(flat))
        return np.bincount(group[drawn], flat[drawn]) / np.bincount(group[drawn])

    return run


def sides_resampled(match: Any) -> Callable[[], object]:
    """One replicate of our own bootstrap on the dense matrix: people of each group, and of the gallery."""
    import numpy as np

    probes, gallery = match.shape
    dense = match.astype(np.float32)
    group = np.arange(probes) % GROUPS
    rng = np.random.default_rng(1)

    def run() -> object:
        v = np.bincount(rng.integers(0, gallery, gallery), minlength=gallery).astype(np.float32)
        by_probe = dense @ v
        rates = np.empty(GROUPS)
        for g in range(GROUPS):
            here = np.flatnonzero(group == g)
            drawn = here[rng.integers(0, len(here), len(here))]
            rates[g] = by_probe[drawn].sum() / (len(here) * gallery)
        return rates

    return run


def _here(peers: str) -> list[dict[str, Any]]:
    import numpy as np

    large, small = matched(LARGE), matched(SMALL)
    machine = f"{platform.machine()}, one core of {os.cpu_count()}, NumPy {np.__version__}"
    ours_large, ours_small = (_each(ours(one), REPLICATES) for one in (large, small))
    sizes = f"{PROBES} × {LARGE:,}", f"{PROBES} × {SMALL:,}"
    found = [
        (sizes[0], "both sides resampled, dense NumPy", ours_large, _each(sides_resampled(large), 1)),
        (sizes[0], "comparisons resampled, NumPy", ours_large, _each(rows_resampled(large), 1)),
        (sizes[1], "Fairlearn's bootstrap, of comparisons", ours_small, _fairlearn(peers, small)),
    ]
    return [
        {
            "name": f"{REPLICATES:,} replicates of the FMR of {GROUPS} groups, {size}",
            "ratio": theirs / own,
            "against": against,
            "machine": machine,
            "ms": [1000 * own, 1000 * theirs],
        }
        for size, against, own, theirs in found
    ]


def _each(work: Callable[[], object], replicates: int) -> float:
    """Seconds a replicate, median over rounds."""
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times) / replicates


def _fairlearn(peers: str, match: Any) -> float:
    import numpy as np

    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.npz"
        np.savez(
            rows, match=match.ravel(), group=np.repeat(np.arange(match.shape[0]) % GROUPS, match.shape[1])
        )
        command = [peers, "-W", "ignore", "-m", "bench.peer_resampling", str(rows), str(FAIRLEARN_REPLICATES)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    if "--here" in sys.argv:
        print(json.dumps(_here(sys.argv[1])))
    else:
        for entry in measure(Path(sys.argv[1])):
            own, theirs = entry["ms"]
            print(
                f"{entry['ratio']:,.0f} × {entry['against']}: {entry['name']} ({own:.3f} ms, {theirs:.1f} ms)"
            )
