"""How often portraits of each era match, with each other and with today's members: docs/calibration.md.

`python -m bench.eras FOLDER [--engine NAME]` with the folder that `fairlineup data congress` makes or one
like it, whose column source says in which Congress somebody last served. Pairs of one person are left out.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.engine import DEFAULT_ENGINE, ENGINES, EnginePool, named_engine
from fairlineup.faces.kinds import kinds_of
from fairlineup.records import Outcome, Photograph

ERAS = ((92, 94), (95, 97), (98, 102), (103, 107), (108, 112), (113, 119))
THRESHOLDS = {"sface": (0.637, 0.573, 0.545), "dlib": (0.6, 0.5, 0.46)}
SAME_PICTURE = {"icpsr-013010": "icpsr-014217"}  # one picture stands under both
LAST = re.compile(r"last served in the (\d+)")


def measure(folder: Path, engine: str, workers: int | None = None) -> dict[str, Any]:
    """By era and threshold: times the rate of all pairs, and of all pairs of a probe and a portrait."""
    with (folder / "people.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with EnginePool(named_engine(engine), workers=workers) as pool:
        answers = list(pool.analyse_many([Photograph(row["photo"], folder / row["photo"]) for row in rows]))
        metric = pool.information.metric
    kept = [(r, a) for r, a in zip(rows, answers, strict=True) if a.outcome is Outcome.OK]
    distances = _distances(np.array([a.templates[0].vector for _, a in kept], dtype=np.float64), metric)
    person = np.array([SAME_PICTURE.get(row["person"], row["person"]) for row, _ in kept])
    probe = np.array([row["role"] == "probe" for row, _ in kept])
    last = np.array([int(found[1]) if (found := LAST.search(row["source"])) else 0 for row, _ in kept])
    cuts = named_engine(engine).cuts
    grey = np.array(["grey" in kinds_of(a.faces[0].quality, cuts) for _, a in kept])
    others = person[:, None] != person[None, :]
    once = others & np.triu(np.ones_like(others), 1)
    searched = others & probe[:, None] & ~probe[None, :]
    at = THRESHOLDS[engine]
    bases = {"with each other": _rates(distances[once], at), "with probes": _rates(distances[searched], at)}
    result: dict[str, Any] = {"engine": engine, "thresholds": at, "all": bases}
    for first, end in ERAS:
        own = (last >= first) & (last <= end)
        pairs = {
            "with each other": once & own[:, None] & own[None, :],
            "with probes": searched & own[None, :],
        }
        era: dict[str, Any] = {"portraits": int(own.sum()), "grey": round(float(grey[own].mean()), 2)}
        for name, chosen in pairs.items():
            near = [int(np.count_nonzero(distances[chosen] <= one)) for one in at]
            times = [n / chosen.sum() / base for n, base in zip(near, bases[name], strict=True)]
            era[name] = {"errors": near, "times": [float(f"{one:.2g}") for one in times]}
        result[f"{first} to {end}"] = era
    return result


def _rates(distances: NDArray[np.float64], at: tuple[float, ...]) -> list[float]:
    return [float(np.mean(distances <= one)) for one in at]


def _distances(vectors: NDArray[np.float64], metric: str) -> NDArray[np.float64]:
    if metric == "cosine":
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(1 - unit @ unit.T)
    squares = (vectors**2).sum(axis=1)
    apart = squares[:, None] + squares[None, :] - 2 * vectors @ vectors.T
    return np.asarray(np.sqrt(np.maximum(apart, 0)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", choices=ENGINES, default=DEFAULT_ENGINE)
    given = parser.parse_args()
    print(json.dumps(measure(given.folder, given.engine), indent=1))


if __name__ == "__main__":
    main()
