"""Whether members of Congress whom SFace may have been trained on are recognized better than others.

`python -m bench.overlap FOLDER` with a folder as `bench.accuracy` takes it. The sets that SFace may have been
trained on were gathered by 2018, from photographs of people known on the web. So members who came to
Congress in 2019 or later are hardly in them, and earlier ones may be. Had SFace learned the earlier ones'
faces, their two portraits would lie nearer to each other than those of the later ones, and their faces
farther from everybody else's.

They differ in more than that: the earlier ones' two portraits lie more years apart, and fewer of them are
women. dlib's engine, made from other people, saw the same portraits; a difference is given as it is, and at
the same distance by dlib. The year in which a member came is read from the ICPSR number that names the
gallery portrait: 21974 and 42104 came in 2019 and 2021, numbers below 20000 before 1991.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.accuracy import compared, truth

CASE, CONTROL = "sface", "dlib"
LATER = 2019
EARLIER = {"2013 to 2018": (2013, 2018), "before 2019": (0, 2018)}
REPLICATES, SEED, LEVEL, NEAREST = 4000, 1, 1e-5, 10

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


def came(icpsr: int) -> int:
    """The year in which the member with this number came to Congress; 1990 for whoever came before 1991."""
    if icpsr < 20_000:
        return 1990
    year = icpsr // 100 % 100
    return 1900 + year if year > 50 else 2000 + year


def measure(folder: Path, workers: int | None = None) -> dict[str, Any]:
    """By years, how near mates and strangers lie and what is missed; then the later against the earlier."""
    known = truth(folder)
    probe, portrait = np.nonzero(known.mated)
    years = np.array([came(int(Path(known.photos[known.gallery[at]]).stem)) for at in portrait])
    mates, strangers, missed = {}, {}, {}
    for engine in (CASE, CONTROL):
        between = compared(folder, known, engine, workers)
        mates[engine] = between[probe, portrait]
        apart = np.sort(between[known.non_mated])
        missed[engine] = mates[engine] >= apart[int(LEVEL * len(apart))]
        away = np.sort(np.where(known.non_mated, between, np.inf), axis=1)
        strangers[engine] = away[probe, :NEAREST].mean(axis=1)
    groups = {"before 2013": (0, 2012), **EARLIER, f"{LATER} and later": (LATER, 9999)}
    inside = {name: (years >= low) & (years <= high) for name, (low, high) in groups.items()}
    return {
        "members": {
            name: {
                "mates": int(them.sum()),
                **{
                    engine: {
                        "mean distance of mates": _rounded(mates[engine][them].mean()),
                        f"mean distance of the {NEAREST} nearest others": _rounded(
                            strangers[engine][them].mean()
                        ),
                        f"missed at FMR {LEVEL:g}": int(missed[engine][them].sum()),
                    }
                    for engine in mates
                },
            }
            for name, them in inside.items()
        },
        "later less earlier": {
            f"{what}, against {name}": _differences(distances, years, low)
            for what, distances in (("mates", mates), ("nearest others", strangers))
            for name, (low, _) in EARLIER.items()
        },
    }


def _differences(distances: dict[str, Floats], years: Rows, since: int) -> dict[str, Any]:
    """SFace's distances of later members less those of earlier ones, as they are and at the same by dlib."""
    rows = np.flatnonzero((years >= since) & np.isfinite(distances[CASE]) & np.isfinite(distances[CONTROL]))

    def raw(some: Rows) -> float:
        later = years[some] >= LATER
        return float(distances[CASE][some[later]].mean() - distances[CASE][some[~later]].mean())

    def at_the_same(some: Rows) -> float:
        told = np.c_[np.ones(len(some)), distances[CONTROL][some], years[some] >= LATER]
        return float(np.linalg.lstsq(told, distances[CASE][some], rcond=None)[0][2])

    return {
        "as they are": _with_interval(raw, rows),
        f"at the same distance by {CONTROL}": _with_interval(at_the_same, rows),
    }


def _with_interval(of: Callable[[Rows], float], rows: Rows) -> dict[str, Any]:
    """With its 95 % interval over members, by bootstrap."""
    rng = np.random.default_rng(SEED)
    drawn = [of(rng.choice(rows, len(rows))) for _ in range(REPLICATES)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"value": _rounded(of(rows)), "interval": [_rounded(low), _rounded(high)], "members": len(rows)}


def _rounded(value: Any) -> float:
    return round(float(value), 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int)
    given = parser.parse_args()
    print(json.dumps(measure(given.folder, given.workers), indent=1))


if __name__ == "__main__":
    main()
