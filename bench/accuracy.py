"""Accuracy of an engine on the Congress photographs, as they are and made worse.

`python -m bench.accuracy FOLDER [--engine NAME]` with the folder that `fairlineup data congress` makes or one
like it: people.csv (person, photo, role) and the photographs. Every probe is compared with every gallery
portrait. Pairs that are the same picture, cropped or scaled, are left out, of one person and of two. The
thresholds are set on the same comparisons that they are tried on, so what is missed is what this engine
misses at its best threshold, and not what an operator's would.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import stats

from fairlineup.faces.engine import ENGINES, EnginePool, named_engine
from fairlineup.faces.photos import decode
from fairlineup.faces.pictures import find_same_pictures
from fairlineup.records import Outcome, Photograph

FMRS, FPIRS = (1e-3, 1e-4, 1e-5), (0.003, 0.01, 0.1)

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Harm = Callable[[Image.Image, int], Image.Image]
"""What makes a photograph worse, given the width of its face in pixels."""


def _small(image: Image.Image, face_px: int) -> Image.Image:
    """The face 60 px wide, JPEG quality 30."""
    times = 60 / face_px
    small = image.resize((round(image.width * times), round(image.height * times)), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    small.save(file, "JPEG", quality=30)
    return Image.open(file)


HARMS: dict[str, Harm] = {
    "as they are": lambda image, _face_px: image,
    "60 px, JPEG 30": _small,
    "dark, x 0.15": lambda image, _face_px: image.point(lambda value: value * 0.15),
    "blurred, 3 % of its width": lambda image, face_px: image.filter(
        ImageFilter.GaussianBlur(0.03 * face_px)
    ),
}


@dataclass(frozen=True, slots=True)
class Truth:
    """Which comparisons are of one person and which of two; the same picture is neither."""

    photos: list[str]
    people: list[str]  #: who is on each.
    probes: list[int]
    gallery: list[int]
    mated: Bools  #: shape (probes, gallery).
    non_mated: Bools


def truth(folder: Path) -> Truth:
    with (folder / "people.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    photos = [row["photo"] for row in rows]
    probes = [at for at, row in enumerate(rows) if row["role"] == "probe"]
    gallery = [at for at, row in enumerate(rows) if row["role"] == "gallery"]
    person = np.array([row["person"] for row in rows])
    genuine = person[probes][:, None] == person[gallery][None, :]
    mates = [(probes[a], gallery[b]) for a, b in zip(*np.nonzero(genuine), strict=True)]
    copies = find_same_pictures([Photograph(one, folder / one) for one in photos], extra_pairs=mates)
    same = np.zeros((len(rows), len(rows)), dtype=bool)
    for pair in copies.pairs:
        same[pair.a_index, pair.b_index] = same[pair.b_index, pair.a_index] = True
    one_picture = same[np.ix_(probes, gallery)]
    return Truth(photos, person.tolist(), probes, gallery, genuine & ~one_picture, ~genuine & ~one_picture)


def measure(folder: Path, engine: str, workers: int | None = None) -> dict[str, Any]:
    """Everything that the page of an engine says about its accuracy."""
    known = truth(folder)
    gallery = [Photograph(one, folder / one) for one in (known.photos[at] for at in known.gallery)]
    paths = [folder / known.photos[at] for at in known.probes]
    description = named_engine(engine)
    found: dict[str, Any] = {"engine": engine, "pipeline": description.pipeline}
    with EnginePool(description, workers=workers) as pool:
        enrolled, _, found["gallery without a template"] = _templates(pool, gallery)
        _, widths, _ = _templates(pool, [Photograph(path.name, path) for path in paths])
        for name, harm in HARMS.items():
            searched, _, missing = _templates(pool, list(_harmed(paths, widths, harm)))
            between = distances(searched, enrolled, description.information.metric)
            found[name] = {"probes without a template": missing, **rates(between, known)}
    return found


def _harmed(paths: Sequence[Path], widths: Sequence[int], harm: Harm) -> Iterator[Photograph]:
    for path, face_px in zip(paths, widths, strict=True):
        file = io.BytesIO()
        image = Image.fromarray(decode(path.read_bytes(), name=path.name).pixels)
        harm(image, face_px or image.width // 2).save(file, "PNG", compress_level=1)
        yield Photograph(path.name, file.getvalue())


def _templates(pool: EnginePool, photos: Sequence[Photograph]) -> tuple[NDArray[np.float32], list[int], int]:
    """A row each, of NaN where there is no template; the width of each face; how many have no template."""
    rows = np.full((len(photos), pool.information.template_length), np.nan, dtype=np.float32)
    widths = [0] * len(photos)
    for at, analysis in enumerate(pool.analyse_many(photos)):
        if analysis.faces:
            widths[at] = analysis.faces[0].box.width_px
        if analysis.outcome is Outcome.OK:
            rows[at] = analysis.templates[0].vector
    return rows, widths, int(np.isnan(rows[:, 0]).sum())


def compared(folder: Path, known: Truth, engine: str, workers: int | None = None) -> Floats:
    """The distance of every probe, as it is, from every gallery portrait."""
    description = named_engine(engine)
    sides = []
    with EnginePool(description, workers=workers) as pool:
        for rows in (known.probes, known.gallery):
            names = [known.photos[at] for at in rows]
            sides.append(_templates(pool, [Photograph(one, folder / one) for one in names])[0])
    return distances(sides[0], sides[1], description.information.metric)


def distances(probes: NDArray[np.float32], gallery: NDArray[np.float32], metric: Any) -> Floats:
    """Shape (probes, gallery); infinite where one of both has no template."""
    made = np.full((len(probes), len(gallery)), np.inf)
    here, there = (np.flatnonzero(~np.isnan(side[:, 0])) for side in (probes, gallery))
    a, b = (side[rows].astype(np.float64) for side, rows in ((probes, here), (gallery, there)))
    if metric == "cosine":
        a, b = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in (a, b))
        between = 1 - a @ b.T
    else:
        squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None, :] - 2 * a @ b.T
        between = np.sqrt(np.maximum(squares, 0))
    made[np.ix_(here, there)] = between
    return made


def rates(distances: Floats, known: Truth) -> dict[str, Any]:
    """FNMR at each FMR and FNIR at each FPIR: threshold, percent missed with its 95 % interval, of how many.

    One mate a person, so that each miss is another person's: the intervals are Clopper and Pearson's.
    """
    alone = np.sort(distances[known.non_mated])
    mates = distances[known.mated]
    nearest = np.sort(np.where(known.non_mated, distances, np.inf).min(axis=1))
    rows: dict[str, Any] = {}
    for kind, impostors, levels in (("FNMR at FMR", alone, FMRS), ("FNIR at FPIR", nearest, FPIRS)):
        for level in levels:
            threshold = float(impostors[int(level * len(impostors) + 1e-9)])  # accepted below it
            missed, total = int((mates >= threshold).sum()), len(mates)
            interval = stats.binomtest(missed, total).proportion_ci(method="exact")
            rows[f"{kind} {level:g}"] = {
                "threshold": round(threshold, 4),
                "percent": round(100 * missed / total, 2),
                "interval": [round(100 * interval.low, 1), round(100 * interval.high, 1)],
                "missed": missed,
                "of": total,
            }
    return rows


def main(measure: Callable[[Path, str, int | None], dict[str, Any]], about: str | None) -> None:
    """Measure the engine that the command line names on a folder of photographs, and print it."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0])
    parser.add_argument("--workers", type=int)
    given = parser.parse_args()
    print(json.dumps(measure(given.folder, given.engine, given.workers), indent=1))


if __name__ == "__main__":
    main(measure, __doc__)
