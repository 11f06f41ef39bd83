"""Measures of a finished run: how their cost grows with the gallery, and what thresholds share.

`python -m bench.measures RUN` measures a run that `bench.answered` wrote, and prints its CPU seconds and the
most memory it held.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.answered import answered_run
from bench.comparison import ONE_THREAD
from bench.harness import held_most
from fairlineup.measures import Comparisons, Grouping, cell_rates, crossed

SIZES = (2_000, 8_000)
THRESHOLDS = np.linspace(0.45, 0.69, 20)


def measure() -> list[dict[str, Any]]:
    """{name, ratio, against, machine, ms}: CPU time, one thread."""
    with tempfile.TemporaryDirectory() as place:
        few, many = (_measured(Path(place) / str(people), people) for people in SIZES)
    alone, shared = _swept(share=False), _swept(share=True)
    return [
        {
            "name": f"measures and report of a run of {SIZES[1]:,} people, {many['megabytes']:.0f} MB held",
            "ratio": few["seconds"] / many["seconds"],
            "against": f"one of {SIZES[0]:,} people",
            "machine": "CPU time, one thread",
            "ms": [1000 * many["seconds"], 1000 * few["seconds"]],
        },
        {
            "name": f"false match rates of two groups at {len(THRESHOLDS)} thresholds, one layout for all",
            "ratio": alone / shared,
            "against": "comparisons laid out for each threshold",
            "machine": "CPU time, one thread",
            "ms": [1000 * shared, 1000 * alone],
        },
    ]


def _measured(out: Path, people: int) -> dict[str, float]:
    answered_run(out, people)
    command, env = [sys.executable, "-m", "bench.measures", str(out)], {**os.environ, **ONE_THREAD}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=env)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _swept(*, share: bool) -> float:
    rng = np.random.default_rng(1)
    comparisons, grouping = _comparisons(rng, probes=300, gallery=5_000)
    began = time.process_time()
    for threshold in THRESHOLDS.tolist():
        cell_rates(comparisons if share else replace(comparisons), threshold, grouping)
    return time.process_time() - began


def _comparisons(rng: np.random.Generator, probes: int, gallery: int) -> tuple[Comparisons, Grouping]:
    people = probes + gallery
    distance = rng.normal(0.8, 0.08, probes * gallery)
    near = np.flatnonzero(distance <= THRESHOLDS[-1])
    side = np.arange(people) < probes
    found = crossed(
        near // gallery,
        probes + near % gallery,
        distance[near],
        probe_photos=side.astype(np.float64),
        gallery_photos=(~side).astype(np.float64),
        reach=float(THRESHOLDS[-1]),
    )
    return found, Grouping.of_probes(np.where(side, np.arange(people) % 2, -1), 2)


def _here(out: Path) -> dict[str, float]:
    """CPU seconds and megabytes of this process, once it has measured a run."""
    from fairlineup.evidence.pipeline import AuditOptions, PageOptions, measure_again

    measure_again(out, options=AuditOptions(pages=PageOptions(faces=False)))
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"seconds": used.ru_utime + used.ru_stime, "megabytes": held_most()}


if __name__ == "__main__":
    print(json.dumps(_here(Path(sys.argv[1]))))
