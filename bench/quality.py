"""What an engine misses by the measured quality of a photograph: probes made worse, and their mates.

`python -m bench.quality FOLDER [--engine NAME]` with a folder as `bench.accuracy` takes it. Every probe that
has a mate is made worse in each way that `bench.harms` knows, and searched for among the gallery's portraits
as they are. Two thresholds: the one that the engine recommends, and the one at which 1 in 10,000 comparisons
of probes as they are matches somebody else. Neither moves with the harm, as an operator's would not.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import stats

from bench.accuracy import Truth, distances, main, truth
from bench.harms import DRAWS, HARMS, Harm, drawn
from fairlineup.faces.engine import Analysis, EnginePool, SelectionOptions, named_engine
from fairlineup.faces.photos import decode
from fairlineup.records import Box, Outcome, Photograph

Floats = NDArray[np.float64]
FMR, LEAST_PAIRS, SEVERAL = 1e-4, 20_000, "several"


@dataclass(frozen=True, slots=True)
class Searching:
    """How templates are compared."""

    metric: Any
    thresholds: dict[str, float]  #: by their names; a distance of at most this matches.


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What an engine answers about every probe, made worse in one way."""

    spoils: str
    name: str
    templates: NDArray[np.float32]  #: a row for each probe; NaN where it gives none.
    measured: Floats  #: width, sharpness, light, turn; NaN where it finds no face.


def collected(
    folder: Path, engine: str, known: Truth, workers: int | None = None
) -> tuple[Answers, list[Answers]]:
    """What is answered about the gallery, and what is answered about the probes under each harm."""
    description = named_engine(engine)
    paths = [folder / known.photos[at] for at in known.probes]
    portraits = [Photograph(one, folder / one) for one in (known.photos[at] for at in known.gallery)]
    found = []
    with EnginePool(description, workers=workers) as pool:
        gallery = _answers("", "", list(pool.analyse_many(portraits)), pool.information.template_length)
        faces = list(pool.analyse_many([Photograph(path.name, path) for path in paths]))
        boxes = [one.faces[0].box if one.faces else None for one in faces]
        for spoils, name, harms in every_harm(known):
            given = list(pool.analyse_many(list(_made_worse(paths, boxes, harms))))
            found.append(_answers(spoils, name, given, pool.information.template_length))
    return gallery, found


def with_a_mate(known: Truth) -> Truth:
    """The same with no probe but those who have a second portrait in the gallery."""
    there = np.asarray(known.mated.any(axis=1))
    probes = [at for at, has in zip(known.probes, there.tolist(), strict=True) if has]
    return replace(known, probes=probes, mated=known.mated[there], non_mated=known.non_mated[there])


def every_harm(known: Truth) -> Iterator[tuple[str, str, Sequence[Harm]]]:
    """What each harm spoils, its name, and what it does to each probe."""
    for spoils, harms in HARMS.items():
        for name, harm in harms.items():
            yield spoils, name, [harm] * len(known.probes)
    for draw in range(DRAWS):
        yield SEVERAL, f"several, draw {draw + 1}", [drawn(draw, at) for at in known.probes]


def _made_worse(
    paths: Sequence[Path], boxes: Sequence[Box | None], harms: Sequence[Harm]
) -> Iterator[Photograph]:
    for path, box, harm in zip(paths, boxes, harms, strict=True):
        image = Image.fromarray(decode(path.read_bytes(), name=path.name).pixels)
        file = io.BytesIO()
        middle = Box(image.width // 4, image.height // 4, image.width * 3 // 4, image.height * 3 // 4)
        harm(image, box or middle).save(file, "PNG", compress_level=0)
        yield Photograph(path.name, file.getvalue())


def _answers(spoils: str, name: str, given: Sequence[Analysis], length: int) -> Answers:
    templates = np.full((len(given), length), np.nan, dtype=np.float32)
    measured = np.full((len(given), 4), np.nan)
    for at, one in enumerate(given):
        if one.outcome is Outcome.OK:
            templates[at] = one.templates[0].vector
            worth = one.faces[0].quality
            measured[at] = worth.face_px, worth.sharpness, worth.brightness, abs(worth.yaw)
    return Answers(spoils, name, templates, measured)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of quality, cut into bands."""

    name: str
    column: int
    edges: tuple[float, ...]
    spoils: tuple[
        str, ...
    ]  #: harms that move it: a band is of portraits made worse by these, or as they are.


TWO_OF_A_KIND = (
    ("width under", 0, True, (36, 44, 50, 57)),
    ("sharpness under", 1, True, (12, 20, 30)),
    ("light under", 2, True, (64, 90)),
    ("turn from", 3, False, (10, 15, 20)),
)
"""Name, column, whether below the edge or from it, edges."""

CLEAN = "as they are"
MEASURES = (
    Measure("width of the face in px", 0, (16, 20, 24, 32, 40, 50, 64, 80, 112), (CLEAN, "size")),
    Measure("sharpness", 1, (2, 4, 7, 12, 20, 40, 100), (CLEAN, "focus", "size")),
    Measure("light of 255", 2, (5, 10, 16, 24, 40, 64, 192, 220, 240), (CLEAN, "light")),
    Measure("turn in degrees", 3, (5, 10, 15, 20, 25, 30, 35, 40, 45, 50), (CLEAN, "turn")),
)


@dataclass(frozen=True, slots=True, eq=False)
class Photographs:
    """Probes made worse, a row each, and what the engine makes of them."""

    probe: NDArray[np.int64]
    templates: NDArray[np.float32]
    measured: Floats
    mate: Floats  #: distance to the person's other portrait; NaN where there is none.
    strangers: Floats  #: share of the others' portraits that match, at each threshold.

    def of(self, rows: NDArray[np.bool_]) -> Photographs:
        """Some of them."""
        return Photographs(*(getattr(self, name)[rows] for name in self.__slots__))


def searched(
    some: Sequence[Answers], gallery: NDArray[np.float32], known: Truth, by: Searching
) -> Photographs:
    """What was answered under some harms, one after the other, held against the gallery."""
    mates, strangers = [], []
    for one in some:
        between = distances(one.templates, gallery, by.metric)
        mates.append(np.where(known.mated, between, -np.inf).max(axis=1))
        matched = [known.non_mated & (between <= each) for each in by.thresholds.values()]
        strangers.append(np.stack([each.sum(1) / known.non_mated.sum(1) for each in matched], axis=1))
    mate = np.concatenate(mates)
    return Photographs(
        np.tile(np.arange(len(known.probes)), len(some)),
        np.concatenate([one.templates for one in some]),
        np.concatenate([one.measured for one in some]),
        np.where(mate == -np.inf, np.nan, mate),
        np.concatenate(strangers),
    )


def row(some: Photographs, by: Searching) -> dict[str, Any]:
    """Of some photographs: how many give no template, are missed, and match somebody else."""
    there = ~np.isnan(some.templates[:, 0])
    mated = there & ~np.isnan(some.mate)
    told: dict[str, Any] = {"photographs": len(there), "no template": int((~there).sum())}
    told["with a mate"], told["people with a mate"] = int(mated.sum()), len(set(some.probe[mated].tolist()))
    for at, (name, threshold) in enumerate(by.thresholds.items()):
        missed = int((some.mate[mated] > threshold).sum())
        told[f"missed, {name}"] = missed
        told[f"FNMR %, {name}"] = _percent(missed, int(mated.sum()), told["people with a mate"])
        told[f"FMR, {name}"] = float(f"{some.strangers[there, at].mean():.2g}") if there.any() else None
        told[f"FMR of two such, {name}"] = _of_two(some.of(there), threshold, by.metric)
    return told


def _percent(missed: int, of: int, people: int) -> list[float] | None:
    """With the 95 % interval of Clopper and Pearson for as many as there are people."""
    if not of:
        return None
    count = missed / of * people
    low = stats.beta.ppf(0.025, count, people - count + 1) if missed else 0.0
    high = stats.beta.ppf(0.975, count + 1, people - count) if missed < of else 1.0
    return [round(100 * float(one), 1) for one in (missed / of, low, high)]


def _of_two(some: Photographs, threshold: float, metric: Any) -> float | None:
    """How often two of these photographs match that are of two people."""
    others = some.probe[:, None] != some.probe[None, :]
    if others.sum() < LEAST_PAIRS:
        return None
    between = distances(some.templates, some.templates, metric)
    return float(f"{((between <= threshold) & others).sum() / others.sum():.2g}")


def two_as_they_are(portraits: Answers, known: Truth, metric: Any) -> dict[str, Any]:
    """How often two portraits of the gallery match that are both of a kind, in times of any two."""
    there = ~np.isnan(portraits.templates[:, 0])
    templates, measured = portraits.templates[there], portraits.measured[there]
    person = np.array([known.people[at] for at in known.gallery])[there]
    others = np.triu(person[:, None] != person[None, :], 1)
    between = distances(templates, templates, metric)
    alone = np.sort(between[others])
    found: dict[str, Any] = {}
    for name, column, below, edges in TWO_OF_A_KIND:
        for edge in edges:
            own = np.flatnonzero((measured[:, column] < edge) == below)
            pairs = between[np.ix_(own, own)][others[np.ix_(own, own)]]
            found[f"{name} {edge:g}"] = {"photographs": len(own), "pairs": len(pairs)} | {
                f"FMR {rate:g}": _times(pairs, float(alone[int(rate * len(alone))]), rate)
                for rate in (1e-4, 1e-3)
            }
    return found


def _times(pairs: Floats, threshold: float, rate: float) -> dict[str, Any]:
    """How many match, and how many times as often as any two, with the interval that a count has."""
    matched = int((pairs <= threshold).sum())
    ends = (
        stats.chi2.ppf(0.025, 2 * matched) / 2 if matched else 0.0,
        stats.chi2.ppf(0.975, 2 * matched + 2) / 2,
    )
    times = [float(f"{float(one) / rate / max(len(pairs), 1):.2g}") for one in (matched, *ends)]
    return {"matched": matched, "times": times}


def good_enough(measured: Floats, wanted: SelectionOptions) -> NDArray[np.bool_]:
    """Which photographs have what an engine wants."""
    width, sharpness, light, turn = measured.T
    lit = (light >= wanted.least_brightness) & (light <= wanted.most_brightness)
    upright = turn <= (np.inf if wanted.most_yaw is None else wanted.most_yaw)
    good = (width >= wanted.least_face_px) & (sharpness >= wanted.least_sharpness) & lit & upright
    return np.asarray(good, dtype=bool)


def bands(measure: Measure, some: Photographs, by: Searching) -> dict[str, Any]:
    """A row for each band that has photographs."""
    value = some.measured[:, measure.column]
    ends = (-np.inf, *measure.edges, np.inf)
    found = {}
    for low, high in pairwise(ends):
        inside = (value >= low) & (value < high)
        if inside.any():
            name = (
                f"under {high:g}"
                if low == -np.inf
                else f"{low:g} and more"
                if high == np.inf
                else f"{low:g} to {high:g}"
            )
            found[name] = row(some.of(inside), by)
    return found


def measure(folder: Path, engine: str, workers: int | None = None) -> dict[str, Any]:
    """Everything that docs/quality.md says of an engine."""
    known = with_a_mate(truth(folder))
    gallery, answers = collected(folder, engine, known, workers)
    return told(engine, known, gallery, answers)


def told(engine: str, known: Truth, portraits: Answers, answers: Sequence[Answers]) -> dict[str, Any]:
    """The tables: by harm, by band, and of several harms at once by the limits that are kept."""
    description = named_engine(engine)
    metric, gallery = description.information.metric, portraits.templates
    clean = distances(answers[0].templates, gallery, metric)[known.non_mated]
    best = description.recommended_threshold or description.default_threshold
    thresholds = {f"at {best.score:g}": best.score} if best else {}
    level = float(np.partition(clean, int(FMR * len(clean)))[int(FMR * len(clean))])
    by = Searching(metric, {**thresholds, f"at FMR {FMR:g}": level})
    found: dict[str, Any] = {"engine": engine, "pipeline": description.pipeline, "thresholds": by.thresholds}
    found["harms"] = {one.name: row(searched([one], gallery, known, by), by) for one in answers}
    for one in MEASURES:
        some = [each for each in answers if each.spoils in one.spoils]
        found[one.name] = bands(one, searched(some, gallery, known, by), by)
    found["two portraits as they are"] = two_as_they_are(portraits, known, metric)
    if wanted := description.wanted:
        all_of = searched([one for one in answers if one.spoils == SEVERAL], gallery, known, by)
        found["portraits of the gallery as is wanted"] = int(good_enough(portraits.measured, wanted).sum())
        good = good_enough(all_of.measured, wanted)
        found["several at once"] = {
            "as is wanted": row(all_of.of(good), by),
            "worse": row(all_of.of(~good), by),
        }
    return found


if __name__ == "__main__":
    main(measure, __doc__)
